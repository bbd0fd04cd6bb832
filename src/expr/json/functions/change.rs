//! Functions that change a document.

use super::arguments::Argument::{Bool, Json as JsonArgument, TextOrInt, Texts};
use super::arguments::{Arguments, Output, Value};
use super::function::JsonFunction;
use crate::expr::json::Json;
use crate::types::{Error, Result, SqlState};

pub(super) static FUNCTIONS: &[JsonFunction] = &[
    JsonFunction::new("ms_jsonb_concat", &[JsonArgument, JsonArgument], Output::Jsonb, |a, row| {
        Ok(Some(concat(a.tree(0, row)?, a.tree(1, row)?)?.into()))
    }),
    JsonFunction::new("ms_jsonb_delete", &[JsonArgument, TextOrInt], Output::Jsonb, delete),
    JsonFunction::new("ms_jsonb_delete_keys", &[JsonArgument, Texts], Output::Jsonb, |a, row| {
        let keys = a.texts(1, row);
        let is_kept = |key: &str| !keys.iter().flatten().any(|k| k == key);
        Ok(Some(without_keys(a.tree(0, row)?, is_kept)?.into()))
    }),
    JsonFunction::new("ms_jsonb_delete_path", &[JsonArgument, Texts], Output::Jsonb, delete_path),
    JsonFunction::new("jsonb_delete_path", &[JsonArgument, Texts], Output::Jsonb, delete_path),
    JsonFunction::new("jsonb_set", &[JsonArgument, Texts, JsonArgument, Bool], Output::Jsonb, set)
        .at_least(3),
    JsonFunction::new("jsonb_insert", &[JsonArgument, Texts, JsonArgument, Bool], Output::Jsonb, insert)
        .at_least(3),
    JsonFunction::new("jsonb_strip_nulls", &[JsonArgument], Output::Jsonb, strip),
    JsonFunction::new("json_strip_nulls", &[JsonArgument], Output::Json, strip),
];

fn wrong(message: impl Into<String>) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
}

fn concat(a: Json, b: Json) -> Result<Json> {
    Ok(match (a, b) {
        (Json::Object(a), Json::Object(b)) => Json::object(a.into_iter().chain(b).collect()),
        (Json::Object(a), b) if !matches!(b, Json::Array(_)) => {
            let _ = (a, b);
            return Err(wrong("invalid concatenation of jsonb objects"));
        }
        (a, Json::Object(b)) if !matches!(a, Json::Array(_)) => {
            let _ = (a, b);
            return Err(wrong("invalid concatenation of jsonb objects"));
        }
        (a, b) => {
            let items = |value: Json| match value {
                Json::Array(items) => items,
                other => vec![other],
            };
            Json::Array(items(a).into_iter().chain(items(b)).collect())
        }
    })
}

fn without_keys(tree: Json, is_kept: impl Fn(&str) -> bool) -> Result<Json> {
    match tree {
        Json::Object(entries) => Ok(Json::Object(entries.into_iter().filter(|(k, _)| is_kept(k)).collect())),
        Json::Array(items) => {
            let stays = |item: &Json| !matches!(item, Json::String(text) if !is_kept(text));
            Ok(Json::Array(items.into_iter().filter(stays).collect()))
        }
        _ => Err(wrong("cannot delete from scalar")),
    }
}

fn delete(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let tree = a.tree(0, row)?;
    if a.is_text(1) {
        let key = a.text(1, row);
        return Ok(Some(without_keys(tree, |k| k != key)?.into()));
    }
    match tree {
        Json::Array(mut items) => {
            if let Some(at) = position(items.len(), a.int(1, row)) {
                items.remove(at);
            }
            Ok(Some(Json::Array(items).into()))
        }
        Json::Object(_) => Err(wrong("cannot delete from object using integer index")),
        _ => Err(wrong("cannot delete from scalar")),
    }
}

/// An index that counts from the end if it is negative; `None` outside.
fn position(length: usize, index: i64) -> Option<usize> {
    let index = if index < 0 { index + length as i64 } else { index };
    usize::try_from(index).ok().filter(|i| *i < length)
}

/// A path without NULLs.
fn path(a: &Arguments, index: usize, row: usize) -> Result<Vec<String>> {
    let steps = a.texts(index, row).into_iter().enumerate();
    let step = |(i, step): (usize, Option<String>)| {
        step.ok_or_else(|| {
            Error::new(SqlState("22004"), format!("path element at position {} is null", i + 1))
        })
    };
    steps.map(step).collect()
}

