//! What binding gives.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_expr::PhysicalExpr;

use crate::catalog::Object;
use crate::types::ObjectId;

/// A query whose names and types are known.
#[derive(Clone, Debug)]
pub struct BoundQuery {
    /// Analyzed (all casts are there), not optimised.
    pub plan: LogicalPlan,
    /// The columns as clients see them: two may have one name. Types are those
    /// of `plan`, column by column.
    pub schema: SchemaRef,
    /// The leaves, each once: tables, sources and materialized views.
    pub relations: Vec<Arc<Object>>,
    /// The types of `$1`, `$2`, …
    pub parameter_types: Vec<DataType>,
    /// The users' functions that it calls.
    pub functions: Vec<ObjectId>,
    /// The plan of one answer, optimised. It is kept from the first run on if it
    /// is the same each time.
    pub optimized: OnceLock<LogicalPlan>,
}

/// `INSERT`.
#[derive(Clone, Debug)]
pub struct BoundInsert {
    /// The table.
    pub table: Arc<Object>,
    /// Gives rows with exactly the table's columns ([`Object::columns`], in
    /// order): defaults and generated columns filled in, types the table's.
    /// Hidden columns without a value are NULL.
    pub source: BoundQuery,
    /// `ON CONFLICT`, if there can be one.
    pub conflict: Option<BoundConflict>,
    /// `RETURNING`, over the inserted rows.
    pub returning: Option<ReturningProjection>,
}

/// `ON CONFLICT` of an INSERT.
#[derive(Clone, Debug)]
pub struct BoundConflict {
    /// Gives for each row to insert: all its columns; all columns of the row
    /// that has its key; all columns as that row will be; one of the `UPSERT_`
    /// numbers.
    pub query: BoundQuery,
    /// `DO UPDATE`, and not `DO NOTHING`.
    pub updates: bool,
}

/// The key is not there: the row is inserted.
pub const UPSERT_FRESH: i32 = 0;
/// The row with the key is updated.
pub const UPSERT_UPDATED: i32 = 1;
/// The row with the key stays as it is.
pub const UPSERT_KEPT: i32 = 2;

/// `UPDATE`.
#[derive(Clone, Debug)]
pub struct BoundUpdate {
    /// The table.
    pub table: Arc<Object>,
    /// Gives one row per matching row: all old columns, then all new ones.
    pub query: BoundQuery,
    /// With FROM: the columns that tell a row from others; only the first of
    /// several with the same values counts.
    pub key: Option<Vec<usize>>,
    /// Where the columns of FROM begin, if `RETURNING` shows them.
    pub others: Option<usize>,
    /// `RETURNING`, over the new rows.
    pub returning: Option<ReturningProjection>,
}

/// `DELETE`.
#[derive(Clone, Debug)]
pub struct BoundDelete {
    /// The table.
    pub table: Arc<Object>,
    /// Gives the matching rows, all columns.
    pub query: BoundQuery,
    /// With USING: the columns that tell a row from others; only the first of
    /// several with the same values counts.
    pub key: Option<Vec<usize>>,
    /// Where the columns of USING begin, if `RETURNING` shows them.
    pub others: Option<usize>,
    /// `RETURNING`, over the deleted rows.
    pub returning: Option<ReturningProjection>,
}

/// `RETURNING`: expressions over a batch with all columns of the table.
#[derive(Clone, Debug)]
pub struct ReturningProjection {
    /// One expression per output column; parameters are not allowed in them.
    pub expressions: Vec<Arc<dyn PhysicalExpr>>,
    /// The columns as clients see them.
    pub schema: SchemaRef,
}
