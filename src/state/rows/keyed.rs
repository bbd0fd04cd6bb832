//! Rows that each have a key of their own: what is remembered of a table.
//!
//! All is done for a batch, in stages: first the ids of its keys are found, then
//! rows are gathered or set. Within a stage no row waits for another, so the
//! memory that they lie in is fetched side by side.
//!
//! What was done since the last commit can be undone. Invariant: until then a
//! row that was removed keeps its id and its values, and nothing leads to it any
//! more; so ids mean the same row throughout, and only what was overwritten has
//! to be kept for undoing.
//!
//! Not promised: to find two rows of one batch that have the same key; see
//! [`Keys::before`].

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};

use super::NONE;
use super::column::Column;
use super::index::{KeyColumns, KeyIndex};
use super::keys::{KeyShape, Keys};
use super::slots::Slots;
use super::values::{Float, Values};
use crate::types::Result;

/// Rows by key, one for each.
pub struct KeyedRows {
    schema: SchemaRef,
    /// The columns that are the key.
    key: Vec<usize>,
    shape: KeyShape,
    /// The schema's columns, then those of the key that are stored encoded.
    columns: Vec<Column>,
    /// The stored columns that are the key.
    places: Vec<usize>,
    /// The columns that can differ between two rows of one key.
    rewritten: Vec<usize>,
    index: KeyIndex,
    slots: Slots,
    undo: Vec<Change>,
}

/// What was done, as far as it takes to undo it.
enum Change {
    /// Rows that were not there.
    Added(Vec<u32>),
    /// Rows that were overwritten, and what they were.
    Replaced(Vec<u32>, RecordBatch),
    /// Rows that are no longer led to.
    Removed(Vec<u32>),
}

impl KeyedRows {
    /// No rows; `key` are the columns that no two rows have in common.
    pub fn new(schema: SchemaRef, key: Vec<usize>) -> Self {
        let mut types: Vec<DataType> = schema.fields().iter().map(|f| f.data_type().clone()).collect();
        // Zeros that differ in sign are equal; all other equal keys are the same.
        let rewritten = |c: &usize| !key.contains(c) || Float::of(&types[*c]).is_some();
        let rewritten = (0..types.len()).filter(rewritten).collect();
        let mut places = key.clone();
        let shape = KeyShape::lay_out(&mut types, &mut places, false);
        KeyedRows {
            schema,
            key,
            columns: types.iter().map(Column::new).collect(),
            index: KeyIndex::new(shape.single),
            shape,
            places,
            rewritten,
            slots: Slots::default(),
            undo: Vec::new(),
        }
    }

    /// The columns that are the key.
    pub fn key(&self) -> &[usize] {
        &self.key
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.index.len()
    }

    /// How much memory they take.
    pub fn memory(&self) -> usize {
        self.columns.iter().map(Column::memory).sum::<usize>() + self.index.memory()
    }

    /// The keys of rows that have all columns.
    pub fn keys(&self, rows: &RecordBatch) -> Result<Keys> {
        let columns: Vec<ArrayRef> = self.key.iter().map(|c| rows.column(*c).clone()).collect();
        self.shape.keys(&columns, rows.num_rows())
    }

    /// The row of each key; [`NONE`] where there is none.
    pub fn find(&self, keys: &Keys) -> Vec<u32> {
        self.index.heads(&self.stored(), keys, NONE)
    }

    /// These rows.
    pub fn gather(&self, ids: &[u32]) -> Result<RecordBatch> {
        let columns = self.columns[..self.schema.fields().len()].iter().map(|c| c.gather(ids));
        Ok(RecordBatch::try_new(self.schema.clone(), columns.collect::<Result<_>>()?)?)
    }

    /// Makes room for so many more rows.
    pub fn reserve(&mut self, rows: usize) {
        let stored = KeyColumns { columns: &self.columns, key: &self.places };
        self.index.reserve(&stored, rows);
    }

    /// Puts the `chosen` rows of a batch in the place of those with the same key,
    /// which are returned as they were, in order. `found` is what
    /// [`find`](Self::find) says of the batch; no two chosen rows have one key.
    pub fn put(
        &mut self,
        rows: &RecordBatch,
        keys: &Keys,
        found: &[u32],
        chosen: &[u32],
    ) -> Result<RecordBatch> {
        let values: Vec<Values> = rows.columns().iter().map(Values::of).collect();
        let (old, new): (Vec<u32>, Vec<u32>) = chosen.iter().partition(|row| found[**row as usize] != NONE);
        let ids: Vec<u32> = old.iter().map(|row| found[*row as usize]).collect();
        let replaced = self.gather(&ids)?;
        if !ids.is_empty() {
            self.undo.push(Change::Replaced(ids.clone(), replaced.clone()));
            for column in &self.rewritten {
                self.columns[*column].set(&ids, &values[*column], &old)?;
            }
        }
        if !new.is_empty() {
            self.add(&values, keys, &new)?;
        }
        Ok(replaced)
    }

