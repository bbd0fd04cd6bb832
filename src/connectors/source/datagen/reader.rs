//! One split being read.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::SchemaRef;

use super::values::{Clock, Values};
use crate::connectors::shape;
use crate::connectors::source::pace::Pace;
use crate::dataflow::{SourceBatch, SourcePoll, SourceReader};
use crate::types::Result;

/// The most rows of one batch.
const BATCH_MAX: u64 = 1 << 14;

/// Makes one split's rows: of all rows every `splits`-th, from `split` on.
pub struct DatagenReader {
    pub values: Vec<Values>,
    pub schema: SchemaRef,
    pub pace: Arc<Pace>,
    pub clock: Clock,
    pub split: u64,
    pub splits: u64,
    /// The next row of the split.
    pub row: u64,
    /// Rows of the whole stream.
    pub rows: Option<u64>,
}

impl DatagenReader {
    /// How many of the split's rows are among the first `rows` of all.
    fn own(&self, rows: u64) -> u64 {
        rows.saturating_sub(self.split).div_ceil(self.splits)
    }
}

impl SourceReader for DatagenReader {
    fn poll(&mut self, max_rows: usize) -> Result<SourcePoll> {
        if self.rows.is_some_and(|rows| self.row >= self.own(rows)) {
            return Ok(SourcePoll::Finished);
        }
        let now = Instant::now();
        let released = self.pace.released(now).min(self.rows.unwrap_or(u64::MAX));
        let count = self.own(released).saturating_sub(self.row).min(max_rows as u64).min(BATCH_MAX);
        if count == 0 {
            let next = self.row * self.splits + self.split;
            return Ok(SourcePoll::Idle(Some(self.pace.due(next + 1, now))));
        }
        let rows: Vec<u64> = (self.row..self.row + count).map(|row| row * self.splits + self.split).collect();
        let columns = self.values.iter().map(|values| values.column(&rows, self.clock));
        let batch = shape::batch(&self.schema, columns.collect::<Result<_>>()?, rows.len())?;
        self.row += count;
        Ok(SourcePoll::Batch(SourceBatch { rows: batch, rejected: Vec::new() }))
    }

    fn offset(&self) -> String {
        format!("{}@{}", self.row, self.clock.start_us)
    }
}
