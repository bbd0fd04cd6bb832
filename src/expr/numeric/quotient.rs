//! Division as PostgreSQL's `select_div_scale` and `div_var` have it: at least
//! sixteen significant digits, in steps of four, rounded half away from zero.

use arrow::datatypes::i256;

use crate::types::logical::QUOTIENT_SCALE;

/// Digits that PostgreSQL keeps at least.
const SIGNIFICANT_MIN: i32 = 16;
/// Decimal digits in one of PostgreSQL's.
const GROUP: i32 = 4;

/// `value` / 10^`scale`, where `scale` is what is shown of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// All digits.
    pub value: i256,
    /// Digits behind the point.
    pub scale: i32,
}

impl Number {
    /// The same number without zeros at the end of its fraction.
    pub fn trimmed(self) -> Number {
        if self.value == i256::ZERO {
            return Number { scale: 0, ..self };
        }
        if let Some(mut value) = self.value.to_i128() {
            let mut scale = self.scale;
            while scale > 0 && value % 10 == 0 {
                value /= 10;
                scale -= 1;
            }
            return Number { value: i256::from_i128(value), scale };
        }
        let ten = i256::from_i128(10);
        let (mut value, mut scale) = (self.value, self.scale);
        while scale > 0 && value.wrapping_rem(ten) == i256::ZERO {
            value = value.wrapping_div(ten);
            scale -= 1;
        }
        Number { value, scale }
    }

    /// The position of the first group of four digits (0 is the one before the
    /// point), and the number that it is.
    fn leading(self) -> (i32, i32) {
        let digits = digits(self.value);
        if digits == 0 {
            return (0, 0);
        }
        let exponent = digits - 1 - self.scale;
        let length = exponent.rem_euclid(GROUP) + 1;
        let first = match digits - length {
            cut @ 0.. => magnitude(self.value).wrapping_div(power(cut)),
            missing => magnitude(self.value).wrapping_mul(power(-missing)),
        };
        (exponent.div_euclid(GROUP), first.as_i128() as i32)
    }
}

/// `a` / `b` with [`QUOTIENT_SCALE`] places; `None` if that has too many digits
/// or `b` is zero.
pub fn quotient(a: Number, b: Number) -> Option<i256> {
    let scale = quotient_scale(a, b);
    let exponent = scale - a.scale + b.scale;
    let divided = match (a.value.to_i128(), b.value.to_i128()) {
        (Some(x), Some(y)) => divide_narrow(x, exponent, y).map(i256::from_i128),
        _ => None,
    };
    let divided = match divided {
        Some(divided) => divided,
        None => {
            divide_wide(a.value, exponent, b.value).or_else(|| divide_long(a.value, exponent, b.value))?
        }
    };
    divided.checked_mul(power(i32::from(QUOTIENT_SCALE) - scale))
}

/// [`quotient`] of a sum by a count.
pub fn quotient_of_integer(sum: Number, count: i64) -> Option<i256> {
    quotient(sum, Number { value: i256::from_i128(i128::from(count)), scale: 0 })
}

/// How many places the quotient of two numbers has.
pub(super) fn quotient_scale(a: Number, b: Number) -> i32 {
    let ((weight, first), (weight_below, first_below)) = (a.leading(), b.leading());
    let weight = weight - weight_below - i32::from(first <= first_below);
    let least = a.scale.max(b.scale).max(0);
    (SIGNIFICANT_MIN - weight * GROUP).max(least).min(i32::from(QUOTIENT_SCALE))
}

fn divide_narrow(a: i128, exponent: i32, b: i128) -> Option<i128> {
    let above = a.checked_mul(10i128.checked_pow(u32::try_from(exponent).ok()?)?)?;
    let (divided, rest) = (above.checked_div(b)?, above.checked_rem(b)?);
    let up = rest.unsigned_abs() >= b.unsigned_abs() - rest.unsigned_abs();
    let away = if (above < 0) == (b < 0) { 1 } else { -1 };
    Some(if up && rest != 0 { divided + away } else { divided })
}

