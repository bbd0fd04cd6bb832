//! `rejected_rows('s')`: the input that could not be used, with its reason.
//!
//! Of a source that nothing reads all the time, what a reading from its
//! beginning rejects; its epoch is the moment of that reading.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::Utc;
use datafusion::catalog::TableProvider;

use super::asked_table::AskedTable;
use crate::catalog::{Object, ObjectKind};
use crate::coordinator::{Handle, Journal};
use crate::session::source_rows::rejected_rows;
use crate::types::{Epoch, ObjectId, Result};

pub(super) fn table(object: &Object, handle: &Handle) -> Arc<dyn TableProvider> {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let schema: SchemaRef = Arc::new(Schema::new(vec![
        Field::new("ms_epoch", DataType::Int64, true),
        Field::new("ms_time", instant, true),
        Field::new("ms_partition", DataType::Int32, true),
        Field::new("reason", DataType::Utf8, true),
        Field::new("raw", DataType::Utf8, true),
        Field::new("place", DataType::Utf8, true),
    ]));
    let (handle, id, rows_schema) = (handle.clone(), object.id, schema.clone());
    let ask = move || {
        let (handle, schema) = (handle.clone(), rows_schema.clone());
        Box::pin(async move { batch(&journal(&handle, id).await?, schema) }) as _
    };
    Arc::new(AskedTable { schema, ask: Box::new(ask) })
}

async fn journal(handle: &Handle, id: ObjectId) -> Result<Journal> {
    let catalog = handle.catalog();
    let is_read = catalog
        .dependents(id)
        .iter()
        .any(|o| matches!(o.kind, ObjectKind::MaterializedView(_) | ObjectKind::Sink(_)));
    match (catalog.get(id), handle.source(id)) {
        (Some(source), Some(spec)) if !is_read => {
            let now = Epoch(u64::try_from(Utc::now().timestamp_micros()).unwrap_or(0));
            rejected_rows(spec, source.name.clone(), now).await
        }
        _ => handle.journal(id).await,
    }
}

fn batch(journal: &Journal, schema: SchemaRef) -> Result<RecordBatch> {
    let rows = &journal.rejected;
    let text = |f: fn(&crate::dataflow::Rejected) -> &String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(f(&r.rejected))).collect::<StringArray>())
    };
    let times: TimestampMicrosecondArray = rows.iter().map(|r| Some(r.epoch.as_micros())).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| Some(r.epoch.as_micros())).collect::<Int64Array>()),
        Arc::new(times.with_timezone("UTC")),
        Arc::new(rows.iter().map(|r| i32::try_from(r.partition).ok()).collect::<Int32Array>()),
        text(|r| &r.reason),
        text(|r| &r.raw),
        text(|r| &r.place),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}
