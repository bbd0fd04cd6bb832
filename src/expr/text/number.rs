//! Floats and decimals as text.

use std::fmt::{LowerExp, Write};

/// Decimal exponents from which `float8` is printed as `1e+15`.
pub(super) const FLOAT8_EXPONENT_MAX: i32 = 15;
/// Decimal exponents from which `float4` is printed as `1e+06`.
pub(super) const FLOAT4_EXPONENT_MAX: i32 = 6;

/// Appends the shortest text that reads back as `value`, laid out as
/// PostgreSQL 12 and later do: an exponent below -4 or from `exponent_max` on.
/// NaN and infinities are the caller's.
pub(super) fn push_finite_float(out: &mut String, value: impl LowerExp, exponent_max: i32) {
    let start = out.len();
    write!(out, "{value:e}").expect("writing to a string cannot fail");
    let mut digits = [0u8; 24];
    let mut count = 0;
    let mut exponent = 0i32;
    let mut negative = false;
    let text = out.as_bytes();
    let mut at = start;
    while at < text.len() {
        match text[at] {
            b'-' => negative = true,
            b'.' => {}
            b'e' => {
                exponent = out[at + 1..].parse().expect("an exponent is an integer");
                break;
            }
            digit => {
                digits[count] = digit;
                count += 1;
            }
        }
        at += 1;
    }
    out.truncate(start);
    if negative {
        out.push('-');
    }
    let digits = std::str::from_utf8(&digits[..count]).expect("digits are ASCII");
    lay_out(out, digits, exponent, exponent_max);
}

/// `digits` stands for d.ddd × 10^`exponent`.
fn lay_out(out: &mut String, digits: &str, exponent: i32, exponent_max: i32) {
    if exponent < -4 || exponent >= exponent_max {
        out.push_str(&digits[..1]);
        if digits.len() > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        out.push('e');
        out.push(if exponent < 0 { '-' } else { '+' });
        push_padded(out, u64::from(exponent.unsigned_abs()), 2);
    } else if exponent < 0 {
        out.push_str("0.");
        push_zeros(out, (-exponent - 1) as usize);
        out.push_str(digits);
    } else {
        let whole = exponent as usize + 1;
        if digits.len() <= whole {
            out.push_str(digits);
            push_zeros(out, whole - digits.len());
        } else {
            out.push_str(&digits[..whole]);
            out.push('.');
            out.push_str(&digits[whole..]);
        }
    }
}

/// Appends an integer.
pub(super) fn push_integer(out: &mut String, value: i128) {
    match u64::try_from(value.unsigned_abs()) {
        Ok(magnitude) => {
            if value < 0 {
                out.push('-');
            }
            push_padded(out, magnitude, 1);
        }
        Err(_) => write!(out, "{value}").expect("writing to a string cannot fail"),
    }
}

/// Appends `value` / 10^`scale` with all `scale` digits, as `numeric` prints.
pub(super) fn push_decimal(out: &mut String, value: i128, scale: i8) {
    let magnitude = value.unsigned_abs();
    match (u64::try_from(magnitude), scale) {
        (Ok(small), 1..=18) => {
            if value < 0 {
                out.push('-');
            }
            let unit = 10u64.pow(scale as u32);
            push_padded(out, small / unit, 1);
            out.push('.');
            push_padded(out, small % unit, scale as usize);
        }
        _ => push_scaled(out, &value.to_string(), scale),
    }
}

/// Like [`push_decimal`], for an integer of any width already in digits.
pub(super) fn push_scaled(out: &mut String, integer: &str, scale: i8) {
    let digits = match integer.strip_prefix('-') {
        Some(rest) => {
            out.push('-');
            rest
        }
        None => integer,
    };
    if scale <= 0 {
        out.push_str(digits);
        if digits != "0" {
            push_zeros(out, usize::from(scale.unsigned_abs()));
        }
        return;
    }
    let scale = scale as usize;
    if digits.len() > scale {
        out.push_str(&digits[..digits.len() - scale]);
        out.push('.');
        out.push_str(&digits[digits.len() - scale..]);
    } else {
        out.push_str("0.");
        push_zeros(out, scale - digits.len());
        out.push_str(digits);
    }
}

/// Appends `value` with leading zeros to at least `width` digits.
pub(super) fn push_padded(out: &mut String, value: u64, width: usize) {
    let mut buffer = [b'0'; 20];
    let mut at = buffer.len();
    let mut rest = value;
    while rest >= 10 {
        at -= 2;
        let pair = rest % 100;
        buffer[at] = b'0' + (pair / 10) as u8;
        buffer[at + 1] = b'0' + (pair % 10) as u8;
        rest /= 100;
    }
    if rest > 0 {
        at -= 1;
        buffer[at] = b'0' + rest as u8;
    }
    let at = at.min(buffer.len() - width.min(buffer.len()));
    out.push_str(std::str::from_utf8(&buffer[at..]).expect("digits are ASCII"));
}

fn push_zeros(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n('0', count));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float8(value: f64) -> String {
        let mut out = String::new();
        push_finite_float(&mut out, value, FLOAT8_EXPONENT_MAX);
        out
    }

    fn float4(value: f32) -> String {
        let mut out = String::new();
        push_finite_float(&mut out, value, FLOAT4_EXPONENT_MAX);
        out
    }

    #[test]
    fn floats_change_to_exponents_where_postgresql_does() {
        assert_eq!(float8(0.0), "0");
        assert_eq!(float8(-0.0), "-0");
        assert_eq!(float8(1.0), "1");
        assert_eq!(float8(0.1), "0.1");
        assert_eq!(float8(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(float8(1e14), "100000000000000");
        assert_eq!(float8(1e15), "1e+15");
        assert_eq!(float8(1e20), "1e+20");
        assert_eq!(float8(123456789012345.67), "123456789012345.67");
        assert_eq!(float8(0.0001), "0.0001");
        assert_eq!(float8(0.00001), "1e-05");
        assert_eq!(float8(-1.5e-300), "-1.5e-300");
        assert_eq!(float8(f64::MAX), "1.7976931348623157e+308");
        assert_eq!(float4(0.1), "0.1");
        assert_eq!(float4(123456.0), "123456");
        assert_eq!(float4(1234567.0), "1.234567e+06");
        assert_eq!(float4(f32::MAX), "3.4028235e+38");
    }

    #[test]
    fn integers_of_every_length_are_whole() {
        let mut value = 1i128;
        for _ in 0..22 {
            for near in [value - 1, value, -value] {
                let mut out = String::new();
                push_integer(&mut out, near);
                assert_eq!(out, near.to_string());
            }
            value *= 10;
        }
    }

    #[test]
    fn decimals_keep_all_digits_of_their_scale() {
        let decimal = |value, scale| {
            let mut out = String::new();
            push_decimal(&mut out, value, scale);
            out
        };
        assert_eq!(decimal(150, 2), "1.50");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(0, 3), "0.000");
        assert_eq!(decimal(7, 0), "7");
        assert_eq!(decimal(12, -3), "12000");
        assert_eq!(decimal(0, -3), "0");
        assert_eq!(decimal(i128::from(u64::MAX) * 10, 19), "18.4467440737095516150");
        assert_eq!(decimal(-1, 38), "-0.00000000000000000000000000000000000001");
    }
}