/// The same one digit after the other, where the dividend has too many to be
/// written out.
fn divide_long(a: i256, exponent: i32, b: i256) -> Option<i256> {
    let (ten, below) = (i256::from_i128(10), magnitude(b));
    let mut divided = magnitude(a).checked_div(below)?;
    let mut rest = magnitude(a).checked_rem(below)?;
    for _ in 0..exponent {
        let above = rest.checked_mul(ten)?;
        divided = divided.checked_mul(ten)?.checked_add(above.checked_div(below)?)?;
        rest = above.checked_rem(below)?;
    }
    let up = exponent > 0 && rest != i256::ZERO && rest >= below.wrapping_sub(rest);
    let divided = if up { divided.checked_add(i256::ONE)? } else { divided };
    (exponent > 0).then(|| if a.is_negative() == b.is_negative() { divided } else { divided.wrapping_neg() })
}

fn divide_wide(a: i256, exponent: i32, b: i256) -> Option<i256> {
    let (above, below) = match exponent {
        0.. => (a.checked_mul(power(exponent))?, b),
        _ => (a, b.checked_mul(power(-exponent))?),
    };
    let (divided, rest) = (above.checked_div(below)?, magnitude(above.checked_rem(below)?));
    let up = rest != i256::ZERO && rest >= magnitude(below).wrapping_sub(rest);
    let away = if above.is_negative() == below.is_negative() { i256::ONE } else { i256::MINUS_ONE };
    Some(if up { divided.checked_add(away)? } else { divided })
}

/// How many decimal digits a number has; none for zero.
pub(super) fn digits(value: i256) -> i32 {
    match value.to_i128() {
        Some(0) => 0,
        Some(narrow) => narrow.unsigned_abs().ilog10() as i32 + 1,
        None => magnitude(value).checked_ilog10().map_or(i32::from(i8::MAX), |log| log as i32 + 1),
    }
}

fn magnitude(value: i256) -> i256 {
    value.wrapping_abs()
}

/// 10 to the power of `exponent`, which is at most 76.
pub(super) fn power(exponent: i32) -> i256 {
    match u32::try_from(exponent) {
        Ok(narrow @ 0..=38) => i256::from_i128(10i128.pow(narrow)),
        Ok(wide) => i256::from_i128(10).wrapping_pow(wide),
        Err(_) => i256::ONE,
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;
    use crate::types::logical;

    fn number(text: &str) -> Number {
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        Number { value: i256::from_string(&text.replace('.', "")).unwrap(), scale }
    }

    #[test]
    fn quotients_are_postgresqls() {
        for (a, b, expected) in [
            ("1", "3", "0.33333333333333333333"),
            ("2", "3", "0.66666666666666666667"),
            ("-2", "3", "-0.66666666666666666667"),
            ("3", "2", "1.5000000000000000"),
            ("5", "5", "1.00000000000000000000"),
            ("0", "7", "0.00000000000000000000"),
            ("40000", "2", "20000.000000000000"),
            ("1", "30000", "0.000033333333333333333333"),
            ("37734107.00", "1478493", "25.5220058532573370"),
            ("100.00", "7.00", "14.2857142857142857"),
        ] {
            let divided = quotient(number(a), number(b)).unwrap();
            let mut out = String::new();
            let (value, scale) = shown(divided, &logical::quotient());
            crate::expr::text_of_decimal(&mut out, value, scale);
            assert_eq!(out, expected, "{a} / {b}");
        }
        assert_eq!(quotient(number("1"), number("0")), None);
    }

    #[test]
    fn wide_and_narrow_division_agree() {
        for (a, b) in [(7i128, 2i128), (-7, 2), (7, -2), (1, 3), (10_i128.pow(17), 7)] {
            let wide = divide_wide(i256::from_i128(a), 16, i256::from_i128(b));
            assert_eq!(wide, divide_narrow(a, 16, b).map(i256::from_i128));
        }
    }
}
