//! The relations of `rw_catalog` that have rows: what tools of the dialect ask.

use std::sync::Arc;

use arrow::array::RecordBatch;
use serde_json::json;

use super::builtin::{builtin_types, format_type, type_by_oid};
use super::constant::{DATABASE, OWNER, PUBLIC};
use super::entry::{Attribute, Entry, schema_oid, schemas, user_entries};
use super::relation::{SystemRelation, system_relations};
use super::rows::Rows;
use super::table::{Filler, Source};
use crate::catalog::{Object, ObjectKind};
use crate::types::Result;

/// The function that fills a relation of `rw_catalog`.
pub fn filler(name: &str) -> Option<Filler> {
    Some(match name {
        "rw_tables" => rw_tables,
        "rw_sources" => rw_sources,
        "rw_sinks" => rw_sinks,
        "rw_materialized_views" => rw_materialized_views,
        "rw_views" => rw_views,
        "rw_relations" => rw_relations,
        "rw_system_tables" => rw_system_tables,
        "rw_columns" => rw_columns,
        "rw_depend" => rw_depend,
        "rw_description" => rw_description,
        "rw_schemas" => rw_schemas,
        "rw_databases" => rw_databases,
        "rw_users" => rw_users,
        "rw_types" => rw_types,
        _ => return None,
    })
}

type Selected = Vec<Arc<Object>>;

fn select(source: &Source, wanted: fn(&ObjectKind) -> bool) -> Selected {
    source.snapshot.objects().filter(|o| wanted(&o.kind)).cloned().collect()
}

/// The columns that every kind of object has.
fn described<'a>(source: &'a Source<'a>, objects: &'a [Arc<Object>]) -> Rows<'a, Arc<Object>> {
    source
        .rows(objects)
        .set("id", |o| o.id.0)
        .set("name", |o| o.name.as_str())
        .set("schema_id", |o| schema_oid(source.snapshot, &o.schema).unwrap_or(PUBLIC))
        .set("owner", |_| OWNER)
        .set("definition", |o| o.sql.as_str())
}

fn rw_tables(source: &Source) -> Result<RecordBatch> {
    let tables = select(source, |kind| matches!(kind, ObjectKind::Table(_)));
    described(source, &tables)
        .set("append_only", |o| matches!(&o.kind, ObjectKind::Table(t) if t.append_only))
        .set("initialized_at", |o| o.created_at)
        .set("created_at", |o| o.created_at)
        .finish()
}

fn rw_sources(source: &Source) -> Result<RecordBatch> {
    let sources = select(source, |kind| matches!(kind, ObjectKind::Source(_)));
    described(source, &sources)
        .set("connector", |o| source_part(o, |s| s.connector.to_uppercase()))
        .set("columns", |o| o.columns.iter().map(|c| c.name.clone()).collect::<Vec<String>>())
        .set("format", |o| source_part(o, |s| s.format.as_ref().map(|f| f.0.clone())).flatten())
        .set("row_encode", |o| source_part(o, |s| s.format.as_ref().map(|f| f.1.clone())).flatten())
        .set("append_only", |o| {
            source_part(o, |s| s.format.as_ref().is_none_or(|f| f.0 == "PLAIN")).unwrap_or(true)
        })
        .set("initialized_at", |o| o.created_at)
        .set("created_at", |o| o.created_at)
        .set("is_shared", |_| true)
        .set("connector_props", |o| source_part(o, |s| json!(s.options).to_string()))
        .set("format_encode_options", |o| {
            source_part(o, |s| s.format.as_ref().map_or("{}".to_string(), |f| json!(f.2).to_string()))
        })
        .finish()
}

fn source_part<T>(object: &Object, part: impl Fn(&crate::catalog::SourceProperties) -> T) -> Option<T> {
    match &object.kind {
        ObjectKind::Source(properties) => Some(part(properties)),
        _ => None,
    }
}

fn rw_sinks(source: &Source) -> Result<RecordBatch> {
    let sinks = select(source, |kind| matches!(kind, ObjectKind::Sink(_)));
    described(source, &sinks)
        .set("connector", |o| match &o.kind {
            ObjectKind::Sink(s) => s.connector.to_uppercase(),
            _ => String::new(),
        })
        .set("sink_type", |o| match &o.kind {
            ObjectKind::Sink(s) => s.options.get("type").map_or("UPSERT".to_string(), |t| t.to_uppercase()),
            _ => String::new(),
        })
        .set("initialized_at", |o| o.created_at)
        .set("created_at", |o| o.created_at)
        .finish()
}

