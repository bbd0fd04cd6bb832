//! The rows of a table by primary key, with undo.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::types::Result;

/// A row of some batch.
#[derive(Clone, Debug)]
pub struct RowRef {
    /// The batch.
    pub batch: Arc<RecordBatch>,
    /// The row in it.
    pub row: u32,
}

/// From key to row. Changes since the last `commit` can be undone.
pub struct KeyIndex {
    columns: Vec<usize>,
    converter: RowConverter,
    rows: HashMap<Box<[u8]>, RowRef, FixedState>,
    undo: Vec<(Box<[u8]>, Option<RowRef>)>,
}

impl KeyIndex {
    /// An empty index on `columns`, which have these types.
    pub fn new(columns: Vec<usize>, types: Vec<DataType>) -> Result<Self> {
        let converter = RowConverter::new(types.into_iter().map(SortField::new).collect())?;
        let rows = HashMap::with_hasher(FixedState::with_seed(0));
        Ok(KeyIndex { columns, converter, rows, undo: Vec::new() })
    }

    /// The indexed columns.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The keys of a batch.
    pub fn keys(&self, rows: &RecordBatch) -> Result<Rows> {
        let columns: Vec<ArrayRef> = self.columns.iter().map(|c| rows.column(*c).clone()).collect();
        Ok(self.converter.convert_columns(&columns)?)
    }

    /// The row with this key.
    pub fn get(&self, key: &[u8]) -> Option<&RowRef> {
        self.rows.get(key)
    }

    /// Puts a row in the place of the one with the same key, if any.
    pub fn put(&mut self, key: &[u8], row: RowRef) {
        let before = self.rows.insert(key.into(), row);
        self.undo.push((key.into(), before));
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: &[u8]) {
        if let Some(before) = self.rows.remove(key) {
            self.undo.push((key.into(), Some(before)));
        }
    }

    /// How many changes could be undone: a mark for [`rollback_to`](Self::rollback_to).
    pub fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Undoes all changes since the mark.
    pub fn rollback_to(&mut self, mark: usize) {
        for (key, before) in self.undo.drain(mark..).rev() {
            match before {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    /// The changes so far stay.
    pub fn commit(&mut self) {
        self.undo.clear();
    }
}
