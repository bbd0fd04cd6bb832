//! One split being read.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::SchemaRef;

use super::generator::Generator;
use super::lane::Lane;
use crate::connectors::shape;
use crate::connectors::source::pace::Pace;
use crate::dataflow::{SourceBatch, SourcePoll, SourceReader};
use crate::types::Result;

/// The most rows of one batch, so that its text fits 32-bit offsets.
const BATCH_MAX: u64 = 1 << 17;

/// Makes one split's rows on demand. Its offset is the number of rows made.
pub struct NexmarkReader {
    pub generator: Arc<Generator>,
    pub pace: Arc<Pace>,
    pub lane: Lane,
    /// The table's columns that are wanted, in the order of `schema`.
    pub columns: Vec<usize>,
    pub schema: SchemaRef,
    /// The next row.
    pub row: u64,
    /// All rows of the split.
    pub rows: u64,
}

impl SourceReader for NexmarkReader {
    fn poll(&mut self, max_rows: usize) -> Result<SourcePoll> {
        if self.row >= self.rows {
            return Ok(SourcePoll::Finished);
        }
        let now = Instant::now();
        let released = match self.pace.released(now) {
            u64::MAX => self.rows,
            events => self.lane.rows_before(events).min(self.rows),
        };
        let count = released.saturating_sub(self.row).min(max_rows as u64).min(BATCH_MAX);
        if count == 0 {
            return Ok(SourcePoll::Idle(Some(self.pace.due(self.lane.event(self.row) + 1, now))));
        }
        let events = self.lane.events(self.row, count as usize);
        let table = self.generator.config.table;
        let columns = self.columns.iter().map(|c| table.column(&self.generator, *c, &events));
        let rows = shape::batch(&self.schema, columns.collect::<Result<_>>()?, events.len())?;
        self.row += count;
        Ok(SourcePoll::Batch(SourceBatch { rows, rejected: Vec::new() }))
    }

    fn offset(&self) -> String {
        self.row.to_string()
    }
}
