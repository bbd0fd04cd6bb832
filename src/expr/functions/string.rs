//! Functions of text: case, parts, padding, replacement.

use std::fmt::Write;

use arrow::datatypes::Int32Type;

use super::declared::{Call, Form, Forms, Result, define};
use crate::types::{Error, SqlState};

/// The longest text that a function makes.
const LENGTH_MAX: usize = 1 << 30;

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = vec![];
    all.extend(define("In upper case", &["upper(text) -> text"], |c| mapped(c, upper)));
    all.extend(define("In lower case", &["lower(text) -> text"], |c| mapped(c, lower)));
    all.extend(define(
        "The first letter of each word in upper case, the others in lower case",
        &["initcap(text) -> text"],
        |c| mapped(c, initcap),
    ));
    all.extend(define(
        "The first n characters; all but the last n if n is negative",
        &["left(text, integer) -> text"],
        |c| {
            cut(c, |text, n| {
                let end = if n >= 0 {
                    n as usize
                } else {
                    text.chars().count().saturating_sub(n.unsigned_abs() as usize)
                };
                &text[..offset(text, end)]
            })
        },
    ));
    all.extend(define(
        "The last n characters; all but the first n if n is negative",
        &["right(text, integer) -> text"],
        |c| {
            cut(c, |text, n| {
                let skip = if n >= 0 {
                    text.chars().count().saturating_sub(n as usize)
                } else {
                    n.unsigned_abs() as usize
                };
                &text[offset(text, skip)..]
            })
        },
    ));
    all.extend(define(
        "The characters from a position on, as many as given",
        &[
            "substring(text, integer) -> text",
            "substring(text, integer, integer) -> text",
            "substr(text, integer) -> text",
            "substr(text, integer, integer) -> text",
        ],
        substring,
    ));
    all.extend(define(
        "Replaces characters from a position on",
        &["overlay(text, text, integer) -> text", "overlay(text, text, integer, integer) -> text"],
        overlay,
    ));
    all.extend(define(
        "Filled up or cut to a length, at the left",
        &["lpad(text, integer) -> text", "lpad(text, integer, text) -> text"],
        |c| pad(c, true),
    ));
    all.extend(define(
        "Filled up or cut to a length, at the right",
        &["rpad(text, integer) -> text", "rpad(text, integer, text) -> text"],
        |c| pad(c, false),
    ));
    all.extend(trims());
    all.extend(define("Replaces each occurrence", &["replace(text, text, text) -> text"], |c| {
        let (text, from, to) = (c.text(0), c.text(1), c.text(2));
        c.texts(|row, out| {
            match from.at(row) {
                "" => out.push_str(text.at(row)),
                from => out.push_str(&text.at(row).replace(from, to.at(row))),
            }
            Ok(true)
        })
    }));
    all.extend(define(
        "Replaces single characters by others",
        &["translate(text, text, text) -> text"],
        translate,
    ));
    all.extend(define("So many times", &["repeat(text, integer) -> text"], |c| {
        let (text, times) = (c.text(0), c.value::<Int32Type>(1));
        c.texts(|row, out| {
            let (text, times) = (text.at(row), times.at(row).max(0) as usize);
            if text.len().saturating_mul(times) > LENGTH_MAX {
                return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "requested length too large"));
            }
            (0..times).for_each(|_| out.push_str(text));
            Ok(true)
        })
    }));
    all.extend(define("Backwards", &["reverse(text) -> text"], |c| {
        mapped(c, |text, out| out.extend(text.chars().rev()))
    }));
    all.extend(define(
        "The part between delimiters, counted from 1, or from the end if negative",
        &["split_part(text, text, integer) -> text"],
        split_part,
    ));
    all.extend(define("Begins the text so?", &["starts_with(text, text) -> boolean"], |c| {
        let (text, start) = (c.text(0), c.text(1));
        c.booleans(|row| Ok(Some(text.at(row).starts_with(start.at(row)))))
    }));
    all.extend(define(
        "Where the second text first lies in the first, in characters from 1; 0 if nowhere",
        &["strpos(text, text) -> integer", "position(text, text) -> integer"],
        |c| {
            let (text, part) = (c.text(0), c.text(1));
            c.column::<Int32Type>(|row| {
                let text = text.at(row);
                Ok(Some(text.find(part.at(row)).map_or(0, |at| text[..at].chars().count() as i32 + 1)))
            })
        },
    ));
    all.extend(lengths());
    all.extend(concatenations());
    all
}

