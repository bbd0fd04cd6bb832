//! The rows of one partition or group in order, in Arrow's row format.
//!
//! A small partition is one sorted list. A large one is a list of sorted
//! chunks, each with the number of its rows, so that a change moves no more
//! than a chunk and ranks are counted chunk by chunk.
//!
//! Invariant: rows are distinct and ascend; no chunk but a single one is empty.

use std::cmp::Ordering;

/// A chunk that grows beyond this is halved; small in tests, to have many.
const CHUNK_MAX: usize = if cfg!(test) { 8 } else { 256 };

/// A distinct row and how often it is there.
pub struct Entry {
    /// Eight bytes that never contradict the order.
    pub prefix: u64,
    /// Its bytes.
    pub row: Box<[u8]>,
    /// How often; between two changes of an epoch also less than once.
    pub weight: i64,
}

/// A row to look for.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// Its prefix.
    pub prefix: u64,
    /// Its bytes.
    pub row: &'a [u8],
}

/// The sorted rows of a partition.
pub enum Ordered {
    /// One list.
    Few(Vec<Entry>),
    /// Several.
    Many(Box<Chunks>),
}

/// The sorted lists of a large partition.
pub struct Chunks {
    lists: Vec<Vec<Entry>>,
    /// The prefix of the last entry of each: what a search reads first lies together.
    lasts: Vec<u64>,
    /// Rows in each.
    weights: Vec<i64>,
    /// Rows in all of them.
    total: i64,
    /// Distinct rows in all of them.
    distinct: usize,
}

/// A place among the rows of a partition: a chunk, and an index in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which chunk.
    pub chunk: usize,
    /// Where in it; may be one past its end.
    pub index: usize,
}

impl Entry {
    /// How often the row is there.
    pub fn count(&self) -> i64 {
        self.weight.max(0)
    }

    fn key(&self) -> Key<'_> {
        Key { prefix: self.prefix, row: &self.row }
    }
}

impl<'a> Key<'a> {
    /// The key of a row. Its first byte says that its first column is NULL, empty
    /// or neither, in either order, which three bits can say as well: they and 61
    /// bits of what follows are the prefix.
    pub fn of(row: &'a [u8]) -> Self {
        let class = match row.first() {
            Some(few @ 0..=2) => *few,
            Some(3..=0xfc) | None => 3,
            Some(many) => many - 0xf9,
        };
        let telling = if class == 3 { row } else { &row[1..] };
        let mut bytes = [0; 8];
        let length = telling.len().min(8);
        bytes[..length].copy_from_slice(&telling[..length]);
        Key { prefix: u64::from(class) << 61 | u64::from_be_bytes(bytes) >> 3, row }
    }

    /// In the order of the partition.
    pub fn compare(&self, other: &Key<'_>) -> Ordering {
        self.prefix.cmp(&other.prefix).then_with(|| self.row.cmp(other.row))
    }

    /// Is it behind this entry?
    pub fn is_after(&self, entry: &Entry) -> bool {
        self.compare(&entry.key()).is_gt()
    }
}

impl Default for Ordered {
    fn default() -> Self {
        Ordered::Few(Vec::new())
    }
}

impl Ordered {
    /// How many chunks.
    pub fn chunks(&self) -> usize {
        match self {
            Ordered::Few(_) => 1,
            Ordered::Many(chunks) => chunks.lists.len(),
        }
    }

    /// The rows of one chunk; none past the last one.
    pub fn chunk(&self, index: usize) -> &[Entry] {
        match self {
            Ordered::Few(list) if index == 0 => list,
            Ordered::Few(_) => &[],
            Ordered::Many(chunks) => chunks.lists.get(index).map_or(&[], |list| list),
        }
    }

    /// How many rows a chunk has.
    pub fn weight(&self, index: usize) -> i64 {
        match self {
            Ordered::Few(list) => weight_of(list),
            Ordered::Many(chunks) => chunks.weights[index],
        }
    }

    /// The row at a place, or the first one behind it.
    pub fn at(&self, place: Place) -> Option<&Entry> {
        self.chunk(place.chunk).get(place.index).or_else(|| self.chunk(place.chunk + 1).first())
    }

    /// The first row.
    pub fn first(&self) -> Option<&Entry> {
        self.chunk(0).first()
    }

    /// The last row.
    pub fn last(&self) -> Option<&Entry> {
        self.chunk(self.chunks() - 1).last()
    }

    /// Is nothing there?
    pub fn is_empty(&self) -> bool {
        self.chunks() == 1 && self.chunk(0).is_empty()
    }

    /// How many distinct rows.
    pub fn distinct(&self) -> usize {
        match self {
            Ordered::Few(list) => list.len(),
            Ordered::Many(chunks) => chunks.distinct,
        }
    }

    /// Are at least so many rows there? May say no while that is not at hand.
    pub fn has(&self, rows: i64) -> bool {
        match self {
            Ordered::Few(list) => list.len() as i64 >= rows,
            Ordered::Many(chunks) => chunks.total >= rows,
        }
    }

    /// The place of the first row that is not before `key`.
    pub fn place_of(&self, key: Key<'_>) -> Place {
        let chunk = match self {
            Ordered::Few(_) => 0,
            Ordered::Many(chunks) => chunks.chunk_of(key),
        };
        let index = self.chunk(chunk).partition_point(|entry| key.is_after(entry));
        Place { chunk, index }
    }

    /// How many rows are before a place.
    pub fn weight_before(&self, place: Place) -> i64 {
        let chunks: i64 = (0..place.chunk).map(|chunk| self.weight(chunk)).sum();
        chunks + weight_of(&self.chunk(place.chunk)[..place.index])
    }

