//! `view_errors('mv')`: the rows that a view is without because an expression
//! failed on them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;

use super::asked_table::AskedTable;
use crate::catalog::Object;
use crate::coordinator::Handle;
use crate::delta::Fault;
use crate::types::Result;

pub(super) fn table(object: &Object, handle: &Handle) -> Arc<dyn TableProvider> {
    let schema: SchemaRef = Arc::new(Schema::new(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("message", DataType::Utf8, true),
        Field::new("row", DataType::Utf8, true),
        Field::new("count", DataType::Int64, true),
    ]));
    let (handle, id, rows_schema) = (handle.clone(), object.id, schema.clone());
    let ask = move || {
        let (handle, schema) = (handle.clone(), rows_schema.clone());
        Box::pin(async move { batch(&handle.faults(id).await?, schema) }) as _
    };
    Arc::new(AskedTable { schema, ask: Box::new(ask) })
}

fn batch(faults: &[Fault], schema: SchemaRef) -> Result<RecordBatch> {
    let text = |f: fn(&Fault) -> &String| -> ArrayRef {
        Arc::new(faults.iter().map(|fault| Some(f(fault))).collect::<StringArray>())
    };
    let counts: Int64Array = faults.iter().map(|f| Some(f.diff)).collect();
    let columns = vec![text(|f| &f.code), text(|f| &f.message), text(|f| &f.row), Arc::new(counts)];
    Ok(RecordBatch::try_new(schema, columns)?)
}
