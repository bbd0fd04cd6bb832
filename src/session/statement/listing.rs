//! Small results made here: columns of text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::compute::kernels::comparison::like;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::types::Result;

/// Columns of text with these names.
pub(super) fn text_schema(names: &[&str]) -> SchemaRef {
    let fields = names.iter().map(|name| Field::new(*name, DataType::Utf8, true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Rows of text under a schema of [`text_schema`].
pub(super) fn text_rows(schema: &SchemaRef, rows: &[Vec<Option<String>>]) -> Result<RecordBatch> {
    let columns = (0..schema.fields().len()).map(|column| {
        let values = rows.iter().map(|row| row.get(column).and_then(Option::as_deref));
        Arc::new(values.collect::<StringArray>()) as ArrayRef
    });
    Ok(RecordBatch::try_new(schema.clone(), columns.collect())?)
}

/// The rows whose first column is `LIKE` the pattern.
pub(super) fn like_first(rows: RecordBatch, pattern: Option<&str>) -> Result<RecordBatch> {
    let Some(pattern) = pattern else { return Ok(rows) };
    let patterns = StringArray::from(vec![pattern; rows.num_rows()]);
    let mask = like(rows.column(0), &(&patterns as &dyn Array))?;
    Ok(filter_record_batch(&rows, &mask)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_rows() {
        let schema = text_schema(&["Name", "Type"]);
        let row = |name: &str| vec![Some(name.to_string()), None];
        let rows = text_rows(&schema, &[row("abc"), row("b"), row("ab")]).unwrap();
        assert_eq!(like_first(rows.clone(), Some("ab%")).unwrap().num_rows(), 2);
        assert_eq!(like_first(rows.clone(), Some("_")).unwrap().num_rows(), 1);
        assert_eq!(like_first(rows, None).unwrap().num_rows(), 3);
    }
}
