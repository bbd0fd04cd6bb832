//! `regclass` and its kin: names that stand for OIDs.
//!
//! Arrow has no such types, so the rewriter turns each cast into a call:
//! [`NAME_TO_OID`] for `'t'::regclass`, [`OID_TO_NAME`] for `oid::regclass`.

use super::SystemContext;
use super::builtin::{builtin_functions, format_type, type_by_name, type_by_oid};
use super::constant::OWNER;
use super::entry::{Entry, entries, schemas};
use crate::catalog::{Object, Snapshot};
use crate::expr::sql_name;
use crate::types::{Error, ObjectId, Result, SqlState};

/// The `reg…` types, with the functions from name to OID and back.
pub const REG_TYPES: [(&str, &str, &str); 8] = [
    ("regclass", "ms_regclass_oid", "ms_regclass_name"),
    ("regtype", "ms_regtype_oid", "ms_regtype_name"),
    ("regproc", "ms_regproc_oid", "ms_regproc_name"),
    ("regprocedure", "ms_regproc_oid", "ms_regproc_name"),
    ("regoper", "ms_regoper_oid", "ms_regoper_name"),
    ("regoperator", "ms_regoperator_oid", "ms_regoperator_name"),
    ("regnamespace", "ms_regnamespace_oid", "ms_regnamespace_name"),
    ("regrole", "ms_regrole_oid", "ms_regrole_name"),
];

/// A name as typed, taken apart: the schema, if any, and the name, unquoted or folded.
pub fn split_name(text: &str) -> (Option<String>, String) {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => {
                let part = parts.last_mut().expect("there is always a last part");
                if quoted { part.push(c) } else { part.extend(c.to_lowercase()) }
            }
        }
    }
    let name = parts.pop().unwrap_or_default();
    (parts.pop(), name)
}

/// The entry that a name, perhaps qualified, means.
pub fn find_relation<'a>(entries: &'a [Entry], context: &SystemContext, text: &str) -> Option<&'a Entry> {
    let (schema, name) = split_name(text);
    let in_schema = |schema: &str| entries.iter().find(|e| e.name == name && e.schema == schema);
    match schema {
        Some(schema) => in_schema(&schema),
        None => search_schemas(context).find_map(in_schema),
    }
}

/// Where unqualified names are looked up: `rw_catalog` last, and silently.
fn search_schemas(context: &SystemContext) -> impl Iterator<Item = &str> {
    visible_schemas(context).chain(["rw_catalog"])
}

/// The search path with the catalog that is always in it.
pub fn visible_schemas(context: &SystemContext) -> impl Iterator<Item = &str> {
    ["pg_catalog"].into_iter().chain(context.search_path.iter().map(String::as_str))
}

/// Is it found without a schema? Another one earlier in the path would hide it.
/// The dialect's own catalog is left out, so that clients list users' objects.
pub fn is_visible(entries: &[Entry], context: &SystemContext, entry: &Entry) -> bool {
    let found = visible_schemas(context)
        .find_map(|schema| entries.iter().find(|e| e.name == entry.name && e.schema == schema));
    found.is_some_and(|e| e.oid == entry.oid)
}

