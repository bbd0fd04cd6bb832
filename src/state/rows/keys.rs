//! The keys of a batch, hashed.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::NONE;
use super::values::{Kind, Values, fold, hash_word};
use crate::types::Result;

/// What keys look like; the same on both sides of a join.
#[derive(Clone, Debug)]
pub struct KeyShape {
    /// One column of up to eight bytes, and NULL is no key.
    pub single: bool,
    /// NULL is a key like others.
    pub nulls_equal: bool,
}

/// The keys of a batch.
pub struct Keys {
    pub(super) columns: Vec<Values>,
    pub(super) hashes: Vec<u64>,
    /// Rows that have a key, unless all do.
    valid: Option<BooleanBuffer>,
}

impl KeyShape {
    /// The shape of keys of these types.
    pub fn new(types: &[DataType], nulls_equal: bool) -> Self {
        let single = matches!(types, [one] if matches!(Kind::of(one), Kind::Fixed(width) if width <= 8));
        KeyShape { single: single && !nulls_equal, nulls_equal }
    }

    /// Are keys of this type kept as bytes that are equal when they are?
    pub fn is_encoded(data_type: &DataType) -> bool {
        Kind::of(data_type) == Kind::Other
    }

    /// The shape of the keys in columns `key` of rows of these types. A column
    /// that is [to be encoded](KeyShape::is_encoded) is stored once more, so:
    /// it is added to `types`, and takes its place in `key`.
    pub fn lay_out(types: &mut Vec<DataType>, key: &mut [usize], nulls_equal: bool) -> KeyShape {
        for place in key.iter_mut() {
            if KeyShape::is_encoded(&types[*place]) {
                types.push(DataType::Binary);
                *place = types.len() - 1;
            }
        }
        let key_types: Vec<DataType> = key.iter().map(|place| types[*place].clone()).collect();
        KeyShape::new(&key_types, nulls_equal)
    }

    /// The keys of a batch of `rows` rows: these columns.
    pub fn keys(&self, columns: &[ArrayRef], rows: usize) -> Result<Keys> {
        let columns = columns.iter().map(|c| Ok(Values::of_key(&encoded(c)?)));
        let columns: Vec<Values> = columns.collect::<Result<_>>()?;
        let hashes = match columns.as_slice() {
            [Values::Words(words, _)] if self.single => words.iter().map(|w| hash_word(*w)).collect(),
            columns => {
                let mut hashes = vec![0u64; rows];
                for column in columns {
                    hashes.iter_mut().enumerate().for_each(|(row, h)| *h = fold(*h, column.hash(row)));
                }
                hashes
            }
        };
        let mut valid: Option<BooleanBuffer> = None;
        for nulls in columns.iter().filter_map(Values::nulls).filter(|_| !self.nulls_equal) {
            valid = Some(match valid {
                None => nulls.inner().clone(),
                Some(valid) => &valid & nulls.inner(),
            });
        }
        Ok(Keys { columns, hashes, valid })
    }
}

impl Keys {
    /// Has this row a key that can be met?
    #[inline]
    pub fn is_key(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|v| v.value(row))
    }

    /// Has every row a key that can be met?
    pub fn are_all_keys(&self) -> bool {
        self.valid.as_ref().is_none_or(|v| v.count_set_bits() == v.len())
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Is a column of this row's key NULL?
    pub fn is_null(&self, row: usize) -> bool {
        self.columns.iter().filter_map(Values::nulls).any(|n: &NullBuffer| n.is_null(row))
    }
    /// Are these the same keys, row by row?
    pub fn are(&self, others: &Keys) -> bool {
        self.hashes == others.hashes && (0..self.len()).all(|row| self.same(row, others, row))
    }

    /// For each row the last one before it that has the same key, or [`NONE`];
    /// `None` when all keys differ.
    pub fn before(&self) -> Option<Vec<u32>> {
        let mut before: Vec<u32> = Vec::new();
        let mut latest: HashTable<u32> = HashTable::with_capacity(self.len());
        for (row, hash) in self.hashes.iter().enumerate() {
            let same = |other: &u32| self.same(*other as usize, self, row);
            match latest.entry(*hash, same, |other| self.hashes[*other as usize]) {
                Entry::Occupied(mut entry) => {
                    before.resize(self.len(), NONE);
                    before[row] = std::mem::replace(entry.get_mut(), row as u32);
                }
                Entry::Vacant(entry) => drop(entry.insert(row as u32)),
            }
        }
        Some(before).filter(|before| !before.is_empty())
    }

    #[inline]
    fn same(&self, row: usize, others: &Keys, other: usize) -> bool {
        self.columns.iter().zip(&others.columns).all(|(own, others)| own.same(row, others, other))
    }
}

/// A key column as it is stored: bytes that are equal exactly when the values
/// are, where it [must be](KeyShape::is_encoded) so. NULL stays NULL.
pub fn encoded(column: &ArrayRef) -> Result<ArrayRef> {
    if !KeyShape::is_encoded(column.data_type()) {
        return Ok(column.clone());
    }
    let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
    let bytes = converter.convert_columns(std::slice::from_ref(column))?.try_into_binary()?;
    let (offsets, values, _) = bytes.into_parts();
    Ok(Arc::new(BinaryArray::try_new(offsets, values, column.logical_nulls())?))
}
