//! What workers tell the coordinator.

use arrow::array::RecordBatch;

use super::connector::Rejected;
use crate::delta::Delta;
use crate::types::{Epoch, Error, ObjectId};

/// One message from a worker.
#[derive(Debug)]
pub enum Event {
    /// On this worker, everything of the collection below `frontier` is out;
    /// `rows` changed since the last time.
    Frontier { worker: usize, object: ObjectId, frontier: Epoch, rows: u64 },
    /// The worker has fed its part of this source's rows into an epoch; there is
    /// `more` to read right now.
    Injected { source: ObjectId, more: bool },
    /// A source has rows, or a partition fell idle or ended: it wants an epoch.
    Ready { source: ObjectId },
    /// Rows that were ruled late.
    Late(LateRows),
    /// Rows that could not be used.
    Rejected { source: ObjectId, epoch: Epoch, partition: u32, rows: Vec<Rejected> },
    /// What one epoch of a source with a watermark consisted of.
    SourceEpoch {
        source: ObjectId,
        epoch: Epoch,
        partition: u32,
        first: u64,
        rows: u64,
        watermark: Option<i64>,
    },
    /// A collection is broken; reads of it answer with this error.
    Failed { object: ObjectId, error: Error },
    /// Every reader of the source on this worker has come to its end.
    Finished { source: ObjectId },
}

/// Rows of one epoch and partition that came after the watermark had passed them.
#[derive(Debug, Clone)]
pub struct LateRows {
    /// The source or table.
    pub source: ObjectId,
    /// The epoch they came in.
    pub epoch: Epoch,
    /// The watermark they were below, microseconds.
    pub watermark: i64,
    /// The partition they came from.
    pub partition: u32,
    /// The ordinal of each row in its partition, counted from 0.
    pub positions: Vec<u64>,
    /// The rows, with all columns of the source.
    pub rows: RecordBatch,
    /// How far each row was below the watermark, microseconds.
    pub delays: Vec<i64>,
}

/// One worker's part of one epoch's changes, for a subscription.
#[derive(Debug)]
pub struct Change {
    /// Whose part.
    pub worker: usize,
    /// Which epoch.
    pub epoch: Epoch,
    /// The changes.
    pub deltas: Vec<Delta>,
}
