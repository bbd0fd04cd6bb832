//! What an ASOF join is told.

use arrow::datatypes::SchemaRef;

use super::event_time::TimeBound;
use super::join::JoinWatermark;
use crate::sql::binder::Nearest;
use crate::types::ObjectId;

/// Each left row with the one right row that has equal keys and is the nearest
/// in time. A NULL key or time meets nothing.
#[derive(Clone, Debug)]
pub struct AsofSpec {
    /// Columns that must be equal, of the left and of the right input, of the
    /// same types; also the exchange keys. Empty: all rows have one key.
    pub on: Vec<(usize, usize)>,
    /// The columns with the time, of the left and of the right, of the same
    /// type, whose values have a fixed width.
    pub times: (usize, usize),
    /// Which right row is met.
    pub nearest: Nearest,
    /// Left rows that meet none come out with NULLs.
    pub outer: bool,
    /// The left input.
    pub left: AsofSide,
    /// The right input. Of its rows with the same key and time, the greatest in
    /// the order of these columns is met, NULLs after all values.
    pub right: AsofSide,
    /// What watermarks let go; of insert-only inputs, where the last row is met.
    pub closing: Option<AsofClosing>,
    /// The watermark that the left time follows in the output, if it is made here.
    pub watermarks: Vec<JoinWatermark>,
    /// The columns of the left, then those of the right.
    pub schema: SchemaRef,
}

/// What is known of one input of an ASOF join.
#[derive(Clone, Debug)]
pub struct AsofSide {
    /// No row is ever retracted.
    pub append_only: bool,
    /// How many of its first columns come out; behind them are keys and times.
    pub width: usize,
}

/// No row that still comes, of the left or of the right, is older than its
/// bound at the watermark. So left rows below that of the right are final, and
/// of the right rows at or below both bounds, only the last one can be met.
#[derive(Clone, Debug, PartialEq)]
pub struct AsofClosing {
    /// Whose watermark the left follows, and its bound.
    pub left: (ObjectId, TimeBound),
    /// The same of the right.
    pub right: (ObjectId, TimeBound),
}
