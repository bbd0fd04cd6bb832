//! Output rows, put together from rows that have come and rows that are kept.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array,
};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;

use super::side::Side;
use crate::delta::Delta;
use crate::types::{Error, Result};

/// Where the columns of one side come from.
pub enum Picked<'a> {
    /// These rows of a batch.
    Rows(&'a RecordBatch, &'a UInt32Array),
    /// The rows of a batch from here on.
    Run(&'a RecordBatch, usize),
    /// These kept rows.
    Kept(&'a Side, &'a [u32]),
    /// NULLs in the place of a row of this side.
    Nulls(&'a Side),
}

impl<'a> Picked<'a> {
    /// These rows of a batch; those that follow each other are not copied.
    pub fn rows(batch: &'a RecordBatch, rows: &'a UInt32Array) -> Self {
        let rows_in_order = rows.values().windows(2).all(|pair| pair[1] == pair[0] + 1);
        match rows.values().first() {
            Some(first) if rows_in_order => Picked::Run(batch, *first as usize),
            _ => Picked::Rows(batch, rows),
        }
    }

    fn column(&self, column: usize, rows: usize) -> Result<ArrayRef> {
        match self {
            Picked::Rows(batch, indices) => Ok(take(batch.column(column), indices, None)?),
            Picked::Run(batch, first) => Ok(batch.column(column).slice(*first, rows)),
            Picked::Kept(side, ids) => side.gather(column, ids),
            Picked::Nulls(side) => Ok(new_null_array(side.schema.field(column).data_type(), rows)),
        }
    }
}

/// What an output row consists of.
pub struct Parts<'a> {
    /// The left row.
    pub left: Picked<'a>,
    /// The right row; a mark join has none.
    pub right: Option<Picked<'a>>,
    /// Whether the left row has a match.
    pub mark: Option<BooleanArray>,
    /// How many columns the left input has.
    pub left_width: usize,
    /// How many rows.
    pub rows: usize,
}

impl Parts<'_> {
    /// These columns of left ++ right, or of left and the mark.
    pub fn batch(&self, columns: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
        let column = |column: &usize| match column.checked_sub(self.left_width) {
            None => self.left.column(*column, self.rows),
            Some(column) => match (&self.right, &self.mark) {
                (Some(right), _) => right.column(column, self.rows),
                (None, Some(mark)) => Ok(Arc::new(mark.clone()) as ArrayRef),
                (None, None) => Err(Error::internal("a join gives a column that it does not have")),
            },
        };
        let columns = columns.iter().map(column).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
    }

    /// The same with counts; none if all are one.
    pub fn delta(&self, columns: &[usize], schema: &SchemaRef, diffs: Option<Vec<i64>>) -> Result<Delta> {
        Ok(Delta::new(self.batch(columns, schema)?, diffs.map(Int64Array::from)))
    }
}
