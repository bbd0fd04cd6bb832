//! Rows of a system relation on their way to Arrow: columns are set by name,
//! and a column that is not set is NULL, or zero, false or empty where it may
//! not be NULL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float32Array, Float64Array, Int16Array, Int32Array, Int64Array, ListArray,
    RecordBatch, RecordBatchOptions, StringArray, TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field};

use super::relation::SystemRelation;
use crate::types::Result;

/// One value of a system relation.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Datum>),
}

impl From<bool> for Datum {
    fn from(value: bool) -> Self {
        Datum::Bool(value)
    }
}
impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Datum::Int(value)
    }
}
impl From<u32> for Datum {
    fn from(value: u32) -> Self {
        Datum::Int(i64::from(value))
    }
}
impl From<i32> for Datum {
    fn from(value: i32) -> Self {
        Datum::Int(i64::from(value))
    }
}
impl From<i16> for Datum {
    fn from(value: i16) -> Self {
        Datum::Int(i64::from(value))
    }
}
impl From<&str> for Datum {
    fn from(value: &str) -> Self {
        Datum::Text(value.to_string())
    }
}
impl From<String> for Datum {
    fn from(value: String) -> Self {
        Datum::Text(value)
    }
}
impl<T: Into<Datum>> From<Option<T>> for Datum {
    fn from(value: Option<T>) -> Self {
        value.map_or(Datum::Null, Into::into)
    }
}
impl<T: Into<Datum>> From<Vec<T>> for Datum {
    fn from(value: Vec<T>) -> Self {
        Datum::List(value.into_iter().map(Into::into).collect())
    }
}

/// The rows of one relation, made from items of one kind.
pub struct Rows<'a, R> {
    relation: &'static SystemRelation,
    items: &'a [R],
    columns: Vec<Option<Vec<Datum>>>,
}

impl<'a, R> Rows<'a, R> {
    /// One row for each item; no column is set yet.
    pub fn new(relation: &'static SystemRelation, items: &'a [R]) -> Self {
        Rows { relation, items, columns: relation.columns.iter().map(|_| None).collect() }
    }

    /// Sets a column. The name must be one of the relation's.
    pub fn set<D: Into<Datum>>(mut self, column: &str, value: impl Fn(&'a R) -> D) -> Self {
        let index = self.relation.columns.iter().position(|c| c.name == column);
        let index = index.expect("a filler names columns of its relation");
        self.columns[index] = Some(self.items.iter().map(|item| value(item).into()).collect());
        self
    }

    /// All rows as one batch.
    pub fn finish(self) -> Result<RecordBatch> {
        let schema = self.relation.arrow_schema();
        let rows = self.items.len();
        let mut arrays = Vec::with_capacity(self.columns.len());
        for ((field, column), values) in schema.fields().iter().zip(&self.relation.columns).zip(self.columns)
        {
            arrays.push(match values {
                Some(values) => array(&values, field.data_type()),
                None if column.not_null => {
                    array(&vec![empty_value(field.data_type()); rows], field.data_type())
                }
                None => new_null_array(field.data_type(), rows),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(schema, arrays, &options)?)
    }
}

/// What a NOT NULL column holds when nothing is known.
fn empty_value(data_type: &DataType) -> Datum {
    match data_type {
        DataType::Boolean => Datum::Bool(false),
        DataType::Utf8 => Datum::Text(String::new()),
        DataType::List(_) => Datum::List(Vec::new()),
        _ => Datum::Int(0),
    }
}

/// Values as an Arrow array; a value of another kind than the type's is NULL.
fn array(values: &[Datum], data_type: &DataType) -> ArrayRef {
    let ints = || values.iter().map(|v| if let Datum::Int(i) = v { Some(*i) } else { None });
    match data_type {
        DataType::Boolean => Arc::new(BooleanArray::from_iter(
            values.iter().map(|v| if let Datum::Bool(b) = v { Some(*b) } else { None }),
        )),
        DataType::Int16 => Arc::new(Int16Array::from_iter(ints().map(|v| v.and_then(|v| v.try_into().ok())))),
        DataType::Int32 => Arc::new(Int32Array::from_iter(ints().map(|v| v.and_then(|v| v.try_into().ok())))),
        DataType::Int64 => Arc::new(Int64Array::from_iter(ints())),
        DataType::UInt32 => {
            Arc::new(UInt32Array::from_iter(ints().map(|v| v.and_then(|v| v.try_into().ok()))))
        }
        DataType::Float32 => Arc::new(Float32Array::from_iter(ints().map(|v| v.map(|v| v as f32)))),
        DataType::Float64 => Arc::new(Float64Array::from_iter(ints().map(|v| v.map(|v| v as f64)))),
        DataType::Timestamp(_, zone) => {
            Arc::new(TimestampMicrosecondArray::from_iter(ints()).with_timezone_opt(zone.clone()))
        }
        DataType::Utf8 => Arc::new(StringArray::from_iter(
            values.iter().map(|v| if let Datum::Text(t) = v { Some(t.as_str()) } else { None }),
        )),
        DataType::List(element) => list_array(values, element),
        other => new_null_array(other, values.len()),
    }
}

fn list_array(values: &[Datum], element: &Arc<Field>) -> ArrayRef {
    let mut flat = Vec::new();
    let mut lengths = Vec::with_capacity(values.len());
    let mut valid = Vec::with_capacity(values.len());
    for value in values {
        let items: &[Datum] = if let Datum::List(items) = value { items } else { &[] };
        flat.extend_from_slice(items);
        lengths.push(items.len());
        valid.push(matches!(value, Datum::List(_)));
    }
    let child = array(&flat, element.data_type());
    debug_assert_eq!(child.len(), flat.len());
    let offsets = OffsetBuffer::from_lengths(lengths);
    Arc::new(ListArray::new(element.clone(), offsets, child, Some(NullBuffer::from(valid))))
}
