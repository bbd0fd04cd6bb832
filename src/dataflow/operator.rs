//! What an operator is, without a word about Timely.
//!
//! An operator is stepped by hand: everything of one epoch in, everything that
//! follows out. It has no clock, no threads and no locks of its own, so a test
//! can drive it with text, and the renderer can run it on any worker.

use super::watermark::WatermarkBoard;
use crate::delta::Delta;
use crate::types::{Epoch, ObjectId, Result};

/// What an operator may know besides its input.
pub struct EpochContext<'a> {
    /// The epoch being worked on; its inputs are complete.
    pub epoch: Epoch,
    /// Before this epoch the dataflow takes in the past, and knows no watermark.
    pub as_of: Epoch,
    /// The watermarks of all sources.
    pub watermarks: &'a WatermarkBoard,
}

/// The changes of one epoch: for each of an operator's inputs, its deltas.
pub type Inputs = Vec<Vec<Delta>>;

impl EpochContext<'_> {
    /// What `now()` is in this epoch. The past is taken in as of the moment at
    /// which the dataflow begins.
    pub fn now(&self) -> Epoch {
        self.epoch.max(self.as_of)
    }

    /// The watermark of `source` as it stands after this epoch, if there is one yet.
    pub fn watermark(&self, source: ObjectId) -> Option<i64> {
        (self.epoch >= self.as_of).then(|| self.watermarks.after(source, self.epoch)).flatten()
    }
}

/// An operator with state: it acts on whole epochs.
///
/// Invariant: the sum of all that `step` has returned is the operator's
/// function of the sum of all that it was given, after every epoch.
pub trait Operator {
    /// What is there before any input, such as `count(*) = 0`. Asked once, on
    /// one worker only.
    fn initial(&mut self) -> Result<Vec<Delta>> {
        Ok(Vec::new())
    }

    /// Takes all changes of one epoch, of all inputs, and returns what follows.
    /// Epochs strictly increase. Also called without changes when a watermark
    /// that it watches has moved, and when it is [due](Operator::next_due).
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>>;

    /// Takes changes of the next epoch before that epoch is complete, so that a
    /// great many of them need not wait in memory; returns those that wait for
    /// the `step` all the same. Every earlier epoch is done.
    fn absorb(&mut self, inputs: Inputs) -> Result<Inputs> {
        Ok(inputs)
    }

    /// The rest of what follows from the last `step`, a bounded part at a time,
    /// so that no epoch holds the worker for long; `None` when that was all.
    fn more(&mut self, _cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        Ok(None)
    }

    /// The next moment at which the output changes by the passing of time alone.
    fn next_due(&self) -> Option<Epoch> {
        None
    }

    /// Rows, groups or entries that it holds now.
    fn state_rows(&self) -> usize {
        0
    }

    /// About how much memory that takes. Asked now and then, so it may look at
    /// every group, but not at every row.
    fn state_bytes(&self) -> usize {
        0
    }

    /// Does its output move with the clock? Then it is not stepped at the very
    /// moments at which it is due, but in the first epoch after each.
    fn is_timed(&self) -> bool {
        false
    }

    /// The sources whose watermark this operator acts on.
    fn watches(&self) -> Vec<ObjectId> {
        Vec::new()
    }
}

/// An operator without state: it acts on each delta alone.
pub trait Transform {
    /// What follows from `delta`, which is of epoch `now`.
    fn apply(&mut self, delta: Delta, now: Epoch) -> Result<Delta>;
}
