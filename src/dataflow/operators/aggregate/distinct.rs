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
use arrow::row::{RowConverter, Rows, SortField};
use foldhash::fast::FixedState;
use hashbrown::{HashTable, hash_table};
use std::hash::{BuildHasher, Hash};

use super::super::footprint::of_boxes;
use super::accumulator::{self, Accumulator, as_int64, canonical, update_chosen};
use crate::delta::Delta;
use crate::types::Result;

/// The distinct calls of one aggregate that share their arguments.
pub struct DistinctFamily {
    /// The input's columns that are compared.
    pub arguments: Vec<usize>,
    members: Vec<Member>,
    /// NULL is a value like others, as for `array_agg`.
    pub keeps_nulls: bool,
    values: Values,
    numbers: GroupNumbers,
}

impl DistinctFamily {
    /// How many (group, value) pairs there are.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::SeenNumbers(table) => table.entries.len(),
            Values::SeenRows(_, table) => table.entries.len(),
            Values::CountedNumbers(table) => table.entries.len(),
            Values::CountedRows(_, table) => table.entries.len(),
        }
    }

    /// About how much memory they take.
    pub fn memory(&self) -> usize {
        let boxes = size_of::<Box<[u8]>>();
        match &self.values {
            Values::SeenNumbers(table) => table.entries.allocation_size(),
            Values::CountedNumbers(table) => table.entries.allocation_size(),
            Values::SeenRows(_, table) => {
                let rows = of_boxes(table.entries.iter().map(|e| e.value.as_ref()), self.len());
                table.entries.allocation_size() + rows.saturating_sub(boxes * self.len())
            }
            Values::CountedRows(_, table) => {
                let rows = of_boxes(table.entries.iter().map(|e| e.value.as_ref()), self.len());
                table.entries.allocation_size() + rows.saturating_sub(boxes * self.len())
            }
        }
    }
}

/// The number of the group in each slot. Entries of retired numbers are dead;
/// once they are swept out, the numbers can be given again.
#[derive(Default)]
struct GroupNumbers {
    current: Vec<u32>,
    next: u32,
    retired: Vec<u32>,
    free: Vec<u32>,
}

/// One call of a family.
struct Member {
    call: usize,
    filter: Option<usize>,
}

/// More calls than this on one argument make another family.
pub const MEMBERS_MAX: usize = 32;

enum Values {
    SeenNumbers(Table<i64, Seen>),
    SeenRows(RowConverter, Table<Box<[u8]>, Seen>),
    CountedNumbers(Table<i64, Counts>),
    CountedRows(RowConverter, Table<Box<[u8]>, Counts>),
}

/// How often each (group, value) stands behind each member's filter.
struct Table<V, T> {
    entries: HashTable<Entry<V, T>>,
    hasher: FixedState,
}

/// Kept small: with a number and insert-only input it has 16 bytes.
struct Entry<V, T> {
    value: V,
    group: u32,
    tally: T,
}

/// What an entry knows of each member.
trait Tally {
    /// Nobody has seen the value yet.
    fn new(members: usize) -> Self;

    /// The value comes (or goes) `diff` times for the members in `bits`. Tells
    /// `changed` for whom it appears or vanishes; false when nobody sees it any more.
    fn note(&mut self, bits: u32, diff: i64, changed: impl FnMut(usize, i64)) -> bool;
}

/// On insert-only input: which members have seen it.
struct Seen(u32);

/// On changing input: how often each member sees it.
struct Counts(Box<[i64]>);

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
        let rows = || {
            let fields = types.iter().map(|t| SortField::new(t.clone())).collect();
            RowConverter::new(fields)
        };
        let values = match (types, append_only) {
            ([one], true) if number(one) && !keeps_nulls => Values::SeenNumbers(Table::new()),
            ([one], false) if number(one) && !keeps_nulls => Values::CountedNumbers(Table::new()),
            (_, true) => Values::SeenRows(rows()?, Table::new()),
            (_, false) => Values::CountedRows(rows()?, Table::new()),
        };
        Ok(DistinctFamily {
            arguments,
            members: Vec::new(),
            keeps_nulls,
            values,
            numbers: GroupNumbers::default(),
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
        while self.numbers.current.len() < slots {
            let number = self.numbers.fresh();
            self.numbers.current.push(number);
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
        let batch = Batch { passing: &passing, slots, groups: &self.numbers.current, delta };
        let members = self.members.len();
        match &mut self.values {
            Values::SeenNumbers(table) => {
                table.take_numbers(&batch, members, &arguments, &mut transitions)?
            }
            Values::CountedNumbers(table) => {
                table.take_numbers(&batch, members, &arguments, &mut transitions)?
            }
            Values::SeenRows(converter, table) => {
                table.take_rows(&batch, members, &converter.convert_columns(&arguments)?, &mut transitions);
            }
            Values::CountedRows(converter, table) => {
                table.take_rows(&batch, members, &converter.convert_columns(&arguments)?, &mut transitions);
            }
        }
        for (member, (chosen, steps)) in self.members.iter().zip(transitions.0) {
            pass_on(accumulators[member.call].as_mut(), slots, &arguments, chosen, &steps)?;
        }
        Ok(())
    }

    /// For each row, the members whose filter it passes; none when an argument
    /// is NULL and NULL does not count.
    fn passing(&self, delta: &Delta, arguments: &[ArrayRef]) -> Vec<u32> {
        let mut passing = vec![0u32; delta.num_rows()];
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
            let number = self.numbers.fresh();
            self.numbers.retired.push(std::mem::replace(&mut self.numbers.current[*slot as usize], number));
        }
        if self.numbers.retired.len() * 2 > self.numbers.current.len().max(64) {
            let dead: hashbrown::HashSet<u32> = self.numbers.retired.iter().copied().collect();
            match &mut self.values {
                Values::SeenNumbers(table) => table.sweep(&dead),
                Values::SeenRows(_, table) => table.sweep(&dead),
                Values::CountedNumbers(table) => table.sweep(&dead),
                Values::CountedRows(_, table) => table.sweep(&dead),
            }
            self.numbers.free.append(&mut self.numbers.retired);
        }
    }
}

