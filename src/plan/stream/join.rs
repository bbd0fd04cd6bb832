//! What a join is told.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::event_time::TimeBound;
use crate::expr::Program;
use crate::types::ObjectId;

/// A join of two changing collections. Right joins are left joins with the
/// sides exchanged; `output` puts the columns back in order.
#[derive(Clone, Debug)]
pub struct JoinSpec {
    /// Which rows come out.
    pub kind: JoinKind,
    /// Columns that must be equal, of the left and of the right input, of the
    /// same types; also the exchange keys. Empty: every pair is looked at.
    pub on: Vec<(usize, usize)>,
    /// NULL keys meet each other, as for `IS NOT DISTINCT FROM`.
    pub null_equals_null: bool,
    /// `NOT IN`: one NULL on the right, or a NULL on the left while the right is
    /// not empty, makes the answer unknown. Of anti and mark joins on one key
    /// without a residual; every worker sees all of the right.
    pub null_aware: bool,
    /// A left row meets the right rows of its moment, once and for all, and is
    /// not kept. Of any join but a full one, with insert-only left rows.
    pub as_of_now: bool,
    /// What else must hold.
    pub residual: Option<Arc<JoinResidual>>,
    /// The left input.
    pub left: JoinSide,
    /// The right input.
    pub right: JoinSide,
    /// The output: columns of left ++ right (for semi and anti joins of left
    /// alone; for a mark join the mark comes after the left ones).
    pub output: Vec<usize>,
    /// Names and types of the output.
    pub schema: SchemaRef,
    /// The watermarks that the output's event times follow, made by the join.
    pub watermarks: Vec<JoinWatermark>,
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

/// What must hold of a pair besides equal keys.
#[derive(Clone, Debug)]
pub struct JoinResidual {
    /// The columns of left ++ right that it looks at.
    pub columns: Vec<usize>,
    /// Those columns.
    pub schema: SchemaRef,
    /// A program of one filter over them.
    pub program: Program,
}

/// What is known of one input of a join.
#[derive(Clone, Debug)]
pub struct JoinSide {
    /// No row is ever retracted.
    pub append_only: bool,
    /// At most one row for each key.
    pub unique: bool,
    /// Columns in which no two rows are equal, if that is known.
    pub key: Option<Vec<usize>>,
    /// Which rows can be forgotten.
    pub expiry: Option<JoinExpiry>,
}

/// A row whose `column` is below `bound` of the watermark of `source` meets
/// nothing that still comes. The bound allows for late rows.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinExpiry {
    /// The time column of this side.
    pub column: usize,
    /// Whose watermark: that of the other side's time.
    pub source: ObjectId,
    /// From the watermark to the least time that is still needed.
    pub bound: TimeBound,
}

/// The least of several bounds: no row that still comes out of the join is older.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinWatermark {
    /// The name under which the join tells it.
    pub name: ObjectId,
    /// The watermarks that it follows, each with its bound.
    pub terms: Vec<(ObjectId, TimeBound)>,
}
