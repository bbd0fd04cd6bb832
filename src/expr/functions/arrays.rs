//! Functions of arrays.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DynComparator, ListArray, make_comparator};
use arrow::buffer::OffsetBuffer;
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::common::ScalarValue;

use super::declared::{Call, Form, Forms, Result, bring_to, define};
use crate::expr::TextPrinter;
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = shape();
    all.extend(combined());
    all.extend(searched());
    all.extend(texts());
    all.extend(define("Without the last n elements", &["trim_array(anyarray, integer) -> anyarray"], |c| {
        let (list, n) = (c.list(0), c.value::<Int32Type>(1));
        c.lists(&[list.elements()], |row, out| {
            let (range, n) = (list.range(row), n.at(row));
            if n < 0 || n as usize > range.len() {
                let message = format!("number of elements to trim must be between 0 and {}", range.len());
                return Err(Error::new(SqlState("2202E"), message));
            }
            out.extend((range.start..range.end - n as usize).map(|i| (0, i)));
            Ok(true)
        })
    }));
    all.extend(define("", &["ms_slice(anyarray, integer, integer) -> anyarray"], |c| {
        let (list, from, to) = (c.list(0), c.value::<Int32Type>(1), c.value::<Int32Type>(2));
        c.lists(&[list.elements()], |row, out| {
            let range = list.range(row);
            let first = i64::from(from.at(row)).max(1) - 1;
            let last = i64::from(to.at(row)).min(range.len() as i64);
            out.extend((first..last).map(|i| (0, range.start + i as usize)));
            Ok(true)
        })
    }));
    let kept = define("", &["ms_list_or_empty(anyarray) -> anyarray"], |c| {
        let list = c.list(0);
        c.lists(&[list.elements()], |row, out| {
            if !list.is_null(row) {
                out.extend(list.range(row).map(|i| (0, i)));
            }
            Ok(true)
        })
    });
    all.extend(kept.called_on_null());
    all.extend(
        define("", &["ms_element(anyarray, integer) -> any"], |c| {
            let (list, index) = (c.list(0), c.value::<Int32Type>(1));
            let found = (0..c.rows()).map(|row| {
                let index = if c.is_null(row) { 0 } else { index.at(row) };
                let range = if index < 1 { 0..0 } else { list.range(row) };
                (index as usize <= range.len() && index > 0).then(|| range.start as u64 + index as u64 - 1)
            });
            let found: arrow::array::UInt64Array = found.collect();
            Ok(arrow::compute::take(list.elements(), &found, None)?)
        })
        .typed(|types, _| Ok(element_of(types).unwrap_or(DataType::Null))),
    );
    all
}

fn element_of(types: &[DataType]) -> Option<DataType> {
    match types.first() {
        Some(DataType::List(item)) => Some(item.data_type().clone()),
        _ => None,
    }
}

fn list_of(item: &DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item.clone(), true)))
}

/// The first argument's type, or the second's where the first is NULL.
fn either(types: &[DataType], _literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let found = types.iter().find(|t| matches!(t, DataType::List(_)));
    Ok(found.cloned().unwrap_or(DataType::Null))
}

/// How deep arrays lie in arrays, and the lengths, of one row; empty arrays have none.
fn lengths(list: &ListArray, row: usize) -> Vec<usize> {
    let (mut found, mut list, mut row) = (vec![], list, row);
    loop {
        let range = list.value_offsets()[row] as usize..list.value_offsets()[row + 1] as usize;
        if range.is_empty() {
            return if found.is_empty() { vec![] } else { found };
        }
        found.push(range.len());
        match list.values().as_any().downcast_ref::<ListArray>() {
            Some(inner) => (list, row) = (inner, range.start),
            None => return found,
        }
    }
}

fn with_lengths(c: &Call, f: impl Fn(usize, &[usize]) -> Option<i32>) -> Result<ArrayRef> {
    let list = c.array(0).as_any().downcast_ref::<ListArray>();
    let list = list.ok_or_else(|| Error::internal("an array is not a list"))?;
    c.column::<Int32Type>(|row| Ok(f(row, &lengths(list, c.row_of(0, row)))))
}