fn lengths() -> Vec<Form> {
    let mut all = define(
        "The number of characters",
        &["length(text) -> integer", "char_length(text) -> integer", "character_length(text) -> integer"],
        |c| {
            let text = c.text(0);
            c.column::<Int32Type>(|row| Ok(Some(text.at(row).chars().count() as i32)))
        },
    );
    all.extend(define("The number of bytes", &["octet_length(text) -> integer"], |c| {
        let text = c.text(0);
        c.column::<Int32Type>(|row| Ok(Some(text.at(row).len() as i32)))
    }));
    all.extend(define("The number of bits", &["bit_length(text) -> integer"], |c| {
        let text = c.text(0);
        c.column::<Int32Type>(|row| Ok(Some(text.at(row).len() as i32 * 8)))
    }));
    all
}

fn concatenations() -> Vec<Form> {
    let mut all = define("The texts of all arguments, without NULLs", &["concat(any...) -> text"], |c| {
        let printers = (0..c.count()).map(|i| c.printer(i)).collect::<Result<Vec<_>>>()?;
        c.texts(|row, out| {
            for (index, printer) in printers.iter().enumerate() {
                printer.write(c.row_of(index, row), out);
            }
            Ok(true)
        })
    })
    .called_on_null();
    all.extend(
        define(
            "The texts of all arguments but the first, without NULLs, with the first between them",
            &["concat_ws(text, any...) -> text"],
            |c| {
                let separator = c.text(0);
                let printers = (1..c.count()).map(|i| c.printer(i)).collect::<Result<Vec<_>>>()?;
                c.texts(|row, out| {
                    if separator.is_null(row) {
                        return Ok(false);
                    }
                    let mut first = true;
                    for (index, printer) in printers.iter().enumerate() {
                        let row_of = c.row_of(index + 1, row);
                        if printer.is_null(row_of) {
                            continue;
                        }
                        if !first {
                            out.push_str(separator.at(row));
                        }
                        first = false;
                        printer.write(row_of, out);
                    }
                    Ok(true)
                })
            },
        )
        .called_on_null(),
    );
    // `||` between a text and anything else.
    all.extend(define("", &["ms_concat(any, any) -> text"], |c| {
        let (left, right) = (c.printer(0)?, c.printer(1)?);
        c.texts(|row, out| {
            for (index, printer) in [&left, &right].into_iter().enumerate() {
                match c.array(index).data_type() {
                    arrow::datatypes::DataType::Boolean => {
                        let value = c.boolean(index).at(row);
                        write!(out, "{value}").expect("writing to a string cannot fail");
                    }
                    _ => drop(printer.write(c.row_of(index, row), out)),
                }
            }
            Ok(true)
        })
    }));
    all
}

fn trims() -> Vec<Form> {
    let mut all = define(
        "Without blanks, or the characters given, at both ends",
        &[
            "btrim(text) -> text",
            "btrim(text, text) -> text",
            "trim(text) -> text",
            "trim(text, text) -> text",
        ],
        |c| trim(c, true, true),
    );
    all.extend(define(
        "Without blanks, or the characters given, at the beginning",
        &["ltrim(text) -> text", "ltrim(text, text) -> text"],
        |c| trim(c, true, false),
    ));
    all.extend(define(
        "Without blanks, or the characters given, at the end",
        &["rtrim(text) -> text", "rtrim(text, text) -> text"],
        |c| trim(c, false, true),
    ));
    all
}

fn mapped(c: &Call, map: fn(&str, &mut String)) -> Result<arrow::array::ArrayRef> {
    let text = c.text(0);
    c.texts(|row, out| {
        map(text.at(row), out);
        Ok(true)
    })
}

fn cut(c: &Call, cut: for<'a> fn(&'a str, i32) -> &'a str) -> Result<arrow::array::ArrayRef> {
    let (text, n) = (c.text(0), c.value::<Int32Type>(1));
    c.texts(|row, out| {
        out.push_str(cut(text.at(row), n.at(row)));
        Ok(true)
    })
}

/// The byte at which the nth character begins, or the end.
fn offset(text: &str, nth: usize) -> usize {
    if text.is_ascii() {
        return nth.min(text.len());
    }
    text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at)
}

/// One character for one, as the C library has it: `ß` stays.
fn upper(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_uppercase()));
        return;
    }
    out.extend(text.chars().map(upper_char));
}

fn lower(text: &str, out: &mut String) {
    out.extend(text.chars().map(lower_char));
}

