//! What a join is told.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::event_time::TimeBound;
use crate::expr::Program;
use crate::types::ObjectId;

/// A join of two changing collections. Right joins are left joins with the
/// sides exchanged; the planner puts a projection above where that matters.
#[derive(Clone, Debug)]
pub struct JoinSpec {
    /// Which rows come out.
    pub kind: JoinKind,
    /// Columns that must be equal, of the left and of the right input, of the
    /// same types; also the exchange keys. Empty: every pair is looked at.
    pub on: Vec<(usize, usize)>,
    /// NULL keys meet each other, as for `IS NOT DISTINCT FROM`.
    pub null_equals_null: bool,
    /// `NOT IN`: an anti join in which one NULL on the right leaves nothing of
    /// the left, and a NULL on the left stays only while the right is empty.
    pub null_aware: bool,
    /// What else must hold: a program of one filter over the columns of left,
    /// then those of right.
    pub residual: Option<Arc<Program>>,
    /// The left input.
    pub left: JoinSide,
    /// The right input.
    pub right: JoinSide,
    /// The output: columns of left ++ right (for semi and anti joins of left
    /// alone; for a mark join the mark comes after the left ones).
    pub output: Vec<usize>,
    /// Names and types of the output.
    pub schema: SchemaRef,
}

/// Which rows come out of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// Pairs.
    Inner,
    /// Pairs, and left rows without one.
    Left,
    /// Pairs, and rows of either side without one.
    Full,
    /// Left rows that have a pair, as often as they are there.
    Semi,
    /// Left rows that have none.
    Anti,
    /// Left rows, with whether they have a pair.
    Mark,
}

/// What is known of one input of a join.
#[derive(Clone, Debug)]
pub struct JoinSide {
    /// No row is ever retracted.
    pub append_only: bool,
    /// At most one row for each key.
    pub unique: bool,
    /// Which rows can be forgotten.
    pub expiry: Option<JoinExpiry>,
}

/// A row whose `column` is below `bound` of the watermark of `source` meets
/// nothing that still comes.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinExpiry {
    /// The time column of this side.
    pub column: usize,
    /// Whose watermark: that of the other side's time.
    pub source: ObjectId,
    /// From the watermark to the least time that is still needed.
    pub bound: TimeBound,
}
