//! What an incremental aggregate is told.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::event_time::TimeBound;
use crate::types::ObjectId;

/// Groups and aggregates over an input whose group keys, arguments and filters
/// are all plain columns (the planner puts a projection below).
#[derive(Clone, Debug)]
pub struct AggregateSpec {
    /// The input's columns that form the group key; also the operator's exchange key.
    pub keys: Vec<usize>,
    /// The aggregates, in output order after the keys.
    pub calls: Vec<AggregateCall>,
    /// The input is insert-only.
    pub append_only: bool,
    /// Group keys that follow a watermark: groups below it are closed.
    pub event_times: Vec<KeyTime>,
    /// Results appear when their group is closed, not before.
    pub emit_on_window_close: bool,
    /// Keys, then results.
    pub schema: SchemaRef,
}

/// A group key that follows a watermark.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyTime {
    /// Which of [`AggregateSpec::keys`].
    pub key: usize,
    /// Whose watermark.
    pub source: ObjectId,
    /// From the watermark to the least key still open.
    pub bound: TimeBound,
    /// How long after its close a group can still be corrected; microseconds.
    pub lateness: i64,
}

/// One aggregate.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// Which function.
    pub function: AggregateKind,
    /// Its arguments: columns of the input.
    pub arguments: Vec<usize>,
    /// The types of the arguments.
    pub argument_types: Vec<DataType>,
    /// `FILTER (WHERE …)`: a boolean column of the input.
    pub filter: Option<usize>,
    /// `DISTINCT`.
    pub distinct: bool,
    /// Name and type of the result.
    pub field: FieldRef,
}

/// The aggregate functions the engine keeps in its own ways.
#[derive(Clone, Debug)]
pub enum AggregateKind {
    /// `count(*)` and `count(x)`.
    Count,
    /// `sum`
    Sum,
    /// `avg`
    Avg,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `bool_and`
    BoolAnd,
    /// `bool_or`
    BoolOr,
    /// Any other of DataFusion's, by its partial state; insert-only input.
    Other(Arc<AggregateFunctionExpr>),
    /// Any other of DataFusion's, from all rows of the group. The last arguments
    /// say in which order.
    Multiset(Arc<AggregateFunctionExpr>, Vec<SortOptions>),
}
