//! The relations of `information_schema` that have rows. Materialized views,
//! which the standard does not know, are listed too, under their own type.

use arrow::array::RecordBatch;

use super::builtin::{format_type, type_by_oid};
use super::entry::{Attribute, Entry, entries, schemas, user_entries};
use super::table::{Filler, Source};
use crate::types::Result;

/// The function that fills a relation of `information_schema`.
pub fn filler(name: &str) -> Option<Filler> {
    Some(match name {
        "schemata" => schemata,
        "tables" => tables,
        "columns" => columns,
        "views" => views,
        "key_column_usage" => key_column_usage,
        "constraint_column_usage" => constraint_column_usage,
        "table_constraints" => table_constraints,
        "information_schema_catalog_name" => catalog_name,
        "enabled_roles" => enabled_roles,
        _ => return None,
    })
}

fn schemata(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&schemas(source.snapshot))
        .set("catalog_name", |_| source.context.database.as_str())
        .set("schema_name", |(name, _)| name.as_str())
        .set("schema_owner", |_| source.context.user.as_str())
        .finish()
}

fn tables(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    let tables: Vec<&Entry> = entries.iter().filter(|e| e.kind != "i").collect();
    source
        .rows(&tables)
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |e| e.schema.as_str())
        .set("table_name", |e| e.name.as_str())
        .set("table_type", |e| match e.kind {
            "f" => "FOREIGN",
            "v" => "VIEW",
            "m" => "MATERIALIZED VIEW",
            _ => "BASE TABLE",
        })
        .set("is_insertable_into", |e| yes_or_no(e.kind == "r" && e.object.is_some()))
        .set("is_typed", |_| "NO")
        .finish()
}

fn columns(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    let tables = entries.iter().filter(|e| e.kind != "i");
    let columns: Vec<(&Entry, &Attribute)> =
        tables.flat_map(|e| e.columns.iter().map(move |c| (e, c))).collect();
    source
        .rows(&columns)
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |(e, _)| e.schema.as_str())
        .set("table_name", |(e, _)| e.name.as_str())
        .set("column_name", |(_, c)| c.name.as_str())
        .set("ordinal_position", |(_, c)| c.number)
        .set("column_default", |(_, c)| c.expression.clone().filter(|_| !c.generated))
        .set("is_nullable", |(_, c)| yes_or_no(!c.not_null))
        .set("data_type", |(_, c)| data_type(c))
        .set("numeric_precision", |(_, c)| numeric_precision(c))
        .set("numeric_precision_radix", |(_, c)| numeric_precision(c).map(|_| 2))
        .set("numeric_scale", |(_, c)| numeric_precision(c).filter(|_| is_integer(c)).map(|_| 0))
        .set("datetime_precision", |(_, c)| datetime_precision(c))
        .set("udt_catalog", |_| source.context.database.as_str())
        .set("udt_schema", |_| "pg_catalog")
        .set("udt_name", |(_, c)| type_by_oid(c.type_name.oid).map(|t| t.name))
        .set("dtd_identifier", |(_, c)| c.number.to_string())
        .set("is_self_referencing", |_| "NO")
        .set("is_identity", |_| "NO")
        .set("identity_cycle", |_| "NO")
        .set("is_generated", |(_, c)| if c.generated { "ALWAYS" } else { "NEVER" })
        .set("generation_expression", |(_, c)| c.expression.clone().filter(|_| c.generated))
        .set("is_updatable", |(e, _)| yes_or_no(e.kind == "r" && e.object.is_some()))
        .finish()
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "YES" } else { "NO" }
}

fn data_type(column: &Attribute) -> String {
    match type_by_oid(column.type_name.oid) {
        Some(t) if t.category == "A" => "ARRAY".to_string(),
        _ => format_type(column.type_name.oid, None),
    }
}

fn is_integer(column: &Attribute) -> bool {
    matches!(column.type_name.oid, 20 | 21 | 23)
}

/// In bits, as PostgreSQL reports it for binary numbers.
fn numeric_precision(column: &Attribute) -> Option<i32> {
    match column.type_name.oid {
        21 => Some(16),
        23 => Some(32),
        20 => Some(64),
        700 => Some(24),
        701 => Some(53),
        _ => None,
    }
}

fn datetime_precision(column: &Attribute) -> Option<i32> {
    match column.type_name.oid {
        1082 => Some(0),
        1083 | 1114 | 1184 | 1186 => Some(6),
        _ => None,
    }
}

fn views(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let views: Vec<&Entry> = entries.iter().filter(|e| e.kind == "v").collect();
    source
        .rows(&views)
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |e| e.schema.as_str())
        .set("table_name", |e| e.name.as_str())
        .set("view_definition", |e| e.query())
        .set("check_option", |_| "NONE")
        .set("is_updatable", |_| "NO")
        .set("is_insertable_into", |_| "NO")
        .set("is_trigger_updatable", |_| "NO")
        .set("is_trigger_deletable", |_| "NO")
        .set("is_trigger_insertable_into", |_| "NO")
        .finish()
}

/// Each column of each primary key, with its place in the key from 1.
fn key_columns(entries: &[Entry]) -> Vec<(&Entry, i64, &str)> {
    let tables = entries.iter().filter(|e| e.index_of.is_none());
    tables
        .flat_map(|e| (1..).zip(e.key_columns(entries)).map(move |(place, name)| (e, place, name)))
        .collect()
}

fn key_column_usage(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    source
        .rows(&key_columns(&entries))
        .set("constraint_catalog", |_| source.context.database.as_str())
        .set("constraint_schema", |(e, ..)| e.schema.as_str())
        .set("constraint_name", |(e, ..)| format!("{}_pkey", e.name))
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |(e, ..)| e.schema.as_str())
        .set("table_name", |(e, ..)| e.name.as_str())
        .set("column_name", |(.., name)| *name)
        .set("ordinal_position", |(_, place, _)| *place)
        .finish()
}

fn constraint_column_usage(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    source
        .rows(&key_columns(&entries))
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |(e, ..)| e.schema.as_str())
        .set("table_name", |(e, ..)| e.name.as_str())
        .set("column_name", |(.., name)| *name)
        .set("constraint_catalog", |_| source.context.database.as_str())
        .set("constraint_schema", |(e, ..)| e.schema.as_str())
        .set("constraint_name", |(e, ..)| format!("{}_pkey", e.name))
        .finish()
}

fn table_constraints(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let keyed: Vec<&Entry> = entries.iter().filter(|e| e.index_of.is_none() && !e.key.is_empty()).collect();
    source
        .rows(&keyed)
        .set("constraint_catalog", |_| source.context.database.as_str())
        .set("constraint_schema", |e| e.schema.as_str())
        .set("constraint_name", |e| format!("{}_pkey", e.name))
        .set("table_catalog", |_| source.context.database.as_str())
        .set("table_schema", |e| e.schema.as_str())
        .set("table_name", |e| e.name.as_str())
        .set("constraint_type", |_| "PRIMARY KEY")
        .set("is_deferrable", |_| "NO")
        .set("initially_deferred", |_| "NO")
        .set("enforced", |_| "YES")
        .finish()
}

fn catalog_name(source: &Source) -> Result<RecordBatch> {
    source.rows(&[()]).set("catalog_name", |_| source.context.database.as_str()).finish()
}

fn enabled_roles(source: &Source) -> Result<RecordBatch> {
    source.rows(&[()]).set("role_name", |_| source.context.user.as_str()).finish()
}
