//! Numbers from text.

use std::str::FromStr;

use arrow::datatypes::DataType;

use super::invalid;
use crate::expr::sql_name;
use crate::types::{Error, Result, SqlState};

/// An integer of type `to`.
pub(super) fn read_integer<T: FromStr>(text: &str, to: &DataType) -> Result<T> {
    let word = text.trim();
    if let Ok(value) = word.parse() {
        return Ok(value);
    }
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid(text, to));
    }
    let message = format!("value \"{text}\" is out of range for type {}", sql_name(to));
    Err(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message))
}

/// A float of type `to`. A number too large or too small to be told from zero is
/// an error, unless the text says `infinity`.
pub(super) fn read_float<F: FromStr + Into<f64> + Copy>(text: &str, to: &DataType) -> Result<F> {
    let word = text.trim();
    let value: F = word.parse().map_err(|_| invalid(text, to))?;
    let wide: f64 = value.into();
    let mantissa = word.split(['e', 'E']).next().unwrap_or_default();
    let vanished = wide == 0.0 && mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if vanished || (wide.is_infinite() && word.bytes().any(|b| b.is_ascii_digit())) {
        let message = format!("\"{text}\" is out of range for type {}", sql_name(to));
        return Err(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message));
    }
    Ok(value)
}

/// A decimal number taken apart: its digits as an integer, and how many of them
/// stand behind the point (negative: so many zeros are to be added).
struct Digits {
    value: i128,
    scale: i32,
    /// The first digit left out because there is no room, for rounding.
    rounds_up: bool,
}

fn digits(text: &str) -> Option<Result<Digits, ()>> {
    let word = text.trim();
    let (negative, word) = match word.as_bytes().first()? {
        b'-' => (true, &word[1..]),
        b'+' => (false, &word[1..]),
        _ => (false, word),
    };
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (word, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let (mut value, mut scale, mut rounds_up) = (0i128, 0i32, false);
    for (index, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
        let behind = index >= whole.len();
        let next = value.checked_mul(10).and_then(|v| v.checked_add(i128::from(digit - b'0')));
        match next {
            Some(next) if next < 10i128.pow(38) => {
                value = next;
                scale += i32::from(behind);
            }
            _ if behind => {
                rounds_up = digit >= b'5';
                break;
            }
            _ => return Some(Err(())),
        }
    }
    let value = if negative { -value } else { value };
    Some(Ok(Digits { value, scale: scale - exponent, rounds_up }))
}

/// A numeric with `scale` digits behind the point, rounded half away from zero.
pub fn read_numeric(text: &str, precision: u8, scale: i8) -> Result<i128> {
    let to = DataType::Decimal128(precision, scale);
    let overflow = || Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow");
    let word = text.trim().to_ascii_lowercase();
    if matches!(word.trim_start_matches(['-', '+']), "nan" | "infinity" | "inf") {
        return Err(Error::unsupported(format!("numeric {word}")));
    }
    let digits = digits(text).ok_or_else(|| invalid(text, &to))?.map_err(|()| overflow())?;
    let shift = i32::from(scale) - digits.scale;
    let value = if shift >= 0 {
        let factor = u32::try_from(shift).ok().and_then(|s| 10i128.checked_pow(s));
        match factor.and_then(|f| digits.value.checked_mul(f)) {
            Some(value) => value,
            None if digits.value == 0 => 0,
            None => return Err(overflow()),
        }
    } else {
        divide_rounded(digits.value, shift.unsigned_abs())
    };
    let value = if shift == 0 && digits.rounds_up { value + value.signum() } else { value };
    if value.unsigned_abs() >= 10u128.pow(u32::from(precision)) {
        return Err(overflow());
    }
    Ok(value)
}

/// `value` / 10^`digits`, halves away from zero.
fn divide_rounded(value: i128, digits: u32) -> i128 {
    let Some(unit) = 10i128.checked_pow(digits) else { return 0 };
    let (quotient, rest) = (value / unit, value % unit);
    if rest.unsigned_abs() * 2 >= unit.unsigned_abs() { quotient + value.signum() } else { quotient }
}

/// The precision and scale that a literal needs; `None` if it is no number or too wide.
pub fn unbounded_numeric(text: &str) -> Option<(u8, i8)> {
    let digits = digits(text)?.ok()?;
    let (value, scale) = match digits.scale {
        scale @ 0..=38 => (digits.value, scale),
        scale @ -38..0 => (digits.value.checked_mul(10i128.checked_pow(scale.unsigned_abs())?)?, 0),
        _ => return None,
    };
    let count = value.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
    let precision = count.max(scale as u32).max(1);
    (precision <= 38).then_some((precision as u8, scale as i8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_round_half_away() {
        assert_eq!(read_numeric("1.235", 5, 2).unwrap(), 124);
        assert_eq!(read_numeric("-1.235", 5, 2).unwrap(), -124);
        assert_eq!(read_numeric(" 1e3 ", 10, 2).unwrap(), 100_000);
        assert_eq!(read_numeric("1.5e-3", 10, 4).unwrap(), 15);
        assert!(read_numeric("1000", 5, 2).is_err());
        assert!(read_numeric("1e", 5, 2).is_err());
        assert_eq!(unbounded_numeric("1.50"), Some((3, 2)));
        assert_eq!(unbounded_numeric("1e3"), Some((4, 0)));
        assert_eq!(unbounded_numeric("1.5e-3"), Some((4, 4)));
        assert_eq!(unbounded_numeric("x"), None);
    }
}
