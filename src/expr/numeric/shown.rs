//! How many decimal places of a `numeric` are printed.

use arrow::datatypes::{DataType, i256};

use super::quotient::{Number, digits, power};
use crate::types::logical::{self, NUMERIC_SCALE, QUOTIENT_SCALE};

/// The digits to print, and how many of them stand behind the point, for a value
/// of a type of 256 bits.
pub fn shown(value: i256, data_type: &DataType) -> (i256, i8) {
    let is_quotient = *data_type == logical::quotient();
    match data_type {
        DataType::Decimal256(_, NUMERIC_SCALE | QUOTIENT_SCALE)
            if is_quotient || *data_type == logical::numeric() => {}
        DataType::Decimal256(_, scale) => return (value, *scale),
        _ => return (value, 0),
    }
    let scale = if is_quotient { QUOTIENT_SCALE } else { NUMERIC_SCALE };
    let trimmed = Number { value, scale: i32::from(scale) }.trimmed();
    let least = if is_quotient { quotient_places(value) } else { 0 };
    let missing = (least - trimmed.scale).max(0);
    (trimmed.value.wrapping_mul(power(missing)), (trimmed.scale + missing) as i8)
}

/// The places of a quotient follow from its size, but for one that is a power of
/// ten thousand: that is what equal first digits give, with four places more.
fn quotient_places(value: i256) -> i32 {
    let digits = digits(value);
    if digits == 0 {
        return 20;
    }
    let exponent = digits - 1 - i32::from(QUOTIENT_SCALE);
    let is_power = exponent.rem_euclid(4) == 0 && value.wrapping_abs() == power(digits - 1);
    let weight = exponent.div_euclid(4) - i32::from(is_power);
    (16 - 4 * weight).clamp(0, i32::from(QUOTIENT_SCALE))
}
