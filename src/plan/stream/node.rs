//! The incremental plan: a tree of operators on changing collections.
//!
//! Invariant: a node's schema is exactly the schema of the deltas that leave
//! it, and its properties hold for every one of them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::aggregate::AggregateSpec;
use super::event_time::EventTime;
use crate::catalog::Object;
use crate::expr::Program;

/// One operator with what flows into it.
#[derive(Clone, Debug)]
pub struct StreamNode {
    /// What it does.
    pub operator: StreamOperator,
    /// Where its input comes from.
    pub inputs: Vec<StreamNode>,
    /// The rows that leave it.
    pub schema: SchemaRef,
    /// What is known of those rows.
    pub properties: Properties,
}

/// What an operator does.
#[derive(Clone, Debug)]
pub enum StreamOperator {
    /// The changes of a table, source or materialized view: these columns.
    Import { object: Arc<Object>, columns: Vec<usize> },
    /// Rows that were always there: `VALUES`, `SELECT 1`.
    Constant { rows: RecordBatch },
    /// Filters and projections.
    Map(Arc<Program>),
    /// One row per element of the list columns at these indices.
    Unnest(Arc<UnnestSpec>),
    /// All rows of all inputs.
    Union,
    /// Groups and their aggregates.
    Aggregate(Arc<AggregateSpec>),
}

/// What the planner knows of a collection.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// No row is ever retracted.
    pub append_only: bool,
    /// Columns that follow a watermark.
    pub event_times: Vec<EventTime>,
    /// Columns whose values are different in every row, if such are known.
    pub key: Option<Vec<usize>>,
}

/// Which columns are unnested, and what comes out.
#[derive(Clone, Debug)]
pub struct UnnestSpec {
    /// For each output column: the input column, and whether it is unnested.
    pub columns: Vec<(usize, bool)>,
    /// A row whose lists are all NULL or empty still gives one row of NULLs.
    pub preserve_nulls: bool,
}

impl StreamNode {
    /// The objects imported anywhere below, without repeats.
    pub fn imports(&self) -> Vec<Arc<Object>> {
        let mut found: Vec<Arc<Object>> = self.inputs.iter().flat_map(StreamNode::imports).collect();
        if let StreamOperator::Import { object, .. } = &self.operator {
            found.push(object.clone());
        }
        found.sort_by_key(|o| o.id);
        found.dedup_by_key(|o| o.id);
        found
    }
}
