//! The log as the coordinator sees it.

use arrow::array::RecordBatch;

use crate::delta::Delta;
use crate::types::{Epoch, ObjectId, Result};

/// What changed in one table. Its delta has no faults.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The table.
    pub table: ObjectId,
    /// Rows that came and went.
    pub delta: Delta,
}

/// All rows of one table.
#[derive(Clone, Debug)]
pub struct TableRows {
    /// The table.
    pub table: ObjectId,
    /// The rows.
    pub rows: Vec<RecordBatch>,
}

/// A durable sequence of epochs.
///
/// Replay once, then append. Group commit is the caller's: append what has come
/// together, sync once, acknowledge all. After a failed append or sync the log
/// takes nothing more, for nobody knows what is on the disk; a restart finds
/// everything that was acknowledged.
pub trait Log: Send {
    /// Gives `apply` everything that was kept, and returns the newest epoch.
    ///
    /// First the rows of the last checkpoint, if any: as insertions, in several
    /// calls, all of the checkpoint's epoch. Then one call per epoch, strictly
    /// later each. Tables that were dropped may still appear; ignore them.
    fn replay(&mut self, apply: &mut dyn FnMut(Epoch, Vec<TableChange>) -> Result<()>) -> Result<Epoch>;

    /// Adds the changes of one epoch, later than all before. They last only
    /// once `sync` has returned.
    fn append(&mut self, epoch: Epoch, changes: &[TableChange]) -> Result<()>;

    /// Returns when everything appended is on the disk.
    fn sync(&mut self) -> Result<()>;

    /// Replaces the whole log by the rows of the tables as of `epoch`, which is
    /// not before anything appended. What is not among `tables` is forgotten. If
    /// it fails, a replay still gives what was there.
    fn checkpoint(&mut self, epoch: Epoch, tables: &mut dyn Iterator<Item = Result<TableRows>>)
    -> Result<()>;

    /// How much a replay would read besides the snapshot, in bytes.
    fn bytes(&self) -> u64;
}
