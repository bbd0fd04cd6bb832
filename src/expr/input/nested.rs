//! Columns of text to columns of uuid, jsonb, records and maps.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewBuilder, FixedSizeBinaryBuilder, LargeBinaryBuilder, MapArray,
    StringArray, StringBuilder, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{FieldRef, Fields};

use super::{BadValue, array, invalid, read_column, record, uuid};
use crate::expr::json;
use crate::types::{Error, SqlState, logical};

pub(super) fn uuids(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = FixedSizeBinaryBuilder::with_capacity(texts.len(), 16);
    for (row, text) in texts.iter().enumerate() {
        match text.map(|t| (t, uuid::uuid(t))) {
            None => values.append_null(),
            Some((_, Some(value))) => values.append_value(value).map_err(|e| (row, Error::from(e)))?,
            Some((text, None)) => return Err((row, invalid(text, &logical::uuid()))),
        }
    }
    Ok(Arc::new(values.finish()))
}

pub(super) fn jsonbs(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = LargeBinaryBuilder::new();
    for (row, text) in texts.iter().enumerate() {
        match text {
            None => values.append_null(),
            Some(text) => values.append_value(json::text(&json::parse(text).map_err(|e| (row, e))?)),
        }
    }
    Ok(Arc::new(values.finish()))
}

pub(super) fn jsons(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = BinaryViewBuilder::new();
    for (row, text) in texts.iter().enumerate() {
        if let Some(text) = text {
            json::check(text).map_err(|e| (row, e))?;
        }
        values.append_option(text);
    }
    Ok(Arc::new(values.finish()))
}

pub(super) fn records(texts: &StringArray, fields: &Fields, zone: &str) -> Result<ArrayRef, BadValue> {
    let mut columns: Vec<StringBuilder> = fields.iter().map(|_| StringBuilder::new()).collect();
    for (row, text) in texts.iter().enumerate() {
        let values = match text {
            None => vec![None; fields.len()],
            Some(text) => record::fields(text).map_err(|e| (row, e))?,
        };
        if values.len() != fields.len() {
            let message = format!("malformed record literal: \"{}\"", text.unwrap_or_default());
            let detail = if values.len() < fields.len() { "Too few columns." } else { "Too many columns." };
            let error = Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message).with_detail(detail);
            return Err((row, error));
        }
        columns.iter_mut().zip(values).for_each(|(column, value)| column.append_option(value));
    }
    let read = |(mut column, field): (StringBuilder, &FieldRef)| {
        read_column(&column.finish(), field.data_type(), zone)
    };
    let columns = columns.into_iter().zip(fields).map(read).collect::<Result<Vec<_>, _>>()?;
    let nulls: Option<NullBuffer> = texts.nulls().cloned();
    let records = StructArray::try_new_with_length(fields.clone(), columns, nulls, texts.len());
    Ok(Arc::new(records.map_err(|e| (0, Error::from(e)))?))
}

/// `{"(k,v)","(k,v)"}`: an array of records, as a map is printed.
pub(super) fn maps(
    texts: &StringArray,
    entries: &FieldRef,
    sorted: bool,
    zone: &str,
) -> Result<ArrayRef, BadValue> {
    let lists = array::read_arrays(texts, entries, zone)?;
    let (_, offsets, values, nulls) = lists.as_list::<i32>().clone().into_parts();
    let map = MapArray::try_new(entries.clone(), offsets, values.as_struct().clone(), nulls, sorted);
    Ok(Arc::new(map.map_err(|e| (0, Error::from(e)))?))
}