fn nth(lengths: &[usize], dimension: i32) -> Option<i32> {
    let index = usize::try_from(dimension).ok()?.checked_sub(1)?;
    lengths.get(index).map(|n| *n as i32)
}

fn shape() -> Vec<Form> {
    let mut all = define(
        "The length of a dimension",
        &["array_length(anyarray, integer) -> integer", "array_upper(anyarray, integer) -> integer"],
        |c| {
            let dimension = c.value::<Int32Type>(1);
            with_lengths(c, |row, lengths| nth(lengths, dimension.at(row)))
        },
    );
    all.extend(define(
        "The first index of a dimension, which is 1",
        &["array_lower(anyarray, integer) -> integer"],
        |c| {
            let dimension = c.value::<Int32Type>(1);
            with_lengths(c, |row, lengths| nth(lengths, dimension.at(row)).map(|_| 1))
        },
    ));
    all.extend(define("The number of dimensions", &["array_ndims(anyarray) -> integer"], |c| {
        with_lengths(c, |_, lengths| (!lengths.is_empty()).then_some(lengths.len() as i32))
    }));
    all.extend(define(
        "The number of elements in all dimensions",
        &["cardinality(anyarray) -> integer"],
        |c| {
            with_lengths(c, |_, lengths| {
                Some(if lengths.is_empty() { 0 } else { lengths.iter().product::<usize>() as i32 })
            })
        },
    ));
    all.extend(define("The dimensions as text, such as [1:3]", &["array_dims(anyarray) -> text"], |c| {
        let list = c.array(0).as_any().downcast_ref::<ListArray>();
        let list = list.ok_or_else(|| Error::internal("an array is not a list"))?;
        c.texts(|row, out| {
            let lengths = lengths(list, c.row_of(0, row));
            lengths.iter().for_each(|n| out.push_str(&format!("[1:{n}]")));
            Ok(!lengths.is_empty())
        })
    }));
    all
}

fn combined() -> Vec<Form> {
    let append: super::declared::Run = |c| {
        let element = c.array(1).clone();
        let list = list_or_empty(c, 0)?;
        let lists = Lists { call: c, index: 0, list: &list };
        c.lists(&[list.values(), &element], |row, out| {
            out.extend(lists.range(row).map(|i| (0, i)));
            out.push((1, c.row_of(1, row)));
            Ok(true)
        })
    };
    let mut all =
        define("With an element added at the end", &["array_append(anyarray, any) -> anyarray"], append)
            .called_on_null()
            .typed(either);
    all.extend(
        define(
            "With an element added at the beginning",
            &["array_prepend(any, anyarray) -> anyarray"],
            |c| {
                let element = c.array(0).clone();
                let list = list_or_empty(c, 1)?;
                let lists = Lists { call: c, index: 1, list: &list };
                c.lists(&[list.values(), &element], |row, out| {
                    out.push((1, c.row_of(0, row)));
                    out.extend(lists.range(row).map(|i| (0, i)));
                    Ok(true)
                })
            },
        )
        .called_on_null()
        .typed(either),
    );
    all.extend(
        define("Both, one behind the other", &["array_cat(anyarray, anyarray) -> anyarray"], |c| {
            let (a, b) = (list_or_empty(c, 0)?, list_or_empty(c, 1)?);
            let (first, second) =
                (Lists { call: c, index: 0, list: &a }, Lists { call: c, index: 1, list: &b });
            c.lists(&[a.values(), b.values()], |row, out| {
                out.extend(first.range(row).map(|i| (0, i)));
                out.extend(second.range(row).map(|i| (1, i)));
                Ok(!(first.is_null(row) && second.is_null(row)))
            })
        })
        .called_on_null()
        .typed(either),
    );
    all.extend(
        define(
            "An array of these lengths, filled with a value",
            &["array_fill(any, integer[]) -> anyarray"],
            |c| {
                let lengths = c.list(1);
                let counts = bring_to(lengths.elements(), &DataType::Int32)?;
                let counts = arrow::array::AsArray::as_primitive::<Int32Type>(&counts).clone();
                c.lists(&[c.array(0)], |row, out| {
                    let range = lengths.range(row);
                    if range.len() != 1 {
                        return Err(Error::unsupported("array_fill of more than one dimension"));
                    }
                    out.extend(std::iter::repeat_n(
                        (0, c.row_of(0, row)),
                        counts.value(range.start).max(0) as usize,
                    ));
                    Ok(!lengths.is_null(row))
                })
            },
        )
        .called_on_null()
        .typed(|types, _| Ok(list_of(types.first().unwrap_or(&DataType::Null)))),
    );
    all
}

