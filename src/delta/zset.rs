//! The Z-set over Arrow columns.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat, concat_batches, filter, filter_record_batch, take};
use arrow::datatypes::{Schema, SchemaRef};

use super::{Fault, take_rows};
use crate::types::Result;

/// The schema of a delta that has no columns.
static EMPTY: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(Schema::empty()));

/// A batch of changes: rows with a signed count each, and faults.
///
/// `diffs` is `None` when every count is +1 (insert-only input); otherwise it
/// has one non-null entry per row. A count of zero is allowed and means nothing.
#[derive(Clone, Debug)]
pub struct Delta {
    rows: RecordBatch,
    diffs: Option<Int64Array>,
    faults: Vec<Fault>,
}

impl Default for Delta {
    fn default() -> Self {
        Delta::insert(RecordBatch::new_empty(EMPTY.clone()))
    }
}

impl Delta {
    /// Every row arrives once.
    pub fn insert(rows: RecordBatch) -> Self {
        Delta { rows, diffs: None, faults: Vec::new() }
    }

    /// Every row goes away once.
    pub fn retract(rows: RecordBatch) -> Self {
        let diffs = Int64Array::from(vec![-1; rows.num_rows()]);
        Delta { rows, diffs: Some(diffs), faults: Vec::new() }
    }

    /// Rows with their counts. `diffs` must have one non-null entry per row.
    pub fn new(rows: RecordBatch, diffs: Option<Int64Array>) -> Self {
        if let Some(diffs) = &diffs {
            assert_eq!(diffs.len(), rows.num_rows(), "a delta has one count per row");
            assert_eq!(diffs.null_count(), 0, "a count is never null");
        }
        Delta { rows, diffs, faults: Vec::new() }
    }

    /// No rows, only faults.
    pub fn of_faults(schema: SchemaRef, faults: Vec<Fault>) -> Self {
        Delta { rows: RecordBatch::new_empty(schema), diffs: None, faults }
    }

    /// The same delta with these faults added.
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// The rows, without their counts.
    pub fn rows(&self) -> &RecordBatch {
        &self.rows
    }

    /// The counts, or `None` when all are +1.
    pub fn diffs(&self) -> Option<&Int64Array> {
        self.diffs.as_ref()
    }

    /// The count of one row.
    pub fn diff(&self, row: usize) -> i64 {
        self.diffs.as_ref().map_or(1, |d| d.value(row))
    }

    /// The rows whose expressions failed.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The column at `index`.
    pub fn column(&self, index: usize) -> &ArrayRef {
        self.rows.column(index)
    }

    /// How many rows, whatever their counts.
    pub fn num_rows(&self) -> usize {
        self.rows.num_rows()
    }

    /// Neither rows nor faults.
    pub fn is_empty(&self) -> bool {
        self.rows.num_rows() == 0 && self.faults.is_empty()
    }

    /// The rows' schema.
    pub fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }

    /// Splits into rows, counts and faults.
    pub fn into_parts(self) -> (RecordBatch, Option<Int64Array>, Vec<Fault>) {
        (self.rows, self.diffs, self.faults)
    }

    /// Takes the faults away, leaving the rows.
    pub fn take_faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }

    /// The same counts and faults over other columns of as many rows.
    pub fn with_rows(&self, rows: RecordBatch) -> Self {
        assert_eq!(rows.num_rows(), self.rows.num_rows(), "columns change, rows stay");
        Delta { rows, diffs: self.diffs.clone(), faults: self.faults.clone() }
    }

    /// Every count negated, those of faults too.
    pub fn negate(&self) -> Self {
        let diffs: Int64Array = match &self.diffs {
            Some(diffs) => diffs.unary(|d| -d),
            None => Int64Array::from(vec![-1; self.num_rows()]),
        };
        let faults = self.faults.iter().cloned().map(|f| Fault { diff: -f.diff, ..f }).collect();
        Delta { rows: self.rows.clone(), diffs: Some(diffs), faults }
    }

    /// The rows for which `mask` is true (null counts as false), with all faults.
    pub fn filter(&self, mask: &BooleanArray) -> Result<Self> {
        let diffs = match &self.diffs {
            Some(diffs) => Some(downcast_diffs(&filter(diffs, mask)?)),
            None => None,
        };
        Ok(Delta { rows: filter_record_batch(&self.rows, mask)?, diffs, faults: self.faults.clone() })
    }

    /// The rows at `indices`, in that order and without faults.
    pub fn take(&self, indices: &UInt32Array) -> Result<Self> {
        let diffs = match &self.diffs {
            Some(diffs) => Some(downcast_diffs(&take(diffs, indices, None)?)),
            None => None,
        };
        Ok(Delta { rows: take_rows(&self.rows, indices)?, diffs, faults: Vec::new() })
    }

    /// `length` rows from `offset`, zero-copy and without faults.
    pub fn slice(&self, offset: usize, length: usize) -> Self {
        let diffs = self.diffs.as_ref().map(|d| d.slice(offset, length));
        Delta { rows: self.rows.slice(offset, length), diffs, faults: Vec::new() }
    }

    /// One delta with the rows and faults of all, in order.
    pub fn concat(schema: &SchemaRef, deltas: &[Delta]) -> Result<Self> {
        if let [one] = deltas {
            return Ok(one.clone());
        }
        let rows = concat_batches(schema, deltas.iter().filter(|d| d.num_rows() > 0).map(|d| &d.rows))?;
        let diffs = if deltas.iter().all(|d| d.diffs.is_none()) {
            None
        } else {
            let parts: Vec<Int64Array> =
                deltas.iter().filter(|d| d.num_rows() > 0).map(Delta::diffs_or_ones).collect();
            let parts: Vec<&dyn Array> = parts.iter().map(|p| p as &dyn Array).collect();
            Some(if parts.is_empty() {
                Int64Array::from(Vec::<i64>::new())
            } else {
                downcast_diffs(&concat(&parts)?)
            })
        };
        let faults = deltas.iter().flat_map(|d| d.faults.iter().cloned()).collect();
        Ok(Delta { rows, diffs, faults })
    }

    /// The counts as an array, made when there is none.
    pub fn diffs_or_ones(&self) -> Int64Array {
        self.diffs.clone().unwrap_or_else(|| Int64Array::from(vec![1; self.num_rows()]))
    }
}

fn downcast_diffs(array: &ArrayRef) -> Int64Array {
    use arrow::array::AsArray;
    array.as_primitive::<arrow::datatypes::Int64Type>().clone()
}
