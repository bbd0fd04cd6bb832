//! `DISTINCT` in front of aggregates: they see a value when its first copy
//! comes and when its last one goes.
//!
//! All calls with the same argument (`count(DISTINCT x)`, and the same behind
//! several filters) are one family: a row is looked up once for all of them.
//! A family keeps one table for all groups, by (group, value); a group that is
//! cleared gets a new number, and its old entries are swept out when they are
//! the larger part.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};

use super::accumulator::{Accumulator, Rows, as_int64, canonical, update_chosen};
use crate::delta::Delta;
use crate::types::Result;

/// The distinct calls of one aggregate that share their arguments.
pub struct DistinctFamily {
    /// The input's columns that are compared.
    pub arguments: Vec<usize>,
    members: Vec<Member>,
    append_only: bool,
    /// NULL is a value like others, as for `array_agg`.
    pub keeps_nulls: bool,
    values: Values,
    /// The number of the group in each slot; entries of other numbers are dead.
    groups: Vec<u64>,
    next_group: u64,
    cleared: usize,
}

/// One call of a family.
struct Member {
    call: usize,
    filter: Option<usize>,
}

/// More calls than this on one argument make another family.
pub const MEMBERS_MAX: usize = 64;

enum Values {
    Numbers(Table<i64>),
    Rows(RowConverter, Table<Box<[u8]>>),
}

/// How often each (group, value) stands behind each member's filter.
struct Table<V> {
    entries: HashTable<Entry<V>>,
    hasher: FixedState,
}

struct Entry<V> {
    group: u64,
    value: V,
    /// On insert-only input: which members have seen it.
    seen: u64,
    /// On changing input: how often each member sees it.
    counts: Box<[i64]>,
}

/// The rows that each member's aggregate must take, with their signed counts.
struct Transitions(Vec<(Vec<u32>, Vec<i64>)>);

impl DistinctFamily {
    /// A family without members, over arguments of these types.
    pub fn new(
        arguments: Vec<usize>,
        types: &[DataType],
        append_only: bool,
        keeps_nulls: bool,
    ) -> Result<Self> {
        let number =
            |t: &DataType| t.is_signed_integer() || matches!(t, DataType::Timestamp(..) | DataType::Date32);
        let values = match types {
            [one] if number(one) && !keeps_nulls => Values::Numbers(Table::new()),
            _ => {
                let fields = types.iter().map(|t| SortField::new(t.clone())).collect();
                Values::Rows(RowConverter::new(fields)?, Table::new())
            }
        };
        Ok(DistinctFamily {
            arguments,
            members: Vec::new(),
            append_only,
            keeps_nulls,
            values,
            groups: Vec::new(),
            next_group: 0,
            cleared: 0,
        })
    }

    /// Can it take one more call?
    pub fn has_room(&self) -> bool {
        self.members.len() < MEMBERS_MAX
    }

    /// Adds the call of this index, behind the filter in this column.
    pub fn join(&mut self, call: usize, filter: Option<usize>) {
        self.members.push(Member { call, filter });
    }

    /// Makes room for slots `0..slots`.
    pub fn resize(&mut self, slots: usize) {
        while self.groups.len() < slots {
            self.groups.push(self.next_group);
            self.next_group += 1;
        }
    }

    /// Gives the members' accumulators what `delta` changes for them.
    pub fn update(
        &mut self,
        delta: &Delta,
        slots: &[u32],
        accumulators: &mut [Box<dyn Accumulator>],
    ) -> Result<()> {
        let arguments: Vec<ArrayRef> = self.arguments.iter().map(|a| canonical(delta.column(*a))).collect();
        let passing = self.passing(delta, &arguments);
        let mut transitions = Transitions(self.members.iter().map(|_| (vec![], vec![])).collect());
        let (groups, members, append_only) = (&self.groups, self.members.len(), self.append_only);
        let rows = || passing.iter().enumerate().filter(|(_, bits)| **bits != 0);
        match &mut self.values {
            Values::Numbers(table) => {
                let column = as_int64(&arguments[0])?;
                for (row, bits) in rows() {
                    let (group, value) = (groups[slots[row] as usize], column.value(row));
                    let hash = table.hasher.hash_one((group, value));
                    let same = |e: &Entry<i64>| e.value == value && e.group == group;
                    let new = || Entry::new(group, value, members, append_only);
                    table.meet(hash, same, new, row as u32, *bits, delta.diff(row), &mut transitions);
                }
            }
            Values::Rows(converter, table) => {
                let encoded = converter.convert_columns(&arguments)?;
                for (row, bits) in rows() {
                    let (group, value) = (groups[slots[row] as usize], encoded.row(row).data());
                    let hash = table.hasher.hash_one((group, value));
                    let same = |e: &Entry<Box<[u8]>>| e.group == group && *e.value == *value;
                    let new = || Entry::new(group, value.into(), members, append_only);
                    table.meet(hash, same, new, row as u32, *bits, delta.diff(row), &mut transitions);
                }
            }
        }
        for (member, (chosen, steps)) in self.members.iter().zip(transitions.0) {
            pass_on(accumulators[member.call].as_mut(), slots, &arguments, chosen, &steps)?;
        }
        Ok(())
    }

