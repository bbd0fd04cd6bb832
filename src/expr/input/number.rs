//! Numbers from text.

use std::str::FromStr;

use arrow::datatypes::{DataType, i256};

use super::invalid;
use crate::expr::sql_name;
use crate::types::logical::NUMERIC_PRECISION;
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

/// A decimal number taken apart.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i32,
}

fn parts(text: &str) -> Option<Parts<'_>> {
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
    let is_empty = whole.is_empty() && fraction.is_empty();
    (!is_empty && is_number(whole) && is_number(fraction)).then_some(Parts {
        negative,
        whole,
        fraction,
        exponent,
    })
}

/// A numeric with `scale` digits behind the point, rounded half away from zero.
pub fn read_numeric(text: &str, precision: u8, scale: i8) -> Result<i256> {
    let Some(Parts { negative, whole, fraction, exponent }) = parts(text) else {
        let word = text.trim().to_ascii_lowercase();
        if matches!(word.trim_start_matches(['-', '+']), "nan" | "infinity" | "inf") {
            return Err(Error::unsupported(format!("numeric {word}")));
        }
        return Err(invalid(text, &DataType::Decimal128(precision, scale)));
    };
    // The value is 0.d1d2d3… × 10^point.
    let digits = whole.bytes().chain(fraction.bytes());
    let zeros = digits.clone().take_while(|d| *d == b'0').count();
    let mut digits = digits.skip(zeros).map(|d| i128::from(d - b'0'));
    let point = whole.len() as i64 - zeros as i64 + i64::from(exponent);
    let kept = point + i64::from(scale);
    if zeros == whole.len() + fraction.len() || kept < 0 {
        return Ok(i256::ZERO);
    }
    if kept > i64::from(precision) {
        return Err(overflow(precision, scale));
    }
    let mut next = || digits.next().unwrap_or(0);
    let narrow = (0..kept.min(38)).fold(0i128, |value, _| value * 10 + next());
    let ten = i256::from_i128(10);
    let append = |value: i256, _| value.wrapping_mul(ten).wrapping_add(i256::from_i128(next()));
    let mut value = (38..kept).fold(i256::from_i128(narrow), append);
    if next() >= 5 {
        value = value.wrapping_add(i256::ONE);
        if value.checked_ilog10().is_some_and(|log| log >= u32::from(precision)) {
            return Err(overflow(precision, scale));
        }
    }
    Ok(if negative { value.wrapping_neg() } else { value })
}

/// `22003` with PostgreSQL's words.
fn overflow(precision: u8, scale: i8) -> Error {
    let whole = i32::from(precision) - i32::from(scale);
    let bound = if whole == 0 { "1".to_string() } else { format!("10^{whole}") };
    let detail = format!(
        "A field with precision {precision}, scale {scale} must round to an absolute value less than {bound}."
    );
    Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow").with_detail(detail)
}

/// The precision and scale that a literal needs; `None` if it is no number or too wide.
pub fn unbounded_numeric(text: &str) -> Option<(u8, i8)> {
    let Parts { whole, fraction, exponent, .. } = parts(text)?;
    let scale = (fraction.len() as i64).checked_sub(exponent.into())?;
    let zeros = whole.bytes().chain(fraction.bytes()).take_while(|d| *d == b'0').count();
    let digits = (whole.len() + fraction.len() - zeros) as i64;
    let digits = if digits == 0 { 0 } else { digits + (-scale).max(0) };
    let scale = scale.max(0);
    let precision = digits.max(scale).max(1);
    // One less than the widest, which has a meaning of its own.
    (precision < i64::from(NUMERIC_PRECISION)).then_some((precision as u8, scale as i8))
}

/// The type of such a literal.
pub fn literal_numeric(text: &str) -> Option<DataType> {
    let (precision, scale) = unbounded_numeric(text)?;
    Some(match precision {
        ..=38 => DataType::Decimal128(precision, scale),
        _ => DataType::Decimal256(precision, scale),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        let read = |text, precision, scale| read_numeric(text, precision, scale).map(|v| v.to_string());
        let number = |text: &str| Ok(text.to_string());
        assert_eq!(read("12345678901234567890.12", 30, 2), number("1234567890123456789012"));
        assert_eq!(read("1234567890123456789012345678901234567890.125", 76, 2), {
            number("123456789012345678901234567890123456789013")
        });
        assert_eq!(read("-1.255", 10, 2), number("-126"));
        assert_eq!(read(" 1e3 ", 10, 0), number("1000"));
        assert_eq!(read("1.5E-2", 10, 3), number("15"));
        assert_eq!(read(".5", 10, 0), number("1"));
        assert_eq!(read("0.0004", 10, 2), number("0"));
        assert_eq!(read("000123", 3, 0), number("123"));
        let code = |text, precision, scale| read_numeric(text, precision, scale).unwrap_err().code();
        assert_eq!(code("99.995", 4, 2), SqlState::NUMERIC_VALUE_OUT_OF_RANGE);
        assert_eq!(code("100", 2, 0), SqlState::NUMERIC_VALUE_OUT_OF_RANGE);
        for wrong in ["", ".", "1.2.3", "x", "1e", "--1", "1 2"] {
            assert_eq!(code(wrong, 10, 2), SqlState::INVALID_TEXT_REPRESENTATION, "{wrong}");
        }
    }

    #[test]
    fn literals_have_the_digits_they_need() {
        assert_eq!(unbounded_numeric("1.50"), Some((3, 2)));
        assert_eq!(unbounded_numeric("1e3"), Some((4, 0)));
        assert_eq!(unbounded_numeric("1.5e-3"), Some((4, 4)));
        assert_eq!(unbounded_numeric("0.05"), Some((2, 2)));
        assert_eq!(unbounded_numeric("0"), Some((1, 0)));
        assert_eq!(unbounded_numeric("1e90"), None);
        assert_eq!(unbounded_numeric("x"), None);
    }
}
