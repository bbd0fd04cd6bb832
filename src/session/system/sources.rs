//! `ms_catalog`: what each source and table has let in, and when.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::TableProvider;

use super::asked_table::AskedTable;
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::{Handle, Journal, SourceEpochEntry};
use crate::types::Result;

type Journals = Vec<(Arc<Object>, Journal)>;

/// The relation of this name.
pub(super) fn relation(
    name: &str,
    catalog: &Arc<Snapshot>,
    handle: &Handle,
) -> Option<Arc<dyn TableProvider>> {
    let (schema, batch): (SchemaRef, fn(&Journals, SchemaRef) -> Result<RecordBatch>) = match name {
        "ms_sources" => (sources_schema(), sources),
        "ms_source_epochs" => (epochs_schema(), epochs),
        _ => return None,
    };
    let (catalog, handle, rows_schema) = (catalog.clone(), handle.clone(), schema.clone());
    let ask = move || {
        let (catalog, handle, schema) = (catalog.clone(), handle.clone(), rows_schema.clone());
        Box::pin(async move { batch(&journals(&catalog, &handle).await?, schema) }) as _
    };
    Some(Arc::new(AskedTable { schema, ask: Box::new(ask) }))
}

async fn journals(catalog: &Snapshot, handle: &Handle) -> Result<Journals> {
    let mut journals = vec![];
    for object in catalog.objects() {
        if matches!(object.kind, ObjectKind::Source(_) | ObjectKind::Table(_)) {
            journals.push((object.clone(), handle.journal(object.id).await?));
        }
    }
    Ok(journals)
}

fn field(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn sources_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        field("source_id", DataType::Int32),
        field("name", DataType::Utf8),
        field("kind", DataType::Utf8),
        field("late_rows", DataType::Int64),
        field("rejected_rows", DataType::Int64),
    ]))
}

fn sources(journals: &Journals, schema: SchemaRef) -> Result<RecordBatch> {
    let total = |f: fn(&Journal) -> u64| -> ArrayRef {
        Arc::new(journals.iter().map(|(_, j)| i64::try_from(f(j)).ok()).collect::<Int64Array>())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(journals.iter().map(|(o, _)| id(o)).collect::<Int32Array>()),
        Arc::new(journals.iter().map(|(o, _)| Some(o.name.as_str())).collect::<StringArray>()),
        Arc::new(journals.iter().map(|(o, _)| Some(o.kind_name())).collect::<StringArray>()),
        total(|j| j.late_total),
        total(|j| j.rejected_total),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn epochs_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        field("source_id", DataType::Int32),
        field("name", DataType::Utf8),
        field("epoch", DataType::Int64),
        field("partition", DataType::Int32),
        field("first_position", DataType::Int64),
        field("row_count", DataType::Int64),
        field("watermark", DataType::Timestamp(TimeUnit::Microsecond, None)),
    ]))
}

fn epochs(journals: &Journals, schema: SchemaRef) -> Result<RecordBatch> {
    let all: Vec<(&Arc<Object>, &SourceEpochEntry)> =
        journals.iter().flat_map(|(o, j)| j.epochs.iter().map(move |e| (o, e))).collect();
    let number = |f: fn(&SourceEpochEntry) -> u64| -> ArrayRef {
        Arc::new(all.iter().map(|(_, e)| i64::try_from(f(e)).ok()).collect::<Int64Array>())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(all.iter().map(|(o, _)| id(o)).collect::<Int32Array>()),
        Arc::new(all.iter().map(|(o, _)| Some(o.name.as_str())).collect::<StringArray>()),
        number(|e| e.epoch.0),
        Arc::new(all.iter().map(|(_, e)| i32::try_from(e.partition).ok()).collect::<Int32Array>()),
        number(|e| e.first),
        number(|e| e.rows),
        Arc::new(all.iter().map(|(_, e)| shown(e.watermark)).collect::<TimestampMicrosecondArray>()),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn id(object: &Object) -> Option<i32> {
    i32::try_from(object.id.0).ok()
}

/// NULL before the first watermark, and after the last row: time has no end
/// that a client could read.
fn shown(watermark: Option<i64>) -> Option<i64> {
    watermark.filter(|w| *w != i64::MAX)
}
