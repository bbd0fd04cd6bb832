//! A column of a batch, made ready to be stored, hashed and compared row by row.

use std::hash::BuildHasher;

use arrow::array::{Array, ArrayRef, AsArray, DynComparator, make_comparator};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use foldhash::fast::FixedState;

use crate::types::Result;

/// One column of a batch.
pub enum Values {
    /// Fixed width, up to eight bytes: the bits of each value.
    Words(Vec<u64>, Option<NullBuffer>),
    /// Sixteen bytes.
    Wides(Vec<u128>, Option<NullBuffer>),
    /// Thirty-two bytes.
    Longs(Vec<[u8; 32]>, Option<NullBuffer>),
    /// Text and bytes.
    Bytes(ByteValues, Option<NullBuffer>),
    /// Everything else.
    Other(ArrayRef),
}

/// Text or bytes, whatever the width of their offsets.
pub enum ByteValues {
    Small(OffsetBuffer<i32>, Buffer),
    Large(OffsetBuffer<i64>, Buffer),
}

/// How values of a type are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// So many bytes each.
    Fixed(usize),
    /// Text or bytes.
    Bytes,
    /// Everything else.
    Other,
}

impl Kind {
    /// How values of this type are kept.
    pub fn of(data_type: &DataType) -> Kind {
        match data_type {
            DataType::Boolean => Kind::Fixed(1),
            DataType::FixedSizeBinary(16) => Kind::Fixed(16),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => Kind::Bytes,
            other => match other.primitive_width() {
                Some(width) if width <= 16 || width == 32 => Kind::Fixed(width),
                _ => Kind::Other,
            },
        }
    }
}

impl ByteValues {
    /// The value of one row.
    #[inline]
    pub fn get(&self, row: usize) -> &[u8] {
        match self {
            ByteValues::Small(offsets, bytes) => &bytes[offsets[row] as usize..offsets[row + 1] as usize],
            ByteValues::Large(offsets, bytes) => &bytes[offsets[row] as usize..offsets[row + 1] as usize],
        }
    }
}

impl Values {
    /// The values of a column, bit for bit.
    pub fn of(column: &ArrayRef) -> Values {
        let nulls = column.logical_nulls().filter(|n| n.null_count() > 0);
        match Kind::of(column.data_type()) {
            Kind::Fixed(32) => Values::Longs(longs(column), nulls),
            Kind::Fixed(16) => Values::Wides(wides(column), nulls),
            Kind::Fixed(_) => Values::Words(words(column), nulls),
            Kind::Bytes => Values::Bytes(bytes(column), nulls),
            Kind::Other => Values::Other(column.clone()),
        }
    }

    /// The values of a key column: zeros of either sign are equal, and so are
    /// all values that are not a number.
    pub fn of_key(column: &ArrayRef) -> Values {
        let mut values = Values::of(column);
        if let Values::Words(words, _) = &mut values
            && let Some(float) = Float::of(column.data_type())
        {
            words.iter_mut().for_each(|w| *w = float.normal(*w));
        }
        values
    }

    /// Is the value of this row NULL?
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Values::Words(_, nulls)
            | Values::Wides(_, nulls)
            | Values::Longs(_, nulls)
            | Values::Bytes(_, nulls) => nulls.as_ref().is_some_and(|n| n.is_null(row)),
            Values::Other(column) => column.is_null(row),
        }
    }

    /// Is the value of this row that of `others` at row `other`, bit for bit?
    /// NULL is NULL.
    #[inline]
    pub fn same(&self, row: usize, others: &Values, other: usize) -> bool {
        if self.is_null(row) || others.is_null(other) {
            return self.is_null(row) && others.is_null(other);
        }
        match (self, others) {
            (Values::Words(own, _), Values::Words(others, _)) => own[row] == others[other],
            (Values::Wides(own, _), Values::Wides(others, _)) => own[row] == others[other],
            (Values::Longs(own, _), Values::Longs(others, _)) => own[row] == others[other],
            (Values::Bytes(own, _), Values::Bytes(others, _)) => own.get(row) == others.get(other),
            (Values::Other(own), Values::Other(others)) => own.slice(row, 1) == others.slice(other, 1),
            _ => false,
        }
    }

    /// Which rows are NULL, if any is.
    pub fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Values::Words(_, nulls)
            | Values::Wides(_, nulls)
            | Values::Longs(_, nulls)
            | Values::Bytes(_, nulls) => nulls.as_ref(),
            Values::Other(column) => column.nulls().filter(|n| n.null_count() > 0),
        }
    }

    /// The hash of one value. Equal to that of [`super::column::Column::hash`].
    #[inline]
    pub fn hash(&self, row: usize) -> u64 {
        if self.is_null(row) {
            return HASH_NULL;
        }
        match self {
            Values::Words(words, _) => hash_word(words[row]),
            Values::Wides(wides, _) => hash_wide(wides[row]),
            Values::Longs(longs, _) => hash_bytes(&longs[row]),
            Values::Bytes(bytes, _) => hash_bytes(bytes.get(row)),
            Values::Other(_) => HASH_NULL,
        }
    }
}

