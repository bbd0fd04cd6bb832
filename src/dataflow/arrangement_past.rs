//! The past of a table or view, for a dataflow that begins later.

use super::adapter::Backfill;
use crate::delta::Delta;
use crate::state::Arrangement;
use crate::types::{Epoch, Result};

/// What an arrangement holds, in chunks.
pub struct ArrangementPast {
    batches: Vec<arrow::array::RecordBatch>,
    offset: usize,
}

/// Rows per chunk of a snapshot.
const CHUNK_ROWS: usize = 65_536;

impl ArrangementPast {
    /// Everything published so far: the feed brings the rest.
    pub fn of(arrangement: &Arrangement) -> Result<ArrangementPast> {
        let mut batches = arrangement.snapshot(Epoch(u64::MAX))?;
        batches.reverse();
        Ok(ArrangementPast { batches, offset: 0 })
    }
}

impl Backfill for ArrangementPast {
    fn next(&mut self) -> Result<Option<Delta>> {
        let Some(batch) = self.batches.last() else {
            return Ok(None);
        };
        let rows = (batch.num_rows() - self.offset).min(CHUNK_ROWS);
        let chunk = Delta::insert(batch.slice(self.offset, rows));
        self.offset += rows;
        if self.offset >= batch.num_rows() {
            self.batches.pop();
            self.offset = 0;
        }
        Ok(Some(chunk))
    }
}
