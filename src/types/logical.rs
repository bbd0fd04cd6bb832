//! The Arrow types that stand for PostgreSQL's where Arrow has none of its own.
//!
//! Invariant: each of them is reserved. No other type of ours is held as one of
//! these, so the Arrow type alone tells what a column is, through every
//! projection, join and exchange.

use arrow::datatypes::{DataType, Field};

/// Decimal places of a [`numeric`].
pub const NUMERIC_SCALE: i8 = 20;

/// Decimal places of a [`quotient`].
pub const QUOTIENT_SCALE: i8 = 32;

/// Digits of a [`numeric`] and of a [`quotient`].
pub const NUMERIC_PRECISION: u8 = 76;

/// `numeric` without a precision: printed without zeros at the end.
pub const fn numeric() -> DataType {
    DataType::Decimal256(NUMERIC_PRECISION, NUMERIC_SCALE)
}

/// A `numeric` that came out of a division: printed with as many digits as
/// PostgreSQL gives a quotient.
pub const fn quotient() -> DataType {
    DataType::Decimal256(NUMERIC_PRECISION, QUOTIENT_SCALE)
}

/// `uuid`: its sixteen bytes.
pub const fn uuid() -> DataType {
    DataType::FixedSizeBinary(16)
}

/// `jsonb`: its normalised text.
pub const fn jsonb() -> DataType {
    DataType::LargeBinary
}

/// `json`: its text as it was given.
pub const fn json() -> DataType {
    DataType::BinaryView
}

/// Is this one of the types of text?
pub const fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// What the elements of `int2vector` and `oidvector` are called: lists that the
/// catalogs have, and that are printed without commas.
pub const VECTORS: [&str; 2] = ["int2vector", "oidvector"];

/// Is a list with such elements one of these?
pub fn is_vector(element: &Field) -> bool {
    VECTORS.contains(&element.name().as_str())
}