/// A type of floating-point numbers.
#[derive(Clone, Copy, Debug)]
pub enum Float {
    Half,
    Single,
    Double,
}

impl Float {
    /// Of this type, if it is one.
    pub fn of(data_type: &DataType) -> Option<Float> {
        match data_type {
            DataType::Float16 => Some(Float::Half),
            DataType::Float32 => Some(Float::Single),
            DataType::Float64 => Some(Float::Double),
            _ => None,
        }
    }

    /// The bits of the one value that stands for all that are equal to it.
    #[inline]
    pub fn normal(self, bits: u64) -> u64 {
        let (magnitude, infinity) = match self {
            Float::Half => (bits & 0x7fff, 0x7c00),
            Float::Single => (bits & 0x7fff_ffff, 0x7f80_0000),
            Float::Double => (bits & 0x7fff_ffff_ffff_ffff, 0x7ff0_0000_0000_0000),
        };
        match magnitude {
            0 => 0,
            m if m > infinity => infinity + 1,
            _ => bits,
        }
    }
}

/// The hash of NULL, and of what cannot be hashed.
pub const HASH_NULL: u64 = 0x9e37_79b9_7f4a_7c15;
const STATE: FixedState = FixedState::with_seed(0x6a6f_696e);

/// The hash of up to eight bytes.
#[inline]
pub fn hash_word(word: u64) -> u64 {
    STATE.hash_one(word)
}

/// The hash of sixteen bytes.
#[inline]
pub fn hash_wide(wide: u128) -> u64 {
    STATE.hash_one(wide)
}

/// The hash of text or bytes.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    STATE.hash_one(bytes)
}

/// One more column's hash into that of the row.
#[inline]
pub fn fold(row: u64, column: u64) -> u64 {
    (row.rotate_left(23) ^ column).wrapping_mul(0x2545_f491_4f6c_dd1d)
}

fn words(column: &ArrayRef) -> Vec<u64> {
    if let Some(bits) = column.as_boolean_opt() {
        return bits.values().iter().map(u64::from).collect();
    }
    let data = column.to_data();
    let raw = data.buffers()[0].as_slice();
    match column.data_type().primitive_width() {
        Some(1) => chunks::<1>(raw, &data).iter().map(|b| u64::from(b[0])).collect(),
        Some(2) => chunks::<2>(raw, &data).iter().map(|b| u64::from(u16::from_le_bytes(*b))).collect(),
        Some(4) => chunks::<4>(raw, &data).iter().map(|b| u64::from(u32::from_le_bytes(*b))).collect(),
        _ => chunks::<8>(raw, &data).iter().map(|b| u64::from_le_bytes(*b)).collect(),
    }
}

fn wides(column: &ArrayRef) -> Vec<u128> {
    let data = column.to_data();
    chunks::<16>(data.buffers()[0].as_slice(), &data).iter().map(|b| u128::from_le_bytes(*b)).collect()
}

fn longs(column: &ArrayRef) -> Vec<[u8; 32]> {
    let data = column.to_data();
    chunks::<32>(data.buffers()[0].as_slice(), &data).to_vec()
}

fn chunks<'a, const W: usize>(raw: &'a [u8], data: &arrow::array::ArrayData) -> &'a [[u8; W]] {
    let (all, _) = raw.as_chunks::<W>();
    &all[data.offset()..data.offset() + data.len()]
}

fn bytes(column: &ArrayRef) -> ByteValues {
    match column.data_type() {
        DataType::Utf8 => {
            let array = column.as_string::<i32>();
            ByteValues::Small(array.offsets().clone(), array.values().clone())
        }
        DataType::LargeUtf8 => {
            let array = column.as_string::<i64>();
            ByteValues::Large(array.offsets().clone(), array.values().clone())
        }
        DataType::LargeBinary => {
            let array = column.as_binary::<i64>();
            ByteValues::Large(array.offsets().clone(), array.values().clone())
        }
        _ => {
            let array = column.as_binary::<i32>();
            ByteValues::Small(array.offsets().clone(), array.values().clone())
        }
    }
}

/// Compares rows of two arrays of one type that has an order.
pub fn comparator(left: &dyn Array, right: &dyn Array) -> Result<DynComparator> {
    Ok(make_comparator(left, right, SortOptions::default())?)
}
