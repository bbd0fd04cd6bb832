//! One stored column, of whatever type.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::bytes::ByteColumn;
use super::fixed::FixedColumn;
use super::other::OtherColumn;
use super::values::{HASH_NULL, Kind, Values, hash_bytes, hash_wide, hash_word};
use crate::types::{Error, Result};

/// A stored column.
pub enum Column {
    One(FixedColumn<1>),
    Two(FixedColumn<2>),
    Four(FixedColumn<4>),
    Eight(FixedColumn<8>),
    Sixteen(FixedColumn<16>),
    ThirtyTwo(FixedColumn<32>),
    Bytes(ByteColumn),
    Other(OtherColumn),
}

impl Column {
    /// An empty column of this type.
    pub fn new(data_type: &DataType) -> Column {
        let data_type = data_type.clone();
        match Kind::of(&data_type) {
            Kind::Fixed(1) => Column::One(FixedColumn::new(data_type)),
            Kind::Fixed(2) => Column::Two(FixedColumn::new(data_type)),
            Kind::Fixed(4) => Column::Four(FixedColumn::new(data_type)),
            Kind::Fixed(16) => Column::Sixteen(FixedColumn::new(data_type)),
            Kind::Fixed(32) => Column::ThirtyTwo(FixedColumn::new(data_type)),
            Kind::Fixed(_) => Column::Eight(FixedColumn::new(data_type)),
            Kind::Bytes => Column::Bytes(ByteColumn::new(data_type)),
            Kind::Other => Column::Other(OtherColumn::new(data_type)),
        }
    }

    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        match self {
            Column::One(column) => column.memory(),
            Column::Two(column) => column.memory(),
            Column::Four(column) => column.memory(),
            Column::Eight(column) => column.memory(),
            Column::Sixteen(column) => column.memory(),
            Column::ThirtyTwo(column) => column.memory(),
            Column::Bytes(column) => column.memory(),
            Column::Other(column) => column.memory(),
        }
    }

    /// Sets the values of rows `ids`: those of `values` at `rows`.
    pub fn set(&mut self, ids: &[u32], values: &Values, rows: &[u32]) -> Result<()> {
        let pairs = || ids.iter().copied().zip(rows.iter().map(|r| *r as usize));
        macro_rules! narrow {
            ($column:expr, $words:expr, $nulls:expr, $number:ty) => {
                match $nulls {
                    None => pairs()
                        .for_each(|(id, r)| $column.set(id, Some(($words[r] as $number).to_le_bytes()))),
                    Some(nulls) => pairs().for_each(|(id, r)| {
                        $column.set(id, nulls.is_valid(r).then(|| ($words[r] as $number).to_le_bytes()))
                    }),
                }
            };
        }
        match (self, values) {
            (Column::One(column), Values::Words(words, nulls)) => narrow!(column, words, nulls, u8),
            (Column::Two(column), Values::Words(words, nulls)) => narrow!(column, words, nulls, u16),
            (Column::Four(column), Values::Words(words, nulls)) => narrow!(column, words, nulls, u32),
            (Column::Eight(column), Values::Words(words, nulls)) => narrow!(column, words, nulls, u64),
            (Column::Sixteen(column), Values::Wides(wides, nulls)) => narrow!(column, wides, nulls, u128),
            (Column::ThirtyTwo(column), Values::Longs(longs, _)) => {
                pairs().for_each(|(id, row)| column.set(id, (!values.is_null(row)).then(|| longs[row])))
            }
            (Column::Bytes(column), Values::Bytes(bytes, _)) => {
                for (id, row) in pairs() {
                    column.set(id, (!values.is_null(row)).then(|| bytes.get(row)))?;
                }
            }
            (Column::Other(column), Values::Other(source)) => column.set(ids, source, rows)?,
            _ => return Err(Error::internal("a column of another type than the one that is stored")),
        }
        Ok(())
    }

    /// The values of these rows.
    pub fn gather(&self, ids: &[u32]) -> Result<ArrayRef> {
        match self {
            Column::One(column) => column.gather(ids),
            Column::Two(column) => column.gather(ids),
            Column::Four(column) => column.gather(ids),
            Column::Eight(column) => column.gather(ids),
            Column::Sixteen(column) => column.gather(ids),
            Column::ThirtyTwo(column) => column.gather(ids),
            Column::Bytes(column) => column.gather(ids),
            Column::Other(column) => column.gather(ids),
        }
    }

    /// The row is gone.
    pub fn forget(&mut self, id: u32) {
        match self {
            Column::Bytes(column) => column.forget(id),
            Column::Other(column) => column.forget(id),
            _ => {}
        }
    }

    /// All rows of a block are gone.
    pub fn release(&mut self, block: usize) {
        match self {
            Column::One(column) => column.release(block),
            Column::Two(column) => column.release(block),
            Column::Four(column) => column.release(block),
            Column::Eight(column) => column.release(block),
            Column::Sixteen(column) => column.release(block),
            Column::ThirtyTwo(column) => column.release(block),
            Column::Bytes(column) => column.release(block),
            Column::Other(_) => {}
        }
    }

    /// The bits of a value of up to eight bytes.
    #[inline]
    pub fn word(&self, id: u32) -> u64 {
        match self {
            Column::Eight(column) => u64::from_le_bytes(column.get(id)),
            Column::Four(column) => u64::from(u32::from_le_bytes(column.get(id))),
            Column::Two(column) => u64::from(u16::from_le_bytes(column.get(id))),
            Column::One(column) => u64::from(column.get(id)[0]),
            _ => 0,
        }
    }

    /// The same as a key: equal values have equal bits.
    #[inline]
    pub fn key_word(&self, id: u32) -> u64 {
        let float = match self {
            Column::Eight(column) => column.float(),
            Column::Four(column) => column.float(),
            Column::Two(column) => column.float(),
            _ => None,
        };
        float.map_or(self.word(id), |float| float.normal(self.word(id)))
    }

    #[inline]
    fn is_null(&self, id: u32) -> bool {
        match self {
            Column::One(column) => column.is_null(id),
            Column::Two(column) => column.is_null(id),
            Column::Four(column) => column.is_null(id),
            Column::Eight(column) => column.is_null(id),
            Column::Sixteen(column) => column.is_null(id),
            Column::ThirtyTwo(column) => column.is_null(id),
            Column::Bytes(column) => column.get(id).is_none(),
            Column::Other(_) => false,
        }
    }

    /// The value as a number of 64 bits with a sign, if it is not NULL.
    pub fn number(&self, id: u32) -> Option<i64> {
        (!self.is_null(id)).then(|| match self {
            Column::Four(_) => i64::from(self.word(id) as i32),
            _ => self.word(id) as i64,
        })
    }

    /// The hash of a key's value; equal to that of [`Values::hash`].
    #[inline]
    pub fn hash(&self, id: u32) -> u64 {
        if self.is_null(id) {
            return HASH_NULL;
        }
        match self {
            Column::Sixteen(column) => hash_wide(u128::from_le_bytes(column.get(id))),
            Column::ThirtyTwo(column) => hash_bytes(&column.get(id)),
            Column::Bytes(column) => hash_bytes(column.get(id).unwrap_or_default()),
            Column::Other(_) => HASH_NULL,
            _ => hash_word(self.key_word(id)),
        }
    }

    /// The hash of a value bit for bit.
    #[inline]
    pub fn raw_hash(&self, id: u32) -> u64 {
        match self {
            Column::Sixteen(_) | Column::ThirtyTwo(_) | Column::Bytes(_) | Column::Other(_) => self.hash(id),
            _ if self.is_null(id) => HASH_NULL,
            _ => hash_word(self.word(id)),
        }
    }

    /// Is the stored value that of `values` at `row`? As a key, or bit for bit.
    #[inline]
    pub fn same(&self, id: u32, values: &Values, row: usize, as_key: bool) -> bool {
        if let (Column::Other(column), Values::Other(source)) = (self, values) {
            return column.same(id, source, row);
        }
        if self.is_null(id) || values.is_null(row) {
            return self.is_null(id) && values.is_null(row);
        }
        match (self, values) {
            (Column::Sixteen(column), Values::Wides(wides, _)) => {
                u128::from_le_bytes(column.get(id)) == wides[row]
            }
            (Column::ThirtyTwo(column), Values::Longs(longs, _)) => column.get(id) == longs[row],
            (Column::Bytes(column), Values::Bytes(bytes, _)) => column.get(id) == Some(bytes.get(row)),
            (_, Values::Words(words, _)) => {
                words[row] == if as_key { self.key_word(id) } else { self.word(id) }
            }
            _ => false,
        }
    }
}
