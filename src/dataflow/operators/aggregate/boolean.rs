//! `bool_and` and `bool_or`, by counting trues and falses.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray};

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::types::Result;

/// How many trues and falses each group has.
pub struct BoolAccumulator {
    and: bool,
    trues: Vec<i64>,
    falses: Vec<i64>,
}

impl BoolAccumulator {
    /// `bool_and`: true when no row is false.
    pub fn and() -> Self {
        BoolAccumulator { and: true, trues: Vec::new(), falses: Vec::new() }
    }

    /// `bool_or`: true when some row is true.
    pub fn or() -> Self {
        BoolAccumulator { and: false, ..Self::and() }
    }

    fn result(&self, slot: usize) -> Option<bool> {
        let (trues, falses) = (self.trues[slot], self.falses[slot]);
        (trues + falses > 0).then_some(if self.and { falses == 0 } else { trues > 0 })
    }
}

impl Accumulator for BoolAccumulator {
    fn memory(&self) -> usize {
        of_vec(&self.trues) + of_vec(&self.falses)
    }

    fn resize(&mut self, slots: usize) {
        self.trues.resize(slots, 0);
        self.falses.resize(slots, 0);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = rows.arguments[0].as_boolean();
        for_each_valid(column, rows.slots.len(), |row| {
            let counts = if column.value(row) { &mut self.trues } else { &mut self.falses };
            counts[rows.slots[row] as usize] += rows.diff(row);
        });
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        let results: BooleanArray = slots.iter().map(|s| self.result(*s as usize)).collect();
        Ok(Arc::new(results))
    }

    fn clear(&mut self, slots: &[u32]) {
        for slot in slots {
            self.trues[*slot as usize] = 0;
            self.falses[*slot as usize] = 0;
        }
    }
}
