//! Functions that look into a document.

use super::arguments::Argument::{Json, Text, TextOrInt, Texts};
use super::arguments::{Arguments, Output, Value};
use super::function::JsonFunction;
use crate::expr::json::raw;
use crate::types::{Error, Result, SqlState};

pub(super) static FUNCTIONS: &[JsonFunction] = &[
    JsonFunction::new("ms_json_get", &[Json, TextOrInt], Output::AsFirst, |a, row| Ok(get(a, row).map(json))),
    JsonFunction::new("ms_json_get_text", &[Json, TextOrInt], Output::Text, |a, row| {
        Ok(get(a, row).and_then(raw::as_text).map(Value::Text))
    }),
    JsonFunction::new("ms_json_path", &[Json, Texts], Output::AsFirst, |a, row| {
        Ok(follow(a.json(0, row), a.texts(1, row)).map(json))
    }),
    JsonFunction::new("ms_json_path_text", &[Json, Texts], Output::Text, |a, row| {
        Ok(follow(a.json(0, row), a.texts(1, row)).and_then(raw::as_text).map(Value::Text))
    }),
    JsonFunction::new("jsonb_extract_path", &[Json, Text], Output::AsFirst, extract).repeated(1),
    JsonFunction::new("json_extract_path", &[Json, Text], Output::AsFirst, extract).repeated(1),
    JsonFunction::new("jsonb_extract_path_text", &[Json, Text], Output::Text, extract_text).repeated(1),
    JsonFunction::new("json_extract_path_text", &[Json, Text], Output::Text, extract_text).repeated(1),
    JsonFunction::new("ms_jsonb_contains", &[Json, Json], Output::Bool, |a, row| {
        Ok(Some(Value::Bool(a.tree(0, row)?.contains(&a.tree(1, row)?))))
    }),
    JsonFunction::new("ms_jsonb_exists", &[Json, Text], Output::Bool, |a, row| {
        Ok(Some(Value::Bool(has(a.json(0, row), a.text(1, row)))))
    }),
    JsonFunction::new("ms_jsonb_exists_any", &[Json, Texts], Output::Bool, |a, row| {
        let keys = a.texts(1, row);
        Ok(Some(Value::Bool(keys.iter().flatten().any(|k| has(a.json(0, row), k)))))
    }),
    JsonFunction::new("ms_jsonb_exists_all", &[Json, Texts], Output::Bool, |a, row| {
        let keys = a.texts(1, row);
        Ok(Some(Value::Bool(keys.iter().flatten().all(|k| has(a.json(0, row), k)))))
    }),
    JsonFunction::new("ms_jsonb_compare", &[Json, Json], Output::Int, |a, row| {
        let order = super::super::order::compare(&a.tree(0, row)?, &a.tree(1, row)?);
        Ok(Some(Value::Int(order as i32)))
    }),
    JsonFunction::new("jsonb_typeof", &[Json], Output::Text, kind),
    JsonFunction::new("json_typeof", &[Json], Output::Text, kind),
    JsonFunction::new("jsonb_array_length", &[Json], Output::Int, array_length),
    JsonFunction::new("json_array_length", &[Json], Output::Int, array_length),
    JsonFunction::new("jsonb_array_elements", &[Json], Output::Jsons, elements),
    JsonFunction::new("json_array_elements", &[Json], Output::Jsons, elements),
    JsonFunction::new("jsonb_array_elements_text", &[Json], Output::Texts, elements_text),
    JsonFunction::new("json_array_elements_text", &[Json], Output::Texts, elements_text),
    JsonFunction::new("jsonb_object_keys", &[Json], Output::Texts, keys),
    JsonFunction::new("json_object_keys", &[Json], Output::Texts, keys),
    JsonFunction::new("ms_json_values", &[Json], Output::Jsons, |a, row| {
        let values = entries(a, row, "jsonb_each")?.into_iter().map(|(_, v)| v.to_vec());
        Ok(Some(Value::Jsons(values.collect())))
    }),
    JsonFunction::new("ms_json_values_text", &[Json], Output::Texts, |a, row| {
        let values = entries(a, row, "jsonb_each_text")?.into_iter().map(|(_, v)| raw::as_text(v));
        Ok(Some(Value::Texts(values.collect())))
    }),
    JsonFunction::new("ms_json_text", &[Json], Output::Text, |a, row| {
        Ok(Some(Value::Text(String::from_utf8_lossy(a.json(0, row)).into_owned())))
    }),
    // A scalar as text, for casts of jsonb to other types; null is NULL.
    JsonFunction::new("ms_jsonb_scalar", &[Json, Text], Output::Text, |a, row| {
        let tree = a.tree(0, row)?;
        let wanted = a.text(1, row);
        let fits = match wanted {
            "boolean" => tree.type_name() == "boolean",
            _ => tree.type_name() == "number",
        };
        if !fits {
            let what = match tree.type_name() {
                "null" => return Ok(None),
                "array" | "object" => format!("jsonb {}", tree.type_name()),
                scalar => format!("jsonb {scalar}"),
            };
            let message = format!("cannot cast {what} to type {wanted}");
            return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
        }
        Ok(raw::as_text(a.json(0, row)).map(Value::Text))
    }),
];

