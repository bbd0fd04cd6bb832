//! `pg_class` and the relations about columns, keys and comments.

use arrow::array::RecordBatch;

use crate::catalog::system::builtin::type_by_oid;
use crate::catalog::system::constant::{
    CLASS_OF_RELATIONS, DEFAULT_OFFSET, KEY_CONSTRAINT_OFFSET, KEY_INDEX_OFFSET, OWNER, SOURCE_SERVER,
};
use crate::catalog::system::entry::{Attribute, Entry, entries, user_entries};
use crate::catalog::system::table::Source;
use crate::types::Result;

pub fn pg_class(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    source
        .rows(&entries)
        .set("oid", |e| e.oid)
        .set("relname", |e| e.name.as_str())
        .set("relnamespace", |e| e.schema_oid)
        .set("relowner", |_| OWNER)
        .set("relam", Entry::access_method)
        .set("relfilenode", |e| if e.access_method() == 0 { 0 } else { e.oid })
        .set("reltuples", |_| -1)
        .set("relhasindex", |e| e.index_of.is_none() && !e.key.is_empty())
        .set("relpersistence", |_| "p")
        .set("relkind", |e| e.kind)
        .set("relnatts", |e| e.columns.len() as i64)
        .set("relhasrules", |e| matches!(e.kind, "v" | "m"))
        .set("relispopulated", |_| true)
        .set("relreplident", |e| {
            let of_a_user = e.schema != "pg_catalog" && matches!(e.kind, "r" | "m");
            if of_a_user { "d" } else { "n" }
        })
        .finish()
}

pub fn pg_attribute(source: &Source) -> Result<RecordBatch> {
    let entries = entries(source.snapshot);
    let columns: Vec<(&Entry, &Attribute)> =
        entries.iter().flat_map(|e| e.columns.iter().map(move |c| (e, c))).collect();
    let built_in = |c: &Attribute| type_by_oid(c.type_name.oid);
    source
        .rows(&columns)
        .set("attrelid", |(e, _)| e.oid)
        .set("attname", |(_, c)| c.name.as_str())
        .set("atttypid", |(_, c)| c.type_name.oid)
        .set("attstattarget", |_| -1)
        .set("attlen", |(_, c)| built_in(c).map_or(-1, |t| t.length))
        .set("attnum", |(_, c)| c.number)
        .set("attndims", |(_, c)| i64::from(built_in(c).is_some_and(|t| t.category == "A")))
        .set("attcacheoff", |_| -1)
        .set("atttypmod", |(_, c)| c.type_name.modifier)
        .set("attbyval", |(_, c)| built_in(c).is_some_and(|t| t.by_value))
        .set("attalign", |(_, c)| built_in(c).map_or("i", |t| t.alignment))
        .set("attstorage", |(_, c)| built_in(c).map_or("x", |t| t.storage))
        .set("attnotnull", |(_, c)| c.not_null)
        .set("atthasdef", |(_, c)| c.expression.is_some())
        .set("attgenerated", |(_, c)| if c.generated { "s" } else { "" })
        .set("attislocal", |_| true)
        .set("attcollation", |(_, c)| built_in(c).map_or(0, |t| t.collation))
        .finish()
}

pub fn pg_attrdef(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let defaults: Vec<(&Entry, &Attribute)> = entries
        .iter()
        .flat_map(|e| e.columns.iter().map(move |c| (e, c)))
        .filter(|(_, c)| c.expression.is_some())
        .collect();
    source
        .rows(&defaults)
        .set("oid", |(e, c)| DEFAULT_OFFSET.wrapping_add(e.oid).wrapping_add(2000 * c.number as u32))
        .set("adrelid", |(e, _)| e.oid)
        .set("adnum", |(_, c)| c.number)
        .set("adbin", |(_, c)| c.expression.clone())
        .finish()
}

pub fn pg_index(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let indexes: Vec<&Entry> = entries.iter().filter(|e| e.index_of.is_some()).collect();
    source
        .rows(&indexes)
        .set("indexrelid", |e| e.oid)
        .set("indrelid", |e| e.index_of)
        .set("indnatts", |e| e.key.len() as i64)
        .set("indnkeyatts", |e| e.key.len() as i64)
        .set("indisunique", |_| true)
        .set("indisprimary", |_| true)
        .set("indimmediate", |_| true)
        .set("indisvalid", |_| true)
        .set("indisready", |_| true)
        .set("indislive", |_| true)
        .set("indkey", |e| e.key.clone())
        .set("indcollation", |e| e.columns.iter().map(collation).collect::<Vec<u32>>())
        .set("indclass", |e| vec![0_u32; e.key.len()])
        .set("indoption", |e| vec![0_i16; e.key.len()])
        .finish()
}

fn collation(column: &Attribute) -> u32 {
    type_by_oid(column.type_name.oid).map_or(0, |t| t.collation)
}

pub fn pg_constraint(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let keyed: Vec<&Entry> = entries.iter().filter(|e| e.index_of.is_none() && !e.key.is_empty()).collect();
    source
        .rows(&keyed)
        .set("oid", |e| e.oid + KEY_CONSTRAINT_OFFSET)
        .set("conname", |e| format!("{}_pkey", e.name))
        .set("connamespace", |e| e.schema_oid)
        .set("contype", |_| "p")
        .set("convalidated", |_| true)
        .set("conrelid", |e| e.oid)
        .set("conindid", |e| e.oid + KEY_INDEX_OFFSET)
        .set("confupdtype", |_| " ")
        .set("confdeltype", |_| " ")
        .set("confmatchtype", |_| " ")
        .set("conislocal", |_| true)
        .set("connoinherit", |_| true)
        .set("conkey", |e| e.key.clone())
        .finish()
}

pub fn pg_description(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let described: Vec<&Entry> = entries.iter().filter(|e| e.comment().is_some()).collect();
    source
        .rows(&described)
        .set("objoid", |e| e.oid)
        .set("classoid", |_| CLASS_OF_RELATIONS)
        .set("description", |e| e.comment())
        .finish()
}

pub fn pg_foreign_table(source: &Source) -> Result<RecordBatch> {
    let entries = user_entries(source.snapshot);
    let sources: Vec<&Entry> = entries.iter().filter(|e| e.kind == "f").collect();
    source.rows(&sources).set("ftrelid", |e| e.oid).set("ftserver", |_| SOURCE_SERVER).finish()
}