fn rw_materialized_views(source: &Source) -> Result<RecordBatch> {
    let views = select(source, |kind| matches!(kind, ObjectKind::MaterializedView(_)));
    described(source, &views)
        .set("append_only", |_| false)
        .set("initialized_at", |o| o.created_at)
        .set("created_at", |o| o.created_at)
        .finish()
}

fn rw_views(source: &Source) -> Result<RecordBatch> {
    described(source, &select(source, |kind| matches!(kind, ObjectKind::View(_)))).finish()
}

fn rw_relations(source: &Source) -> Result<RecordBatch> {
    described(source, &select(source, |_| true)).set("relation_type", |o| o.kind_name()).finish()
}

fn rw_system_tables(source: &Source) -> Result<RecordBatch> {
    let schema = |r: &SystemRelation| schema_oid(source.snapshot, r.schema);
    source
        .rows(system_relations())
        .set("id", |r| r.oid)
        .set("name", |r| r.name)
        .set("schema_id", schema)
        .set("owner", |_| OWNER)
        .finish()
}

fn rw_columns(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let relations = entries.iter().filter(|e| e.index_of.is_none());
    let columns: Vec<(&Entry, &Attribute)> =
        relations.flat_map(|e| e.columns.iter().map(move |c| (e, c))).collect();
    source
        .rows(&columns)
        .set("relation_id", |(e, _)| e.oid)
        .set("name", |(_, c)| c.name.as_str())
        .set("position", |(_, c)| c.number)
        .set("is_hidden", |_| false)
        .set("is_primary_key", |(e, c)| e.key.contains(&c.number))
        .set("is_distribution_key", |(e, c)| e.key.contains(&c.number))
        .set("is_generated", |(_, c)| c.generated)
        .set("is_nullable", |(_, c)| !c.not_null)
        .set("generation_expression", |(_, c)| c.expression.clone().filter(|_| c.generated))
        .set("data_type", |(_, c)| format_type(c.type_name.oid, None))
        .set("type_oid", |(_, c)| c.type_name.oid)
        .set("type_len", |(_, c)| type_by_oid(c.type_name.oid).map_or(-1, |t| t.length))
        .set("udt_type", |(_, c)| type_by_oid(c.type_name.oid).map_or("", |t| t.name))
        .finish()
}

fn rw_depend(source: &Source) -> Result<RecordBatch> {
    let edges: Vec<(u32, u32)> =
        source.snapshot.objects().flat_map(|o| o.depends_on.iter().map(move |on| (o.id.0, on.0))).collect();
    source.rows(&edges).set("objid", |e| e.0).set("refobjid", |e| e.1).finish()
}

fn rw_description(source: &Source) -> Result<RecordBatch> {
    let objects = select(source, |_| true);
    let commented: Selected = objects.into_iter().filter(|o| o.comment.is_some()).collect();
    source.rows(&commented).set("objoid", |o| o.id.0).set("description", |o| o.comment.clone()).finish()
}

fn rw_schemas(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&schemas(source.snapshot))
        .set("id", |(_, oid)| *oid)
        .set("name", |(name, _)| name.as_str())
        .set("owner", |_| OWNER)
        .finish()
}

fn rw_databases(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("id", |_| DATABASE)
        .set("name", |_| source.context.database.as_str())
        .set("owner", |_| OWNER)
        .set("resource_group", |_| "default")
        .finish()
}

fn rw_users(source: &Source) -> Result<RecordBatch> {
    source
        .rows(&[()])
        .set("id", |_| OWNER)
        .set("name", |_| source.context.user.as_str())
        .set("is_super", |_| true)
        .set("create_db", |_| true)
        .set("create_user", |_| true)
        .set("can_login", |_| true)
        .set("is_admin", |_| true)
        .finish()
}

fn rw_types(source: &Source) -> Result<RecordBatch> {
    source
        .rows(builtin_types())
        .set("id", |t| t.oid)
        .set("name", |t| t.sql_name)
        .set("input_oid", |t| t.functions[0].to_string())
        .set("typelem", |t| t.element)
        .set("typarray", |t| t.array)
        .finish()
}
