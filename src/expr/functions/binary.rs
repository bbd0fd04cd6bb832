//! Functions of bytea.

use arrow::array::ArrayRef;
use arrow::datatypes::{Int32Type, Int64Type};

use super::bytea;
use super::declared::{Call, Form, Result, define};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all =
        define("The number of bytes", &["length(bytea) -> integer", "octet_length(bytea) -> integer"], |c| {
            let bytes = c.bytes(0);
            c.column::<Int32Type>(|row| Ok(Some(bytes.at(row).len() as i32)))
        });
    all.extend(define("The number of bits", &["bit_length(bytea) -> integer"], |c| {
        let bytes = c.bytes(0);
        c.column::<Int32Type>(|row| Ok(Some(bytes.at(row).len() as i32 * 8)))
    }));
    all.extend(define("The number of bits that are set", &["bit_count(bytea) -> bigint"], |c| {
        let bytes = c.bytes(0);
        c.column::<Int64Type>(|row| Ok(Some(bytes.at(row).iter().map(|b| i64::from(b.count_ones())).sum())))
    }));
    all.extend(define(
        "As text, in the format hex, base64 or escape",
        &["encode(bytea, text) -> text"],
        |c| {
            let (bytes, format) = (c.bytes(0), c.text(1));
            c.texts(|row, out| encode(bytes.at(row), format.at(row), out).map(|()| true))
        },
    ));
    all.extend(define(
        "From text, in the format hex, base64 or escape",
        &["decode(text, text) -> bytea"],
        |c| {
            let (text, format) = (c.text(0), c.text(1));
            c.binaries(|row, out| {
                out.extend(decode(text.at(row), format.at(row))?);
                Ok(true)
            })
        },
    ));
    all.extend(define("A byte, counted from 0", &["get_byte(bytea, integer) -> integer"], |c| {
        let (bytes, index) = (c.bytes(0), c.value::<Int32Type>(1));
        c.column::<Int32Type>(|row| {
            let bytes = bytes.at(row);
            Ok(Some(bytes[within(index.at(row).into(), bytes.len())?].into()))
        })
    }));
    all.extend(define("A bit, counted from 0", &["get_bit(bytea, bigint) -> integer"], |c| {
        let (bytes, index) = (c.bytes(0), c.value::<Int64Type>(1));
        c.column::<Int32Type>(|row| {
            let bytes = bytes.at(row);
            let at = within(index.at(row), bytes.len() * 8)?;
            Ok(Some(i32::from(bytes[at / 8] >> (at % 8) & 1)))
        })
    }));
    all.extend(define("With a byte replaced", &["set_byte(bytea, integer, integer) -> bytea"], |c| {
        let (bytes, index, value) = (c.bytes(0), c.value::<Int32Type>(1), c.value::<Int32Type>(2));
        c.binaries(|row, out| {
            out.extend(bytes.at(row));
            let at = within(index.at(row).into(), out.len())?;
            out[at] = value.at(row) as u8;
            Ok(true)
        })
    }));
    all.extend(define("With a bit replaced", &["set_bit(bytea, bigint, integer) -> bytea"], |c| {
        let (bytes, index, value) = (c.bytes(0), c.value::<Int64Type>(1), c.value::<Int32Type>(2));
        c.binaries(|row, out| {
            out.extend(bytes.at(row));
            let at = within(index.at(row), out.len() * 8)?;
            let mask = 1u8 << (at % 8);
            match value.at(row) {
                0 => out[at / 8] &= !mask,
                1 => out[at / 8] |= mask,
                _ => return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "new bit must be 0 or 1")),
            }
            Ok(true)
        })
    }));
    all.extend(define(
        "The bytes from a position on, as many as given",
        &[
            "substring(bytea, integer) -> bytea",
            "substring(bytea, integer, integer) -> bytea",
            "substr(bytea, integer) -> bytea",
            "substr(bytea, integer, integer) -> bytea",
        ],
        substring,
    ));
    all.extend(define(
        "Replaces bytes from a position on",
        &["overlay(bytea, bytea, integer) -> bytea", "overlay(bytea, bytea, integer, integer) -> bytea"],
        overlay,
    ));
    all.extend(define(
        "Where the second first lies in the first, from 1; 0 if nowhere",
        &["strpos(bytea, bytea) -> integer", "position(bytea, bytea) -> integer"],
        |c| {
            let (bytes, part) = (c.bytes(0), c.bytes(1));
            c.column::<Int32Type>(|row| {
                let part = part.at(row);
                let found = bytes.at(row).windows(part.len().max(1)).position(|w| w == part);
                Ok(Some(if part.is_empty() { 1 } else { found.map_or(0, |at| at as i32 + 1) }))
            })
        },
    ));
    all.extend(define(
        "Without the bytes given at both ends",
        &["btrim(bytea, bytea) -> bytea", "trim(bytea, bytea) -> bytea"],
        |c| trim(c, true, true),
    ));
    all.extend(define("Without the bytes given at the beginning", &["ltrim(bytea, bytea) -> bytea"], |c| {
        trim(c, true, false)
    }));
    all.extend(define("Without the bytes given at the end", &["rtrim(bytea, bytea) -> bytea"], |c| {
        trim(c, false, true)
    }));
    all.extend(define("", &["ms_concat(bytea, bytea) -> bytea"], |c| {
        let (left, right) = (c.bytes(0), c.bytes(1));
        c.binaries(|row, out| {
            out.extend(left.at(row));
            out.extend(right.at(row));
            Ok(true)
        })
    }));
    all.extend(define("Bytes of an encoding as text", &["convert_from(bytea, text) -> text"], |c| {
        let (bytes, name) = (c.bytes(0), c.text(1));
        c.texts(|row, out| {
            is_utf8(name.at(row))?;
            let text = std::str::from_utf8(bytes.at(row)).map_err(|e| {
                let byte = bytes.at(row)[e.valid_up_to()];
                let message = format!("invalid byte sequence for encoding \"UTF8\": 0x{byte:02x}");
                Error::new(SqlState("22021"), message)
            })?;
            out.push_str(text);
            Ok(true)
        })
    }));
    all.extend(define("Text as bytes of an encoding", &["convert_to(text, text) -> bytea"], |c| {
        let (text, name) = (c.text(0), c.text(1));
        c.binaries(|row, out| {
            is_utf8(name.at(row))?;
            out.extend(text.at(row).as_bytes());
            Ok(true)
        })
    }));
    all
}

