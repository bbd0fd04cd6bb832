//! The incremental plan: operators on changing collections. Common parts are
//! shared, so it is a graph without cycles rather than a tree.
//!
//! Invariant: a node's schema is exactly the schema of the deltas that leave
//! it, and its properties hold for every one of them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::aggregate::AggregateSpec;
use super::asof::AsofSpec;
use super::changelog::ChangelogSpec;
use super::event_time::EventTime;
use super::join::JoinSpec;
use super::over::OverSpec;
use super::ranking::TopNSpec;
use super::recursive::RecursiveSpec;
use super::session::SessionSpec;
use super::temporal::TemporalSpec;
use crate::catalog::Object;
use crate::expr::Program;

/// One operator with what flows into it.
#[derive(Clone, Debug)]
pub struct StreamNode {
    /// What it does.
    pub operator: StreamOperator,
    /// Where its input comes from. A node that feeds several runs once.
    pub inputs: Vec<Arc<StreamNode>>,
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
    /// Pairs of rows of two inputs.
    Join(Arc<JoinSpec>),
    /// Each left row with the right row that is nearest in time.
    Asof(Arc<AsofSpec>),
    /// The first rows of each partition.
    TopN(Arc<TopNSpec>),
    /// Window functions.
    Over(Arc<OverSpec>),
    /// Session windows.
    Session(Arc<SessionSpec>),
    /// `WITH RECURSIVE`.
    Recursive(Arc<RecursiveSpec>),
    /// Inside the body of a recursion: its rows with their level (0), or what
    /// comes into the recursion (its inputs from 1 on).
    Given(usize),
    /// Rows that are there for a time.
    Temporal(Arc<TemporalSpec>),
    /// Changes as rows.
    Changelog(Arc<ChangelogSpec>),
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
        let mut found = vec![];
        self.visit(&mut |node| {
            if let StreamOperator::Import { object, .. } = &node.operator {
                found.push(object.clone());
            }
        });
        found.sort_by_key(|o| o.id);
        found.dedup_by_key(|o| o.id);
        found
    }

    /// Calls `each` with every node once, inputs first, left to right.
    pub fn visit<'a>(&'a self, each: &mut impl FnMut(&'a StreamNode)) {
        fn walk<'a>(
            node: &'a StreamNode,
            seen: &mut HashSet<*const StreamNode>,
            each: &mut impl FnMut(&'a StreamNode),
        ) {
            if seen.insert(node) {
                node.inputs.iter().for_each(|input| walk(input, seen, each));
                each(node);
            }
        }
        walk(self, &mut HashSet::new(), each);
    }
}
