//! Mathematical functions of floats and integers.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float32Type, Float64Type, Int16Type, Int32Type, Int64Type};

use super::declared::{Call, Form, Result, define};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = vec![];
    all.extend(rounding());
    all.extend(integers());
    // Zeros of either sign are one.
    all.extend(define("", &["ms_one_zero(double precision) -> double precision"], |c| {
        one(c, |x| Ok(x + 0.0))
    }));
    all.extend(define("", &["ms_one_zero(real) -> real"], |c| {
        let x = c.value::<Float32Type>(0);
        c.column::<Float32Type>(|row| Ok(Some(x.at(row) + 0.0)))
    }));
    // Marks the limit of a query until it is planned.
    all.extend(define("", &["ms_with_ties(bigint) -> bigint"], |c| Ok(c.array(0).clone())));
    all.extend(define("Square root", &["sqrt(double precision) -> double precision"], |c| {
        one(c, |x| match x {
            x if x < 0.0 => Err(power_argument("cannot take square root of a negative number")),
            x => Ok(x.sqrt()),
        })
    }));
    all.extend(define("Cube root", &["cbrt(double precision) -> double precision"], |c| {
        one(c, |x| Ok(x.cbrt()))
    }));
    all.extend(define("e to the power given", &["exp(double precision) -> double precision"], |c| {
        one(c, |x| finite(x.exp(), x))
    }));
    all.extend(define("Natural logarithm", &["ln(double precision) -> double precision"], |c| {
        one(c, |x| logarithm(x).map(f64::ln))
    }));
    all.extend(define(
        "Logarithm of base 10",
        &["log(double precision) -> double precision", "log10(double precision) -> double precision"],
        |c| one(c, |x| logarithm(x).map(f64::log10)),
    ));
    all.extend(define(
        "To the power given",
        &[
            "power(double precision, double precision) -> double precision",
            "pow(double precision, double precision) -> double precision",
        ],
        |c| two(c, power),
    ));
    all.extend(trigonometry());
    all.extend(define(
        "The number of the bucket among count equal ones between two bounds; 0 and count + 1 outside",
        &["width_bucket(double precision, double precision, double precision, integer) -> integer"],
        |c| {
            let (x, low, high) =
                (c.value::<Float64Type>(0), c.value::<Float64Type>(1), c.value::<Float64Type>(2));
            let count = c.value::<Int32Type>(3);
            c.column::<Int32Type>(|row| {
                width_bucket(x.at(row), low.at(row), high.at(row), count.at(row)).map(Some)
            })
        },
    ));
    all
}

fn rounding() -> Vec<Form> {
    let mut all = vec![];
    let names: [(&str, &[&str], super::declared::Run); 4] = [
        (
            "The nearest whole number that is not less",
            &["ceil(double precision) -> double precision", "ceiling(double precision) -> double precision"],
            |c| one(c, |x| Ok(x.ceil())),
        ),
        (
            "The nearest whole number that is not greater",
            &["floor(double precision) -> double precision"],
            |c| one(c, |x| Ok(x.floor())),
        ),
        (
            "The nearest whole number, halves to the even one",
            &["round(double precision) -> double precision"],
            |c| one(c, |x| Ok(x.round_ties_even())),
        ),
        ("Towards zero", &["trunc(double precision) -> double precision"], |c| one(c, |x| Ok(x.trunc()))),
    ];
    for (about, signatures, run) in names {
        all.extend(define(about, signatures, run));
    }
    all.extend(define("-1, 0 or 1", &["sign(double precision) -> double precision"], |c| {
        one(c, |x| Ok(if x == 0.0 || x.is_nan() { x } else { x.signum() }))
    }));
    all.extend(define("Absolute value", &["abs(double precision) -> double precision"], |c| {
        one(c, |x| Ok(x.abs()))
    }));
    all.extend(define("Absolute value", &["abs(real) -> real"], |c| {
        let x = c.value::<Float32Type>(0);
        c.column::<Float32Type>(|row| Ok(Some(x.at(row).abs())))
    }));
    all
}

/// Functions whose arguments and result are integers of one width.
macro_rules! of_integers {
    ($all:ident, $type:ident, $sql:literal, $out:literal) => {
        $all.extend(define("Absolute value", &[concat!("abs(", $sql, ") -> ", $sql)], |c| {
            let x = c.value::<$type>(0);
            c.column::<$type>(|row| Ok(Some(x.at(row).checked_abs().ok_or_else(|| out_of_range($out))?)))
        }));
        $all.extend(define(
            "The rest of a division, with the sign of the dividend",
            &[concat!("mod(", $sql, ", ", $sql, ") -> ", $sql)],
            |c| {
                let (x, y) = (c.value::<$type>(0), c.value::<$type>(1));
                c.column::<$type>(|row| match y.at(row) {
                    0 => Err(division_by_zero()),
                    y => Ok(Some(x.at(row).wrapping_rem(y))),
                })
            },
        ));
        $all.extend(define("", &[concat!("ms_bit_not(", $sql, ") -> ", $sql)], |c| {
            let x = c.value::<$type>(0);
            c.column::<$type>(|row| Ok(Some(!x.at(row))))
        }));
        $all.extend(define("", &[concat!("ms_divide(", $sql, ", ", $sql, ") -> ", $sql)], |c| {
            let (x, y) = (c.value::<$type>(0), c.value::<$type>(1));
            c.column::<$type>(|row| match y.at(row) {
                0 => Err(division_by_zero()),
                y => Ok(Some(x.at(row).checked_div(y).ok_or_else(|| out_of_range($out))?)),
            })
        }));
    };
}