fn is_utf8(name: &str) -> Result<()> {
    match name.to_ascii_lowercase().as_str() {
        "utf8" | "utf-8" | "unicode" => Ok(()),
        _ => Err(Error::unsupported(format!("encoding {name}"))),
    }
}

fn within(index: i64, length: usize) -> Result<usize> {
    usize::try_from(index).ok().filter(|i| *i < length).ok_or_else(|| {
        let message = format!("index {index} out of valid range, 0..{}", length as i64 - 1);
        Error::new(SqlState("2202E"), message)
    })
}

fn unknown_format(name: &str) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("unrecognized encoding: \"{name}\""))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8], format: &str, out: &mut String) -> Result<()> {
    match format.to_ascii_lowercase().as_str() {
        "hex" => bytes.iter().for_each(|b| out.push_str(&format!("{b:02x}"))),
        "base64" => {
            for (group, chunk) in bytes.chunks(3).enumerate() {
                // Lines of 76 characters, as MIME has them.
                if group > 0 && group % 19 == 0 {
                    out.push('\n');
                }
                let bits =
                    chunk.iter().enumerate().fold(0u32, |bits, (i, b)| bits | u32::from(*b) << (16 - 8 * i));
                for i in 0..4 {
                    let digit = BASE64[(bits >> (18 - 6 * i) & 63) as usize];
                    out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
                }
            }
        }
        "escape" => {
            for byte in bytes {
                match byte {
                    b'\\' => out.push_str("\\\\"),
                    0 | 0x80.. => out.push_str(&format!("\\{byte:03o}")),
                    _ => out.push(char::from(*byte)),
                }
            }
        }
        _ => return Err(unknown_format(format)),
    }
    Ok(())
}