impl GroupNumbers {
    fn fresh(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        })
    }
}

/// The rows that a family takes at once.
struct Batch<'a> {
    /// For each row, the members whose filter it passes.
    passing: &'a [u32],
    /// For each row, its slot; for each slot, the number of its group.
    slots: &'a [u32],
    groups: &'a [u32],
    delta: &'a Delta,
}

impl Batch<'_> {
    /// The rows that some member takes: index, group, members.
    fn rows(&self) -> impl Iterator<Item = (usize, u32, u32)> {
        let rows = self.passing.iter().enumerate().filter(|(_, bits)| **bits != 0);
        rows.map(|(row, bits)| (row, self.groups[self.slots[row] as usize], *bits))
    }
}

impl Tally for Seen {
    fn new(_members: usize) -> Self {
        Seen(0)
    }

    fn note(&mut self, bits: u32, _diff: i64, mut changed: impl FnMut(usize, i64)) -> bool {
        let fresh = bits & !self.0;
        self.0 |= fresh;
        for_each_bit(fresh, |member| changed(member, 1));
        true
    }
}

impl Tally for Counts {
    fn new(members: usize) -> Self {
        Counts(vec![0; members].into())
    }

    fn note(&mut self, bits: u32, diff: i64, mut changed: impl FnMut(usize, i64)) -> bool {
        for_each_bit(bits, |member| {
            let count = &mut self.0[member];
            let before = *count > 0;
            *count += diff;
            changed(member, i64::from(*count > 0) - i64::from(before));
        });
        self.0.iter().any(|count| *count != 0)
    }
}

impl<V: Hash, T: Tally> Table<V, T> {
    fn new() -> Self {
        Table { entries: HashTable::new(), hasher: FixedState::with_seed(0) }
    }

    /// One row meets its entry: what appears or vanishes for which member.
    fn meet(
        &mut self,
        hash: u64,
        same: impl Fn(&Entry<V, T>) -> bool,
        new: impl FnOnce() -> Entry<V, T>,
        (bits, diff): (u32, i64),
        changed: impl FnMut(usize, i64),
    ) {
        let hasher = &self.hasher;
        let rehash = |e: &Entry<V, T>| hasher.hash_one((e.group, &e.value));
        let mut entry = match self.entries.entry(hash, same, rehash) {
            hash_table::Entry::Occupied(entry) => entry,
            hash_table::Entry::Vacant(absent) => absent.insert(new()),
        };
        if !entry.get_mut().tally.note(bits, diff, changed) {
            entry.remove();
        }
    }

    fn sweep(&mut self, dead: &hashbrown::HashSet<u32>) {
        self.entries.retain(|e| !dead.contains(&e.group));
        let hasher = &self.hasher;
        self.entries.shrink_to_fit(|e| hasher.hash_one((e.group, &e.value)));
    }
}

impl<T: Tally> Table<i64, T> {
    fn take_numbers(
        &mut self,
        batch: &Batch<'_>,
        members: usize,
        arguments: &[ArrayRef],
        transitions: &mut Transitions,
    ) -> Result<()> {
        let column = as_int64(&arguments[0])?;
        for (row, group, bits) in batch.rows() {
            let value = column.value(row);
            let hash = self.hasher.hash_one((group, value));
            let same = |e: &Entry<i64, T>| e.value == value && e.group == group;
            let new = || Entry { value, group, tally: T::new(members) };
            let changed = |member, step| transitions.add(member, row as u32, step);
            self.meet(hash, same, new, (bits, batch.delta.diff(row)), changed);
        }
        Ok(())
    }
}

impl<T: Tally> Table<Box<[u8]>, T> {
    fn take_rows(&mut self, batch: &Batch<'_>, members: usize, rows: &Rows, transitions: &mut Transitions) {
        for (row, group, bits) in batch.rows() {
            let value = rows.row(row).data();
            let hash = self.hasher.hash_one((group, value));
            let same = |e: &Entry<Box<[u8]>, T>| e.group == group && *e.value == *value;
            let new = || Entry { value: value.into(), group, tally: T::new(members) };
            let changed = |member, step| transitions.add(member, row as u32, step);
            self.meet(hash, same, new, (bits, batch.delta.diff(row)), changed);
        }
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

fn for_each_bit(mut bits: u32, mut each: impl FnMut(usize)) {
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
        return update_chosen(accumulator, &accumulator::Rows { slots, diffs: None, arguments }, chosen);
    }
    let mut all = vec![0; slots.len()];
    for (row, step) in chosen.iter().zip(steps) {
        all[*row as usize] = *step;
    }
    update_chosen(accumulator, &accumulator::Rows { slots, diffs: Some(&all), arguments }, chosen)
}
