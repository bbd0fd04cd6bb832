//! Rows by slot: for operators that know where they left each row.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::DataType;

use super::column::Column;
use super::slots::Slots;
use super::values::Values;
use crate::types::Result;

/// Rows by slot.
///
/// Invariant: a slot names the same row until it is released; then it may be
/// given to another row.
pub struct RowSlab {
    columns: Vec<Column>,
    slots: Slots,
}

impl RowSlab {
    /// No rows of columns of these types yet.
    pub fn new<'a>(types: impl IntoIterator<Item = &'a DataType>) -> Self {
        RowSlab { columns: types.into_iter().map(Column::new).collect(), slots: Slots::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.slots.rows()
    }

    /// How much memory they take.
    pub fn memory(&self) -> usize {
        self.columns.iter().map(Column::memory).sum()
    }

    /// Keeps all these rows; their slots, in order.
    pub fn append(&mut self, rows: &RecordBatch) -> Result<Vec<u32>> {
        let all: Vec<u32> = (0..rows.num_rows() as u32).collect();
        let slots = all.iter().map(|_| self.slots.allocate()).collect::<Result<Vec<u32>>>()?;
        for (column, values) in self.columns.iter_mut().zip(rows.columns()) {
            column.set(&slots, &Values::of(values), &all)?;
        }
        Ok(slots)
    }

    /// The columns of the rows in these slots.
    pub fn take(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        self.columns.iter().map(|column| column.gather(slots)).collect()
    }

    /// Forgets the rows in these slots.
    pub fn release(&mut self, slots: &[u32]) {
        for slot in slots {
            self.columns.iter_mut().for_each(|column| column.forget(*slot));
            if let Some(block) = self.slots.free(*slot) {
                self.columns.iter_mut().for_each(|column| column.release(block));
            }
        }
    }
}