fn upper_char(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn lower_char(c: char) -> char {
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn initcap(text: &str, out: &mut String) {
    let mut inside = false;
    for c in text.chars() {
        out.push(if inside { lower_char(c) } else { upper_char(c) });
        inside = c.is_alphanumeric();
    }
}

fn substring(c: &Call) -> Result<arrow::array::ArrayRef> {
    let (text, start) = (c.text(0), c.value::<Int32Type>(1));
    let length = (c.count() > 2).then(|| c.value::<Int32Type>(2));
    c.texts(|row, out| {
        let first = i64::from(start.at(row)) - 1;
        let text = text.at(row);
        let end = match &length {
            Some(length) if length.at(row) < 0 => {
                return Err(Error::new(SqlState("22011"), "negative substring length not allowed"));
            }
            Some(length) => (first + i64::from(length.at(row))).max(0) as usize,
            None => usize::MAX,
        };
        let begin = first.max(0) as usize;
        if begin < end {
            out.push_str(&text[offset(text, begin)..offset(text, end)]);
        }
        Ok(true)
    })
}

fn overlay(c: &Call) -> Result<arrow::array::ArrayRef> {
    let (text, with, start) = (c.text(0), c.text(1), c.value::<Int32Type>(2));
    let length = (c.count() > 3).then(|| c.value::<Int32Type>(3));
    c.texts(|row, out| {
        let (text, with, start) = (text.at(row), with.at(row), start.at(row));
        if start <= 0 {
            return Err(Error::new(SqlState("22011"), "negative substring length not allowed"));
        }
        let length = length.map_or_else(|| with.chars().count() as i32, |l| l.at(row));
        let begin = start as usize - 1;
        let end = (begin as i64 + i64::from(length)).max(0) as usize;
        out.push_str(&text[..offset(text, begin)]);
        out.push_str(with);
        out.push_str(&text[offset(text, end)..]);
        Ok(true)
    })
}

fn pad(c: &Call, at_left: bool) -> Result<arrow::array::ArrayRef> {
    let (text, length) = (c.text(0), c.value::<Int32Type>(1));
    let fill = (c.count() > 2).then(|| c.text(2));
    c.texts(|row, out| {
        let (text, length) = (text.at(row), length.at(row).max(0) as usize);
        let fill = fill.map_or(" ", |fill| fill.at(row));
        let count = text.chars().count();
        if count >= length || fill.is_empty() {
            out.push_str(&text[..offset(text, length)]);
            return Ok(true);
        }
        if length * 4 > LENGTH_MAX {
            return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "requested length too large"));
        }
        if !at_left {
            out.push_str(text);
        }
        out.extend(fill.chars().cycle().take(length - count));
        if at_left {
            out.push_str(text);
        }
        Ok(true)
    })
}

fn trim(c: &Call, start: bool, end: bool) -> Result<arrow::array::ArrayRef> {
    let text = c.text(0);
    let set = (c.count() > 1).then(|| c.text(1));
    c.texts(|row, out| {
        let set = set.map_or(" ", |set| set.at(row));
        let mut text = text.at(row);
        if start {
            text = text.trim_start_matches(|c| set.contains(c));
        }
        if end {
            text = text.trim_end_matches(|c| set.contains(c));
        }
        out.push_str(text);
        Ok(true)
    })
}

fn translate(c: &Call) -> Result<arrow::array::ArrayRef> {
    let (text, from, to) = (c.text(0), c.text(1), c.text(2));
    c.texts(|row, out| {
        let (from, to): (Vec<char>, Vec<char>) =
            (from.at(row).chars().collect(), to.at(row).chars().collect());
        for c in text.at(row).chars() {
            match from.iter().position(|f| *f == c) {
                None => out.push(c),
                Some(at) => out.extend(to.get(at)),
            }
        }
        Ok(true)
    })
}

fn split_part(c: &Call) -> Result<arrow::array::ArrayRef> {
    let (text, delimiter, n) = (c.text(0), c.text(1), c.value::<Int32Type>(2));
    c.texts(|row, out| {
        let (text, delimiter, n) = (text.at(row), delimiter.at(row), n.at(row));
        if n == 0 {
            return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "field position must not be zero"));
        }
        let part = match (delimiter.as_bytes(), n) {
            ([], 1 | -1) => Some(text),
            ([], _) => None,
            ([byte], 1..) => nth_part(text, *byte, n as usize - 1),
            (_, 1..) => text.split(delimiter).nth(n as usize - 1),
            _ => text.rsplit(delimiter).nth(n.unsigned_abs() as usize - 1),
        };
        out.push_str(part.unwrap_or_default());
        Ok(true)
    })
}

/// The part after `n` delimiters of one byte.
fn nth_part(text: &str, delimiter: u8, n: usize) -> Option<&str> {
    let mut ends = memchr::memchr_iter(delimiter, text.as_bytes());
    let start = if n == 0 { 0 } else { ends.nth(n - 1)? + 1 };
    Some(&text[start..ends.next().unwrap_or(text.len())])
}
