//! What is left to do in one partition that was touched.

use super::reach::Partition;
use super::running::State;
use crate::types::Error;

/// A partition with changes; it is worked off from its first row to its last.
pub struct Task {
    /// Which.
    pub partition: Partition,
    /// The rows that came or went, last ones first.
    pub changes: Vec<Box<[u8]>>,
    /// The least time of its rows that came.
    pub time: i64,
    /// Rows below this are right.
    pub done: Vec<u8>,
    /// The stretch being worked on.
    pub stretch: Option<Stretch>,
}

/// Rows, one after the other, whose results may have changed.
pub struct Stretch {
    /// The next row to evaluate.
    pub at: Vec<u8>,
    /// Results below this are right; above, they are told.
    pub tell_from: Vec<u8>,
    /// Results must be evaluated up to here.
    pub to: Vec<u8>,
    /// The states of running calls at `at`.
    pub states: Vec<State>,
    /// Why nothing behind here can be evaluated.
    pub failure: Option<Error>,
    /// How many rows to evaluate next.
    pub rows: usize,
}

impl Task {
    /// All that follows from `changes` (sorted) in a partition.
    pub fn new(partition: Partition, time: i64, mut changes: Vec<Box<[u8]>>) -> Self {
        changes.reverse();
        Task { done: partition.start.to_vec(), partition, time, changes, stretch: None }
    }
}

/// A part of a stretch, evaluated in one go.
pub struct Piece {
    /// Of which.
    pub task: Task,
    /// Of this.
    pub stretch: Stretch,
    /// Where its rows begin in the round's batch, those that are only looked at included.
    pub offset: usize,
    /// How many rows there are only to be looked at by neighbours, ahead.
    pub ahead: usize,
    /// How many rows are evaluated.
    pub rows: usize,
    /// And how many are looked at behind.
    pub behind: usize,
    /// How many of those evaluated are not told.
    pub skipped: usize,
    /// The ends of the groups of peers among those evaluated.
    pub ends: Vec<usize>,
    /// Past the last row that is evaluated.
    pub to: Vec<u8>,
}

impl Piece {
    /// A part without rows yet.
    pub fn new(task: Task, stretch: Stretch) -> Self {
        Piece { task, stretch, offset: 0, ahead: 0, rows: 0, behind: 0, skipped: 0, ends: vec![], to: vec![] }
    }
}
