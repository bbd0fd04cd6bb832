//! Any DataFusion aggregate on insert-only input, by its partial state.
//!
//! A group's partial state is kept between epochs. Per epoch and touched group
//! a fresh accumulator merges the old state and the new rows; DataFusion lets
//! `state` and `evaluate` consume an accumulator, so each has one of its own.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Accumulator as PartialAggregate;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows};
use crate::types::Result;

/// The partial state of each group.
pub struct OtherAccumulator {
    function: Arc<AggregateFunctionExpr>,
    states: Vec<Option<Vec<ScalarValue>>>,
}

impl OtherAccumulator {
    /// All groups of this function.
    pub fn new(function: Arc<AggregateFunctionExpr>) -> Self {
        OtherAccumulator { function, states: Vec::new() }
    }

    fn resume(&self, slot: u32) -> Result<Box<dyn PartialAggregate>> {
        let mut partial = self.function.create_accumulator()?;
        if let Some(state) = &self.states[slot as usize] {
            let state = state.iter().map(|s| s.to_array()).collect::<Result<Vec<_>, _>>()?;
            partial.merge_batch(&state)?;
        }
        Ok(partial)
    }
}

impl Accumulator for OtherAccumulator {
    fn memory(&self) -> usize {
        let values =
            |state: &Option<Vec<ScalarValue>>| state.iter().flatten().map(ScalarValue::size).sum::<usize>();
        of_vec(&self.states) + self.states.iter().map(values).sum::<usize>()
    }

    fn resize(&mut self, slots: usize) {
        self.states.resize(slots, None);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let mut order: Vec<u32> = (0..rows.slots.len() as u32).collect();
        order.sort_by_key(|row| rows.slots[*row as usize]);
        for same in order.chunk_by(|a, b| rows.slots[*a as usize] == rows.slots[*b as usize]) {
            let slot = rows.slots[same[0] as usize];
            // A count above one is as many rows.
            let copies =
                same.iter().flat_map(|r| std::iter::repeat_n(*r, rows.diff(*r as usize).max(0) as usize));
            let indices = UInt32Array::from_iter_values(copies);
            let columns =
                rows.arguments.iter().map(|a| take(a, &indices, None)).collect::<Result<Vec<_>, _>>()?;
            let mut partial = self.resume(slot)?;
            partial.update_batch(&columns)?;
            self.states[slot as usize] = Some(partial.state()?);
        }
        Ok(())
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        let mut results = Vec::with_capacity(slots.len());
        for slot in slots {
            results.push(self.resume(*slot)?.evaluate()?);
        }
        if results.is_empty() {
            return Ok(arrow::array::new_empty_array(self.function.field().data_type()));
        }
        Ok(ScalarValue::iter_to_array(results)?)
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|s| self.states[*s as usize] = None);
    }
}
