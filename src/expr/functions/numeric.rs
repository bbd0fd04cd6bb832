//! Functions of numeric.
//!
//! A column of numeric has a fixed number of decimal places, so the result of a
//! division or of a function like `sqrt` has as many as PostgreSQL shows for
//! results between 1 and 10,000.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};
use datafusion::common::ScalarValue;

use super::declared::{Call, Form, Forms, Result, define};
use super::math::{division_by_zero, logarithm, power_argument, width_bucket};
use super::precise::Precise;
use crate::types::{Error, SqlState};

/// Decimal places of quotients, and of what is not a rational number.
const PLACES: i8 = 16;
/// As PostgreSQL chooses for square roots of numbers below 10,000.
const ROOT_PLACES: i8 = 15;
const DIGITS_MAX: u8 = 38;

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = vec![];
    all.extend(rounding());
    all.extend(quotients());
    all.extend(transcendental());
    all.extend(scales());
    all.extend(
        define("n!", &["factorial(bigint) -> numeric"], |c| {
            let n = c.value::<Int64Type>(0);
            c.column::<Decimal128Type>(|row| match n.at(row) {
                ..0 => Err(Error::new(
                    SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
                    "factorial of a negative number is undefined",
                )),
                34.. => Err(overflow()),
                n => Ok(Some((1..=i128::from(n)).product())),
            })
        })
        .typed(|_, _| Ok(DataType::Decimal128(DIGITS_MAX, 0))),
    );
    all.extend(define(
        "The number of the bucket among count equal ones between two bounds",
        &["width_bucket(numeric, numeric, numeric, integer) -> integer"],
        |c| {
            let float = |index: usize| {
                let (value, scale) = c.numeric(index);
                move |row| Precise::of_decimal(value.at(row), scale).nearest()
            };
            let (x, low, high, count) = (float(0), float(1), float(2), c.value::<Int32Type>(3));
            c.column::<Int32Type>(|row| width_bucket(x(row), low(row), high(row), count.at(row)).map(Some))
        },
    ));
    all
}

fn overflow() -> Error {
    Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format")
}

