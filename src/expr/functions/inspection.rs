//! Functions that look at types and NULLs, and comparison with the elements of an array.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Int32Type};

use super::declared::{Call, Form, Forms, Result, bring_to, define};
use super::pattern::{Compiled, like};
use crate::expr::sql_name;
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define("The name of a value's type", &["pg_typeof(any) -> text"], |c| {
        let name = sql_name(c.array(0).data_type());
        c.texts(|_, out| {
            out.push_str(&name);
            Ok(true)
        })
    })
    .called_on_null();
    all.extend(
        define("How many of the arguments are NULL", &["num_nulls(any...) -> integer"], |c| {
            c.column::<Int32Type>(|row| Ok(Some(nulls(c, row))))
        })
        .called_on_null(),
    );
    all.extend(
        define("How many of the arguments are not NULL", &["num_nonnulls(any...) -> integer"], |c| {
            c.column::<Int32Type>(|row| Ok(Some(c.count() as i32 - nulls(c, row))))
        })
        .called_on_null(),
    );
    let signatures = [
        "ms_any(any, anyarray, text) -> boolean",
        "ms_any(any, text, text) -> boolean",
        "ms_all(any, anyarray, text) -> boolean",
        "ms_all(any, text, text) -> boolean",
    ];
    all.extend(define("", &signatures[..2], |c| compare_each(c, false)).called_on_null());
    all.extend(define("", &signatures[2..], |c| compare_each(c, true)).called_on_null());
    all.extend(define(
        "The number of the bucket, of which the lower bounds are given in order",
        &["width_bucket(any, anyarray) -> integer"],
        |c| {
            let bounds = c.list(1);
            let value = bring_to(c.array(0), bounds.elements().data_type())?;
            let compare = make_comparator(&value, bounds.elements(), SortOptions::default())?;
            c.column::<Int32Type>(|row| {
                let at = c.row_of(0, row);
                Ok(Some(
                    bounds.range(row).filter(|bound| compare(at, *bound) != Ordering::Less).count() as i32
                ))
            })
        },
    ));
    all
}

fn nulls(c: &Call, row: usize) -> i32 {
    let is_null =
        |i: &usize| *c.array(*i).data_type() == DataType::Null || c.array(*i).is_null(c.row_of(*i, row));
    (0..c.count()).filter(is_null).count() as i32
}

/// `x op ANY (array)` or `x op ALL (array)`, with the unknown of SQL.
fn compare_each(c: &Call, all: bool) -> Result<ArrayRef> {
    let op = c.text(2);
    let op = op.at(0).to_string();
    let list = match c.array(1).data_type() {
        DataType::List(_) => c.array(1).clone(),
        _ => {
            let item = match c.array(0).data_type() {
                DataType::Null => DataType::Utf8,
                other => other.clone(),
            };
            bring_to(c.array(1), &DataType::new_list(item, true))?
        }
    };
    let list = list.as_any().downcast_ref::<arrow::array::ListArray>();
    let list = list.ok_or_else(|| Error::internal("an array is not a list"))?;
    let elements = list.values();
    let test = test(&op, c.array(0), elements)?;
    let mut test = test;
    c.booleans(|row| {
        let (value, array) = (c.row_of(0, row), c.row_of(1, row));
        if list.is_null(array) {
            return Ok(None);
        }
        let range = list.value_offsets()[array] as usize..list.value_offsets()[array + 1] as usize;
        let mut unknown = false;
        for element in range {
            if *c.array(0).data_type() == DataType::Null
                || c.array(0).is_null(value)
                || elements.is_null(element)
            {
                unknown = true;
            } else if test(value, element)? != all {
                return Ok(Some(!all));
            }
        }
        Ok(if unknown { None } else { Some(all) })
    })
}

type Test = Box<dyn FnMut(usize, usize) -> Result<bool>>;

/// The test of a value by its row with an element by its index.
fn test(op: &str, values: &ArrayRef, elements: &ArrayRef) -> Result<Test> {
    let ordered = |f: fn(Ordering) -> bool| -> Result<Test> {
        let (values, elements) = common(values, elements)?;
        let compare = make_comparator(&values, &elements, SortOptions::default())?;
        Ok(Box::new(move |value, element| Ok(f(compare(value, element)))))
    };
    match op {
        "=" => return ordered(Ordering::is_eq),
        "<>" => return ordered(Ordering::is_ne),
        "<" => return ordered(Ordering::is_lt),
        "<=" => return ordered(Ordering::is_le),
        ">" => return ordered(Ordering::is_gt),
        ">=" => return ordered(Ordering::is_ge),
        _ => {}
    }
    let texts = arrow::array::AsArray::as_string::<i32>(&bring_to(values, &DataType::Utf8)?).clone();
    let patterns = arrow::array::AsArray::as_string::<i32>(&bring_to(elements, &DataType::Utf8)?).clone();
    let (negated, insensitive) = (op.starts_with('!'), op.ends_with('*'));
    match op.trim_start_matches('!').trim_end_matches('*') {
        "~" => {
            let mut compiled = Compiled::default();
            Ok(Box::new(move |value, element| {
                let flags = if insensitive { "i" } else { "" };
                Ok(compiled.of(patterns.value(element), flags)?.is_match(texts.value(value)) != negated)
            }))
        }
        "~~" => Ok(Box::new(move |value, element| {
            Ok(like(texts.value(value), patterns.value(element), Some('\\'), insensitive)? != negated)
        })),
        _ => Err(Error::new(SqlState::UNDEFINED_FUNCTION, format!("operator does not exist: {op} ANY"))),
    }
}

/// Both brought to the wider of their types.
fn common(values: &ArrayRef, elements: &ArrayRef) -> Result<(ArrayRef, ArrayRef)> {
    use DataType::*;
    let (left, right) = (values.data_type(), elements.data_type());
    if left == right {
        return Ok((values.clone(), elements.clone()));
    }
    let is_text = |t: &DataType| matches!(t, Utf8 | Utf8View | LargeUtf8);
    let wide = match (left, right) {
        (Null, _) => right.clone(),
        (l, r) if l.is_integer() && r.is_integer() => Int64,
        (l, r) if l.is_floating() || r.is_floating() => Float64,
        (Decimal128(_, s), r) if r.is_integer() => Decimal128(38, *s),
        (l, Decimal128(_, s)) if l.is_integer() => Decimal128(38, *s),
        (Decimal128(_, a), Decimal128(_, b)) => Decimal128(38, *a.max(b)),
        (l, _) if is_text(l) => right.clone(),
        _ => left.clone(),
    };
    Ok((bring_to(values, &wide)?, bring_to(elements, &wide)?))
}