fn decode(text: &str, format: &str) -> Result<Vec<u8>> {
    let invalid = |message: &str| Error::new(SqlState::INVALID_PARAMETER_VALUE, message);
    match format.to_ascii_lowercase().as_str() {
        "hex" => bytea::parse_hex(text),
        "escape" => bytea::parse_escaped(text.as_bytes()),
        "base64" => {
            let (mut bits, mut count, mut padding, mut bytes) = (0u32, 0, 0, vec![]);
            for c in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
                let digit = if c == b'=' { None } else { BASE64.iter().position(|d| *d == c) };
                match digit {
                    Some(digit) if padding == 0 => bits = bits << 6 | digit as u32,
                    None if c == b'=' && count % 4 >= 2 => {
                        bits <<= 6;
                        padding += 1;
                    }
                    _ => {
                        let message = format!(
                            "invalid symbol \"{}\" found while decoding base64 sequence",
                            char::from(c)
                        );
                        return Err(invalid(&message));
                    }
                }
                count += 1;
                if count % 4 == 0 {
                    let three = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
                    bytes.extend(&three[..3 - padding]);
                    bits = 0;
                }
            }
            if count % 4 != 0 {
                return Err(invalid("invalid base64 end sequence"));
            }
            Ok(bytes)
        }
        _ => Err(unknown_format(format)),
    }
}

fn substring(c: &Call) -> Result<ArrayRef> {
    let (bytes, start) = (c.bytes(0), c.value::<Int32Type>(1));
    let length = (c.count() > 2).then(|| c.value::<Int32Type>(2));
    c.binaries(|row, out| {
        let (bytes, first) = (bytes.at(row), i64::from(start.at(row)) - 1);
        let end = match &length {
            Some(length) if length.at(row) < 0 => {
                return Err(Error::new(SqlState("22011"), "negative substring length not allowed"));
            }
            Some(length) => first + i64::from(length.at(row)),
            None => i64::MAX,
        };
        let clamp = |at: i64| at.clamp(0, bytes.len() as i64) as usize;
        out.extend(bytes.get(clamp(first)..clamp(end)).unwrap_or_default());
        Ok(true)
    })
}

fn overlay(c: &Call) -> Result<ArrayRef> {
    let (bytes, with, start) = (c.bytes(0), c.bytes(1), c.value::<Int32Type>(2));
    let length = (c.count() > 3).then(|| c.value::<Int32Type>(3));
    c.binaries(|row, out| {
        let (bytes, with, start) = (bytes.at(row), with.at(row), i64::from(start.at(row)));
        if start <= 0 {
            return Err(Error::new(SqlState("22011"), "negative substring length not allowed"));
        }
        let length = length.map_or(with.len() as i64, |l| l.at(row).into());
        let clamp = |at: i64| at.clamp(0, bytes.len() as i64) as usize;
        out.extend(&bytes[..clamp(start - 1)]);
        out.extend(with);
        out.extend(&bytes[clamp(start - 1 + length)..]);
        Ok(true)
    })
}

fn trim(c: &Call, start: bool, end: bool) -> Result<ArrayRef> {
    let (bytes, set) = (c.bytes(0), c.bytes(1));
    c.binaries(|row, out| {
        let (mut bytes, set) = (bytes.at(row), set.at(row));
        while let Some((_, rest)) = bytes.split_first().filter(|(b, _)| start && set.contains(b)) {
            bytes = rest;
        }
        while let Some((_, rest)) = bytes.split_last().filter(|(b, _)| end && set.contains(b)) {
            bytes = rest;
        }
        out.extend(bytes);
        Ok(true)
    })
}
