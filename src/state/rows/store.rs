//! The multiset of rows itself: columns, chains, weights.

use std::collections::HashMap;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::NONE;
use super::column::Column;
use super::index::{KeyColumns, KeyIndex, short, spread};
use super::keys::{KeyShape, Keys};
use super::slots::Slots;
use super::values::{Values, fold};
use crate::types::Result;

/// So many rows are looked up together.
const PIECE: usize = 1_024;
/// Fewer rows than this lie in the caches anyway.
const FETCHED_ROWS: usize = 1 << 16;

/// What is kept, and how.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The columns' types.
    pub types: Vec<DataType>,
    /// The columns that are the key.
    pub key: Vec<usize>,
    /// What keys look like.
    pub shape: KeyShape,
    /// Rows can be retracted.
    pub changing: bool,
    /// A key has one row, or very few.
    pub unique: bool,
    /// Of each key one row is enough.
    pub once: bool,
    /// Columns in which no two rows are equal, if that is known.
    pub identity: Option<Vec<usize>>,
    /// Rows are taken out one by one.
    pub linked: bool,
    /// Each row has a count of its matches.
    pub counted: bool,
    /// The column that says which rows are old.
    pub time: Option<usize>,
}

/// Rows with counts, by key.
///
/// Invariant: the rows of a key are the chain that begins at the index's entry
/// for it; there is an entry exactly when there is a row. A row that can be
/// retracted is there once, with its count.
pub struct RowStore {
    layout: Layout,
    columns: Vec<Column>,
    index: KeyIndex,
    slots: Slots,
    /// The next row of the same key.
    next: Vec<u32>,
    /// The one before; when rows are taken out one by one.
    previous: Vec<u32>,
    /// Counts other than one.
    heavy: HashMap<u32, i64, FixedState>,
    /// How many matches each row has.
    matches: Vec<i64>,
    /// Rows by the hash of all that makes them different, unless the key does.
    identity: Option<HashTable<(u32, u32)>>,
}

/// What a change of rows did to their keys: rows of the batch with such a key.
#[derive(Debug, Default)]
pub struct Transitions {
    /// Keys that had no row before.
    pub appeared: Vec<u32>,
    /// Keys that have none any more.
    pub vanished: Vec<u32>,
}

impl RowStore {
    /// No rows.
    pub fn new(layout: Layout) -> Self {
        RowStore {
            columns: layout.types.iter().map(Column::new).collect(),
            index: KeyIndex::new(layout.shape.single),
            slots: Slots::default(),
            next: Vec::new(),
            previous: Vec::new(),
            heavy: HashMap::default(),
            matches: Vec::new(),
            identity: (layout.changing && !layout.unique && !layout.once).then(HashTable::new),
            layout,
        }
    }

    /// How many different rows there are.
    pub fn rows(&self) -> usize {
        self.slots.rows()
    }

    /// How much memory they take.
    pub fn memory(&self) -> usize {
        let columns: usize = self.columns.iter().map(Column::memory).sum();
        let links = (self.next.capacity() + self.previous.capacity()) * size_of::<u32>();
        let counts =
            self.matches.capacity() * size_of::<i64>() + self.heavy.capacity() * size_of::<(u32, i64)>();
        let identity = self.identity.as_ref().map_or(0, HashTable::allocation_size);
        columns + self.index.memory() + links + counts + identity
    }

    /// The first row of each key; [`NONE`] where there is none.
    pub fn heads(&self, keys: &Keys) -> Vec<u32> {
        self.index.heads(&self.stored(), keys, NONE)
    }

    /// The next row of the same key, or [`NONE`].
    #[inline]
    pub fn next(&self, id: u32) -> u32 {
        self.next[id as usize]
    }

    /// Does every row count once?
    pub fn all_once(&self) -> bool {
        self.heavy.is_empty()
    }

    /// How often a row is there.
    #[inline]
    pub fn weight(&self, id: u32) -> i64 {
        if self.heavy.is_empty() { 1 } else { self.heavy.get(&id).copied().unwrap_or(1) }
    }

    /// The number of matches of a row, when they are counted.
    #[inline]
    pub fn matches(&self, id: u32) -> i64 {
        self.matches[id as usize]
    }

    /// The same, to be changed.
    #[inline]
    pub fn matches_mut(&mut self, id: u32) -> &mut i64 {
        &mut self.matches[id as usize]
    }

    /// One column of these rows.
    pub fn gather(&self, column: usize, ids: &[u32]) -> Result<ArrayRef> {
        self.columns[column].gather(ids)
    }

    /// Rows from `from` on, by id, at most `limit`.
    pub fn scan(&self, from: u32, limit: usize) -> Vec<u32> {
        self.slots.live_from(from, limit)
    }

