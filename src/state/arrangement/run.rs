//! One run: rows that arrived together (or were merged), and rows they took away.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use parking_lot::Mutex;

use super::mask::Mask;
use super::row_ids::RowIds;
use crate::types::Epoch;

/// Bytes that weigh as much as one row when runs are merged: runs of wide rows
/// are full sooner, well before an offset of 32 bits overflows.
const BYTES_PER_WEIGHT: usize = 512;

/// An immutable step of the arrangement's history.
pub(super) struct Run {
    /// What arrived. Shared by the versions of this run that differ in deaths.
    pub rows: Arc<StoredRows>,
    /// Ids that go away with this run, ascending. They are of older runs.
    pub deaths: Vec<u64>,
    /// All ids in `rows`, and all ids handed out before, are below this.
    pub end: u64,
    /// When: the newest epoch merged into it.
    pub epoch: Epoch,
    /// Counts appends; of a merged run, that of the newest.
    pub step: u64,
    /// After this run, some row has been retracted more often than it arrived.
    pub owed: bool,
}

impl Run {
    /// Deaths of rows with ids in `range`.
    pub fn deaths_in(&self, range: &Range<u64>) -> &[u64] {
        let from = self.deaths.partition_point(|id| *id < range.start);
        let to = self.deaths.partition_point(|id| *id < range.end);
        &self.deaths[from..to]
    }

    /// What merging it costs.
    pub fn weight(&self) -> usize {
        (self.rows.batch.num_rows() + self.deaths.len()).max(self.rows.bytes / BYTES_PER_WEIGHT)
    }

    /// Memory, in bytes.
    pub fn bytes(&self) -> usize {
        let deaths = self.deaths.capacity() * size_of::<u64>();
        self.rows.bytes + self.rows.ids.bytes() + deaths + self.rows.mask.lock().bytes()
    }
}

/// Rows with their ids.
pub(super) struct StoredRows {
    /// The rows, each there once.
    pub batch: RecordBatch,
    /// Memory of `batch`, without what other slices of its buffers use.
    bytes: usize,
    /// Their ids.
    pub ids: RowIds,
    /// The dead as of the latest step that anybody has read.
    pub mask: Mutex<Mask>,
}

impl StoredRows {
    /// Rows whose ids follow on from `first`.
    pub fn dense(batch: RecordBatch, first: u64) -> Self {
        let ids = RowIds::dense(first, batch.num_rows());
        StoredRows { bytes: bytes_of(&batch), batch, ids, mask: Mutex::default() }
    }

    /// Rows with one id each, ascending.
    pub fn with_ids(batch: RecordBatch, ids: Vec<u64>) -> Self {
        debug_assert_eq!(batch.num_rows(), ids.len());
        StoredRows { bytes: bytes_of(&batch), batch, ids: RowIds::of(ids), mask: Mutex::default() }
    }
}

fn bytes_of(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns.map(|c| c.to_data().get_slice_memory_size().unwrap_or_else(|_| c.get_array_memory_size())).sum()
}