fn integers() -> Vec<Form> {
    let mut all = vec![];
    of_integers!(all, Int16Type, "smallint", "smallint");
    of_integers!(all, Int32Type, "integer", "integer");
    of_integers!(all, Int64Type, "bigint", "bigint");
    all.extend(define("Greatest common divisor", &["gcd(integer, integer) -> integer"], |c| {
        let (x, y) = (c.value::<Int32Type>(0), c.value::<Int32Type>(1));
        c.column::<Int32Type>(|row| {
            let found = gcd(x.at(row).into(), y.at(row).into());
            i32::try_from(found).map(Some).map_err(|_| out_of_range("integer"))
        })
    }));
    all.extend(define("Greatest common divisor", &["gcd(bigint, bigint) -> bigint"], |c| {
        let (x, y) = (c.value::<Int64Type>(0), c.value::<Int64Type>(1));
        c.column::<Int64Type>(|row| {
            let found = gcd(x.at(row).into(), y.at(row).into());
            i64::try_from(found).map(Some).map_err(|_| out_of_range("bigint"))
        })
    }));
    all.extend(define("Least common multiple", &["lcm(integer, integer) -> integer"], |c| {
        let (x, y) = (c.value::<Int32Type>(0), c.value::<Int32Type>(1));
        c.column::<Int32Type>(|row| {
            let found = lcm(x.at(row).into(), y.at(row).into());
            i32::try_from(found).map(Some).map_err(|_| out_of_range("integer"))
        })
    }));
    all.extend(define("Least common multiple", &["lcm(bigint, bigint) -> bigint"], |c| {
        let (x, y) = (c.value::<Int64Type>(0), c.value::<Int64Type>(1));
        c.column::<Int64Type>(|row| {
            let found = lcm(x.at(row).into(), y.at(row).into());
            i64::try_from(found).map(Some).map_err(|_| out_of_range("bigint"))
        })
    }));
    all
}

fn trigonometry() -> Vec<Form> {
    let mut all = vec![];
    let plain: [(&str, &[&str], super::declared::Run); 16] = [
        ("Sine of radians", &["sin(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, f64::sin))
        }),
        ("Cosine of radians", &["cos(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, f64::cos))
        }),
        ("Tangent of radians", &["tan(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, f64::tan))
        }),
        ("Cotangent of radians", &["cot(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, |x| 1.0 / x.tan()))
        }),
        ("Inverse sine in radians", &["asin(double precision) -> double precision"], |c| {
            one(c, |x| unit(x).map(f64::asin))
        }),
        ("Inverse cosine in radians", &["acos(double precision) -> double precision"], |c| {
            one(c, |x| unit(x).map(f64::acos))
        }),
        ("Inverse tangent in radians", &["atan(double precision) -> double precision"], |c| {
            one(c, |x| Ok(x.atan()))
        }),
        (
            "Inverse tangent of a quotient in radians",
            &["atan2(double precision, double precision) -> double precision"],
            |c| two(c, |y, x| Ok(y.atan2(x))),
        ),
        ("Sine of degrees", &["sind(double precision) -> double precision"], |c| one(c, |x| angle(x, sind))),
        ("Cosine of degrees", &["cosd(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, |x| sind(90.0 - x.rem_euclid(360.0))))
        }),
        ("Tangent of degrees", &["tand(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, tand))
        }),
        ("Cotangent of degrees", &["cotd(double precision) -> double precision"], |c| {
            one(c, |x| angle(x, |x| 1.0 / tand(x)))
        }),
        ("Inverse sine in degrees", &["asind(double precision) -> double precision"], |c| {
            one(c, |x| unit(x).map(|x| exact(x.asin().to_degrees())))
        }),
        ("Inverse cosine in degrees", &["acosd(double precision) -> double precision"], |c| {
            one(c, |x| unit(x).map(|x| exact(x.acos().to_degrees())))
        }),
        ("Inverse tangent in degrees", &["atand(double precision) -> double precision"], |c| {
            one(c, |x| Ok(exact(x.atan().to_degrees())))
        }),
        (
            "Inverse tangent of a quotient in degrees",
            &["atan2d(double precision, double precision) -> double precision"],
            |c| two(c, |y, x| Ok(exact(y.atan2(x).to_degrees()))),
        ),
    ];
    for (about, signatures, run) in plain {
        all.extend(define(about, signatures, run));
    }
    all
}

