//! `late_events('s')`: the rows that came after the watermark had passed them.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Int32Builder, Int64Builder, IntervalMonthDayNanoBuilder, RecordBatch,
    TimestampMicrosecondBuilder,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, IntervalMonthDayNano, IntervalUnit, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::TableProvider;

use super::asked_table::AskedTable;
use crate::catalog::Object;
use crate::coordinator::Handle;
use crate::dataflow::LateRows;
use crate::types::Result;

/// The object's shown columns, then what is known of the lateness.
pub(super) fn table(object: Arc<Object>, handle: &Handle) -> Arc<dyn TableProvider> {
    let schema = schema(&object);
    let (handle, rows_schema) = (handle.clone(), schema.clone());
    let ask = move || {
        let (handle, object, schema) = (handle.clone(), object.clone(), rows_schema.clone());
        Box::pin(async move {
            let journal = handle.journal(object.id).await?;
            let batches = journal.late.iter().map(|late| batch(late, &object, &schema));
            Ok(concat_batches(&schema, &batches.collect::<Result<Vec<_>>>()?)?)
        }) as _
    };
    Arc::new(AskedTable { schema, ask: Box::new(ask) })
}

fn schema(object: &Object) -> SchemaRef {
    let shown = object.columns.iter().filter(|c| !c.hidden);
    let mut fields: Vec<Field> = shown.map(|c| Field::new(&c.name, c.data_type.clone(), true)).collect();
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    fields.extend([
        Field::new("ms_epoch", DataType::Int64, true),
        Field::new("ms_watermark", micros, true),
        Field::new("ms_delay", DataType::Interval(IntervalUnit::MonthDayNano), true),
        Field::new("ms_partition", DataType::Int32, true),
        Field::new("ms_position", DataType::Int64, true),
    ]);
    Arc::new(Schema::new(fields))
}

fn batch(late: &LateRows, object: &Object, schema: &SchemaRef) -> Result<RecordBatch> {
    let shown = object.columns.iter().zip(late.rows.columns()).filter(|(c, _)| !c.hidden);
    let mut columns: Vec<ArrayRef> = shown.map(|(_, values)| values.clone()).collect();
    let (mut epochs, mut watermarks) = (Int64Builder::new(), TimestampMicrosecondBuilder::new());
    let (mut delays, mut partitions) = (IntervalMonthDayNanoBuilder::new(), Int32Builder::new());
    let mut positions = Int64Builder::new();
    for (delay, position) in late.delays.iter().zip(&late.positions) {
        epochs.append_value(late.epoch.as_micros());
        watermarks.append_value(late.watermark);
        delays.append_value(IntervalMonthDayNano::new(0, 0, delay.saturating_mul(1_000)));
        partitions.append_value(i32::try_from(late.partition).unwrap_or(i32::MAX));
        positions.append_value(i64::try_from(*position).unwrap_or(i64::MAX));
    }
    let known: [ArrayRef; 5] = [
        Arc::new(epochs.finish()),
        Arc::new(watermarks.finish()),
        Arc::new(delays.finish()),
        Arc::new(partitions.finish()),
        Arc::new(positions.finish()),
    ];
    columns.extend(known);
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;
    use crate::catalog::{Column, ObjectKind, TableProperties};
    use crate::types::{Epoch, ObjectId};

    #[test]
    fn hidden_columns_are_left_out_and_lateness_is_added() {
        let column = |name: &str, hidden| Column {
            name: name.to_string(),
            data_type: DataType::Int64,
            nullable: true,
            default: None,
            generated: None,
            hidden,
        };
        let object = Object {
            id: ObjectId(1),
            schema: "public".to_string(),
            name: "t".to_string(),
            kind: ObjectKind::Table(TableProperties::default()),
            columns: vec![column("a", false), column("_row_id", true)],
            sql: String::new(),
            depends_on: vec![],
            created_at: 0,
            comment: None,
        };
        let ids: ArrayRef = Arc::new(Int64Array::from(vec![7, 8]));
        let late = LateRows {
            source: object.id,
            epoch: Epoch(3),
            watermark: 100,
            partition: 2,
            positions: vec![5, 6],
            rows: RecordBatch::try_new(object.arrow_schema(), vec![ids.clone(), ids]).unwrap(),
            delays: vec![1, 2],
        };
        let schema = schema(&object);
        let batch = batch(&late, &object, &schema).unwrap();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        assert_eq!(names, ["a", "ms_epoch", "ms_watermark", "ms_delay", "ms_partition", "ms_position"]);
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, 6));
    }
}
