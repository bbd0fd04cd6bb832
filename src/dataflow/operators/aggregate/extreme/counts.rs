//! The values of each group in order and how often each is there, for changing
//! input.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use arrow::array::ArrayRef;

use super::super::super::footprint::of_vec;
use super::super::accumulator::{Accumulator, Rows};
use super::fixed::{Fixed, Rank};
use crate::types::Result;

/// Groups with more distinct values than this are trees.
const FEW: usize = 32;

/// The values of all groups.
pub struct Counts<K> {
    rank: Rank,
    groups: Vec<Group<K>>,
}

/// The distinct values of a group, ascending, each with its count.
enum Group<K> {
    /// A list.
    Few(Vec<(K, i64)>),
    /// A tree.
    Many(Box<BTreeMap<K, i64>>),
}

impl<K: Fixed> Counts<K> {
    /// No groups yet.
    pub fn new(rank: Rank) -> Self {
        Counts { rank, groups: Vec::new() }
    }
}

impl<K: Fixed> Group<K> {
    fn change(&mut self, value: K, diff: i64) {
        match self {
            Group::Few(list) => {
                change_list(list, value, diff);
                if list.len() > FEW {
                    *self = Group::Many(Box::new(list.drain(..).collect()));
                }
            }
            Group::Many(tree) => {
                match tree.entry(value) {
                    Entry::Vacant(place) => drop(place.insert(diff)),
                    Entry::Occupied(place) if *place.get() == -diff => drop(place.remove()),
                    Entry::Occupied(mut place) => *place.get_mut() += diff,
                }
                if tree.len() <= FEW / 2 {
                    *self = Group::Few(std::mem::take(tree.as_mut()).into_iter().collect());
                }
            }
        }
    }

    fn memory(&self) -> usize {
        match self {
            Group::Few(list) => of_vec(list),
            // Nodes of a tree are about two thirds full.
            Group::Many(tree) => tree.len() * size_of::<(K, i64)>() * 3 / 2,
        }
    }

    /// How often the first value is there, if that is at hand.
    fn first_count(&self) -> i64 {
        match self {
            Group::Few(list) => list.first().map_or(0, |(_, count)| *count),
            Group::Many(_) => 0,
        }
    }

    fn first(&self) -> Option<K> {
        match self {
            Group::Few(list) => list.first().map(|(value, _)| *value),
            Group::Many(tree) => tree.first_key_value().map(|(value, _)| *value),
        }
    }
}

fn change_list<K: Fixed>(list: &mut Vec<(K, i64)>, value: K, diff: i64) {
    match list.binary_search_by_key(&value, |(value, _)| *value) {
        Ok(index) => {
            list[index].1 += diff;
            if list[index].1 == 0 {
                list.remove(index);
            }
        }
        Err(index) => {
            // Most groups are small: little room is left over in them.
            if list.len() == list.capacity() {
                list.reserve_exact(list.len() / 4 + 1);
            }
            list.insert(index, (value, diff));
        }
    }
}

impl<K: Fixed> Accumulator for Counts<K> {
    fn memory(&self) -> usize {
        of_vec(&self.groups) + self.groups.iter().map(Group::memory).sum::<usize>()
    }

    fn resize(&mut self, slots: usize) {
        self.groups.resize_with(slots, || Group::Few(Vec::new()));
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let groups = &mut self.groups;
        // The lists lie all over memory: asked for together, before each row waits for its own.
        let counts = rows.slots.iter().map(|slot| groups[*slot as usize].first_count());
        std::hint::black_box(counts.fold(0, |all, count| all ^ count));
        self.rank.for_each(&rows.arguments[0], |row, rank: K| {
            groups[rows.slots[row] as usize].change(rank, rows.diff(row));
        })
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        self.rank.values(slots.iter().map(|slot| self.groups[*slot as usize].first()))
    }

    fn clear(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.groups[*slot as usize] = Group::Few(Vec::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_grows_and_shrinks_knows_its_first_value() {
        let mut group = Group::Few(Vec::new());
        let values: Vec<i64> = (0..100).map(|n| (n * 37) % 101).collect();
        values.iter().for_each(|value| group.change(*value, 2));
        for going in 0..101 {
            let left = values.iter().filter(|value| **value >= going).min();
            assert_eq!(group.first(), left.copied());
            if values.contains(&going) {
                group.change(going, -1);
                assert_eq!(group.first(), Some(going));
                group.change(going, -1);
            }
        }
    }
}
