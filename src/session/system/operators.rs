//! `ms_catalog.ms_operators`: what each operator of each running view and sink
//! has done.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;

use super::asked_table::AskedTable;
use crate::catalog::Snapshot;
use crate::coordinator::Handle;
use crate::dataflow::Reading;
use crate::plan::describe_operator;
use crate::types::Result;

/// One operator of one relation.
struct Line {
    relation: String,
    number: i32,
    operator: String,
    reading: Reading,
}

/// The relation.
pub(super) fn table(catalog: &Arc<Snapshot>, handle: &Handle) -> Arc<dyn TableProvider> {
    let (catalog, handle) = (catalog.clone(), handle.clone());
    let ask = move || {
        let rows = batch(&lines(&catalog, &handle));
        Box::pin(async move { rows }) as _
    };
    Arc::new(AskedTable { schema: schema(), ask: Box::new(ask) })
}

fn schema() -> SchemaRef {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        field("relation", DataType::Utf8),
        field("operator_id", DataType::Int32),
        field("operator", DataType::Utf8),
        field("rows_in", DataType::Int64),
        field("rows_out", DataType::Int64),
        field("busy_ms", DataType::Float64),
        field("state_rows", DataType::Int64),
        field("state_bytes", DataType::Int64),
    ]))
}

fn lines(catalog: &Snapshot, handle: &Handle) -> Vec<Line> {
    let meters = handle.shared().meters.read();
    let mut lines = vec![];
    for object in catalog.objects() {
        let Some(running) = meters.get(&object.id) else { continue };
        let mut number = 0;
        running.plan().visit(&mut |node| {
            let reading = running.of(node).map(|meter| meter.read()).unwrap_or_default();
            lines.push(Line {
                relation: object.name.clone(),
                number,
                operator: describe_operator(node),
                reading,
            });
            number += 1;
        });
    }
    lines
}

fn batch(lines: &[Line]) -> Result<RecordBatch> {
    let count = |of: fn(&Reading) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(lines.iter().map(|l| of(&l.reading) as i64)))
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(lines.iter().map(|l| &l.relation))),
        Arc::new(Int32Array::from_iter_values(lines.iter().map(|l| l.number))),
        Arc::new(StringArray::from_iter_values(lines.iter().map(|l| &l.operator))),
        count(|r| r.rows_in),
        count(|r| r.rows_out),
        Arc::new(Float64Array::from_iter_values(lines.iter().map(|l| l.reading.busy.as_secs_f64() * 1e3))),
        count(|r| r.state_rows),
        count(|r| r.state_bytes),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}
