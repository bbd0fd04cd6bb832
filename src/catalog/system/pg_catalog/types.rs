//! `pg_type`, `pg_proc` and other relations about the language.

use arrow::array::RecordBatch;

use crate::catalog::system::builtin::{builtin_functions, builtin_types, data_lines};
use crate::catalog::system::constant::{DEFAULT_COLLATION, OWNER, PG_CATALOG};
use crate::catalog::system::table::Source;
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

/// The language of built-in functions.
const INTERNAL: u32 = 12;

pub fn pg_proc(source: &Source) -> Result<RecordBatch> {
    source
        .rows(builtin_functions())
        .set("oid", |f| f.oid)
        .set("proname", |f| f.name)
        .set("pronamespace", |_| PG_CATALOG)
        .set("proowner", |_| OWNER)
        .set("prolang", |_| INTERNAL)
        .set("procost", |_| 1)
        .set("prokind", |f| f.kind)
        .set("proisstrict", |_| true)
        .set("proretset", |f| f.returns_set)
        .set("provolatile", |f| f.volatility)
        .set("proparallel", |_| "s")
        .set("pronargs", |f| f.arguments.len() as i64)
        .set("prorettype", |f| f.result)
        .set("proargtypes", |f| f.arguments.clone())
        .set("prosrc", |f| f.name)
        .finish()
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
