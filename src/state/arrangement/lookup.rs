//! Comparing rows of an arriving delta with rows that have ids.

use arrow::array::RecordBatch;

use super::run_list::RunList;
use crate::delta::RowEquality;
use crate::types::{Error, Result};

/// Answers "is the row with this id equal to that row of the delta?".
pub(super) struct Lookup<'a> {
    list: &'a RunList,
    delta: &'a RecordBatch,
    /// Ids from here on are of the delta's own rows.
    first: u64,
    /// Which row of the delta has the id `first + n`.
    sources: Vec<usize>,
    /// How to compare with each run, and at last with the delta itself; made
    /// when needed.
    equality: Vec<Option<RowEquality>>,
    /// What went wrong; from then on nothing is equal.
    failure: Option<Error>,
}

impl<'a> Lookup<'a> {
    /// Ids below `first` are those of rows in `list`.
    pub fn new(list: &'a RunList, delta: &'a RecordBatch, first: u64) -> Self {
        let equality = std::iter::repeat_with(|| None).take(list.runs.len() + 1).collect();
        Lookup { list, delta, first, sources: Vec::new(), equality, failure: None }
    }

    /// The next id belongs to this row of the delta.
    pub fn arrived(&mut self, row: usize) {
        self.sources.push(row);
    }

    /// Is the row with this id equal to this row of the delta?
    pub fn same(&mut self, id: u64, row: usize) -> bool {
        self.failure.is_none()
            && self.try_same(id, row).unwrap_or_else(|error| {
                self.failure = Some(error);
                false
            })
    }

    /// Were all questions answered?
    pub fn finish(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    fn try_same(&mut self, id: u64, row: usize) -> Result<bool> {
        let (run, place) = if id >= self.first {
            (self.list.runs.len(), Some(self.sources[(id - self.first) as usize]))
        } else {
            let run = self.list.run_of(id);
            (run, self.list.runs.get(run).and_then(|run| run.rows.ids.position(id)))
        };
        let place = place.ok_or_else(|| Error::internal(format!("row {id} is indexed but not there")))?;
        let equality = match &mut self.equality[run] {
            Some(equality) => equality,
            slot => {
                let other = self.list.runs.get(run).map_or(self.delta, |run| &run.rows.batch);
                slot.insert(RowEquality::new(other, self.delta)?)
            }
        };
        Ok(equality.same(place, row))
    }
}
