//! One row per element of a list.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field, Int64Type, SchemaRef};

use crate::dataflow::operator::Transform;
use crate::delta::Delta;
use crate::plan::stream::UnnestSpec;
use crate::types::{Epoch, Error, Result};

/// Unnests list columns side by side: a row gives as many rows as its longest
/// list has elements, shorter lists are filled up with NULL, as in PostgreSQL.
pub struct UnnestOperator {
    spec: Arc<UnnestSpec>,
    schema: SchemaRef,
}

impl UnnestOperator {
    /// The output has this schema.
    pub fn new(spec: Arc<UnnestSpec>, schema: SchemaRef) -> Self {
        UnnestOperator { spec, schema }
    }
}

impl Transform for UnnestOperator {
    fn apply(&mut self, mut delta: Delta, _now: Epoch) -> Result<Delta> {
        let faults = delta.take_faults();
        let lists = self.spec.columns.iter().map(|(c, unnested)| unnested.then(|| offsets(delta.column(*c))));
        let lists = lists.map(Option::transpose).collect::<Result<Vec<_>>>()?;
        let (mut rows, mut positions) = (Vec::new(), Vec::new());
        for row in 0..delta.num_rows() {
            let longest = lists.iter().flatten().map(|(ranges, _)| ranges[row].1).max().unwrap_or(1);
            let longest = if longest == 0 && self.spec.preserve_nulls { 1 } else { longest };
            for position in 0..longest {
                rows.push(row as u32);
                positions.push(position);
            }
        }
        let indices = UInt32Array::from(rows);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(lists.len());
        for ((column, _), list) in self.spec.columns.iter().zip(&lists) {
            columns.push(match list {
                None => take(delta.column(*column), &indices, None)?,
                Some((ranges, values)) => {
                    let element = indices.values().iter().zip(&positions).map(|(row, position)| {
                        let (start, length) = ranges[*row as usize];
                        (*position < length).then_some(start + position)
                    });
                    take(values, &element.collect::<UInt32Array>(), None)?
                }
            });
        }
        // Not of the whole rows: a list for each of its elements would be many.
        let diffs = delta.diffs().map(|diffs| take(diffs, &indices, None)).transpose()?;
        let diffs = diffs.map(|diffs| diffs.as_primitive::<Int64Type>().clone());
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(indices.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        Ok(Delta::new(rows, diffs).with_faults(faults))
    }
}

/// Where each row's elements are, as (start, length), and all elements.
type Elements = (Vec<(u32, u32)>, ArrayRef);

fn offsets(column: &ArrayRef) -> Result<Elements> {
    let column = match column.data_type() {
        DataType::LargeList(f) | DataType::FixedSizeList(f, _) | DataType::ListView(f) => {
            let element = Field::new("item", f.data_type().clone(), true);
            cast(column, &DataType::List(Arc::new(element)))?
        }
        _ => column.clone(),
    };
    let Some(list) = column.as_list_opt::<i32>() else {
        return Err(Error::internal(format!("unnest of {}", column.data_type())));
    };
    let range = |row: usize| {
        let length = if list.is_null(row) { 0 } else { list.value_length(row) };
        (list.value_offsets()[row] as u32, length as u32)
    };
    Ok(((0..list.len()).map(range).collect(), list.values().clone()))
}