/// From a name, or a number written as text, to an OID.
pub fn name_to_oid(reg: &str, text: &str, snapshot: &Snapshot, context: &SystemContext) -> Result<u32> {
    if let Ok(oid) = text.trim().parse::<u32>() {
        return Ok(oid);
    }
    if text.trim() == "-" {
        return Ok(0);
    }
    let missing = |code, what: &str| Error::new(code, format!("{what} \"{}\" does not exist", text.trim()));
    match reg {
        "regclass" => find_relation(&entries(snapshot), context, text)
            .map(|e| e.oid)
            .ok_or_else(|| missing(SqlState::UNDEFINED_TABLE, "relation")),
        "regtype" => {
            type_by_name(text).map(|t| t.oid).ok_or_else(|| missing(SqlState::UNDEFINED_OBJECT, "type"))
        }
        "regnamespace" => {
            let (_, name) = split_name(text);
            let found = schemas(snapshot).into_iter().find(|(n, _)| *n == name).map(|(_, oid)| oid);
            found.ok_or_else(|| missing(SqlState::INVALID_SCHEMA_NAME, "schema"))
        }
        "regoper" | "regoperator" => Err(missing(SqlState::UNDEFINED_FUNCTION, "operator")),
        "regrole" => {
            let (_, name) = split_name(text);
            let known = name == context.user;
            known.then_some(OWNER).ok_or_else(|| missing(SqlState::UNDEFINED_OBJECT, "role"))
        }
        _ => match users_function(text, snapshot)? {
            Some(oid) => Ok(oid),
            None => {
                let (_, name) = split_name(text.split('(').next().unwrap_or(text));
                let found = builtin_functions().iter().find(|f| f.name == name).map(|f| f.oid);
                found.ok_or_else(|| missing(SqlState::UNDEFINED_FUNCTION, "function"))
            }
        },
    }
}

/// The function of a user that `f` or `f(type, …)` means.
fn users_function(text: &str, snapshot: &Snapshot) -> Result<Option<u32>> {
    let (name, types) = match text.split_once('(') {
        Some((name, types)) => (name, Some(types.trim_end().trim_end_matches(')'))),
        None => (text, None),
    };
    let (schema, name) = split_name(name);
    let wanted: Option<Vec<&str>> =
        types.map(|types| types.split(',').map(str::trim).filter(|t| !t.is_empty()).collect());
    let takes = |object: &Object| match (&wanted, object.function()) {
        (Some(wanted), Some(function)) => {
            let known = function.types();
            known.len() == wanted.len()
                && known
                    .iter()
                    .zip(wanted)
                    .all(|(known, wanted)| sql_name(known).eq_ignore_ascii_case(wanted))
        }
        (None, function) => function.is_some(),
        _ => false,
    };
    let mut found = snapshot.functions(schema.as_deref(), &name);
    found.retain(|object| takes(object));
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.id.0)),
        _ => Err(Error::new(
            SqlState::AMBIGUOUS_FUNCTION,
            format!("more than one function named \"{}\"", text.trim()),
        )),
    }
}

/// From an OID to the name; an OID that stands for nothing stays a number.
pub fn oid_to_name(reg: &str, oid: u32, snapshot: &Snapshot, context: &SystemContext) -> String {
    if oid == 0 {
        return "-".to_string();
    }
    let name = match reg {
        "regclass" => {
            let entries = entries(snapshot);
            entries.iter().find(|e| e.oid == oid).map(|e| {
                let name = quote_identifier(&e.name);
                let visible = is_visible(&entries, context, e);
                if visible { name } else { format!("{}.{name}", quote_identifier(&e.schema)) }
            })
        }
        "regtype" => type_by_oid(oid).map(|_| format_type(oid, None)),
        "regnamespace" => {
            schemas(snapshot).into_iter().find(|(_, o)| *o == oid).map(|(n, _)| quote_identifier(&n))
        }
        "regoper" | "regoperator" => None,
        "regrole" => (oid == OWNER).then(|| quote_identifier(&context.user)),
        _ => {
            let of_user = snapshot.get(ObjectId(oid)).filter(|o| o.function().is_some());
            let builtin = || builtin_functions().iter().find(|f| f.oid == oid).map(|f| f.name.to_string());
            of_user.map(|o| quote_identifier(&o.name)).or_else(builtin)
        }
    };
    name.unwrap_or_else(|| oid.to_string())
}

/// A name as SQL text: quoted where it must be.
pub fn quote_identifier(name: &str) -> String {
    let plain_start = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain_start && plain && !is_reserved(name) {
        return name.to_string();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_reserved(name: &str) -> bool {
    let words = super::builtin::data_lines(include_str!("data/keywords.txt"));
    words.filter_map(|line| line.split_once(' ')).any(|(word, category)| word == name && category != "U")
}