fn json(part: &[u8]) -> Value {
    Value::Json(part.to_vec())
}

fn get(a: &Arguments, row: usize) -> Option<&[u8]> {
    let text = a.json(0, row);
    if a.is_text(1) { raw::field(text, a.text(1, row)) } else { raw::item(text, a.int(1, row)) }
}

fn follow(text: &[u8], steps: impl IntoIterator<Item = Option<String>>) -> Option<&[u8]> {
    let mut at = text.trim_ascii();
    for step in steps {
        at = raw::step(at, &step?)?;
    }
    Some(at)
}

fn steps(a: &Arguments, row: usize) -> impl Iterator<Item = Option<String>> + '_ {
    (1..a.len()).map(move |i| Some(a.text(i, row).to_string()))
}

fn extract(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(follow(a.json(0, row), steps(a, row)).map(json))
}

fn extract_text(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(follow(a.json(0, row), steps(a, row)).and_then(raw::as_text).map(Value::Text))
}

/// Does a key of an object, or a string of an array, exist at the top?
fn has(text: &[u8], key: &str) -> bool {
    if let Some(items) = raw::items(text) {
        return items.iter().any(|i| raw::string(i).as_deref() == Some(key));
    }
    raw::field(text, key).is_some() || raw::string(text).as_deref() == Some(key)
}

fn kind(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let name = match a.json(0, row).trim_ascii_start().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') | None => "null",
        Some(_) => "number",
    };
    Ok(Some(Value::Text(name.to_string())))
}

fn wrong(message: String) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
}

fn items<'a>(a: &'a Arguments, row: usize, what: &str) -> Result<Vec<&'a [u8]>> {
    let text = a.json(0, row);
    raw::items(text).ok_or_else(|| match text.trim_ascii_start().first() {
        Some(b'{') if what == "get array length of" => wrong(format!("cannot {what} a non-array")),
        Some(b'{') => wrong(format!("cannot {what} an object")),
        _ => wrong(format!("cannot {what} a scalar")),
    })
}

fn array_length(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(Some(Value::Int(items(a, row, "get array length of")?.len() as i32)))
}

fn elements(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let items = items(a, row, "extract elements from")?;
    Ok(Some(Value::Jsons(items.into_iter().map(<[u8]>::to_vec).collect())))
}

fn elements_text(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let items = items(a, row, "extract elements from")?;
    Ok(Some(Value::Texts(items.into_iter().map(raw::as_text).collect())))
}

type Entries<'a> = Vec<(&'a [u8], &'a [u8])>;

fn entries<'a>(a: &'a Arguments, row: usize, function: &str) -> Result<Entries<'a>> {
    let text = a.json(0, row);
    raw::entries(text).ok_or_else(|| {
        let what = if raw::items(text).is_some() { "an array" } else { "a scalar" };
        wrong(match function {
            "jsonb_object_keys" => format!("cannot call {function} on {what}"),
            _ => format!("cannot call {function} on a non-object"),
        })
    })
}

fn keys(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let entries = entries(a, row, "jsonb_object_keys")?;
    Ok(Some(Value::Texts(entries.into_iter().map(|(k, _)| raw::string(k)).collect())))
}
