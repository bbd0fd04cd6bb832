//! Rows of `UPDATE … FROM` and `DELETE … USING`, each row of the target once.

use std::collections::HashSet;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Field, Schema};
use arrow::row::{RowConverter, SortField};
use std::sync::Arc;

use crate::types::Result;

/// Of rows with the same values in `key` the first; all rows if there is no key.
pub(super) fn once(batches: Vec<RecordBatch>, key: Option<&[usize]>) -> Result<Vec<RecordBatch>> {
    let (Some(key), Some(first)) = (key, batches.first()) else { return Ok(batches) };
    let rows = concat_batches(&first.schema(), &batches)?;
    let columns = rows.project(key)?;
    let fields = columns.columns().iter().map(|c| SortField::new(c.data_type().clone())).collect();
    let keys = RowConverter::new(fields)?.convert_columns(columns.columns())?;
    let all: Vec<_> = keys.iter().collect();
    let mut seen: HashSet<&[u8]> = HashSet::with_capacity(all.len());
    let firsts = (0..all.len()).filter(|row| seen.insert(all[*row].data())).map(|row| row as u32);
    let firsts = UInt32Array::from_iter_values(firsts);
    Ok(vec![take_record_batch(&rows, &firsts)?])
}

/// The rows with the columns of `batches` that begin at `first` beside them.
pub(super) fn beside(
    rows: RecordBatch,
    batches: &[RecordBatch],
    first: Option<usize>,
) -> Result<RecordBatch> {
    let (Some(first), Some(batch)) = (first, batches.first()) else { return Ok(rows) };
    let others = concat_batches(&batch.schema(), batches)?;
    let mut columns = rows.columns().to_vec();
    columns.extend(others.columns()[first..].iter().cloned());
    let mut fields: Vec<Arc<Field>> = rows.schema().fields().iter().cloned().collect();
    fields.extend(others.schema().fields()[first..].iter().cloned());
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