/// A list argument by row, NULL being empty.
struct Lists<'a> {
    call: &'a Call,
    index: usize,
    list: &'a ListArray,
}

impl Lists<'_> {
    fn is_null(&self, row: usize) -> bool {
        self.list.is_null(self.call.row_of(self.index, row))
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        let row = self.call.row_of(self.index, row);
        if self.list.is_null(row) {
            return 0..0;
        }
        self.list.value_offsets()[row] as usize..self.list.value_offsets()[row + 1] as usize
    }
}

/// An argument as a list of the result's type; one of type unknown is all NULL.
fn list_or_empty(c: &Call, index: usize) -> Result<ListArray> {
    let array = c.array(index);
    if let Some(list) = array.as_any().downcast_ref::<ListArray>() {
        return Ok(list.clone());
    }
    let DataType::List(item) = c.result() else { return Err(Error::internal("an array is not a list")) };
    let offsets = OffsetBuffer::new(vec![0; array.len() + 1].into());
    let values = arrow::array::new_empty_array(item.data_type());
    let nulls = arrow::buffer::NullBuffer::new_null(array.len());
    Ok(ListArray::try_new(item.clone(), offsets, values, Some(nulls))?)
}

/// Compares an element by its index with the row's value of an argument; NULLs are equal.
fn comparator(elements: &ArrayRef, wanted: &ArrayRef) -> Result<DynComparator> {
    let wanted = bring_to(wanted, elements.data_type())?;
    Ok(make_comparator(elements, &wanted, SortOptions::default())?)
}

fn searched() -> Vec<Form> {
    let mut all = define(
        "Where an element first lies, from 1 or from a position on",
        &["array_position(anyarray, any) -> integer", "array_position(anyarray, any, integer) -> integer"],
        |c| {
            let list = c.list(0);
            let start = (c.count() > 2).then(|| c.value::<Int32Type>(2));
            let compare = comparator(list.elements(), c.array(1))?;
            c.column::<Int32Type>(|row| {
                if list.is_null(row) {
                    return Ok(None);
                }
                let (range, wanted) = (list.range(row), c.row_of(1, row));
                let skip = start.as_ref().map_or(0, |s| s.at(row).max(1) as usize - 1);
                let found = range.clone().skip(skip).find(|i| compare(*i, wanted) == Ordering::Equal);
                Ok(found.map(|i| (i - range.start) as i32 + 1))
            })
        },
    )
    .called_on_null();
    all.extend(
        define("All places where an element lies", &["array_positions(anyarray, any) -> integer[]"], |c| {
            let list = c.list(0);
            let compare = comparator(list.elements(), c.array(1))?;
            let longest = (0..c.rows()).map(|row| list.range(row).len()).max().unwrap_or(0) as i32;
            let numbers: ArrayRef = Arc::new(arrow::array::Int32Array::from_iter_values(1..=longest));
            c.lists(&[&numbers], |row, out| {
                let (range, wanted) = (list.range(row), c.row_of(1, row));
                let found = range.clone().filter(|i| compare(*i, wanted) == Ordering::Equal);
                out.extend(found.map(|i| (0, i - range.start)));
                Ok(!list.is_null(row))
            })
        })
        .called_on_null(),
    );
    all.extend(
        define(
            "Without all elements that equal a value",
            &["array_remove(anyarray, any) -> anyarray"],
            |c| {
                let list = c.list(0);
                let compare = comparator(list.elements(), c.array(1))?;
                c.lists(&[list.elements()], |row, out| {
                    let wanted = c.row_of(1, row);
                    out.extend(
                        list.range(row).filter(|i| compare(*i, wanted) != Ordering::Equal).map(|i| (0, i)),
                    );
                    Ok(!list.is_null(row))
                })
            },
        )
        .called_on_null(),
    );
    all.extend(
        define(
            "With all elements that equal a value replaced by another",
            &["array_replace(anyarray, any, any) -> anyarray"],
            |c| {
                let list = c.list(0);
                let compare = comparator(list.elements(), c.array(1))?;
                c.lists(&[list.elements(), c.array(2)], |row, out| {
                    let (wanted, by) = (c.row_of(1, row), c.row_of(2, row));
                    let equal = |i: usize| compare(i, wanted) == Ordering::Equal;
                    out.extend(list.range(row).map(|i| if equal(i) { (1, by) } else { (0, i) }));
                    Ok(!list.is_null(row))
                })
            },
        )
        .called_on_null(),
    );
    all.extend(define("", &["ms_contains(anyarray, anyarray) -> boolean"], |c| {
        let (list, part) = (c.list(0), c.list(1));
        let part_elements = bring_to(part.elements(), list.elements().data_type())?;
        let compare = comparator(list.elements(), &part_elements)?;
        c.booleans(|row| {
            let is_in = |j: usize| {
                part_elements.is_valid(j) && list.range(row).any(|i| compare(i, j) == Ordering::Equal)
            };
            Ok(Some(part.range(row).all(is_in)))
        })
    }));
    all.extend(define("", &["ms_array_overlaps(anyarray, anyarray) -> boolean"], |c| {
        let (list, other) = (c.list(0), c.list(1));
        let elements = bring_to(other.elements(), list.elements().data_type())?;
        let compare = comparator(list.elements(), &elements)?;
        c.booleans(|row| {
            let is_in =
                |j: usize| elements.is_valid(j) && list.range(row).any(|i| compare(i, j) == Ordering::Equal);
            Ok(Some(other.range(row).any(is_in)))
        })
    }));
    all
}

