//! Functions that make documents of other values.

use super::arguments::Argument::{Any, Json as JsonArgument, Texts};
use super::arguments::{Arguments, Output, Value};
use super::function::JsonFunction;
use crate::expr::json::of_array::key_text;
use crate::expr::json::{Json, compact, pretty};
use crate::types::{Error, Result, SqlState};

pub(super) static FUNCTIONS: &[JsonFunction] = &[
    JsonFunction::new("to_jsonb", &[Any], Output::Jsonb, to_json),
    JsonFunction::new("to_json", &[Any], Output::Json, to_compact),
    JsonFunction::new("row_to_json", &[Any], Output::Json, to_compact),
    JsonFunction::new("array_to_json", &[Any], Output::Json, to_compact),
    JsonFunction::new("jsonb_build_array", &[Any], Output::Jsonb, build_array).repeated(0).lenient(),
    JsonFunction::new("json_build_array", &[Any], Output::Json, build_json_array).repeated(0).lenient(),
    JsonFunction::new("jsonb_build_object", &[Any], Output::Jsonb, build_object).repeated(0).lenient(),
    JsonFunction::new("json_build_object", &[Any], Output::Json, build_json_object).repeated(0).lenient(),
    JsonFunction::new("jsonb_object", &[Texts, Texts], Output::Jsonb, object).at_least(1),
    JsonFunction::new("json_object", &[Texts, Texts], Output::Json, object).at_least(1),
    JsonFunction::new("jsonb_pretty", &[JsonArgument], Output::Text, |a, row| {
        Ok(Some(Value::Text(pretty(&a.tree(0, row)?))))
    }),
];

fn to_json(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(Some(a.any(0, row)?.into()))
}

fn to_compact(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(Some(Value::Json(compact(&a.any(0, row)?).into_bytes())))
}

fn build_json_array(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let items = (0..a.len()).map(|i| Ok(compact(&a.any(i, row)?))).collect::<Result<Vec<_>>>()?;
    Ok(Some(Value::Json(format!("[{}]", items.join(", ")).into_bytes())))
}

/// In the order of the arguments, keys as often as they come.
fn build_json_object(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let entries = entries(a, row)?.into_iter();
    let entries: Vec<String> = entries
        .map(|(key, value)| format!("{} : {}", compact(&Json::String(key)), compact(&value)))
        .collect();
    Ok(Some(Value::Json(format!("{{{}}}", entries.join(", ")).into_bytes())))
}

fn build_array(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let items = (0..a.len()).map(|i| a.any(i, row)).collect::<Result<_>>()?;
    Ok(Some(Json::Array(items).into()))
}

fn build_object(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(Some(Json::object(entries(a, row)?).into()))
}

fn entries(a: &Arguments, row: usize) -> Result<Vec<(String, Json)>> {
    if !a.len().is_multiple_of(2) {
        return Err(Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            "argument list must have even number of elements",
        )
        .with_hint("The arguments of jsonb_build_object() must consist of alternating keys and values."));
    }
    let entry = |i: usize| {
        if a.is_null(i, row) {
            let message = format!("argument {}: key must not be null", i + 1);
            return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
        }
        Ok((key_text(&a.any(i, row)?)?, a.any(i + 1, row)?))
    };
    (0..a.len()).step_by(2).map(entry).collect()
}

fn object(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let value = |text: Option<String>| text.map_or(Json::Null, Json::String);
    let keys = a.texts(0, row);
    let null_key = || Error::new(SqlState("22004"), "null value not allowed for object key");
    let pairs: Vec<(Option<String>, Option<String>)> = if a.len() == 2 {
        let values = a.texts(1, row);
        if keys.len() != values.len() {
            return Err(Error::new(SqlState("2202E"), "mismatched array dimensions"));
        }
        keys.into_iter().zip(values).collect()
    } else if keys.len().is_multiple_of(2) {
        keys.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
    } else {
        return Err(Error::new(SqlState("2202E"), "array must have even number of elements"));
    };
    let entry = |(k, v): (Option<String>, Option<String>)| Ok((k.ok_or_else(null_key)?, value(v)));
    Ok(Some(Json::object(pairs.into_iter().map(entry).collect::<Result<_>>()?).into()))
}