    /// How many rows.
    pub fn total(&self) -> i64 {
        match self {
            Ordered::Few(list) => weight_of(list),
            Ordered::Many(chunks) => chunks.total,
        }
    }

    /// The row with so many before it.
    pub fn nth(&self, mut before: i64) -> Option<&Entry> {
        for chunk in 0..self.chunks() {
            let weight = self.weight(chunk);
            if before < weight {
                let mut passed = 0;
                return self.chunk(chunk).iter().find(|entry| {
                    passed += entry.count();
                    passed > before
                });
            }
            before -= weight;
        }
        None
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        (0..self.chunks()).flat_map(|chunk| self.chunk(chunk))
    }

    /// The row comes or goes `diff` times.
    pub fn change(&mut self, key: Key<'_>, diff: i64) {
        let place = self.place_of(key);
        match self {
            Ordered::Few(list) => {
                change_list(list, place.index, key, diff);
                if list.len() > CHUNK_MAX {
                    let mut chunks = Chunks::of(std::mem::take(list));
                    chunks.halve(0);
                    *self = Ordered::Many(Box::new(chunks));
                }
            }
            Ordered::Many(chunks) => {
                let list = &mut chunks.lists[place.chunk];
                chunks.distinct -= list.len();
                let grown = change_list(list, place.index, key, diff);
                chunks.distinct += list.len();
                chunks.weights[place.chunk] += grown;
                chunks.total += grown;
                chunks.settle(place.chunk);
                if chunks.lists.len() == 1 && chunks.lists[0].len() <= CHUNK_MAX / 4 {
                    let mut list = chunks.lists.remove(0);
                    list.shrink_to_fit();
                    *self = Ordered::Few(list);
                }
            }
        }
    }

    /// Forgets all rows from a place on, and lets the last one left be there
    /// `excess` times less.
    pub fn cut(&mut self, place: Place, excess: i64) {
        match self {
            Ordered::Few(list) => {
                list.truncate(place.index);
                list.last_mut().into_iter().for_each(|last| last.weight -= excess);
            }
            Ordered::Many(chunks) => {
                chunks.lists.truncate(place.chunk + 1);
                chunks.weights.truncate(place.chunk + 1);
                chunks.lasts.truncate(place.chunk + 1);
                chunks.lists[place.chunk].truncate(place.index);
                chunks.weights[place.chunk] = weight_of(&chunks.lists[place.chunk]);
                chunks.settle(place.chunk);
                let last = chunks.lists.len() - 1;
                if let Some(entry) = chunks.lists[last].last_mut() {
                    entry.weight -= excess;
                    chunks.weights[last] -= excess;
                }
                chunks.total = chunks.weights.iter().sum();
                chunks.distinct = chunks.lists.iter().map(Vec::len).sum();
            }
        }
    }
}

impl Chunks {
    fn of(list: Vec<Entry>) -> Self {
        let (total, distinct) = (weight_of(&list), list.len());
        Chunks { total, distinct, weights: vec![total], lasts: vec![0], lists: vec![list] }
    }

    /// The first chunk whose last row is not before `key`, or the last chunk.
    fn chunk_of(&self, key: Key<'_>) -> usize {
        let from = self.lasts.partition_point(|last| *last < key.prefix);
        let same = self.lasts[from..].partition_point(|last| *last == key.prefix);
        let before = |list: &Vec<Entry>| list.last().is_some_and(|last| key.is_after(last));
        let chunk = from + self.lists[from..from + same].partition_point(before);
        chunk.min(self.lists.len() - 1)
    }

    fn note_last(&mut self, chunk: usize) {
        self.lasts[chunk] = self.lists[chunk].last().map_or(0, |last| last.prefix);
    }

    /// Halves a chunk that is too long, joins one that is short with a neighbour.
    fn settle(&mut self, chunk: usize) {
        self.note_last(chunk);
        let length = self.lists[chunk].len();
        if length > CHUNK_MAX {
            self.halve(chunk);
        } else if length < CHUNK_MAX / 4 && self.lists.len() > 1 {
            let left = if chunk == 0 { 0 } else { chunk - 1 };
            if self.lists[left].len() + self.lists[left + 1].len() <= CHUNK_MAX {
                let right = self.lists.remove(left + 1);
                self.lists[left].extend(right);
                self.weights[left] += self.weights.remove(left + 1);
                self.lasts.remove(left + 1);
                self.note_last(left);
            }
        }
    }

    fn halve(&mut self, chunk: usize) {
        let list = &mut self.lists[chunk];
        let right = list.split_off(list.len() / 2);
        let weight = weight_of(&right);
        self.weights[chunk] -= weight;
        self.weights.insert(chunk + 1, weight);
        self.lists.insert(chunk + 1, right);
        self.lasts.insert(chunk + 1, 0);
        self.note_last(chunk);
        self.note_last(chunk + 1);
    }
}

fn weight_of(list: &[Entry]) -> i64 {
    list.iter().map(Entry::count).sum()
}

/// Changes a list at the place of a key; returns by how much its weight grows.
fn change_list(list: &mut Vec<Entry>, index: usize, key: Key<'_>, diff: i64) -> i64 {
    match list.get_mut(index).filter(|entry| entry.key().compare(&key).is_eq()) {
        Some(entry) => {
            let before = entry.count();
            entry.weight += diff;
            let after = entry.count();
            if entry.weight == 0 {
                list.remove(index);
            }
            after - before
        }
        None => {
            // Most partitions are small: no room is left over in them.
            if list.len() == list.capacity() {
                list.reserve_exact(list.len() / 4 + 1);
            }
            list.insert(index, Entry { prefix: key.prefix, row: key.row.into(), weight: diff });
            diff.max(0)
        }
    }
}
