//! The past of a source, read again for a view that came later: the rows that
//! were not ruled out the first time, and only those.

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;

use super::adapter::Backfill;
use super::ingest::PartitionIngest;
use crate::delta::Delta;
use crate::types::{Epoch, Result};

/// See the page.
pub struct SourceBackfill {
    partitions: Vec<PastPartition>,
    schema: SchemaRef,
    epoch: Epoch,
}

/// One partition's past: rows `0..until` without the excluded ordinals.
pub struct PastPartition {
    /// Where to read.
    pub ingest: PartitionIngest,
    /// The first ordinal that the feed will bring.
    pub until: u64,
    /// Ordinals that were ruled out, ascending.
    pub excluded: Vec<u64>,
}

impl SourceBackfill {
    /// `epoch` is the time that `proctime()` reads in the past.
    pub fn new(partitions: Vec<PastPartition>, schema: SchemaRef, epoch: Epoch) -> Self {
        SourceBackfill { partitions, schema, epoch }
    }
}

impl Backfill for SourceBackfill {
    fn next(&mut self) -> Result<Option<Delta>> {
        if let Some(past) = self.partitions.last_mut() {
            let left = past.until.saturating_sub(past.ingest.position());
            let turn = past.ingest.turn(self.epoch, left.min(65_536) as usize)?;
            let mut rows = Vec::new();
            for batch in turn.batches {
                let mask: BooleanArray = (0..batch.rows.num_rows())
                    .map(|row| batch.position(row))
                    .map(|p| Some(p < past.until && past.excluded.binary_search(&p).is_err()))
                    .collect();
                rows.push(Delta::insert(filter_record_batch(&batch.rows, &mask)?));
            }
            if left == 0 || past.ingest.finished {
                self.partitions.pop();
            }
            let schema = self.schema.clone();
            return Ok(Some(Delta::concat(&schema, &rows)?));
        }
        Ok(None)
    }
}