/// Degrees that are whole up to the last bits are whole.
fn exact(degrees: f64) -> f64 {
    let near = degrees.round();
    if (degrees - near).abs() < 1e-13 * near.abs().max(1.0) { near } else { degrees }
}

fn sind(degrees: f64) -> f64 {
    let turned = degrees.rem_euclid(360.0);
    let (turned, sign) = if turned >= 180.0 { (turned - 180.0, -1.0) } else { (turned, 1.0) };
    let folded = if turned > 90.0 { 180.0 - turned } else { turned };
    let value = match folded {
        30.0 => 0.5,
        90.0 => 1.0,
        0.0 => 0.0,
        _ => folded.to_radians().sin(),
    };
    sign * value
}

fn tand(degrees: f64) -> f64 {
    match degrees.rem_euclid(180.0) {
        45.0 => 1.0,
        135.0 => -1.0,
        0.0 => 0.0,
        90.0 => f64::INFINITY,
        turned => turned.to_radians().tan(),
    }
}

fn one(c: &Call, f: fn(f64) -> Result<f64>) -> Result<ArrayRef> {
    let x = c.value::<Float64Type>(0);
    c.column::<Float64Type>(|row| f(x.at(row)).map(Some))
}

fn two(c: &Call, f: fn(f64, f64) -> Result<f64>) -> Result<ArrayRef> {
    let (x, y) = (c.value::<Float64Type>(0), c.value::<Float64Type>(1));
    c.column::<Float64Type>(|row| f(x.at(row), y.at(row)).map(Some))
}

/// `22003` with PostgreSQL's words.
pub fn out_of_range(what: &str) -> Error {
    Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, format!("{what} out of range"))
}

/// `22012`.
pub fn division_by_zero() -> Error {
    Error::new(SqlState::DIVISION_BY_ZERO, "division by zero")
}

/// `2201F`.
pub fn power_argument(message: &str) -> Error {
    Error::new(SqlState("2201F"), message)
}

/// An infinite result of a finite argument is an overflow.
fn finite(result: f64, argument: f64) -> Result<f64> {
    if result.is_infinite() && argument.is_finite() {
        return Err(out_of_range("value").with_detail("The result overflows double precision."));
    }
    if result == 0.0 && argument.is_finite() && argument != 0.0 {
        return Err(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow"));
    }
    Ok(result)
}

/// The argument, if it has a logarithm.
pub fn logarithm(x: f64) -> Result<f64> {
    match x {
        0.0 => Err(Error::new(SqlState("2201E"), "cannot take logarithm of zero")),
        x if x < 0.0 => Err(Error::new(SqlState("2201E"), "cannot take logarithm of a negative number")),
        x => Ok(x),
    }
}

fn angle(x: f64, f: fn(f64) -> f64) -> Result<f64> {
    if x.is_infinite() { Err(out_of_range("input is")) } else { Ok(f(x)) }
}

fn unit(x: f64) -> Result<f64> {
    if x.abs() > 1.0 { Err(out_of_range("input is")) } else { Ok(x) }
}

/// `x` to the power of `y` as PostgreSQL defines it.
pub fn power(x: f64, y: f64) -> Result<f64> {
    if x == 0.0 && y < 0.0 {
        return Err(power_argument("zero raised to a negative power is undefined"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.fract() != 0.0 {
        return Err(power_argument(
            "a negative number raised to a non-integer power yields a complex result",
        ));
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow"));
    }
    Ok(result)
}

fn gcd(x: i128, y: i128) -> i128 {
    if y == 0 { x.abs() } else { gcd(y, x % y) }
}

fn lcm(x: i128, y: i128) -> i128 {
    if x == 0 || y == 0 { 0 } else { (x / gcd(x, y) * y).abs() }
}

/// The bucket of `x`, in either direction.
pub fn width_bucket(x: f64, low: f64, high: f64, count: i32) -> Result<i32> {
    let wrong = |message: &str| Err(Error::new(SqlState("2201G"), message));
    if count <= 0 {
        return wrong("count must be greater than zero");
    }
    if x.is_nan() || low.is_nan() || high.is_nan() {
        return wrong("operand, lower bound, and upper bound cannot be NaN");
    }
    if low == high {
        return wrong("lower bound cannot equal upper bound");
    }
    if low.is_infinite() || high.is_infinite() {
        return wrong("lower and upper bounds must be finite");
    }
    let inside = if low < high { x >= low } else { x <= low };
    let beyond = if low < high { x >= high } else { x <= high };
    Ok(match (inside, beyond) {
        (false, _) => 0,
        (_, true) => count.checked_add(1).ok_or_else(|| out_of_range("integer"))?,
        _ => ((f64::from(count) * ((x - low) / (high - low))) as i32).min(count - 1) + 1,
    })
}
