//! What a recursion (`WITH RECURSIVE`) is told.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::node::StreamNode;

/// The rows of a start, and again and again those that a body makes of the ones
/// that came last.
///
/// Rows have levels: those of the start are at level 0, and what the body makes
/// of level `n` is level `n + 1`. With `UNION`, a row is only at the first level
/// that it reaches. The operator's first input is the start; the others are what
/// the body reads besides, each a [`Given`](super::StreamOperator::Given) leaf of it.
#[derive(Clone, Debug)]
pub struct RecursiveSpec {
    /// From rows with their level, in the last column, to rows with the same level.
    pub body: Arc<StreamNode>,
    /// `UNION`, not `UNION ALL`.
    pub distinct: bool,
    /// Rows without their level.
    pub schema: SchemaRef,
}
