//! From a key to the newest of its rows.
//!
//! The table holds ids; a key is compared where it is stored. Keys of one small
//! column are also hashed from there when the table grows; for all others the
//! table keeps 32 bits of the hash beside the id.

use hashbrown::HashTable;

use super::column::Column;
use super::keys::Keys;
use super::values::{Values, hash_word};

/// The first row of each key.
pub enum KeyIndex {
    /// Keys of one column of up to eight bytes.
    Single(HashTable<u32>),
    /// Any others.
    Wide(HashTable<(u32, u32)>),
}

/// What the table is entered with for 32 bits of a hash.
#[inline]
pub fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// 32 bits of a hash.
#[inline]
pub fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The stored columns that are the key.
pub struct KeyColumns<'a> {
    pub columns: &'a [Column],
    pub key: &'a [usize],
}

impl KeyColumns<'_> {
    #[inline]
    fn hash(&self, id: u32) -> u64 {
        self.key.iter().fold(0, |h, column| super::values::fold(h, self.columns[*column].hash(id)))
    }

    #[inline]
    fn same(&self, id: u32, keys: &Keys, row: usize) -> bool {
        self.key.iter().zip(&keys.columns).all(|(c, values)| self.columns[*c].same(id, values, row, true))
    }
}

impl KeyIndex {
    /// No keys.
    pub fn new(single: bool) -> Self {
        if single { KeyIndex::Single(HashTable::new()) } else { KeyIndex::Wide(HashTable::new()) }
    }

    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        match self {
            KeyIndex::Single(table) => table.allocation_size(),
            KeyIndex::Wide(table) => table.allocation_size(),
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        match self {
            KeyIndex::Single(table) => table.len(),
            KeyIndex::Wide(table) => table.len(),
        }
    }

    /// Makes room for so many more keys.
    pub fn reserve(&mut self, stored: &KeyColumns<'_>, keys: usize) {
        match self {
            KeyIndex::Single(table) => {
                let column = &stored.columns[stored.key[0]];
                table.reserve(keys, |id| hash_word(column.key_word(*id)));
            }
            KeyIndex::Wide(table) => table.reserve(keys, |(tag, _)| spread(*tag)),
        }
    }

    /// The first row of each key of a batch; `none` where there is none.
    pub fn heads(&self, stored: &KeyColumns<'_>, keys: &Keys, none: u32) -> Vec<u32> {
        match (self, keys.columns.as_slice()) {
            (KeyIndex::Single(table), [Values::Words(words, _)]) => {
                let column = &stored.columns[stored.key[0]];
                let find = |row: usize| {
                    let word = words[row];
                    let found = table.find(keys.hashes[row], |id| column.key_word(*id) == word);
                    found.copied().unwrap_or(none)
                };
                (0..keys.len()).map(|row| if keys.is_key(row) { find(row) } else { none }).collect()
            }
            _ => (0..keys.len())
                .map(|row| if keys.is_key(row) { self.head(stored, keys, row).unwrap_or(none) } else { none })
                .collect(),
        }
    }

    /// The first row of one key.
    pub fn head(&self, stored: &KeyColumns<'_>, keys: &Keys, row: usize) -> Option<u32> {
        let hash = keys.hashes[row];
        match self {
            KeyIndex::Single(table) => table.find(hash, |id| stored.same(*id, keys, row)).copied(),
            KeyIndex::Wide(table) => {
                let tag = short(hash);
                let same = |(t, id): &(u32, u32)| *t == tag && stored.same(*id, keys, row);
                table.find(spread(tag), same).map(|(_, id)| *id)
            }
        }
    }

    /// Makes `id` the first row of the key; what was the first before, if any.
    pub fn push(&mut self, stored: &KeyColumns<'_>, keys: &Keys, row: usize, id: u32) -> Option<u32> {
        let hash = keys.hashes[row];
        match self {
            KeyIndex::Single(table) => {
                let column = &stored.columns[stored.key[0]];
                let Values::Words(words, _) = &keys.columns[0] else { return None };
                let word = words[row];
                let rehash = |id: &u32| hash_word(column.key_word(*id));
                match table.entry(hash, |other| column.key_word(*other) == word, rehash) {
                    hashbrown::hash_table::Entry::Occupied(mut entry) => {
                        Some(std::mem::replace(entry.get_mut(), id))
                    }
                    hashbrown::hash_table::Entry::Vacant(entry) => {
                        entry.insert(id);
                        None
                    }
                }
            }
            KeyIndex::Wide(table) => {
                let tag = short(hash);
                let same = |(t, other): &(u32, u32)| *t == tag && stored.same(*other, keys, row);
                match table.entry(spread(tag), same, |(t, _)| spread(*t)) {
                    hashbrown::hash_table::Entry::Occupied(mut entry) => {
                        Some(std::mem::replace(&mut entry.get_mut().1, id))
                    }
                    hashbrown::hash_table::Entry::Vacant(entry) => {
                        entry.insert((tag, id));
                        None
                    }
                }
            }
        }
    }

    /// Adds a key that is not there, with its only row.
    pub fn add(&mut self, stored: &KeyColumns<'_>, keys: &Keys, row: usize, id: u32) {
        let hash = keys.hashes[row];
        match self {
            KeyIndex::Single(table) => {
                let column = &stored.columns[stored.key[0]];
                table.insert_unique(hash, id, |id| hash_word(column.key_word(*id)));
            }
            KeyIndex::Wide(table) => {
                let tag = short(hash);
                table.insert_unique(spread(tag), (tag, id), |(tag, _)| spread(*tag));
            }
        }
    }

    /// Takes away the key whose only row is `id`. Was it there?
    pub fn remove(&mut self, stored: &KeyColumns<'_>, id: u32) -> bool {
        match self {
            KeyIndex::Single(table) => {
                let hash = hash_word(stored.columns[stored.key[0]].key_word(id));
                table.find_entry(hash, |other| *other == id).map(|entry| entry.remove()).is_ok()
            }
            KeyIndex::Wide(table) => {
                let hash = spread(short(stored.hash(id)));
                table.find_entry(hash, |(_, other)| *other == id).map(|entry| entry.remove()).is_ok()
            }
        }
    }

    /// The first row of its key was `id`, and is `next` now.
    pub fn replace(&mut self, stored: &KeyColumns<'_>, id: u32, next: u32) {
        match self {
            KeyIndex::Single(table) => {
                let hash = hash_word(stored.columns[stored.key[0]].key_word(id));
                if let Some(entry) = table.find_mut(hash, |other| *other == id) {
                    *entry = next;
                }
            }
            KeyIndex::Wide(table) => {
                let hash = spread(short(stored.hash(id)));
                if let Some(entry) = table.find_mut(hash, |(_, other)| *other == id) {
                    entry.1 = next;
                }
            }
        }
    }
}
