//! Picking rows, of batches without columns too.

use arrow::array::{RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::take_arrays;

use crate::types::Result;

/// The rows at `indices`, in that order.
pub fn take_rows(rows: &RecordBatch, indices: &UInt32Array) -> Result<RecordBatch> {
    let columns = take_arrays(rows.columns(), indices, None)?;
    let options = RecordBatchOptions::new().with_row_count(Some(indices.len()));
    Ok(RecordBatch::try_new_with_options(rows.schema(), columns, &options)?)
}
