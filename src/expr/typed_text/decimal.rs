//! `numeric` from text, without a detour over floats.

use arrow::datatypes::i256;

/// Why a text is no number of a precision and scale.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is none.
    Syntax,
    /// It has too many digits.
    Overflow,
}

/// The digits of the number `text`, rounded half away from zero to `scale`
/// places, if they are not more than `precision`.
pub(super) fn decimal(text: &str, precision: u8, scale: i8) -> Result<i256, Wrong> {
    let text = text.trim();
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| Wrong::Syntax)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(Wrong::Syntax);
    }
    // The value is 0.d1d2d3… × 10^point.
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
    let zeros = digits.iter().take_while(|d| **d == 0).count();
    let digits = &digits[zeros..];
    let point = whole.len() as i64 - zeros as i64 + i64::from(exponent);
    let kept = point + i64::from(scale);
    if digits.is_empty() || kept < 0 {
        return Ok(i256::ZERO);
    }
    if kept > i64::from(precision) {
        return Err(Wrong::Overflow);
    }
    let kept = kept as usize;
    let ten = i256::from_i128(10);
    let mut value = i256::ZERO;
    for place in 0..kept {
        let digit = digits.get(place).copied().unwrap_or(0);
        value = value.wrapping_mul(ten).wrapping_add(i256::from_i128(i128::from(digit)));
    }
    if digits.get(kept).is_some_and(|d| *d >= 5) {
        value = value.wrapping_add(i256::ONE);
        if value.checked_ilog10().is_some_and(|log| log >= u32::from(precision)) {
            return Err(Wrong::Overflow);
        }
    }
    Ok(if negative { value.wrapping_neg() } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        let read = |text, precision, scale| decimal(text, precision, scale).map(|v| v.to_string());
        let number = |text: &str| Ok(text.to_string());
        assert_eq!(read("12345678901234567890.12", 30, 2), number("1234567890123456789012"));
        assert_eq!(read("-1.255", 10, 2), number("-126"));
        assert_eq!(read(" 1e3 ", 10, 0), number("1000"));
        assert_eq!(read("1.5E-2", 10, 3), number("15"));
        assert_eq!(read(".5", 10, 0), number("1"));
        assert_eq!(read("0.0004", 10, 2), number("0"));
        assert_eq!(read("000123", 3, 0), number("123"));
        assert_eq!(read("99.995", 4, 2), Err(Wrong::Overflow));
        assert_eq!(read("100", 2, 0), Err(Wrong::Overflow));
        for wrong in ["", ".", "1.2.3", "x", "1e", "--1", "1 2"] {
            assert_eq!(read(wrong, 10, 2), Err(Wrong::Syntax), "{wrong}");
        }
    }
}
