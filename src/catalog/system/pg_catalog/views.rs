//! PostgreSQL's readable views over the catalogs.

use arrow::array::RecordBatch;

use crate::catalog::system::entry::{Entry, entries, user_entries};
use crate::catalog::system::lookup::{index_definition, view_definition};
use crate::catalog::system::table::Source;
use crate::types::Result;

pub fn pg_tables(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    let tables: Vec<&Entry> = entries.iter().filter(|e| e.kind == "r").collect();
    source
        .rows(&tables)
        .set("schemaname", |e| e.schema.as_str())
        .set("tablename", |e| e.name.as_str())
        .set("tableowner", |_| source.context.user.as_str())
        .set("hasindexes", |e| !e.key.is_empty())
        .set("hasrules", |_| false)
        .set("hastriggers", |_| false)
        .set("rowsecurity", |_| false)
        .finish()
}

pub fn pg_views(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    let views: Vec<&Entry> = entries.iter().filter(|e| e.kind == "v").collect();
    source
        .rows(&views)
        .set("schemaname", |e| e.schema.as_str())
        .set("viewname", |e| e.name.as_str())
        .set("viewowner", |_| source.context.user.as_str())
        .set("definition", |e| view_definition(e))
        .finish()
}

pub fn pg_matviews(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let views: Vec<&Entry> = entries.iter().filter(|e| e.kind == "m").collect();
    source
        .rows(&views)
        .set("schemaname", |e| e.schema.as_str())
        .set("matviewname", |e| e.name.as_str())
        .set("matviewowner", |_| source.context.user.as_str())
        .set("hasindexes", |_| false)
        .set("ispopulated", |_| true)
        .set("definition", |e| view_definition(e))
        .finish()
}

pub fn pg_indexes(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let table = |index: &Entry| entries.iter().find(|e| Some(e.oid) == index.index_of);
    let indexes: Vec<&Entry> = entries.iter().filter(|e| e.index_of.is_some()).collect();
    source
        .rows(&indexes)
        .set("schemaname", |e| e.schema.as_str())
        .set("tablename", |e| table(e).map(|t| t.name.clone()))
        .set("indexname", |e| e.name.as_str())
        .set("indexdef", |e| index_definition(e, &entries, true))
        .finish()
}