    fn stored(&self) -> KeyColumns<'_> {
        KeyColumns { columns: &self.columns, key: &self.layout.key }
    }

    /// Adds `rows` of a batch, each with its count (all once if `None`) and its
    /// number of matches (if they are counted). What comes is added before what
    /// goes is taken away.
    pub fn apply(
        &mut self,
        values: &[Values],
        keys: &Keys,
        diffs: Option<&[i64]>,
        matches: &[i64],
        rows: impl Iterator<Item = u32> + Clone,
    ) -> Result<Transitions> {
        let mut done = Transitions::default();
        let diff = |row: u32| diffs.map_or(1, |d| d[row as usize]);
        if self.layout.once && !self.layout.changing {
            self.insert_once(values, keys, rows, &mut done)?;
            return Ok(done);
        }
        let (coming, going): (Vec<u32>, Vec<u32>) =
            rows.filter(|row| diff(*row) != 0).partition(|row| diff(*row) > 0);
        let mut fresh: Vec<u32> = Vec::new();
        for piece in coming.chunks(PIECE) {
            self.fetch(values, keys, piece);
            for row in piece {
                match self.find(values, keys, *row as usize) {
                    Some(id) if self.layout.changing => self.add_weight(id, diff(*row), *row, &mut done),
                    _ => fresh.push(*row),
                }
            }
            self.insert(values, keys, &fresh, diff, matches, &mut done)?;
            fresh.clear();
        }
        for piece in going.chunks(PIECE) {
            self.fetch(values, keys, piece);
            for row in piece {
                self.retract(values, keys, *row, diff(*row), matches, &mut done)?;
            }
        }
        Ok(done)
    }

    /// Asks for the memory that changes of these rows will touch: for that of many
    /// rows at a time, before each of them would wait for its own.
    fn fetch(&self, values: &[Values], keys: &Keys, rows: &[u32]) {
        if self.rows() < FETCHED_ROWS {
            return;
        }
        let mut near: Vec<u32> = Vec::with_capacity(2 * rows.len());
        let stored = self.stored();
        near.extend(rows.iter().filter_map(|row| self.index.head(&stored, keys, *row as usize)));
        if let Some(identity) = &self.identity {
            near.extend(rows.iter().filter_map(|row| {
                let hash = identity_hash(&self.layout, values, *row as usize);
                identity.find(spread(hash), |(h, _)| *h == hash).map(|(_, id)| *id)
            }));
        }
        for links in [&self.next, &self.previous] {
            let touched =
                near.iter().filter_map(|id| links.get(*id as usize)).fold(0, |all, link| all ^ link);
            std::hint::black_box(touched);
        }
    }

    fn insert_once(
        &mut self,
        values: &[Values],
        keys: &Keys,
        rows: impl Iterator<Item = u32>,
        done: &mut Transitions,
    ) -> Result<()> {
        for row in rows {
            if self.index.head(&self.stored(), keys, row as usize).is_none() {
                self.insert(values, keys, &[row], |_| 1, &[], done)?;
            }
        }
        Ok(())
    }

    /// Stores rows that are not there yet.
    fn insert(
        &mut self,
        values: &[Values],
        keys: &Keys,
        rows: &[u32],
        diff: impl Fn(u32) -> i64,
        matches: &[i64],
        done: &mut Transitions,
    ) -> Result<()> {
        let ids = rows.iter().map(|_| self.slots.allocate()).collect::<Result<Vec<u32>>>()?;
        for (column, values) in self.columns.iter_mut().zip(values) {
            column.set(&ids, values, rows)?;
        }
        self.room(&ids);
        for (id, row) in ids.iter().zip(rows) {
            let stored = KeyColumns { columns: &self.columns, key: &self.layout.key };
            let head = self.index.push(&stored, keys, *row as usize, *id);
            self.next[*id as usize] = head.unwrap_or(NONE);
            if self.layout.linked {
                self.previous[*id as usize] = NONE;
                if let Some(head) = head {
                    self.previous[head as usize] = *id;
                }
            }
            if head.is_none() {
                done.appeared.push(*row);
            }
            if diff(*row) != 1 {
                self.heavy.insert(*id, diff(*row));
            }
            if self.layout.counted {
                self.matches[*id as usize] = matches.get(*row as usize).copied().unwrap_or(0);
            }
            if let Some(time) = self.layout.time
                && let Some(time) = self.columns[time].number(*id)
            {
                self.slots.note_time(*id, time);
            }
            if let Some(identity) = &mut self.identity {
                let hash = identity_hash(&self.layout, values, *row as usize);
                identity.insert_unique(spread(hash), (hash, *id), |(h, _)| spread(*h));
            }
        }
        Ok(())
    }

    fn room(&mut self, ids: &[u32]) {
        let end = ids.iter().max().map_or(0, |id| *id as usize + 1).max(self.next.len());
        self.next.resize(end, NONE);
        if self.layout.linked {
            self.previous.resize(end, NONE);
        }
        if self.layout.counted {
            self.matches.resize(end, 0);
        }
    }

    /// A row that is the same, on changing input.
    fn find(&self, values: &[Values], keys: &Keys, row: usize) -> Option<u32> {
        if !self.layout.changing {
            return None;
        }
        let same = |id: u32| self.columns.iter().zip(values).all(|(c, v)| c.same(id, v, row, false));
        match &self.identity {
            Some(identity) => {
                let hash = identity_hash(&self.layout, values, row);
                identity.find(spread(hash), |(h, id)| *h == hash && same(*id)).map(|(_, id)| *id)
            }
            None => {
                let mut id = self.index.head(&self.stored(), keys, row)?;
                // A key that is kept once has only itself.
                while !self.layout.once && !same(id) {
                    id = Some(self.next(id)).filter(|id| *id != NONE)?;
                }
                Some(id)
            }
        }
    }

    fn add_weight(&mut self, id: u32, diff: i64, row: u32, done: &mut Transitions) {
        match self.weight(id) + diff {
            0 => {
                if self.remove(id) {
                    done.vanished.push(row);
                }
            }
            1 => drop(self.heavy.remove(&id)),
            weight => drop(self.heavy.insert(id, weight)),
        }
    }

    /// Takes a row away. When it is there in several places, from one after the
    /// other; when it is not there at all, it will be missing once it comes.
    fn retract(
        &mut self,
        values: &[Values],
        keys: &Keys,
        row: u32,
        diff: i64,
        matches: &[i64],
        done: &mut Transitions,
    ) -> Result<()> {
        let mut left = diff;
        while left < 0 {
            let Some(id) = self.find(values, keys, row as usize) else {
                return self.insert(values, keys, &[row], |_| left, matches, done);
            };
            let weight = self.weight(id);
            let step = if weight > 0 { left.max(-weight) } else { left };
            self.add_weight(id, step, row, done);
            left -= step;
        }
        Ok(())
    }

    /// Removes a row; was it the last one of its key?
    pub fn remove(&mut self, id: u32) -> bool {
        if let Some(identity) = &mut self.identity {
            let hash = stored_identity(&self.layout, &self.columns, id);
            if let Ok(entry) = identity.find_entry(spread(hash), |(_, other)| *other == id) {
                entry.remove();
            }
        }
        let vanished = self.unlink(id);
        self.heavy.remove(&id);
        self.columns.iter_mut().for_each(|c| c.forget(id));
        if let Some(block) = self.slots.free(id) {
            self.columns.iter_mut().for_each(|c| c.release(block));
        }
        vanished
    }

    fn unlink(&mut self, id: u32) -> bool {
        let (previous, next) = (self.previous[id as usize], self.next[id as usize]);
        if next != NONE {
            self.previous[next as usize] = previous;
        }
        if previous != NONE {
            self.next[previous as usize] = next;
            return false;
        }
        let stored = KeyColumns { columns: &self.columns, key: &self.layout.key };
        if next != NONE {
            self.index.replace(&stored, id, next);
            return false;
        }
        self.index.remove(&stored, id);
        true
    }

    /// Forgets rows whose time is below `bound`, most of them at once, the last
    /// ones when their block is worth it. Returns how many.
    pub fn expire(&mut self, bound: i64) -> usize {
        let Some(time) = self.layout.time else { return 0 };
        let before = self.rows();
        for block in self.slots.blocks_below(bound) {
            for id in self.slots.live_of(block) {
                if self.columns[time].number(id).is_none_or(|t| t < bound) {
                    self.remove(id);
                }
            }
        }
        before - self.rows()
    }
}

fn identity_hash(layout: &Layout, values: &[Values], row: usize) -> u32 {
    let hash = match &layout.identity {
        Some(columns) => columns.iter().fold(0, |h, c| fold(h, values[*c].hash(row))),
        None => values.iter().fold(0, |h, v| fold(h, v.hash(row))),
    };
    short(hash)
}

/// The same of a stored row.
fn stored_identity(layout: &Layout, columns: &[Column], id: u32) -> u32 {
    let hash = match &layout.identity {
        Some(chosen) => chosen.iter().fold(0, |h, c| fold(h, columns[*c].raw_hash(id))),
        None => columns.iter().fold(0, |h, c| fold(h, c.raw_hash(id))),
    };
    short(hash)
}
