//! What a window function (`OVER`) is told.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::window::WindowExpr;

use super::aggregate::KeyTime;

/// Window functions that share their partition and order.
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
    /// Partition or order columns that follow a watermark.
    pub event_times: Vec<KeyTime>,
    /// The input's columns, then one for each call.
    pub schema: SchemaRef,
}

/// One window function.
#[derive(Clone, Debug)]
pub struct OverCall {
    /// The function, its arguments and its frame, as DataFusion evaluates it
    /// over one sorted partition.
    pub window: Arc<dyn WindowExpr>,
    /// How far a change reaches.
    pub reach: Reach,
}

/// Which rows of a partition can change when one row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those from `before` rows ahead of it to `after` rows behind it; the
    /// results there depend on rows as far away again.
    Rows { before: usize, after: usize },
    /// It and those behind it.
    Behind,
    /// All.
    Partition,
}
