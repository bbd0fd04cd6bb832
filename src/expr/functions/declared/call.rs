//! The arguments of one call over a batch, and builders of its result.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BinaryBuilder, BooleanArray, BooleanBuilder,
    ListArray, NullBufferBuilder, PrimitiveArray, PrimitiveBuilder, StringArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Decimal128Type};

use super::Result;
use crate::expr::TextPrinter;
use crate::types::{Error, SqlState};

/// One argument: a column, or one value for all rows.
pub struct Column {
    pub array: ArrayRef,
    pub constant: bool,
}

/// The arguments of one call.
pub struct Call {
    columns: Vec<Column>,
    rows: usize,
    nulls: Option<NullBuffer>,
    result: DataType,
}

/// An argument by row.
pub struct Values<'a, A> {
    array: &'a A,
    constant: bool,
}

impl<A> Clone for Values<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Values<'_, A> {}

impl<'a, A: Array> Values<'a, A> {
    fn index(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    /// Whether the row's value is NULL. Strict functions need not ask.
    pub fn is_null(&self, row: usize) -> bool {
        self.array.is_null(self.index(row))
    }

    /// Whether all rows have one value.
    pub fn is_constant(&self) -> bool {
        self.constant
    }
}

impl<'a> Values<'a, StringArray> {
    /// The row's text.
    pub fn at(&self, row: usize) -> &'a str {
        self.array.value(self.index(row))
    }
}

impl<'a> Values<'a, BinaryArray> {
    /// The row's bytes.
    pub fn at(&self, row: usize) -> &'a [u8] {
        self.array.value(self.index(row))
    }
}

impl Values<'_, BooleanArray> {
    /// The row's value.
    pub fn at(&self, row: usize) -> bool {
        self.array.value(self.index(row))
    }
}

impl<T: ArrowPrimitiveType> Values<'_, PrimitiveArray<T>> {
    /// The row's value.
    pub fn at(&self, row: usize) -> T::Native {
        self.array.value(self.index(row))
    }
}

impl Values<'_, ListArray> {
    /// Where the row's elements lie among [`elements`](Self::elements).
    pub fn range(&self, row: usize) -> std::ops::Range<usize> {
        let (row, offsets) = (self.index(row), self.array.value_offsets());
        offsets[row] as usize..offsets[row + 1] as usize
    }

    /// The elements of all rows.
    pub fn elements(&self) -> &ArrayRef {
        self.array.values()
    }
}

impl Call {
    pub(super) fn new(columns: Vec<Column>, rows: usize, result: DataType, strict: bool) -> Self {
        let nulls = match strict {
            true => columns.iter().filter(|c| !c.constant).fold(None, |nulls, column| {
                NullBuffer::union(nulls.as_ref(), column.array.logical_nulls().as_ref())
            }),
            false => None,
        };
        Call { columns, rows, nulls, result }
    }

    /// How many arguments there are.
    pub fn count(&self) -> usize {
        self.columns.len()
    }

    /// How many rows the result has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The result's type.
    pub fn result(&self) -> &DataType {
        &self.result
    }

    /// Whether the row has a NULL argument, in a strict function.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// An argument as it came.
    pub fn array(&self, index: usize) -> &ArrayRef {
        &self.columns[index].array
    }

    /// The row of [`array`](Self::array) that belongs to a row of the result.
    pub fn row_of(&self, index: usize, row: usize) -> usize {
        if self.columns[index].constant { 0 } else { row }
    }

    fn values<'a, A: Array>(&'a self, index: usize, array: &'a A) -> Values<'a, A> {
        Values { array, constant: self.columns[index].constant }
    }

