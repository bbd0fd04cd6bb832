//! `count(*)` and `count(x)`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::types::Result;

/// The number of rows, or of rows whose argument is not NULL, per group.
#[derive(Default)]
pub struct CountAccumulator {
    counts: Vec<i64>,
}

impl Accumulator for CountAccumulator {
    fn memory(&self) -> usize {
        of_vec(&self.counts)
    }

    fn resize(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let counts = &mut self.counts;
        let mut add = |row: usize| counts[rows.slots[row] as usize] += rows.diff(row);
        match rows.arguments {
            [] => (0..rows.slots.len()).for_each(add),
            [column] => for_each_valid(column.as_ref(), rows.slots.len(), add),
            columns => {
                (0..rows.slots.len()).filter(|r| columns.iter().all(|c| c.is_valid(*r))).for_each(&mut add)
            }
        }
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(slots.iter().map(|s| self.counts[*s as usize]))))
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|s| self.counts[*s as usize] = 0);
    }
}
