//! Arguments and results of a function, row by row.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, Int32Array, LargeBinaryArray,
    LargeBinaryBuilder, ListBuilder, StringArray, StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type};

use crate::expr::json::{Converter, Json};
use crate::types::{Result, logical};

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Argument {
    /// `jsonb` or `json`.
    Json,
    Text,
    /// A key or a position.
    TextOrInt,
    /// `text[]`
    Texts,
    Bool,
    /// Anything, which becomes JSON.
    Any,
}

impl Argument {
    /// The type that an argument of another one is cast to; `None` if it cannot be.
    pub(super) fn coerced(self, given: &DataType) -> Option<DataType> {
        use DataType::*;
        let is_text = logical::is_text(given) || *given == Null;
        let texts = || List(Arc::new(Field::new_list_field(Utf8, true)));
        Some(match self {
            Argument::Json if matches!(given, LargeBinary | BinaryView) => given.clone(),
            Argument::Json if is_text => logical::jsonb(),
            Argument::Text | Argument::TextOrInt if is_text => Utf8,
            Argument::TextOrInt if given.is_integer() => Int64,
            Argument::Texts if is_text => texts(),
            Argument::Texts => match given {
                List(item) if logical::is_text(item.data_type()) || *item.data_type() == Null => texts(),
                _ => return None,
            },
            Argument::Bool if matches!(given, Boolean | Null) => Boolean,
            Argument::Bool if is_text => Boolean,
            Argument::Any if is_text => Utf8,
            Argument::Any => given.clone(),
            _ => return None,
        })
    }
}

/// The arguments' columns.
pub(super) struct Arguments {
    columns: Vec<ArrayRef>,
    converters: Vec<Option<Converter>>,
}

impl Arguments {
    pub(super) fn new(columns: Vec<ArrayRef>, kinds: &[Argument]) -> Result<Self> {
        let last = kinds.last().copied();
        let kind = |i: usize| kinds.get(i).copied().or(last);
        let converter = |(i, c): (usize, &ArrayRef)| match kind(i) {
            Some(Argument::Any) => Converter::new(c).map(Some),
            _ => Ok(None),
        };
        let converters = columns.iter().enumerate().map(converter).collect::<Result<_>>()?;
        Ok(Arguments { columns, converters })
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn any_null(&self, row: usize) -> bool {
        self.columns.iter().any(|c| c.is_null(row))
    }

    pub(super) fn is_null(&self, index: usize, row: usize) -> bool {
        self.columns[index].is_null(row)
    }

    /// The bytes of a `jsonb` or `json`.
    pub(super) fn json(&self, index: usize, row: usize) -> &[u8] {
        let column = &self.columns[index];
        match column.data_type() {
            DataType::BinaryView => column.as_binary_view().value(row),
            _ => column.as_binary::<i64>().value(row),
        }
    }

    /// The same as a tree.
    pub(super) fn tree(&self, index: usize, row: usize) -> Result<Json> {
        crate::expr::json::parse(&String::from_utf8_lossy(self.json(index, row)))
    }

    pub(super) fn is_text(&self, index: usize) -> bool {
        *self.columns[index].data_type() == DataType::Utf8
    }

    pub(super) fn text(&self, index: usize, row: usize) -> &str {
        self.columns[index].as_string::<i32>().value(row)
    }

    pub(super) fn int(&self, index: usize, row: usize) -> i64 {
        self.columns[index].as_primitive::<Int64Type>().value(row)
    }

    pub(super) fn bool(&self, index: usize, row: usize) -> bool {
        self.columns[index].as_boolean().value(row)
    }

    pub(super) fn texts(&self, index: usize, row: usize) -> Vec<Option<String>> {
        let list = self.columns[index].as_list::<i32>().value(row);
        list.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect()
    }

    /// A value of any type.
    pub(super) fn any(&self, index: usize, row: usize) -> Result<Json> {
        self.converters[index].as_ref().map_or(Ok(Json::Null), |c| c.value(row))
    }
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Output {
    Jsonb,
    Json,
    /// `jsonb` or `json`, as the first argument is.
    AsFirst,
    Text,
    Bool,
    Int,
    Jsons,
    Texts,
}

impl Output {
    pub(super) fn data_type(self, arguments: &[DataType]) -> DataType {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
        match self {
            Output::Jsonb => logical::jsonb(),
            Output::Json => logical::json(),
            Output::AsFirst if arguments.first() == Some(&logical::json()) => logical::json(),
            Output::AsFirst => logical::jsonb(),
            Output::Text => DataType::Utf8,
            Output::Bool => DataType::Boolean,
            Output::Int => DataType::Int32,
            Output::Jsons => list(logical::jsonb()),
            Output::Texts => list(DataType::Utf8),
        }
    }
}

/// One result.
pub(super) enum Value {
    Json(Vec<u8>),
    Text(String),
    Bool(bool),
    Int(i32),
    Jsons(Vec<Vec<u8>>),
    Texts(Vec<Option<String>>),
}

impl From<Json> for Value {
    fn from(tree: Json) -> Self {
        Value::Json(crate::expr::json::text(&tree).into_bytes())
    }
}

/// The results as an array of `data_type`.
pub(super) fn collect(values: Vec<Option<Value>>, data_type: &DataType) -> Result<ArrayRef> {
    let json = |value| match value {
        Value::Json(bytes) => Some(bytes),
        _ => None,
    };
    Ok(match data_type {
        DataType::Utf8 => Arc::new(StringArray::from_iter(each(values, |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        }))),
        DataType::Boolean => Arc::new(BooleanArray::from_iter(each(values, |value| match value {
            Value::Bool(value) => Some(value),
            _ => None,
        }))),
        DataType::Int32 => Arc::new(Int32Array::from_iter(each(values, |value| match value {
            Value::Int(value) => Some(value),
            _ => None,
        }))),
        DataType::BinaryView => Arc::new(BinaryViewArray::from_iter(each(values, json))),
        DataType::LargeBinary => Arc::new(LargeBinaryArray::from_iter(each(values, json))),
        DataType::List(item) if *item.data_type() == DataType::Utf8 => {
            let mut out = ListBuilder::new(StringBuilder::new());
            out.extend(each(values, |value| match value {
                Value::Texts(texts) => Some(texts),
                _ => None,
            }));
            Arc::new(out.finish())
        }
        _ => {
            let mut out = ListBuilder::new(LargeBinaryBuilder::new());
            out.extend(each(values, |value| match value {
                Value::Jsons(items) => Some(items.into_iter().map(Some)),
                _ => None,
            }));
            let list: ArrayRef = Arc::new(out.finish());
            cast(&list, data_type)?
        }
    })
}

/// What the values hold of one kind; NULL for any other.
fn each<T>(values: Vec<Option<Value>>, held: impl Fn(Value) -> Option<T>) -> impl Iterator<Item = Option<T>> {
    values.into_iter().map(move |value| value.and_then(&held))
}