    /// An argument of type text.
    pub fn text(&self, index: usize) -> Values<'_, StringArray> {
        self.values(index, self.columns[index].array.as_string::<i32>())
    }

    /// An argument of type bytea.
    pub fn bytes(&self, index: usize) -> Values<'_, BinaryArray> {
        self.values(index, self.columns[index].array.as_binary::<i32>())
    }

    /// An argument of type boolean.
    pub fn boolean(&self, index: usize) -> Values<'_, BooleanArray> {
        self.values(index, self.columns[index].array.as_boolean())
    }

    /// An argument that is an array.
    pub fn list(&self, index: usize) -> Values<'_, ListArray> {
        self.values(index, self.columns[index].array.as_list::<i32>())
    }

    /// An argument of a type of fixed width.
    pub fn value<T: ArrowPrimitiveType>(&self, index: usize) -> Values<'_, PrimitiveArray<T>> {
        self.values(index, self.columns[index].array.as_primitive::<T>())
    }

    /// An argument of type numeric, and its scale.
    pub fn numeric(&self, index: usize) -> (Values<'_, PrimitiveArray<Decimal128Type>>, i8) {
        let scale = match self.columns[index].array.data_type() {
            DataType::Decimal128(_, scale) => *scale,
            _ => 0,
        };
        (self.value::<Decimal128Type>(index), scale)
    }

    /// Prints an argument of any type as PostgreSQL does.
    pub fn printer(&self, index: usize) -> Result<TextPrinter> {
        TextPrinter::new(&self.columns[index].array)
    }

    /// A column of text; `write` appends the row's text, or says `false` for NULL.
    /// The texts of all rows stand in one string, so `write` may only append.
    pub fn texts(&self, mut write: impl FnMut(usize, &mut String) -> Result<bool>) -> Result<ArrayRef> {
        let mut texts = String::with_capacity(self.rows * 8);
        let mut offsets = Vec::with_capacity(self.rows + 1);
        let mut valid = NullBufferBuilder::new(self.rows);
        offsets.push(0);
        for row in 0..self.rows {
            let start = texts.len();
            let is_valid = !self.is_null(row) && write(row, &mut texts)?;
            if !is_valid {
                texts.truncate(start);
            }
            valid.append(is_valid);
            offsets.push(i32::try_from(texts.len()).map_err(|_| too_long())?);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(Arc::new(StringArray::try_new(offsets, Buffer::from(texts.into_bytes()), valid.finish())?))
    }

    /// A column of bytea, likewise.
    pub fn binaries(&self, mut write: impl FnMut(usize, &mut Vec<u8>) -> Result<bool>) -> Result<ArrayRef> {
        let mut builder = BinaryBuilder::new();
        let mut bytes = vec![];
        for row in 0..self.rows {
            bytes.clear();
            if !self.is_null(row) && write(row, &mut bytes)? {
                builder.append_value(&bytes);
            } else {
                builder.append_null();
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A column of booleans.
    pub fn booleans(&self, mut value: impl FnMut(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(if self.is_null(row) { None } else { value(row)? });
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A column of a type of fixed width.
    pub fn column<T: ArrowPrimitiveType>(
        &self,
        mut value: impl FnMut(usize) -> Result<Option<T::Native>>,
    ) -> Result<ArrayRef> {
        let mut builder = PrimitiveBuilder::<T>::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(if self.is_null(row) { None } else { value(row)? });
        }
        let array = builder.finish();
        Ok(match T::DATA_TYPE == self.result || !same_layout(&T::DATA_TYPE, &self.result) {
            true => Arc::new(array),
            false => Arc::new(array.with_data_type(self.result.clone())),
        })
    }

    /// A column of arrays: `fill` gives for a row the indices of its elements among
    /// `elements` (an array and a row in it), or says `false` for NULL.
    pub fn lists(
        &self,
        elements: &[&ArrayRef],
        mut fill: impl FnMut(usize, &mut Vec<(usize, usize)>) -> Result<bool>,
    ) -> Result<ArrayRef> {
        let mut indices = vec![];
        let mut offsets = vec![0i32];
        let mut valid = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let before = indices.len();
            let is_valid = !self.is_null(row) && fill(row, &mut indices)?;
            if !is_valid {
                indices.truncate(before);
            }
            valid.push(is_valid);
            offsets.push(indices.len() as i32);
        }
        let DataType::List(item) = &self.result else {
            return Err(Error::internal("the result is not an array"));
        };
        let brought = elements.iter().map(|e| super::bring_to(e, item.data_type()));
        let brought = brought.collect::<Result<Vec<_>>>()?;
        let refs: Vec<&dyn Array> = brought.iter().map(|e| e.as_ref()).collect();
        let values = match indices.is_empty() {
            true => arrow::array::new_empty_array(item.data_type()),
            false => arrow::compute::interleave(&refs, &indices)?,
        };
        let offsets = arrow::buffer::OffsetBuffer::new(offsets.into());
        Ok(Arc::new(ListArray::try_new(item.clone(), offsets, values, Some(NullBuffer::from(valid)))?))
    }
}

fn too_long() -> Error {
    Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "the texts of one batch are longer than 2 GB together")
}

/// Can the one be relabelled as the other?
fn same_layout(a: &DataType, b: &DataType) -> bool {
    matches!(
        (a, b),
        (DataType::Decimal128(..), DataType::Decimal128(..))
            | (DataType::Timestamp(..), DataType::Timestamp(..))
    )
}