fn texts() -> Vec<Form> {
    let mut all = define(
        "The elements' texts with a separator between them; NULLs are left out, or shown as a text",
        &["array_to_string(anyarray, text) -> text", "array_to_string(anyarray, text, text) -> text"],
        |c| {
            let (list, separator) = (c.list(0), c.text(1));
            let null = (c.count() > 2).then(|| c.text(2));
            let mut leaves = list.elements().clone();
            let mut levels = vec![];
            while let Some(inner) = leaves.clone().as_any().downcast_ref::<ListArray>() {
                levels.push(inner.value_offsets().to_vec());
                leaves = inner.values().clone();
            }
            let printer = TextPrinter::new(&leaves)?;
            c.texts(|row, out| {
                if list.is_null(row) || separator.is_null(row) {
                    return Ok(false);
                }
                let range = list.range(row);
                let range = levels
                    .iter()
                    .fold(range, |r, offsets| offsets[r.start] as usize..offsets[r.end] as usize);
                let mut first = true;
                for i in range {
                    let shown = null.as_ref().filter(|n| !n.is_null(row)).map(|n| n.at(row));
                    if printer.is_null(i) && shown.is_none() {
                        continue;
                    }
                    if !first {
                        out.push_str(separator.at(row));
                    }
                    first = false;
                    if !printer.write(i, out) {
                        out.push_str(shown.unwrap_or_default());
                    }
                }
                Ok(true)
            })
        },
    )
    .called_on_null();
    all.extend(
        define(
            "The parts between delimiters, or all characters if the delimiter is NULL",
            &["string_to_array(text, text) -> text[]", "string_to_array(text, text, text) -> text[]"],
            split,
        )
        .called_on_null(),
    );
    all
}

fn split(c: &Call) -> Result<ArrayRef> {
    use arrow::array::{ListBuilder, StringBuilder};
    let (text, delimiter) = (c.text(0), c.text(1));
    let null = (c.count() > 2).then(|| c.text(2));
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in 0..c.rows() {
        if text.is_null(row) {
            builder.append_null();
            continue;
        }
        let null = null.as_ref().filter(|n| !n.is_null(row)).map(|n| n.at(row));
        let mut push = |part: &str| builder.values().append_option((Some(part) != null).then_some(part));
        match text.at(row) {
            "" => {}
            text if delimiter.is_null(row) => text.chars().for_each(|c| push(c.encode_utf8(&mut [0; 4]))),
            text if delimiter.at(row).is_empty() => push(text),
            text => text.split(delimiter.at(row)).for_each(push),
        }
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}