/// A numeric's scale; that of an integer is 0.
fn scale_of(data_type: Option<&DataType>) -> i8 {
    match data_type {
        Some(
            DataType::Decimal128(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal32(_, scale),
        ) => *scale,
        _ => 0,
    }
}

fn whole(_types: &[DataType], _literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    Ok(DataType::Decimal128(DIGITS_MAX, 0))
}

fn places(_types: &[DataType], _literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    Ok(DataType::Decimal128(DIGITS_MAX, PLACES))
}

/// The larger of the arguments' scales.
fn widest(types: &[DataType], _literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let scale = types.iter().map(|t| scale_of(Some(t))).max().unwrap_or(0);
    Ok(DataType::Decimal128(DIGITS_MAX, scale))
}

fn same(types: &[DataType], _literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    Ok(match types.first() {
        Some(t @ DataType::Decimal128(..)) => t.clone(),
        other => DataType::Decimal128(DIGITS_MAX, scale_of(other)),
    })
}

/// The scale asked for, where it is a literal.
fn digits(types: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let asked = literals.get(1).copied().flatten().and_then(|literal| match literal {
        ScalarValue::Utf8(Some(text)) => text.parse::<i64>().ok(),
        ScalarValue::Int64(Some(n)) => Some(*n),
        ScalarValue::Int32(Some(n)) => Some(i64::from(*n)),
        _ => None,
    });
    let scale = match asked {
        Some(n) => n.clamp(0, i64::from(DIGITS_MAX)) as i8,
        None => scale_of(types.first()),
    };
    Ok(DataType::Decimal128(DIGITS_MAX, scale))
}

fn rounding() -> Vec<Form> {
    let mut all = vec![];
    let to_whole: [(&str, &[&str], super::declared::Run); 4] = [
        (
            "The nearest whole number that is not less",
            &["ceil(numeric) -> numeric", "ceiling(numeric) -> numeric"],
            |c| to_whole(c, |value, unit| value.div_euclid(unit) + i128::from(value.rem_euclid(unit) != 0)),
        ),
        ("The nearest whole number that is not greater", &["floor(numeric) -> numeric"], |c| {
            to_whole(c, |value, unit| value.div_euclid(unit))
        }),
        ("The nearest whole number, halves away from zero", &["round(numeric) -> numeric"], |c| {
            to_whole(c, rounded)
        }),
        ("Towards zero", &["trunc(numeric) -> numeric"], |c| to_whole(c, |value, unit| value / unit)),
    ];
    for (about, signatures, run) in to_whole {
        all.extend(define(about, signatures, run).typed(whole));
    }
    all.extend(
        define("-1, 0 or 1", &["sign(numeric) -> numeric"], |c| {
            let (value, _) = c.numeric(0);
            c.column::<Decimal128Type>(|row| Ok(Some(value.at(row).signum())))
        })
        .typed(whole),
    );
    all.extend(
        define("Absolute value", &["abs(numeric) -> numeric"], |c| {
            let (value, _) = c.numeric(0);
            c.column::<Decimal128Type>(|row| Ok(Some(value.at(row).abs())))
        })
        .typed(same),
    );
    all.extend(
        define(
            "Rounded to so many decimal places, halves away from zero",
            &["round(numeric, integer) -> numeric"],
            |c| to_digits(c, rounded),
        )
        .typed(digits),
    );
    all.extend(
        define("Cut off after so many decimal places", &["trunc(numeric, integer) -> numeric"], |c| {
            to_digits(c, |value, unit| value / unit)
        })
        .typed(digits),
    );
    all
}

/// `value` / `unit`, halves away from zero.
fn rounded(value: i128, unit: i128) -> i128 {
    let (quotient, rest) = (value / unit, value % unit);
    if rest.unsigned_abs() * 2 >= unit.unsigned_abs() && rest != 0 {
        quotient + value.signum()
    } else {
        quotient
    }
}

fn to_whole(c: &Call, f: fn(i128, i128) -> i128) -> Result<ArrayRef> {
    let (value, scale) = c.numeric(0);
    let unit = 10i128.pow(scale.max(0) as u32);
    c.column::<Decimal128Type>(|row| Ok(Some(f(value.at(row), unit))))
}

fn to_digits(c: &Call, f: fn(i128, i128) -> i128) -> Result<ArrayRef> {
    let ((value, scale), digits) = (c.numeric(0), c.value::<Int32Type>(1));
    let DataType::Decimal128(_, result) = c.result() else { return Err(Error::internal("round is numeric")) };
    let result = i32::from(*result);
    c.column::<Decimal128Type>(|row| {
        // First to the digits asked for, then to the scale that the column has.
        let asked = digits.at(row).min(i32::from(scale));
        let value = match 10i128.checked_pow((i32::from(scale) - asked) as u32) {
            Some(unit) => f(value.at(row), unit),
            None => 0,
        };
        let shift = result - asked;
        if shift < 0 {
            return Ok(Some(rounded(value, 10i128.pow(shift.unsigned_abs()))));
        }
        let factor = 10i128.checked_pow(shift as u32);
        match factor.and_then(|f| value.checked_mul(f)) {
            Some(value) => Ok(Some(value)),
            None if value == 0 => Ok(Some(0)),
            None => Err(overflow()),
        }
    })
}

fn quotients() -> Vec<Form> {
    let mut all = define(
        "The whole number of times that the second goes into the first",
        &["div(numeric, numeric) -> numeric"],
        |c| aligned(c, |x, y, _| if y == 0 { Err(division_by_zero()) } else { Ok(x / y) }),
    )
    .typed(whole);
    all.extend(
        define(
            "The rest of a division, with the sign of the dividend",
            &["mod(numeric, numeric) -> numeric"],
            |c| aligned(c, |x, y, _| if y == 0 { Err(division_by_zero()) } else { Ok(x % y) }),
        )
        .typed(widest),
    );
    all.extend(
        define("Greatest common divisor", &["gcd(numeric, numeric) -> numeric"], |c| {
            aligned(c, |x, y, _| Ok(gcd(x, y)))
        })
        .typed(widest),
    );
    all.extend(
        define("Least common multiple", &["lcm(numeric, numeric) -> numeric"], |c| {
            aligned(c, |x, y, _| match gcd(x, y) {
                0 => Ok(0),
                common => (x / common).checked_mul(y).map(i128::abs).ok_or_else(overflow),
            })
        })
        .typed(widest),
    );
    all
}

fn gcd(x: i128, y: i128) -> i128 {
    if y == 0 { x.abs() } else { gcd(y, x % y) }
}

/// Computes with both arguments at the larger of their scales.
fn aligned(c: &Call, f: fn(i128, i128, i8) -> Result<i128>) -> Result<ArrayRef> {
    let ((x, x_scale), (y, y_scale)) = (c.numeric(0), c.numeric(1));
    let scale = x_scale.max(y_scale);
    let (x_factor, y_factor) = (10i128.pow((scale - x_scale) as u32), 10i128.pow((scale - y_scale) as u32));
    c.column::<Decimal128Type>(|row| {
        let x = x.at(row).checked_mul(x_factor).ok_or_else(overflow)?;
        let y = y.at(row).checked_mul(y_factor).ok_or_else(overflow)?;
        f(x, y, scale).map(Some)
    })
}

fn transcendental() -> Vec<Form> {
    let mut all = define("Square root", &["sqrt(numeric) -> numeric"], |c| {
        one(c, |x| match x {
            x if x.nearest() < 0.0 => Err(power_argument("cannot take square root of a negative number")),
            x => Ok(x.sqrt()),
        })
    })
    .typed(|types, _| Ok(DataType::Decimal128(DIGITS_MAX, scale_of(types.first()).max(ROOT_PLACES))));
    all.extend(
        define("e to the power given", &["exp(numeric) -> numeric"], |c| one(c, |x| Ok(x.exp())))
            .typed(places),
    );
    all.extend(
        define("Natural logarithm", &["ln(numeric) -> numeric"], |c| {
            one(c, |x| logarithm(x.nearest()).map(|_| x.ln()))
        })
        .typed(places),
    );
    all.extend(
        define("Logarithm of base 10", &["log(numeric) -> numeric", "log10(numeric) -> numeric"], |c| {
            one(c, |x| logarithm(x.nearest()).map(|_| x.ln() / Precise::of_decimal(10, 0).ln()))
        })
        .typed(places),
    );
    all.extend(
        define(
            "Logarithm of the second number to the base of the first",
            &["log(numeric, numeric) -> numeric"],
            |c| {
                two(c, |base, x| {
                    logarithm(base.nearest())?;
                    logarithm(x.nearest())?;
                    let base = base.ln();
                    if base.nearest() == 0.0 { Err(division_by_zero()) } else { Ok(x.ln() / base) }
                })
            },
        )
        .typed(places),
    );
    all.extend(
        define(
            "To the power given",
            &["power(numeric, numeric) -> numeric", "pow(numeric, numeric) -> numeric"],
            |c| two(c, power),
        )
        .typed(places),
    );
    all
}

fn power(x: Precise, y: Precise) -> Result<Precise> {
    let (base, exponent) = (x.nearest(), y.nearest());
    if base == 0.0 && exponent < 0.0 {
        return Err(power_argument("zero raised to a negative power is undefined"));
    }
    if exponent.fract() == 0.0 && exponent.abs() < 1e9 {
        return Ok(x.powi(exponent as i64));
    }
    if base < 0.0 {
        let message = "a negative number raised to a non-integer power yields a complex result";
        return Err(power_argument(message));
    }
    if base == 0.0 { Ok(x) } else { Ok((x.ln() * y).exp()) }
}

fn result_scale(c: &Call) -> i8 {
    match c.result() {
        DataType::Decimal128(_, scale) => *scale,
        _ => PLACES,
    }
}

fn one(c: &Call, f: fn(Precise) -> Result<Precise>) -> Result<ArrayRef> {
    let ((x, scale), result) = (c.numeric(0), result_scale(c));
    c.column::<Decimal128Type>(|row| {
        let found = f(Precise::of_decimal(x.at(row), scale))?;
        found.to_decimal(result).map(Some).ok_or_else(overflow)
    })
}

fn two(c: &Call, f: fn(Precise, Precise) -> Result<Precise>) -> Result<ArrayRef> {
    let ((x, x_scale), (y, y_scale), result) = (c.numeric(0), c.numeric(1), result_scale(c));
    c.column::<Decimal128Type>(|row| {
        let found = f(Precise::of_decimal(x.at(row), x_scale), Precise::of_decimal(y.at(row), y_scale))?;
        found.to_decimal(result).map(Some).ok_or_else(overflow)
    })
}

fn scales() -> Vec<Form> {
    let mut all = define("The number of decimal places", &["scale(numeric) -> integer"], |c| {
        let (_, scale) = c.numeric(0);
        c.column::<Int32Type>(|_| Ok(Some(scale.into())))
    });
    all.extend(define(
        "The number of decimal places that are needed",
        &["min_scale(numeric) -> integer"],
        |c| {
            let (value, scale) = c.numeric(0);
            c.column::<Int32Type>(|row| {
                let (mut value, mut scale) = (value.at(row), i32::from(scale));
                while scale > 0 && value % 10 == 0 {
                    (value, scale) = (value / 10, scale - 1);
                }
                Ok(Some(scale))
            })
        },
    ));
    all
}