    /// For each row, the members whose filter it passes; none when an argument
    /// is NULL and NULL does not count.
    fn passing(&self, delta: &Delta, arguments: &[ArrayRef]) -> Vec<u64> {
        let mut passing = vec![0u64; delta.num_rows()];
        for (index, member) in self.members.iter().enumerate() {
            let bit = 1 << index;
            match member.filter {
                None => passing.iter_mut().for_each(|bits| *bits |= bit),
                Some(filter) => {
                    let mask: &BooleanArray = delta.column(filter).as_boolean();
                    let yes = mask.values().set_indices().filter(|row| mask.is_valid(*row));
                    yes.for_each(|row| passing[row] |= bit);
                }
            }
        }
        if self.keeps_nulls {
            return passing;
        }
        for nulls in arguments.iter().filter_map(|a| a.nulls()).filter(|n| n.null_count() > 0) {
            (0..passing.len()).filter(|row| nulls.is_null(*row)).for_each(|row| passing[row] = 0);
        }
        passing
    }

    /// Makes these groups empty.
    pub fn clear(&mut self, slots: &[u32]) {
        for slot in slots {
            self.groups[*slot as usize] = self.next_group;
            self.next_group += 1;
        }
        self.cleared += slots.len();
        if self.cleared * 2 > self.groups.len().max(64) {
            self.cleared = 0;
            let alive: hashbrown::HashSet<u64> = self.groups.iter().copied().collect();
            match &mut self.values {
                Values::Numbers(table) => table.sweep(&alive),
                Values::Rows(_, table) => table.sweep(&alive),
            }
        }
    }
}

impl<V> Entry<V> {
    fn new(group: u64, value: V, members: usize, append_only: bool) -> Self {
        let counts = if append_only { Box::default() } else { vec![0; members].into() };
        Entry { group, value, seen: 0, counts }
    }
}

impl<V: Hash> Table<V> {
    fn new() -> Self {
        Table { entries: HashTable::new(), hasher: FixedState::with_seed(0) }
    }

    /// One row meets its entry: what appears or vanishes for which member.
    #[allow(clippy::too_many_arguments)]
    fn meet(
        &mut self,
        hash: u64,
        same: impl Fn(&Entry<V>) -> bool,
        new: impl FnOnce() -> Entry<V>,
        row: u32,
        bits: u64,
        diff: i64,
        transitions: &mut Transitions,
    ) {
        let hasher = &self.hasher;
        let rehash = |e: &Entry<V>| hasher.hash_one((e.group, &e.value));
        let mut entry = match self.entries.find_entry(hash, same) {
            Ok(entry) => entry,
            Err(absent) => absent.into_table().insert_unique(hash, new(), rehash),
        };
        let found = entry.get_mut();
        if found.counts.is_empty() {
            let fresh = bits & !found.seen;
            found.seen |= fresh;
            for_each_bit(fresh, |member| transitions.add(member, row, 1));
            return;
        }
        for_each_bit(bits, |member| {
            let count = &mut found.counts[member];
            let before = *count > 0;
            *count += diff;
            transitions.add(member, row, i64::from(*count > 0) - i64::from(before));
        });
        if found.counts.iter().all(|count| *count == 0) {
            entry.remove();
        }
    }

    fn sweep(&mut self, alive: &hashbrown::HashSet<u64>) {
        self.entries.retain(|e| alive.contains(&e.group));
        let hasher = &self.hasher;
        self.entries.shrink_to_fit(|e| hasher.hash_one((e.group, &e.value)));
    }
}

impl Transitions {
    fn add(&mut self, member: usize, row: u32, step: i64) {
        if step != 0 {
            self.0[member].0.push(row);
            self.0[member].1.push(step);
        }
    }
}

fn for_each_bit(mut bits: u64, mut each: impl FnMut(usize)) {
    while bits != 0 {
        each(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The chosen rows, with the transitions in place of their own counts.
fn pass_on(
    accumulator: &mut dyn Accumulator,
    slots: &[u32],
    arguments: &[ArrayRef],
    chosen: Vec<u32>,
    steps: &[i64],
) -> Result<()> {
    if chosen.is_empty() {
        return Ok(());
    }
    if steps.iter().all(|step| *step == 1) {
        return update_chosen(accumulator, &Rows { slots, diffs: None, arguments }, chosen);
    }
    let mut all = vec![0; slots.len()];
    for (row, step) in chosen.iter().zip(steps) {
        all[*row as usize] = *step;
    }
    update_chosen(accumulator, &Rows { slots, diffs: Some(&all), arguments }, chosen)
}
