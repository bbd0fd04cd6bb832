//! What becomes of new rows whose key is there already: in the table, or in an
//! earlier row of the same batch.
//!
//! The outcome is that of taking the rows one after the other, but each step is
//! taken for the whole batch.

use arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::interleave;
use arrow::datatypes::SchemaRef;

use crate::catalog::OnConflict;
use crate::delta::{Delta, RowEquality, consolidate, take_rows};
use crate::state::rows::{KeyedRows, Keys, NONE};
use crate::types::{Error, Result, SqlState};

/// New rows, and what their keys meet.
pub struct Conflicts {
    rows: RecordBatch,
    keys: Keys,
    /// The row of the table that has the key.
    found: Vec<u32>,
    /// The row before that has the key, if any has.
    before: Option<Vec<u32>>,
}

impl Conflicts {
    /// Of these rows with that table.
    pub fn of(stored: &KeyedRows, rows: RecordBatch) -> Result<Self> {
        let keys = stored.keys(&rows)?;
        if !keys.are_all_keys() {
            let message = "null value in the primary key of a table";
            return Err(Error::new(SqlState::NOT_NULL_VIOLATION, message));
        }
        Ok(Conflicts { found: stored.find(&keys), before: keys.before(), rows, keys })
    }

    /// The first row whose key is there already.
    pub fn first(&self) -> Option<usize> {
        (0..self.found.len()).find(|row| !self.is_new(*row))
    }

    /// The new rows.
    pub fn rows(&self) -> &RecordBatch {
        &self.rows
    }

    /// Puts the rows into the table, which has no row of theirs unless the policy
    /// says what to do then. Returns the changes, and the rows that got in.
    pub fn settle(mut self, stored: &mut KeyedRows, policy: OnConflict) -> Result<(Delta, RecordBatch)> {
        if policy == OnConflict::DoUpdateIfNotNull {
            self.rows = self.merged(stored)?;
        }
        let chosen = match policy {
            OnConflict::Error | OnConflict::DoNothing => self.new_keys(),
            OnConflict::DoUpdateFull | OnConflict::DoUpdateIfNotNull => self.last_of_keys(),
        };
        let replaced = stored.put(&self.rows, &self.keys, &self.found, &chosen)?;
        if policy == OnConflict::DoNothing {
            let rows = take(&self.rows, chosen)?;
            return Ok((Delta::insert(rows.clone()), rows));
        }
        Ok((self.changes(&replaced, chosen)?, self.rows))
    }

    fn row_before(&self, row: usize) -> u32 {
        self.before.as_ref().map_or(NONE, |before| before[row])
    }

    fn is_new(&self, row: usize) -> bool {
        self.found[row] == NONE && self.row_before(row) == NONE
    }

    /// The first row of each key that the table does not have.
    fn new_keys(&self) -> Vec<u32> {
        (0..self.found.len() as u32).filter(|row| self.is_new(*row as usize)).collect()
    }

    /// The last row of each key.
    fn last_of_keys(&self) -> Vec<u32> {
        let mut last = vec![true; self.found.len()];
        for before in self.before.iter().flatten().filter(|before| **before != NONE) {
            last[*before as usize] = false;
        }
        (0..self.found.len() as u32).filter(|row| last[*row as usize]).collect()
    }

    /// The rows with NULL filled from what had the key before: the last row
    /// before, or that of the table.
    fn merged(&self, stored: &KeyedRows) -> Result<RecordBatch> {
        let ids: Vec<u32> = self.found.iter().copied().filter(|id| *id != NONE).collect();
        if ids.is_empty() && self.before.is_none() {
            return Ok(self.rows.clone());
        }
        let old = stored.gather(&ids)?;
        let columns = self.rows.columns().iter().zip(old.columns());
        let columns = columns.map(|(new, old)| self.filled(new, old)).collect::<Result<_>>()?;
        Ok(RecordBatch::try_new(self.rows.schema(), columns)?)
    }

    /// One column of that; `old` are the table's values of the rows found.
    fn filled(&self, new: &ArrayRef, old: &ArrayRef) -> Result<ArrayRef> {
        let Some(nulls) = new.logical_nulls().filter(|nulls| nulls.null_count() > 0) else {
            return Ok(new.clone());
        };
        let mut sources: Vec<(usize, usize)> = Vec::with_capacity(new.len());
        let mut place = 0;
        for (row, found) in self.found.iter().enumerate() {
            let source = match self.row_before(row) {
                _ if nulls.is_valid(row) => (0, row),
                NONE if *found == NONE => (0, row),
                NONE => (1, place),
                before => sources[before as usize],
            };
            sources.push(source);
            place += usize::from(*found != NONE);
        }
        Ok(interleave(&[new.as_ref(), old.as_ref()], &sources)?)
    }

    /// What putting the chosen rows has changed: those that replaced an equal one
    /// have changed nothing.
    fn changes(&self, replaced: &RecordBatch, chosen: Vec<u32>) -> Result<Delta> {
        let schema: SchemaRef = self.rows.schema();
        if replaced.num_rows() == 0 {
            return Ok(Delta::insert(take(&self.rows, chosen)?));
        }
        let Ok(equality) = RowEquality::new(replaced, &self.rows) else {
            let added = Delta::insert(take(&self.rows, chosen)?);
            return consolidate(&Delta::concat(&schema, &[Delta::retract(replaced.clone()), added])?);
        };
        let (mut gone, mut come) = (vec![], vec![]);
        let mut place = 0;
        for row in chosen {
            if self.found[row as usize] == NONE {
                come.push(row);
                continue;
            }
            if !equality.same(place as usize, row as usize) {
                gone.push(place);
                come.push(row);
            }
            place += 1;
        }
        let added = Delta::insert(take(&self.rows, come)?);
        match gone.is_empty() {
            true => Ok(added),
            false => Delta::concat(&schema, &[Delta::retract(take(replaced, gone)?), added]),
        }
    }
}

/// Some of the rows, each once, in order.
fn take(rows: &RecordBatch, chosen: Vec<u32>) -> Result<RecordBatch> {
    match chosen.len() == rows.num_rows() {
        true => Ok(rows.clone()),
        false => take_rows(rows, &UInt32Array::from(chosen)),
    }
}
