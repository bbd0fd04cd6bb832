//! What exists: one [`Object`] per table, source, view, sink and index.
//!
//! Objects are immutable and shared; a change of the catalog makes a new
//! [`Snapshot`](super::Snapshot). The durable form of an object is its SQL text.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::expr::sql_name;
use crate::types::ObjectId;

/// One entry of the catalog.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its id, which is also its OID.
    pub id: ObjectId,
    /// The schema it lives in, for example `public`.
    pub schema: String,
    /// Its name as folded by the parser.
    pub name: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Its columns in order (hidden ones at the end). Sinks have none.
    pub columns: Vec<Column>,
    /// The statement that made it, as typed; `SHOW CREATE` prints it.
    pub sql: String,
    /// The objects its query reads, directly.
    pub depends_on: Vec<ObjectId>,
    /// When it was made: microseconds since 1970.
    pub created_at: i64,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// The kinds of objects, with what only they have.
#[derive(Clone, Debug)]
pub enum ObjectKind {
    /// Rows that are stored and changed by DML.
    Table(TableProperties),
    /// An outside input whose rows are not stored.
    Source(SourceProperties),
    /// A named query, expanded where it is used.
    View(ViewProperties),
    /// A query whose answer is kept up to date.
    MaterializedView(ViewProperties),
    /// An output of changes.
    Sink(SinkProperties),
    /// A scalar function, put in the place of its calls.
    Function(FunctionProperties),
}

/// One column of a relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its Arrow type.
    pub data_type: DataType,
    /// May it be NULL?
    pub nullable: bool,
    /// `DEFAULT <expression>`, as SQL text.
    pub default: Option<String>,
    /// `AS <expression>`: a generated column, as SQL text.
    pub generated: Option<String>,
    /// Left out by `SELECT *` and by `\d`.
    pub hidden: bool,
}

/// What a table has besides columns.
#[derive(Clone, Debug, Default)]
pub struct TableProperties {
    /// Indices of the primary key's columns; empty when there is none.
    pub primary_key: Vec<usize>,
    /// `APPEND ONLY`: no updates, no deletes.
    pub append_only: bool,
    /// What an INSERT of a key that exists does.
    pub on_conflict: OnConflict,
    /// The event time, if declared.
    pub watermark: Option<WatermarkClause>,
}

/// `ON CONFLICT …` of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Not given: SQLSTATE 23505.
    #[default]
    Error,
    /// `DO NOTHING`: the old row stays.
    DoNothing,
    /// `DO UPDATE FULL`: the new row replaces the old one.
    DoUpdateFull,
    /// `DO UPDATE IF NOT NULL`: non-null columns of the new row replace.
    DoUpdateIfNotNull,
}

/// What a source has besides columns.
#[derive(Clone, Debug)]
pub struct SourceProperties {
    /// The connector's name.
    pub connector: String,
    /// All `WITH` options but `connector`.
    pub options: BTreeMap<String, String>,
    /// `FORMAT … ENCODE …` as (format, encode, options), upper case.
    pub format: Option<(String, String, BTreeMap<String, String>)>,
    /// `INCLUDE <metadata> [AS column]`: (metadata name, column index).
    pub include: Vec<(String, usize)>,
    /// The event time, if declared.
    pub watermark: Option<WatermarkClause>,
}

/// `WATERMARK FOR column AS expression IDLE AFTER … MAX SKEW … ALLOW LATENESS …`.
#[derive(Clone, Debug, PartialEq)]
pub struct WatermarkClause {
    /// Index of the event-time column.
    pub column: usize,
    /// The expression whose maximum is the watermark, as SQL text.
    pub expression: String,
    /// A partition without rows for this long no longer holds time back; microseconds.
    pub idle_after: Option<i64>,
    /// A row more than this ahead of the wall clock is rejected; microseconds.
    pub max_skew: Option<i64>,
    /// Rows up to this much below the watermark still count; microseconds.
    pub allow_lateness: i64,
}

/// What views and materialized views have besides columns.
#[derive(Clone, Debug)]
pub struct ViewProperties {
    /// The query, as SQL text (without `EMIT ON WINDOW CLOSE`).
    pub query: String,
    /// `EMIT ON WINDOW CLOSE`.
    pub emit_on_window_close: bool,
}

/// What a sink has.
#[derive(Clone, Debug)]
pub struct SinkProperties {
    /// The connector's name.
    pub connector: String,
    /// All `WITH` options but `connector`.
    pub options: BTreeMap<String, String>,
    /// `FORMAT … ENCODE …`.
    pub format: Option<(String, String, BTreeMap<String, String>)>,
    /// The query: `SELECT * FROM mv` for `FROM mv`.
    pub query: String,
    /// `EMIT ON WINDOW CLOSE`.
    pub emit_on_window_close: bool,
}

/// What a function has.
#[derive(Clone, Debug)]
pub struct FunctionProperties {
    /// Names, where they have one, and types.
    pub arguments: Vec<(Option<String>, DataType)>,
    /// The type of its result.
    pub result: DataType,
    /// NULL for any argument that is NULL.
    pub strict: bool,
    /// `i`, `s` or `v`, as in `pg_proc.provolatile`.
    pub volatility: char,
    /// The query that computes it, as SQL text.
    pub body: String,
}

impl FunctionProperties {
    /// The types of the arguments.
    pub fn types(&self) -> Vec<DataType> {
        self.arguments.iter().map(|(_, data_type)| data_type.clone()).collect()
    }
}

impl Object {
    /// The function that it is.
    pub fn function(&self) -> Option<&FunctionProperties> {
        match &self.kind {
            ObjectKind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Its name in messages: of a function with the types of its arguments.
    pub fn title(&self) -> String {
        let Some(function) = self.function() else { return self.name.clone() };
        let types: Vec<String> = function.types().iter().map(sql_name).collect();
        format!("{}({})", self.name, types.join(","))
    }

    /// All columns, hidden ones too, as an Arrow schema.
    pub fn arrow_schema(&self) -> SchemaRef {
        let fields: Vec<Field> =
            self.columns.iter().map(|c| Field::new(&c.name, c.data_type.clone(), c.nullable)).collect();
        Arc::new(Schema::new(fields))
    }

    /// Does it have rows that a query can read?
    pub fn is_relation(&self) -> bool {
        !matches!(self.kind, ObjectKind::Sink(_) | ObjectKind::Function(_))
    }

    /// The kind as messages name it.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            ObjectKind::Table(_) => "table",
            ObjectKind::Source(_) => "source",
            ObjectKind::View(_) => "view",
            ObjectKind::MaterializedView(_) => "materialized view",
            ObjectKind::Sink(_) => "sink",
            ObjectKind::Function(_) => "function",
        }
    }

    /// The watermark clause of a table or source.
    pub fn watermark(&self) -> Option<&WatermarkClause> {
        match &self.kind {
            ObjectKind::Table(t) => t.watermark.as_ref(),
            ObjectKind::Source(s) => s.watermark.as_ref(),
            _ => None,
        }
    }
}
