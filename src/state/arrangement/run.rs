//! One run: rows that arrived together (or were merged), and rows they took away.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, BooleanBufferBuilder, RecordBatch};
use arrow::compute::filter_record_batch;
use parking_lot::Mutex;

use crate::types::{Epoch, Result};

/// Rows that are masked together. Small enough that one dead row makes a small
/// copy, large enough to be worth a batch.
/// In tests it is tiny, so that few rows have many.
const CHUNK_ROWS: usize = if cfg!(test) { 8 } else { 16 * 1024 };
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
        let ids = self.rows.ids.as_ref().map_or(0, Vec::capacity) + self.deaths.capacity();
        let masked = self.rows.masked.lock();
        let masked: usize = masked.values().map(|(_, batch)| batch.get_array_memory_size()).sum();
        self.rows.bytes + ids * size_of::<u64>() + masked
    }
}

/// Rows with their ids.
pub(super) struct StoredRows {
    /// The rows, each there once.
    pub batch: RecordBatch,
    /// Memory of `batch`, without what other slices of its buffers use.
    bytes: usize,
    /// The id of the first row.
    first: u64,
    /// All ids, ascending; `None` when they follow on from `first` without a gap.
    ids: Option<Vec<u64>>,
    /// Chunks as they were last masked: chunk number to (how many of its rows
    /// were dead, what was left). A row that died stays dead, so for one chunk
    /// the number of the dead says which they are.
    masked: Mutex<HashMap<usize, (usize, RecordBatch)>>,
}

impl StoredRows {
    /// Rows whose ids follow on from `first`.
    pub fn dense(batch: RecordBatch, first: u64) -> Self {
        StoredRows { bytes: bytes_of(&batch), batch, first, ids: None, masked: Mutex::default() }
    }

    /// Rows with one id each, ascending.
    pub fn with_ids(batch: RecordBatch, ids: Vec<u64>) -> Self {
        debug_assert_eq!(batch.num_rows(), ids.len());
        let first = ids.first().copied().unwrap_or_default();
        let dense = ids.last().is_none_or(|last| last - first + 1 == ids.len() as u64);
        StoredRows {
            bytes: bytes_of(&batch),
            batch,
            first,
            ids: (!dense).then_some(ids),
            masked: Mutex::default(),
        }
    }

    /// The row's id.
    pub fn id(&self, row: usize) -> u64 {
        self.ids.as_ref().map_or(self.first + row as u64, |ids| ids[row])
    }

    /// Where the row with this id is, if it is here.
    pub fn position(&self, id: u64) -> Option<usize> {
        match &self.ids {
            Some(ids) => ids.binary_search(&id).ok(),
            None => {
                id.checked_sub(self.first).filter(|p| *p < self.batch.num_rows() as u64).map(|p| p as usize)
            }
        }
    }

    /// Adds what is left of the rows without those at `dead` (ascending) to `out`.
    pub fn without(&self, dead: &[usize], out: &mut Vec<RecordBatch>) -> Result<()> {
        let mut whole = 0..0;
        for chunk in 0..self.batch.num_rows().div_ceil(CHUNK_ROWS) {
            let rows = chunk * CHUNK_ROWS..((chunk + 1) * CHUNK_ROWS).min(self.batch.num_rows());
            let from = dead.partition_point(|p| *p < rows.start);
            let to = dead.partition_point(|p| *p < rows.end);
            if from == to {
                let start = if whole.start == whole.end { rows.start } else { whole.start };
                whole = start..rows.end;
                continue;
            }
            self.push_slice(&mut whole, out);
            if to - from < rows.len() {
                out.push(self.mask(chunk, rows, &dead[from..to])?);
            }
        }
        self.push_slice(&mut whole, out);
        Ok(())
    }

    fn push_slice(&self, rows: &mut Range<usize>, out: &mut Vec<RecordBatch>) {
        if rows.start < rows.end {
            out.push(self.batch.slice(rows.start, rows.len()));
            *rows = 0..0;
        }
    }

    fn mask(&self, chunk: usize, rows: Range<usize>, dead: &[usize]) -> Result<RecordBatch> {
        if let Some((count, left)) = self.masked.lock().get(&chunk) {
            if *count == dead.len() {
                return Ok(left.clone());
            }
        }
        let slice = self.batch.slice(rows.start, rows.len());
        let left = filter_record_batch(&slice, &alive(rows.len(), dead.iter().map(|p| p - rows.start)))?;
        self.masked.lock().insert(chunk, (dead.len(), left.clone()));
        Ok(left)
    }
}

fn bytes_of(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns.map(|c| c.to_data().get_slice_memory_size().unwrap_or_else(|_| c.get_array_memory_size())).sum()
}

/// A mask of `rows` rows that is false at `dead`.
pub(super) fn alive(rows: usize, dead: impl Iterator<Item = usize>) -> BooleanArray {
    let mut mask = BooleanBufferBuilder::new(rows);
    mask.append_n(rows, true);
    for position in dead {
        mask.set_bit(position, false);
    }
    BooleanArray::new(mask.finish(), None)
}
