//! `pg_type`, `pg_proc` and other relations about the language.

use arrow::array::RecordBatch;

use crate::catalog::system::builtin::{
    BuiltinFunction, builtin_functions, builtin_types, data_lines, postgres_type,
};
use crate::catalog::system::constant::{DEFAULT_COLLATION, OWNER, PG_CATALOG, PUBLIC};
use crate::catalog::system::entry::schema_oid;
use crate::catalog::system::table::Source;
use crate::catalog::{FunctionProperties, Object};
use crate::types::Result;

pub fn pg_type(source: &Source) -> Result<RecordBatch> {
    source
        .rows(builtin_types())
        .set("oid", |t| t.oid)
        .set("typname", |t| t.name)
        .set("typnamespace", |_| PG_CATALOG)
        .set("typowner", |_| OWNER)
        .set("typlen", |t| t.length)
        .set("typbyval", |t| t.by_value)
        .set("typtype", |t| t.kind)
        .set("typcategory", |t| t.category)
        .set("typispreferred", |t| t.preferred)
        .set("typisdefined", |_| true)
        .set("typdelim", |t| if t.name == "box" || t.name == "_box" { ";" } else { "," })
        .set("typelem", |t| t.element)
        .set("typarray", |t| t.array)
        .set("typinput", |t| t.functions[0])
        .set("typoutput", |t| t.functions[1])
        .set("typreceive", |t| t.functions[2])
        .set("typsend", |t| t.functions[3])
        .set("typalign", |t| t.alignment)
        .set("typstorage", |t| t.storage)
        .set("typtypmod", |_| -1)
        .set("typcollation", |t| t.collation)
        .finish()
}

/// The languages of built-in functions and of users' ones.
const INTERNAL: u32 = 12;
const SQL: u32 = 14;

/// One row of `pg_proc`.
struct Procedure {
    oid: u32,
    name: String,
    schema: u32,
    language: u32,
    kind: &'static str,
    strict: bool,
    returns_set: bool,
    volatility: String,
    result: u32,
    arguments: Vec<u32>,
    source: String,
}

pub fn pg_proc(source: &Source) -> Result<RecordBatch> {
    let users = source.snapshot.objects().filter_map(|o| Some(procedure(source, o, o.function()?)));
    let all: Vec<Procedure> = builtin_functions().iter().map(builtin).chain(users).collect();
    source
        .rows(&all)
        .set("oid", |f| f.oid)
        .set("proname", |f| f.name.as_str())
        .set("pronamespace", |f| f.schema)
        .set("proowner", |_| OWNER)
        .set("prolang", |f| f.language)
        .set("procost", |_| 1)
        .set("prokind", |f| f.kind)
        .set("proisstrict", |f| f.strict)
        .set("proretset", |f| f.returns_set)
        .set("provolatile", |f| f.volatility.as_str())
        .set("proparallel", |_| "s")
        .set("pronargs", |f| f.arguments.len() as i64)
        .set("prorettype", |f| f.result)
        .set("proargtypes", |f| f.arguments.clone())
        .set("prosrc", |f| f.source.as_str())
        .finish()
}

fn builtin(function: &BuiltinFunction) -> Procedure {
    Procedure {
        oid: function.oid,
        name: function.name.to_string(),
        schema: PG_CATALOG,
        language: INTERNAL,
        kind: function.kind,
        strict: true,
        returns_set: function.returns_set,
        volatility: function.volatility.to_string(),
        result: function.result,
        arguments: function.arguments.clone(),
        source: function.name.to_string(),
    }
}

fn procedure(source: &Source, object: &Object, function: &FunctionProperties) -> Procedure {
    Procedure {
        oid: object.id.0,
        name: object.name.clone(),
        schema: schema_oid(source.snapshot, &object.schema).unwrap_or(PUBLIC),
        language: SQL,
        kind: "f",
        strict: function.strict,
        returns_set: false,
        volatility: function.volatility.to_string(),
        result: postgres_type(&function.result).oid,
        arguments: function.types().iter().map(|t| postgres_type(t).oid).collect(),
        source: function.body.clone(),
    }
}

pub fn pg_collation(source: &Source) -> Result<RecordBatch> {
    let collations = [(DEFAULT_COLLATION, "default", "d"), (950, "C", "c"), (951, "POSIX", "c")];
    source
        .rows(&collations)
        .set("oid", |c| c.0)
        .set("collname", |c| c.1)
        .set("collnamespace", |_| PG_CATALOG)
        .set("collowner", |_| OWNER)
        .set("collprovider", |c| c.2)
        .set("collisdeterministic", |_| true)
        .set("collencoding", |_| -1)
        .finish()
}

pub fn pg_get_keywords(source: &Source) -> Result<RecordBatch> {
    let words: Vec<(&str, &str)> =
        data_lines(include_str!("../data/keywords.txt")).filter_map(|line| line.split_once(' ')).collect();
    source
        .rows(&words)
        .set("word", |(word, _)| *word)
        .set("catcode", |(_, category)| *category)
        .set("barelabel", |_| true)
        .set("catdesc", |(_, category)| match *category {
            "U" => "unreserved",
            "C" => "unreserved (cannot be function or type name)",
            "T" => "reserved (can be function or type name)",
            _ => "reserved",
        })
        .set("baredesc", |_| "can be bare label")
        .finish()
}
