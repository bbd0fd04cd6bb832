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
    pub fn new(partition: Partition, mut changes: Vec<Box<[u8]>>) -> Self {
        changes.reverse();
        Task { done: partition.start.to_vec(), partition, changes, stretch: None }
    }
}
