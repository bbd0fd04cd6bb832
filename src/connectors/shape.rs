//! What a reader's batches look like: the wanted columns, in order, of the
//! declared types.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{FieldRef, Schema, SchemaRef};

use crate::types::Result;

/// The schema of a reader's batches: the projected columns, all of them
/// nullable, because it is the engine that rejects a missing value.
pub fn projected(schema: &Schema, projection: &[usize]) -> SchemaRef {
    let nullable = |i: &usize| -> FieldRef { Arc::new(schema.field(*i).clone().with_nullable(true)) };
    Arc::new(Schema::new(projection.iter().map(nullable).collect::<Vec<_>>()))
}

/// A batch of `rows` rows of that schema; a column of another type is cast.
pub fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let mut fitted = Vec::with_capacity(columns.len());
    for (column, field) in columns.into_iter().zip(schema.fields()) {
        let same = column.data_type() == field.data_type();
        fitted.push(if same { column } else { cast(&column, field.data_type())? });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(schema.clone(), fitted, &options)?)
}
