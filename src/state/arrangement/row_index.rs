//! From a row's hash to the ids of its live copies.
//!
//! The index knows hashes and ids only; whether two rows are equal is asked of
//! the caller. It holds the newest state and belongs to the writer. Entries are
//! 12 bytes; the ids of a row that is there several times are kept aside.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

/// No id.
pub(super) const NONE: u64 = u64::MAX;
/// Set in an entry whose id is a place in `copies`.
const ASIDE: u64 = 1 << 63;

#[derive(Default)]
pub(super) struct RowIndex {
    table: HashTable<Entry>,
    /// Ids, oldest first, of rows with more than one live copy.
    copies: Vec<Vec<u64>>,
    /// Places in `copies` that are not in use.
    unused: Vec<usize>,
}

/// One distinct live row.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    high: u32,
    low: u32,
}

impl Entry {
    fn new(hash: u32, value: u64) -> Self {
        Entry { hash, high: (value >> 32) as u32, low: value as u32 }
    }

    fn value(self) -> u64 {
        u64::from(self.high) << 32 | u64::from(self.low)
    }

    /// Any one of the row's ids.
    fn sample(self, copies: &[Vec<u64>]) -> u64 {
        match self.value() {
            value if value & ASIDE == 0 => value,
            value => copies[(value & !ASIDE) as usize][0],
        }
    }
}

impl RowIndex {
    /// Makes room for as many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.table.reserve(rows, |entry| spread(entry.hash));
    }

    /// Adds a copy of a row. `same` tells whether the live row with the given
    /// id is equal to it.
    pub fn insert(&mut self, hash: u64, id: u64, mut same: impl FnMut(u64) -> bool) {
        let hash = tag(hash);
        let RowIndex { table, copies, unused } = self;
        let equal = |entry: &Entry| entry.hash == hash && same(entry.sample(copies));
        let entry = match table.entry(spread(hash), equal, |entry| spread(entry.hash)) {
            Slot::Vacant(slot) => {
                slot.insert(Entry::new(hash, id));
                return;
            }
            Slot::Occupied(slot) => slot.into_mut(),
        };
        match entry.value() {
            other if other & ASIDE == 0 => {
                let place = unused.pop().unwrap_or_else(|| {
                    copies.push(Vec::new());
                    copies.len() - 1
                });
                copies[place].extend([other, id]);
                *entry = Entry::new(hash, ASIDE | place as u64);
            }
            aside => copies[(aside & !ASIDE) as usize].push(id),
        }
    }

    /// For each hash the id of a live row that has it, or [`NONE`] where there is
    /// none, or one with several copies. Each probe is independent of the others,
    /// so that the processor waits for many of them at a time; what follows finds
    /// its entries in the cache.
    pub fn met(&self, hashes: &[u64]) -> Vec<u64> {
        let met = |hash: &u64| {
            let hash = tag(*hash);
            let found = self.table.find(spread(hash), |entry| entry.hash == hash);
            found.map_or(NONE, |entry| if entry.value() & ASIDE == 0 { entry.value() } else { NONE })
        };
        hashes.iter().map(met).collect()
    }

    /// Takes the row with this hash and this id away, if it is there and has no
    /// other copies.
    pub fn take(&mut self, hash: u64, id: u64) -> bool {
        let hash = tag(hash);
        let slot = self.table.find_entry(spread(hash), |entry| entry.hash == hash && entry.value() == id);
        slot.map(|slot| slot.remove()).is_ok()
    }

    /// Takes the newest copy of a row away and returns its id.
    pub fn remove(&mut self, hash: u64, mut same: impl FnMut(u64) -> bool) -> Option<u64> {
        let hash = tag(hash);
        let RowIndex { table, copies, unused } = self;
        let equal = |entry: &Entry| entry.hash == hash && same(entry.sample(copies));
        let mut slot = table.find_entry(spread(hash), equal).ok()?;
        let value = slot.get().value();
        if value & ASIDE == 0 {
            slot.remove();
            return Some(value);
        }
        let place = (value & !ASIDE) as usize;
        let id = copies[place].pop();
        if let [last] = copies[place][..] {
            *slot.get_mut() = Entry::new(hash, last);
            copies[place] = Vec::new();
            unused.push(place);
        }
        id
    }

    /// Memory, in bytes.
    pub fn bytes(&self) -> usize {
        let aside =
            self.copies.capacity() * size_of::<Vec<u64>>() + self.unused.capacity() * size_of::<usize>();
        let copies: usize = self.copies.iter().map(|ids| ids.capacity() * size_of::<u64>()).sum();
        self.table.allocation_size() + aside + copies
    }
}

/// What is kept of a hash. In tests it has few values, so that different rows
/// have the same.
fn tag(hash: u64) -> u32 {
    let tag = (hash >> 32) as u32;
    if cfg!(test) { tag & 0xff } else { tag }
}

/// The table looks at the lowest and the highest bits: all must depend on the hash.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
