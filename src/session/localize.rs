//! Instants in the client's time zone.
//!
//! Instants are computed in UTC; a zone is only a way to print them, so a
//! result's columns are marked with the zone and their values stay.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType};

use crate::types::Result;

/// The schema with every instant in `zone`.
pub(super) fn localized_schema(schema: &SchemaRef, zone: &str) -> SchemaRef {
    let is_instant = |field: &Arc<Field>| micros_zone(field.data_type()).is_some();
    if zone == "UTC" || !schema.fields().iter().any(is_instant) {
        return schema.clone();
    }
    let fields = schema.fields().iter().map(|field| match is_instant(field) {
        true => {
            let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into()));
            Arc::new(field.as_ref().clone().with_data_type(zoned))
        }
        false => field.clone(),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The batch under a schema of [`localized_schema`].
pub(super) fn localize(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.schema_ref() == schema {
        return Ok(batch);
    }
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| match micros_zone(field.data_type()) {
        Some(zone) if column.data_type() != field.data_type() => {
            let instants = column.as_primitive::<TimestampMicrosecondType>().clone();
            Arc::new(instants.with_timezone(zone)) as ArrayRef
        }
        _ => column.clone(),
    });
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema.clone(), columns.collect(), &rows)?)
}

fn micros_zone(data_type: &DataType) -> Option<Arc<str>> {
    match data_type {
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) => Some(zone.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, TimestampMicrosecondArray};

    use super::*;

    #[test]
    fn only_instants_move() {
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let local = DataType::Timestamp(TimeUnit::Microsecond, None);
        let fields = [("n", DataType::Int32), ("at", utc), ("wall", local)];
        let fields = fields.map(|(name, data_type)| Field::new(name, data_type, true));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int32Array::from(vec![1])),
            Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC")),
            Arc::new(TimestampMicrosecondArray::from(vec![0])),
        ];
        let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
        assert!(Arc::ptr_eq(&localized_schema(&schema, "UTC"), &schema));
        let berlin = localized_schema(&schema, "Europe/Berlin");
        let moved = localize(batch, &berlin).unwrap();
        let zone = DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Berlin".into()));
        assert_eq!(moved.column(1).data_type(), &zone);
        assert_eq!(moved.column(1).as_primitive::<TimestampMicrosecondType>().value(0), 0);
        assert_eq!(moved.column(2).data_type(), schema.field(2).data_type());
    }
}
