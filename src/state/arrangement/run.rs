//! One run: rows that arrived together (or were merged), and rows they took away.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use parking_lot::Mutex;

use super::mask::Mask;
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
        let ids = self.rows.ids.as_ref().map_or(0, Vec::capacity) + self.deaths.capacity();
        self.rows.bytes + ids * size_of::<u64>() + self.rows.mask.lock().bytes()
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
    /// The dead as of the latest step that anybody has read.
    pub mask: Mutex<Mask>,
}

impl StoredRows {
    /// Rows whose ids follow on from `first`.
    pub fn dense(batch: RecordBatch, first: u64) -> Self {
        StoredRows { bytes: bytes_of(&batch), batch, first, ids: None, mask: Mutex::default() }
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
            mask: Mutex::default(),
        }
    }

    /// The row's id.
    pub fn id(&self, row: usize) -> u64 {
        self.ids.as_ref().map_or(self.first + row as u64, |ids| ids[row])
    }

    /// Where the row with this id is, if it is here.
    pub fn position(&self, id: u64) -> Option<usize> {
        match &self.ids {
            Some(ids) => find(ids, id),
            None => {
                id.checked_sub(self.first).filter(|p| *p < self.batch.num_rows() as u64).map(|p| p as usize)
            }
        }
    }
}

/// Where `id` is among ids that ascend. Rows die at random, so that ids lie about
/// evenly: the search begins where it would be if they did, and doubles its steps
/// from there.
fn find(ids: &[u64], id: u64) -> Option<usize> {
    let (first, last) = (*ids.first()?, *ids.last()?);
    if id < first || id > last {
        return None;
    }
    let share = u128::from(id - first) * (ids.len() - 1) as u128;
    let guess = share.checked_div(u128::from(last - first)).unwrap_or(0) as usize;
    let mut step = 8;
    let mut from = guess.saturating_sub(step);
    while ids[from] > id {
        step *= 2;
        from = guess.saturating_sub(step);
    }
    step = 8;
    let mut to = (guess + step).min(ids.len());
    while ids[to - 1] < id {
        step *= 2;
        to = (guess + step).min(ids.len());
    }
    ids[from..to].binary_search(&id).ok().map(|at| from + at)
}

fn bytes_of(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns.map(|c| c.to_data().get_slice_memory_size().unwrap_or_else(|_| c.get_array_memory_size())).sum()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn every_id_is_found_however_they_lie() {
        let even: Vec<u64> = (0..500).map(|n| 7 + n * 3).collect();
        let bent: Vec<u64> = (0..500).map(|n| 7 + n * n * n).collect();
        let torn: Vec<u64> = (0..250).chain(1 << 62..(1 << 62) + 250).collect();
        for ids in [vec![], vec![5], vec![5, u64::MAX], even, bent, torn] {
            let all = ids.iter().flat_map(|id| [id.saturating_sub(1), *id, id.saturating_add(1)]);
            for id in all.chain([0, u64::MAX]) {
                assert_eq!(find(&ids, id), ids.binary_search(&id).ok(), "{id}");
            }
        }
    }
}
