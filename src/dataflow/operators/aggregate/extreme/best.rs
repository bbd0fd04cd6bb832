//! The best value so far, for insert-only input.

use arrow::array::ArrayRef;

use super::super::super::footprint::of_vec;
use super::super::accumulator::{Accumulator, Rows};
use super::fixed::{Fixed, Rank};
use crate::types::Result;

/// One number for each group.
pub struct Best<K> {
    rank: Rank,
    some: Vec<bool>,
    best: Vec<K>,
}

impl<K: Fixed> Best<K> {
    /// No groups yet.
    pub fn new(rank: Rank) -> Self {
        Best { rank, some: Vec::new(), best: Vec::new() }
    }
}

impl<K: Fixed> Accumulator for Best<K> {
    fn memory(&self) -> usize {
        of_vec(&self.some) + of_vec(&self.best)
    }

    fn resize(&mut self, slots: usize) {
        self.some.resize(slots, false);
        self.best.resize(slots, K::default());
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let (some, best) = (&mut self.some, &mut self.best);
        self.rank.for_each(&rows.arguments[0], |row, rank: K| {
            let slot = rows.slots[row] as usize;
            if !some[slot] || rank < best[slot] {
                best[slot] = rank;
                some[slot] = true;
            }
        })
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        self.rank.values(slots.iter().map(|s| self.some[*s as usize].then(|| self.best[*s as usize])))
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|s| self.some[*s as usize] = false);
    }
}
