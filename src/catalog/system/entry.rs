//! Everything that `pg_class` lists, in one form: users' relations, the index
//! of each primary key, and the system relations themselves.

use std::sync::Arc;

use super::builtin::{TypeName, postgres_type, type_by_name};
use super::constant::{
    BTREE, HEAP, INFORMATION_SCHEMA, KEY_INDEX_OFFSET, PG_CATALOG, PUBLIC, RW_CATALOG, SYSTEM_SCHEMAS,
};
use super::relation::system_relations;
use crate::catalog::{Object, ObjectKind, Snapshot};

/// One row of `pg_class`, with its columns.
#[derive(Clone, Debug)]
pub struct Entry {
    pub oid: u32,
    pub name: String,
    pub schema: String,
    pub schema_oid: u32,
    /// `r` table, `f` source, `v` view, `m` materialized view, `i` index.
    pub kind: &'static str,
    pub columns: Vec<Attribute>,
    /// Positions from 1 of the primary key's columns: of the table itself, and
    /// for an index of the columns it is on.
    pub key: Vec<i16>,
    /// For an index: its table's OID.
    pub index_of: Option<u32>,
    /// For users' relations.
    pub object: Option<Arc<Object>>,
}

/// One row of `pg_attribute`.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: String,
    /// From 1.
    pub number: i16,
    pub type_name: TypeName,
    pub not_null: bool,
    /// `DEFAULT` or `AS`, as SQL text.
    pub expression: Option<String>,
    /// The expression is of a generated column.
    pub generated: bool,
}

/// One row of `pg_namespace`.
pub fn schemas(snapshot: &Snapshot) -> Vec<(String, u32)> {
    let system = SYSTEM_SCHEMAS.iter().map(|(name, oid)| (name.to_string(), *oid));
    system.chain(snapshot.schemas().map(|(name, id)| (name.to_string(), id.0))).collect()
}

/// The OID of a schema.
pub fn schema_oid(snapshot: &Snapshot, name: &str) -> Option<u32> {
    match name {
        "pg_catalog" => Some(PG_CATALOG),
        "information_schema" => Some(INFORMATION_SCHEMA),
        "rw_catalog" => Some(RW_CATALOG),
        _ => snapshot.schemas().find(|(n, _)| *n == name).map(|(_, id)| id.0),
    }
}

/// Everything in `pg_class`: users' relations first.
pub fn entries(snapshot: &Snapshot) -> Vec<Entry> {
    let mut entries = user_entries(snapshot);
    entries.extend(system_relations().iter().map(|relation| {
        let columns = relation.columns.iter().zip(1..).map(|(column, number)| Attribute {
            name: column.name.to_string(),
            number,
            type_name: TypeName {
                oid: type_by_name(&format!("\"{}\"", column.type_name)).map_or(25, |t| t.oid),
                modifier: -1,
            },
            not_null: column.not_null,
            expression: None,
            generated: false,
        });
        Entry {
            oid: relation.oid,
            name: relation.name.to_string(),
            schema: relation.schema.to_string(),
            schema_oid: schema_oid(snapshot, relation.schema).unwrap_or(PG_CATALOG),
            kind: relation.kind,
            columns: columns.collect(),
            key: Vec::new(),
            index_of: None,
            object: None,
        }
    }));
    entries
}

/// Users' relations, and the indexes of their primary keys.
pub fn user_entries(snapshot: &Snapshot) -> Vec<Entry> {
    let mut entries = Vec::new();
    for object in snapshot.objects().filter(|o| o.is_relation()) {
        let table = object_entry(snapshot, object);
        if !table.key.is_empty() {
            entries.push(key_index(&table));
        }
        entries.push(table);
    }
    entries
}

fn object_entry(snapshot: &Snapshot, object: &Arc<Object>) -> Entry {
    let (kind, key): (_, &[usize]) = match &object.kind {
        ObjectKind::Table(properties) => ("r", &properties.primary_key),
        ObjectKind::Source(_) => ("f", &[]),
        ObjectKind::View(_) => ("v", &[]),
        ObjectKind::MaterializedView(_) | ObjectKind::Sink(_) | ObjectKind::Function(_) => ("m", &[]),
    };
    let visible = object.columns.iter().enumerate().filter(|(_, c)| !c.hidden);
    let columns = visible.map(|(index, column)| Attribute {
        name: column.name.clone(),
        number: position(index),
        type_name: postgres_type(&column.data_type),
        not_null: !column.nullable || key.contains(&index),
        expression: column.generated.clone().or_else(|| column.default.clone()),
        generated: column.generated.is_some(),
    });
    Entry {
        oid: object.id.0,
        name: object.name.clone(),
        schema: object.schema.clone(),
        schema_oid: schema_oid(snapshot, &object.schema).unwrap_or(PUBLIC),
        kind,
        columns: columns.collect(),
        key: key.iter().map(|index| position(*index)).collect(),
        index_of: None,
        object: Some(object.clone()),
    }
}

fn key_index(table: &Entry) -> Entry {
    let on = table.key.iter().filter_map(|number| table.columns.iter().find(|c| c.number == *number));
    let columns = on.zip(1..).map(|(column, number)| Attribute {
        number,
        not_null: false,
        expression: None,
        generated: false,
        ..column.clone()
    });
    Entry {
        oid: table.oid + KEY_INDEX_OFFSET,
        name: format!("{}_pkey", table.name),
        schema: table.schema.clone(),
        schema_oid: table.schema_oid,
        kind: "i",
        columns: columns.collect(),
        key: table.key.clone(),
        index_of: Some(table.oid),
        object: None,
    }
}

fn position(index: usize) -> i16 {
    i16::try_from(index + 1).unwrap_or(i16::MAX)
}

impl Entry {
    /// The access method, 0 for relations without storage.
    pub fn access_method(&self) -> u32 {
        match self.kind {
            "i" => BTREE,
            "r" | "m" => HEAP,
            _ => 0,
        }
    }

    /// The names of the primary key's columns.
    pub fn key_columns<'a>(&'a self, entries: &'a [Entry]) -> Vec<&'a str> {
        let table = match self.index_of {
            Some(oid) => entries.iter().find(|e| e.oid == oid),
            None => Some(self),
        };
        let Some(table) = table else { return Vec::new() };
        let column = |number: &i16| table.columns.iter().find(|c| c.number == *number);
        self.key.iter().filter_map(column).map(|c| c.name.as_str()).collect()
    }

    /// `COMMENT ON`.
    pub fn comment(&self) -> Option<&str> {
        self.object.as_ref().and_then(|o| o.comment.as_deref())
    }

    /// The query of a view or materialized view.
    pub fn query(&self) -> Option<&str> {
        match &self.object.as_ref()?.kind {
            ObjectKind::View(v) | ObjectKind::MaterializedView(v) => Some(&v.query),
            _ => None,
        }
    }
}
