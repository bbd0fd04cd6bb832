//! `+`, `*`, `/` and `%` on single numbers of any scale.

use arrow::datatypes::i256;

use super::quotient::{Number, power, quotient, quotient_scale};
use crate::types::logical::QUOTIENT_SCALE;

impl Number {
    /// The number that a decimal text without an exponent is, with its scale.
    pub fn parse(text: &str) -> Option<Number> {
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let value = i256::from_string(&text.replace('.', ""))?;
        Some(Number { value, scale })
    }

    /// As `numeric` prints it.
    pub fn text(self) -> String {
        let mut out = String::new();
        crate::expr::text_of_decimal(&mut out, self.value, self.scale as i8);
        out
    }

    /// Is it 0?
    pub fn is_zero(self) -> bool {
        self.value == i256::ZERO
    }

    /// The same with the other sign.
    pub fn negated(self) -> Number {
        Number { value: self.value.wrapping_neg(), ..self }
    }

    /// The digits of this number at another scale, rounded half away from zero;
    /// `None` if they are too many.
    pub fn at_scale(self, scale: i32) -> Option<i256> {
        if scale >= self.scale {
            return self.value.checked_mul(checked_power(scale - self.scale)?);
        }
        let Some(divisor) = checked_power(self.scale - scale) else { return Some(i256::ZERO) };
        let (divided, rest) = (self.value.wrapping_div(divisor), self.value.wrapping_rem(divisor));
        let up = rest.wrapping_abs() >= divisor.wrapping_sub(rest.wrapping_abs());
        Some(match (up, self.value.is_negative()) {
            (false, _) => divided,
            (true, false) => divided.wrapping_add(i256::ONE),
            (true, true) => divided.wrapping_sub(i256::ONE),
        })
    }
}

fn checked_power(exponent: i32) -> Option<i256> {
    (exponent <= 76).then(|| power(exponent))
}

/// The sum, with the wider scale.
pub fn add(a: Number, b: Number) -> Option<Number> {
    let scale = a.scale.max(b.scale);
    let value = a.at_scale(scale)?.checked_add(b.at_scale(scale)?)?;
    Some(Number { value, scale })
}

/// The product, with the scales' sum.
pub fn multiply(a: Number, b: Number) -> Option<Number> {
    Some(Number { value: a.value.checked_mul(b.value)?, scale: a.scale + b.scale })
}

/// The quotient as PostgreSQL rounds it.
pub fn divide(a: Number, b: Number) -> Option<Number> {
    let scale = quotient_scale(a, b);
    let wide = Number { value: quotient(a, b)?, scale: i32::from(QUOTIENT_SCALE) };
    Some(Number { value: wide.at_scale(scale)?, scale })
}

/// What is left of a division to a whole number; it has the sign of `a`.
pub fn remainder(a: Number, b: Number) -> Option<Number> {
    let scale = a.scale.max(b.scale);
    let value = a.at_scale(scale)?.checked_rem(b.at_scale(scale)?)?;
    Some(Number { value, scale })
}