fn integer(step: &str, place: usize) -> Result<i64> {
    step.trim().parse().map_err(|_| {
        let message = format!("path element at position {} is not an integer: \"{step}\"", place + 1);
        Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message)
    })
}

fn delete_path(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let mut tree = a.tree(0, row)?;
    if !tree.is_container() {
        return Err(wrong("cannot delete path in scalar"));
    }
    delete_at(&mut tree, &path(a, 1, row)?, 0)?;
    Ok(Some(tree.into()))
}

fn delete_at(tree: &mut Json, path: &[String], place: usize) -> Result<()> {
    let Some(step) = path.get(place) else { return Ok(()) };
    let is_last = place + 1 == path.len();
    match tree {
        Json::Object(entries) => match entries.iter().position(|(k, _)| k == step) {
            Some(at) if is_last => drop(entries.remove(at)),
            Some(at) => delete_at(&mut entries[at].1, path, place + 1)?,
            None => {}
        },
        Json::Array(items) => match position(items.len(), integer(step, place)?) {
            Some(at) if is_last => drop(items.remove(at)),
            Some(at) => delete_at(&mut items[at], path, place + 1)?,
            None => {}
        },
        _ => {}
    }
    Ok(())
}

/// How the end of a path is written.
struct Write {
    value: Json,
    /// A key or position that is not there is made.
    create: bool,
    /// `jsonb_insert`: nothing is replaced; behind the position, or before it.
    insert_after: Option<bool>,
}

fn set(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let create = a.len() < 4 || a.bool(3, row);
    write(a, row, Write { value: a.tree(2, row)?, create, insert_after: None })
}

fn insert(a: &Arguments, row: usize) -> Result<Option<Value>> {
    let after = a.len() == 4 && a.bool(3, row);
    write(a, row, Write { value: a.tree(2, row)?, create: true, insert_after: Some(after) })
}

fn write(a: &Arguments, row: usize, write: Write) -> Result<Option<Value>> {
    let mut tree = a.tree(0, row)?;
    if !tree.is_container() {
        return Err(wrong("cannot set path in scalar"));
    }
    write_at(&mut tree, &path(a, 1, row)?, 0, &write)?;
    Ok(Some(tree.into()))
}

fn write_at(tree: &mut Json, path: &[String], place: usize, write: &Write) -> Result<()> {
    let Some(step) = path.get(place) else { return Ok(()) };
    let is_last = place + 1 == path.len();
    match tree {
        Json::Object(entries) => match entries.iter_mut().find(|(k, _)| k == step) {
            Some(_) if is_last && write.insert_after.is_some() => {
                return Err(wrong("cannot replace existing key")
                    .with_hint("Try using the function jsonb_set to replace key value."));
            }
            Some((_, value)) if is_last => *value = write.value.clone(),
            Some((_, value)) => write_at(value, path, place + 1, write)?,
            None if is_last && write.create => {
                let mut all = std::mem::take(entries);
                all.push((step.clone(), write.value.clone()));
                *tree = Json::object(all);
            }
            None => {}
        },
        Json::Array(items) => {
            let index = integer(step, place)?;
            match position(items.len(), index) {
                Some(at) if is_last => match write.insert_after {
                    Some(after) => items.insert(at + usize::from(after), write.value.clone()),
                    None => items[at] = write.value.clone(),
                },
                Some(at) => write_at(&mut items[at], path, place + 1, write)?,
                None if is_last && write.create && index < 0 => items.insert(0, write.value.clone()),
                None if is_last && write.create => items.push(write.value.clone()),
                None => {}
            }
        }
        _ => {}
    }
    Ok(())
}

fn strip(a: &Arguments, row: usize) -> Result<Option<Value>> {
    Ok(Some(without_nulls(a.tree(0, row)?).into()))
}

fn without_nulls(tree: Json) -> Json {
    match tree {
        Json::Object(entries) => {
            let kept = entries.into_iter().filter(|(_, v)| *v != Json::Null);
            Json::Object(kept.map(|(k, v)| (k, without_nulls(v))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(without_nulls).collect()),
        scalar => scalar,
    }
}