    fn add(&mut self, values: &[Values], keys: &Keys, rows: &[u32]) -> Result<()> {
        let mut ids = Vec::with_capacity(rows.len());
        if let Err(error) = self.store(values, keys, rows, &mut ids) {
            self.release(&ids);
            return Err(error);
        }
        self.reserve(ids.len());
        let stored = KeyColumns { columns: &self.columns, key: &self.places };
        ids.iter().zip(rows).for_each(|(id, row)| self.index.add(&stored, keys, *row as usize, *id));
        self.undo.push(Change::Added(ids));
        Ok(())
    }

    fn store(&mut self, values: &[Values], keys: &Keys, rows: &[u32], ids: &mut Vec<u32>) -> Result<()> {
        for _ in rows {
            ids.push(self.slots.allocate()?);
        }
        for (column, values) in self.columns.iter_mut().zip(values) {
            column.set(ids, values, rows)?;
        }
        let keys = self.places.iter().zip(&keys.columns);
        for (place, values) in keys.filter(|(place, _)| **place >= self.schema.fields().len()) {
            self.columns[*place].set(ids, values, rows)?;
        }
        Ok(())
    }

    /// Takes rows away; [`NONE`] is none.
    pub fn remove(&mut self, ids: &[u32]) {
        let stored = KeyColumns { columns: &self.columns, key: &self.places };
        let ids = ids.iter().copied().filter(|id| *id != NONE);
        let removed: Vec<u32> = ids.filter(|id| self.index.remove(&stored, *id)).collect();
        if !removed.is_empty() {
            self.undo.push(Change::Removed(removed));
        }
    }

    fn stored(&self) -> KeyColumns<'_> {
        KeyColumns { columns: &self.columns, key: &self.places }
    }

    /// Gives ids back that nothing leads to.
    fn release(&mut self, ids: &[u32]) {
        for column in &mut self.columns {
            ids.iter().for_each(|id| column.forget(*id));
        }
        for block in ids.iter().filter_map(|id| self.slots.free(*id)) {
            self.columns.iter_mut().for_each(|c| c.release(block));
        }
    }
}

impl KeyedRows {
    /// How many changes could be undone: a mark for [`rollback_to`](Self::rollback_to).
    pub fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Undoes all changes since the mark.
    pub fn rollback_to(&mut self, mark: usize) -> Result<()> {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some(Change::Added(ids)) => {
                    let stored = KeyColumns { columns: &self.columns, key: &self.places };
                    for id in &ids {
                        self.index.remove(&stored, *id);
                    }
                    self.release(&ids);
                }
                Some(Change::Replaced(ids, rows)) => self.put_back(&ids, &rows)?,
                Some(Change::Removed(ids)) => self.lead_to(&ids)?,
                None => {}
            }
        }
        Ok(())
    }

    fn put_back(&mut self, ids: &[u32], rows: &RecordBatch) -> Result<()> {
        let all: Vec<u32> = (0..ids.len() as u32).collect();
        for column in &self.rewritten {
            let stored = &mut self.columns[*column];
            // What was there before fits again once all that came later is gone.
            ids.iter().for_each(|id| stored.forget(*id));
            stored.set(ids, &Values::of(rows.column(*column)), &all)?;
        }
        Ok(())
    }

    fn lead_to(&mut self, ids: &[u32]) -> Result<()> {
        let columns = self.places.iter().map(|place| self.columns[*place].gather(ids));
        let keys = self.shape.keys(&columns.collect::<Result<Vec<_>>>()?, ids.len())?;
        let stored = KeyColumns { columns: &self.columns, key: &self.places };
        ids.iter().enumerate().for_each(|(row, id)| self.index.add(&stored, &keys, row, *id));
        Ok(())
    }

    /// The changes so far stay.
    pub fn commit(&mut self) {
        for change in std::mem::take(&mut self.undo) {
            if let Change::Removed(ids) = change {
                self.release(&ids);
            }
        }
    }
}
