//! What a window function (`OVER`) is told.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::window::WindowExpr;

use super::event_time::TimeBound;
use crate::types::ObjectId;

/// Window functions that share their partition and order. Arguments, filters,
/// partition and order are plain columns (the planner puts a projection below).
#[derive(Clone, Debug)]
pub struct OverSpec {
    /// The partition; also the exchange key.
    pub partition: Vec<usize>,
    /// The order within a partition. Rows that are equal in it are ordered by
    /// all their columns, so that the answer is one and the same.
    pub order: Vec<(usize, SortOptions)>,
    /// The functions, over the input's columns.
    pub calls: Vec<OverCall>,
    /// The input is insert-only.
    pub append_only: bool,
    /// What a watermark closes.
    pub closing: Option<Closing>,
    /// Results appear when they are final, not before.
    pub emit_on_window_close: bool,
    /// The input's columns, then one for each call.
    pub schema: SchemaRef,
}

/// A column that follows a watermark.
#[derive(Clone, Debug)]
pub struct Closing {
    /// Which.
    pub by: ClosedBy,
    /// Its index in the input.
    pub column: usize,
    /// Whose watermark.
    pub source: ObjectId,
    /// From the watermark to the least value still to come.
    pub bound: TimeBound,
    /// How long after its close a row can still come; microseconds.
    pub lateness: i64,
}

/// What is closed when the watermark has passed a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// The partitions with that value.
    Partition,
    /// The rows up to that value, which comes first in the order.
    Order,
}

/// One window function.
#[derive(Clone, Debug)]
pub struct OverCall {
    /// The function, its arguments and its frame, as DataFusion evaluates it
    /// over one sorted partition.
    pub window: Arc<dyn WindowExpr>,
    /// What a result depends on.
    pub reach: Reach,
}

/// Which rows of its partition a result depends on; so also, which results a
/// row that comes or goes can change.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Its neighbours, from so far ahead of the row to so far behind it.
    Near { ahead: Distance, behind: Distance },
    /// All rows ahead of it, in a form that can be continued from any row on.
    Running(Running),
    /// All rows.
    Partition,
}

/// How far away from a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Distance {
    /// So many rows.
    Rows(usize),
    /// Its peers (the rows equal to it in the order), and so many groups of peers more.
    Groups(usize),
    /// The rows whose value of the one order column differs by no more than this.
    Range(ScalarValue),
}

/// A function whose result follows from the rows ahead, the row and its peers.
#[derive(Clone, Debug)]
pub enum Running {
    /// `row_number()`
    RowNumber,
    /// `rank()`
    Rank,
    /// `dense_rank()`
    DenseRank,
    /// `first_value(x)` and `nth_value(x, n)` from the beginning of the partition.
    Nth { argument: usize, n: u64, ends: FrameEnd },
    /// An aggregate from the beginning of the partition. Its partial state has a
    /// fixed size.
    Aggregate { function: Arc<AggregateFunctionExpr>, filter: Option<usize>, ends: FrameEnd },
}

/// Where a frame from the beginning of the partition ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameEnd {
    /// With the row itself.
    Row,
    /// With its last peer.
    Peers,
}

impl Running {
    /// Do all peers have the same result?
    pub fn is_by_peers(&self) -> bool {
        match self {
            Running::RowNumber => false,
            Running::Rank | Running::DenseRank => true,
            Running::Nth { ends, .. } | Running::Aggregate { ends, .. } => *ends == FrameEnd::Peers,
        }
    }
}
