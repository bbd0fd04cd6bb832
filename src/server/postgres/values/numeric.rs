//! `numeric` in binary: sign, weight and digits to the base of 10,000.

use bytes::{Buf, BufMut, BytesMut};

use crate::types::{Error, Result, SqlState};

const NEGATIVE: u16 = 0x4000;
/// Decimal digits in one digit of the wire.
const GROUP: usize = 4;

/// Appends `integer` / 10^`scale`; `integer` is in decimal digits, perhaps
/// behind a minus.
pub(super) fn put_numeric(out: &mut BytesMut, integer: &str, scale: i8) {
    let (negative, digits) = match integer.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, integer),
    };
    let mut digits = digits.to_owned();
    digits.extend(std::iter::repeat_n('0', usize::from(scale.min(0).unsigned_abs())));
    let scale = usize::from(scale.max(0).unsigned_abs());
    // Align the decimal point to a border between groups.
    if digits.len() < scale {
        digits.insert_str(0, &"0".repeat(scale - digits.len()));
    }
    let whole = digits.len() - scale;
    digits.insert_str(0, &"0".repeat(whole.next_multiple_of(GROUP) - whole));
    digits.push_str(&"0".repeat(scale.next_multiple_of(GROUP) - scale));
    let groups: Vec<u16> = digits
        .as_bytes()
        .chunks_exact(GROUP)
        .map(|group| group.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
        .collect();
    let weight = whole.div_ceil(GROUP) as i16 - 1;
    let first = groups.iter().position(|group| *group != 0).unwrap_or(groups.len());
    let last = groups.iter().rposition(|group| *group != 0).map_or(first, |last| last + 1);
    let significant = &groups[first..last];
    out.put_u16(significant.len() as u16);
    out.put_i16(if significant.is_empty() { 0 } else { weight - first as i16 });
    out.put_u16(if negative && !significant.is_empty() { NEGATIVE } else { 0 });
    out.put_u16(scale as u16);
    for group in significant {
        out.put_u16(*group);
    }
}

/// Reads a `numeric` into plain decimal text.
pub(super) fn numeric_text(mut bytes: &[u8]) -> Result<String> {
    if bytes.len() < 8 {
        return Err(malformed());
    }
    let count = usize::from(bytes.get_u16());
    let weight = i32::from(bytes.get_i16());
    let sign = bytes.get_u16();
    let scale = usize::from(bytes.get_u16());
    if bytes.len() != 2 * count {
        return Err(malformed());
    }
    match sign {
        0 | NEGATIVE => {}
        0xC000 => return Ok("NaN".to_owned()),
        0xD000 => return Ok("Infinity".to_owned()),
        0xF000 => return Ok("-Infinity".to_owned()),
        _ => return Err(malformed()),
    }
    let groups: Vec<u16> = (0..count).map(|_| bytes.get_u16()).collect();
    if groups.iter().any(|group| *group > 9_999) {
        return Err(malformed());
    }
    let group = |at: i32| usize::try_from(at).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    let mut text = String::new();
    for at in 0..=weight.max(0) {
        // With a negative weight there is nothing before the point.
        text.push_str(&format!("{:04}", if weight < 0 { 0 } else { group(at) }));
    }
    let whole = text.trim_start_matches('0');
    let mut text = if whole.is_empty() { "0".to_owned() } else { whole.to_owned() };
    if scale > 0 {
        let fraction: String =
            (0..scale.div_ceil(GROUP) as i32).map(|at| format!("{:04}", group(weight + 1 + at))).collect();
        text.push('.');
        text.push_str(&fraction[..scale]);
    }
    if sign == NEGATIVE {
        text.insert(0, '-');
    }
    Ok(text)
}

fn malformed() -> Error {
    Error::new(SqlState::INVALID_BINARY_REPRESENTATION, "invalid binary format of type numeric")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_numerics_read_back() {
        for (integer, scale, text) in [
            ("0", 0, "0"),
            ("0", 2, "0.00"),
            ("150", 2, "1.50"),
            ("-5", 2, "-0.05"),
            ("5", 6, "0.000005"),
            ("-1234567890123456789", 5, "-12345678901234.56789"),
            ("12", -6, "12000000"),
            ("10000", 4, "1.0000"),
            ("123456789", 0, "123456789"),
        ] {
            let mut out = BytesMut::new();
            put_numeric(&mut out, integer, scale);
            assert_eq!(numeric_text(&out).expect("well formed"), text);
        }
    }

    #[test]
    fn binary_numerics_are_postgresqls() {
        // 12345.678 of numeric_send: 3 digits, weight 1, positive, scale 3.
        let mut out = BytesMut::new();
        put_numeric(&mut out, "12345678", 3);
        assert_eq!(&out[..], [0, 3, 0, 1, 0, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1a, 0x7c]);
    }
}
