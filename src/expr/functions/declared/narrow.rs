//! Numerics of 256 bits for functions that compute in 128.
//!
//! A column is brought to as many decimal places as its values need, so what is
//! computed of it has a type of its own, batch by batch; the result's type for the
//! planner does not depend on the values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal256Type, i256};

use super::Result;
use crate::expr::numeric::{Number, shown};
use crate::types::logical::{self, NUMERIC_SCALE, QUOTIENT_SCALE};
use crate::types::{Error, SqlState};

/// Digits that 128 bits hold.
const DIGITS: u32 = 38;

/// A column of 256 bits as one of 128.
pub(super) fn bring(array: &ArrayRef) -> Result<ArrayRef> {
    let values = array.as_primitive::<Decimal256Type>();
    let numbers: Vec<Option<Number>> = values
        .iter()
        .map(|value| {
            let (value, scale) = shown(value?, array.data_type());
            Some(Number { value, scale: scale.into() })
        })
        .collect();
    let places = numbers.iter().flatten().map(|n| n.scale).max().unwrap_or(0);
    let whole = |n: &Number| digits(n.value) as i32 - n.scale;
    let room = DIGITS as i32 - numbers.iter().flatten().map(whole).max().unwrap_or(0).max(0);
    let scale = places.min(room);
    let overflow = || Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    let fitted = |n: Number| {
        let value = n.at_scale(scale).filter(|v| digits(*v) <= DIGITS);
        value.map(i256::as_i128).ok_or_else(overflow)
    };
    let fitted = numbers.into_iter().map(|n| n.map(fitted).transpose());
    let fitted = fitted.collect::<Result<Decimal128Array>>()?;
    Ok(Arc::new(fitted.with_data_type(DataType::Decimal128(DIGITS as u8, scale as i8))))
}

fn digits(value: i256) -> u32 {
    value.wrapping_abs().checked_ilog10().map_or(0, |log| log + 1)
}

/// The type of 128 bits that stands for an argument's when the result's type is found.
pub(super) fn stand_in(data_type: &DataType, scale: Option<i8>) -> DataType {
    match data_type {
        DataType::Decimal256(_, own) => DataType::Decimal128(DIGITS as u8, scale.unwrap_or(*own)),
        other if logical::is_text(other) => {
            DataType::Decimal128(DIGITS as u8, scale.unwrap_or(NUMERIC_SCALE))
        }
        other => other.clone(),
    }
}

/// The result's type, where it has `scale` places because its arguments have.
pub(super) fn widened(types: &[DataType], scale: i8) -> DataType {
    if scale == QUOTIENT_SCALE && types.contains(&logical::quotient()) {
        return logical::quotient();
    }
    if scale == NUMERIC_SCALE || types.contains(&logical::quotient()) {
        return logical::numeric();
    }
    DataType::Decimal256(75, scale)
}
