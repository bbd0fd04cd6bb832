//! Floats of twice the usual precision: enough digits for functions of numeric.
//!
//! A number is the sum of two floats, the second below the precision of the first.

use std::ops::{Add, Mul, Neg, Sub};

/// About 31 decimal digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precise {
    high: f64,
    low: f64,
}

const LN_2: Precise = Precise { high: 0.693_147_180_559_945_3, low: 2.319_046_813_846_299_6e-17 };

impl Precise {
    /// `value` / 10^`scale`.
    pub fn of_decimal(value: i128, scale: i8) -> Precise {
        let high = (value / 1_000_000_000_000_000) as f64;
        let low = (value % 1_000_000_000_000_000) as f64;
        let whole = Precise::of(high) * Precise::of(1e15) + Precise::of(low);
        whole / Precise::power_of_ten(scale)
    }

    /// Times 10^`scale`, rounded to an integer; `None` if it does not fit 38 digits.
    pub fn to_decimal(self, scale: i8) -> Option<i128> {
        let scaled = self * Precise::power_of_ten(scale);
        if scaled.high.is_nan() || scaled.high.abs() >= 1e38 {
            return None;
        }
        // The parts below one half decide together.
        let whole = scaled.high.trunc();
        let rest = (scaled.high - whole) + scaled.low;
        Some(whole as i128 + rest.round() as i128)
    }

    fn of(high: f64) -> Precise {
        Precise { high, low: 0.0 }
    }

    fn power_of_ten(exponent: i8) -> Precise {
        (0..exponent.max(0)).fold(Precise::of(1.0), |p, _| p * Precise::of(10.0))
    }

    /// The nearest float.
    pub fn nearest(self) -> f64 {
        self.high + self.low
    }

    /// Square root.
    pub fn sqrt(self) -> Precise {
        if self.high == 0.0 {
            return self;
        }
        let guess = Precise::of(self.high.sqrt());
        (guess + self / guess) * Precise::of(0.5)
    }

    /// e to this power.
    pub fn exp(self) -> Precise {
        let halvings = 9;
        let turns = (self.high / LN_2.high).round();
        let rest = (self - LN_2 * Precise::of(turns)) * Precise::of(1.0 / f64::from(1 << halvings));
        let (mut sum, mut term) = (rest, rest);
        for n in 2..12 {
            term = term * rest / Precise::of(f64::from(n));
            sum = sum + term;
        }
        // e^x - 1, squared as often as it was halved.
        for _ in 0..halvings {
            sum = sum * Precise::of(2.0) + sum * sum;
        }
        let one_more = sum + Precise::of(1.0);
        let factor = 2f64.powi(turns as i32);
        Precise { high: one_more.high * factor, low: one_more.low * factor }
    }

    /// Natural logarithm of a number above zero.
    pub fn ln(self) -> Precise {
        let mut found = Precise::of(self.high.ln());
        for _ in 0..2 {
            found = found + self * (-found).exp() - Precise::of(1.0);
        }
        found
    }

    /// To an integer power.
    pub fn powi(self, exponent: i64) -> Precise {
        let (mut result, mut base, mut left) = (Precise::of(1.0), self, exponent.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                result = result * base;
            }
            base = base * base;
            left >>= 1;
        }
        if exponent < 0 { Precise::of(1.0) / result } else { result }
    }
}

fn two_sum(a: f64, b: f64) -> Precise {
    let high = a + b;
    let part = high - a;
    Precise { high, low: (a - (high - part)) + (b - part) }
}

impl Add for Precise {
    type Output = Precise;

    fn add(self, other: Precise) -> Precise {
        let sum = two_sum(self.high, other.high);
        let low = two_sum(self.low, other.low);
        let first = two_sum(sum.high, sum.low + low.high);
        two_sum(first.high, first.low + low.low)
    }
}

impl Neg for Precise {
    type Output = Precise;

    fn neg(self) -> Precise {
        Precise { high: -self.high, low: -self.low }
    }
}

impl Sub for Precise {
    type Output = Precise;

    fn sub(self, other: Precise) -> Precise {
        self + -other
    }
}

impl Mul for Precise {
    type Output = Precise;

    fn mul(self, other: Precise) -> Precise {
        let high = self.high * other.high;
        let error = self.high.mul_add(other.high, -high);
        two_sum(high, error + self.high * other.low + self.low * other.high)
    }
}

impl std::ops::Div for Precise {
    type Output = Precise;

    fn div(self, other: Precise) -> Precise {
        let first = self.high / other.high;
        let rest = self - other * Precise::of(first);
        let second = rest.high / other.high;
        let rest = rest - other * Precise::of(second);
        two_sum(first, second) + Precise::of(rest.high / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_books() {
        let two = Precise::of_decimal(2, 0);
        assert_eq!(two.sqrt().to_decimal(20), Some(141_421_356_237_309_504_880));
        assert_eq!(two.ln().to_decimal(20), Some(69_314_718_055_994_530_942));
        assert_eq!(Precise::of_decimal(10, 1).exp().to_decimal(20), Some(271_828_182_845_904_523_536));
        assert_eq!(Precise::of_decimal(11, 1).powi(2).to_decimal(16), Some(12_100_000_000_000_000));
    }
}
