//! `sum` and `avg` of intervals, with signed weights.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::datatypes::IntervalMonthDayNanoType;

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows, for_each_valid};
use crate::expr::{IntervalSum, as_intervals};
use crate::types::{Result, SqlState};

/// The sum of the intervals of each group.
pub struct IntervalSums {
    average: bool,
    sums: Vec<IntervalSum>,
}

impl IntervalSums {
    /// `avg`, or else `sum`.
    pub fn new(average: bool) -> Self {
        IntervalSums { average, sums: Vec::new() }
    }
}

impl Accumulator for IntervalSums {
    fn resize(&mut self, slots: usize) {
        self.sums.resize(slots, IntervalSum::default());
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let column = as_intervals(&rows.arguments[0])?;
        let values = column.as_primitive::<IntervalMonthDayNanoType>();
        for_each_valid(values, rows.slots.len(), |row| {
            self.sums[rows.slots[row] as usize].add(values.value(row), rows.diff(row));
        });
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        // What is out of range is a fault, not a row.
        let result = |slot: &u32| self.sums[*slot as usize].result(self.average).ok().flatten();
        Ok(Arc::new(slots.iter().map(result).collect::<IntervalMonthDayNanoArray>()))
    }

    fn is_bounded(&self) -> bool {
        false
    }

    fn is_out_of_range(&self, slot: u32) -> bool {
        self.sums[slot as usize].result(self.average).is_err()
    }

    fn overflow(&self) -> (SqlState, &'static str) {
        (SqlState::DATETIME_FIELD_OVERFLOW, "interval out of range")
    }

    fn memory(&self) -> usize {
        of_vec(&self.sums)
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sums[*slot as usize] = IntervalSum::default());
    }
}
