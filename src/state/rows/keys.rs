//! The keys of a batch, hashed.

use arrow::array::ArrayRef;
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;

use super::values::{Kind, Values, fold, hash_word};
use crate::types::Result;

/// What the keys of a join look like; the same on both of its sides.
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
    /// The shape of keys of these types, none of which is
    /// [to be encoded](KeyShape::is_encoded).
    pub fn new(types: &[DataType], nulls_equal: bool) -> Self {
        let single = matches!(types, [one] if matches!(Kind::of(one), Kind::Fixed(width) if width <= 8));
        KeyShape { single: single && !nulls_equal, nulls_equal }
    }

    /// Must keys of this type be given as bytes that are equal when they are?
    pub fn is_encoded(data_type: &DataType) -> bool {
        Kind::of(data_type) == Kind::Other
    }

    /// The keys of a batch of `rows` rows.
    pub fn keys(&self, columns: &[ArrayRef], rows: usize) -> Result<Keys> {
        let columns: Vec<Values> = columns.iter().map(Values::of_key).collect();
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

    /// How many rows.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Is a column of this row's key NULL?
    pub fn is_null(&self, row: usize) -> bool {
        self.columns.iter().filter_map(Values::nulls).any(|n: &NullBuffer| n.is_null(row))
    }
}
