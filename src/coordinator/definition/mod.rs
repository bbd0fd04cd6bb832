//! From a parsed DDL statement to what the coordinator can make.
//!
//! Everything that can be wrong with a statement is found here, before anything
//! is made; the same code makes objects again after a restart, from their SQL.

mod function;
mod relation;
mod row;
mod sink;
mod view;

use std::sync::Arc;

use datafusion::sql::sqlparser::ast;

pub use function::{define_function, same_function};
pub use relation::{define_relation, define_table_as};
pub use sink::define_sink;
pub use view::{bind, define_view};

use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::dataflow::{IngestSpec, Sink, WatermarkSpec};
use crate::plan::stream::StreamNode;
use crate::types::{Error, ObjectId, Result, SqlState};

/// An object, and how to make it run.
#[derive(Clone)]
pub struct Definition {
    /// The object; its id and creation time are given by the coordinator.
    pub object: Object,
    /// How.
    pub running: Running,
}

/// How an object runs.
#[derive(Clone)]
pub enum Running {
    /// A table.
    Table(TableRules),
    /// A source: read when somebody wants its rows.
    Source(Arc<IngestSpec>),
    /// Nothing runs.
    View,
    /// A plan whose result is kept.
    MaterializedView(Arc<StreamNode>),
    /// A plan whose changes are written.
    Sink(Arc<StreamNode>, Arc<dyn Sink>),
}

/// What a table checks when it is written to.
#[derive(Clone, Default)]
pub struct TableRules {
    /// Event time.
    pub watermark: Option<WatermarkSpec>,
}

/// Schema and name of an object to be made; the schema must exist.
fn object_name(name: &ast::ObjectName, catalog: &Snapshot) -> Result<(String, String)> {
    let parts: Vec<&str> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.as_str()).collect();
    let (schema, name) = match parts.as_slice() {
        [name] => ("public", *name),
        [schema, name] | [_, schema, name] => (*schema, *name),
        _ => return Err(Error::new(SqlState::SYNTAX_ERROR, format!("improper qualified name: {name}"))),
    };
    if !catalog.has_schema(schema) {
        return Err(Error::new(SqlState::INVALID_SCHEMA_NAME, format!("schema \"{schema}\" does not exist"))
            .with_hint(format!("Create it first: CREATE SCHEMA {schema};")));
    }
    Ok((schema.to_string(), name.to_string()))
}

/// An object without columns, whose id and time the coordinator gives.
fn placeholder(schema: String, name: String, kind: ObjectKind, sql: &str) -> Object {
    Object {
        id: ObjectId(0),
        schema,
        name,
        kind,
        columns: vec![],
        sql: sql.to_string(),
        depends_on: vec![],
        created_at: 0,
        comment: None,
    }
}
