//! What leaves a top-n in one epoch.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::SchemaRef;

use super::codec::RowCodec;
use crate::delta::Delta;
use crate::types::Result;

/// Rows of one delta.
const ROWS_MAX: usize = 16_384;

/// Changes of the output, rows as bytes.
#[derive(Default)]
pub struct Emission {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    ranks: Vec<i64>,
    diffs: Vec<i64>,
}

impl Emission {
    /// `row`, as the one of this rank, comes or goes `diff` times.
    pub fn push(&mut self, row: &[u8], rank: i64, diff: i64) {
        if diff != 0 {
            self.bytes.extend_from_slice(row);
            self.ends.push(self.bytes.len());
            self.ranks.push(rank);
            self.diffs.push(diff);
        }
    }

    fn row(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[index]]
    }

    /// The changes as deltas of `schema`, whose last column is the rank if
    /// `with_rank`.
    pub fn into_deltas(self, codec: &RowCodec, schema: &SchemaRef, with_rank: bool) -> Result<Vec<Delta>> {
        let mut deltas = Vec::new();
        for start in (0..self.ends.len()).step_by(ROWS_MAX) {
            let end = self.ends.len().min(start + ROWS_MAX);
            let mut columns = codec.decode((start..end).map(|index| self.row(index)))?;
            if with_rank {
                let ranks: ArrayRef = Arc::new(Int64Array::from(self.ranks[start..end].to_vec()));
                let wanted = schema.field(schema.fields().len() - 1).data_type();
                columns.push(cast(&ranks, wanted)?);
            }
            let options = RecordBatchOptions::new().with_row_count(Some(end - start));
            let rows = RecordBatch::try_new_with_options(schema.clone(), columns, &options)?;
            let diffs = &self.diffs[start..end];
            let diffs = diffs.iter().any(|d| *d != 1).then(|| Int64Array::from(diffs.to_vec()));
            deltas.push(Delta::new(rows, diffs));
        }
        Ok(deltas)
    }
}
