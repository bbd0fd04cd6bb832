//! Rows in the shape in which a table stores them.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{Field, Schema, SchemaRef};

use crate::catalog::Object;
use crate::types::Result;

/// All columns of the table, which may be NULL until that is checked: hidden
/// ones are filled in later.
pub(in crate::session) fn stored_schema(table: &Object) -> SchemaRef {
    let fields = table.columns.iter().map(|c| Field::new(&c.name, c.data_type.clone(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// One batch with all columns of the table, from the columns of `batches` that
/// begin at `first`.
pub(in crate::session) fn stored_rows(
    table: &Object,
    batches: &[RecordBatch],
    first: usize,
) -> Result<RecordBatch> {
    let schema = stored_schema(table);
    let shaped = batches.iter().map(|batch| {
        let columns = &batch.columns()[first..first + table.columns.len()];
        let columns = columns.iter().zip(schema.fields());
        let columns = columns.map(|(column, field)| -> Result<ArrayRef> {
            match column.data_type() == field.data_type() {
                true => Ok(column.clone()),
                false => Ok(cast(column, field.data_type())?),
            }
        });
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(schema.clone(), columns.collect::<Result<_>>()?, &rows)?)
    });
    let shaped = shaped.collect::<Result<Vec<_>>>()?;
    match shaped.as_slice() {
        [one] => Ok(one.clone()),
        several => Ok(concat_batches(&schema, several)?),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Int32Array, Int64Array};
    use arrow::datatypes::{DataType, Int64Type};

    use super::*;
    use crate::catalog::{Column, ObjectKind, TableProperties};
    use crate::types::ObjectId;

    #[test]
    fn old_and_new_rows_are_cut_apart() {
        let column = Column {
            name: "a".to_string(),
            data_type: DataType::Int64,
            nullable: false,
            default: None,
            generated: None,
            hidden: false,
        };
        let table = Object {
            id: ObjectId(1),
            schema: "public".to_string(),
            name: "t".to_string(),
            kind: ObjectKind::Table(TableProperties::default()),
            columns: vec![column],
            sql: String::new(),
            depends_on: vec![],
            created_at: 0,
            comment: None,
        };
        let fields = vec![Field::new("a", DataType::Int32, true), Field::new("a", DataType::Int64, true)];
        let columns: Vec<ArrayRef> =
            vec![Arc::new(Int32Array::from(vec![1])), Arc::new(Int64Array::from(vec![None]))];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        let batches = [batch.clone(), batch];
        let old = stored_rows(&table, &batches, 0).unwrap();
        assert_eq!(old.column(0).as_primitive::<Int64Type>().values(), &[1, 1], "cast to the table's type");
        let new = stored_rows(&table, &batches, 1).unwrap();
        assert_eq!(new.column(0).null_count(), 2, "NULL is kept for the check that names it");
        assert_eq!(stored_rows(&table, &[], 0).unwrap().num_rows(), 0);
    }
}
