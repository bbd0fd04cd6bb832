//! Functions of single characters, hexadecimal numbers, hashes and quoting.

use std::fmt::Write;

use arrow::array::ArrayRef;
use arrow::datatypes::{Int32Type, Int64Type};

use super::declared::{Call, Form, Forms, Result, define};
use crate::expr::is_quoted_keyword;
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define("The code of the first character", &["ascii(text) -> integer"], |c| {
        let text = c.text(0);
        c.column::<Int32Type>(|row| Ok(Some(text.at(row).chars().next().map_or(0, |c| c as i32))))
    });
    all.extend(define("The character with a code", &["chr(integer) -> text"], |c| {
        let code = c.value::<Int32Type>(0);
        c.texts(|row, out| {
            let limit = |text: &str| Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, text));
            match code.at(row) {
                ..0 => {
                    let text = "character number must be positive";
                    Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, text))
                }
                0 => limit("null character not permitted"),
                code => match char::from_u32(code as u32) {
                    Some(c) => {
                        out.push(c);
                        Ok(true)
                    }
                    None => limit("requested character not valid for encoding"),
                },
            }
        })
    }));
    all.extend(define("In hexadecimal digits", &["to_hex(integer) -> text"], |c| {
        let value = c.value::<Int32Type>(0);
        written(c, |row, out| write!(out, "{:x}", value.at(row)))
    }));
    all.extend(define("In hexadecimal digits", &["to_hex(bigint) -> text"], |c| {
        let value = c.value::<Int64Type>(0);
        written(c, |row, out| write!(out, "{:x}", value.at(row)))
    }));
    all.extend(define(
        "Quoted as an identifier where it needs quotes",
        &["quote_ident(text) -> text"],
        |c| {
            let text = c.text(0);
            c.texts(|row, out| {
                push_identifier(out, text.at(row));
                Ok(true)
            })
        },
    ));
    all.extend(define("Quoted as a literal", &["quote_literal(any) -> text"], |c| quoted(c, false)));
    all.extend(
        define("Quoted as a literal, or the word NULL", &["quote_nullable(any) -> text"], |c| {
            quoted(c, true)
        })
        .called_on_null(),
    );
    all.extend(define("The parts of a qualified name", &["parse_ident(text) -> text[]"], parse_ident));
    all.extend(define("With Unicode escapes replaced", &["unistr(text) -> text"], unistr));
    all
}

fn written(c: &Call, mut write: impl FnMut(usize, &mut String) -> std::fmt::Result) -> Result<ArrayRef> {
    c.texts(|row, out| {
        write(row, out).expect("writing to a string cannot fail");
        Ok(true)
    })
}

fn quoted(c: &Call, nullable: bool) -> Result<ArrayRef> {
    let printer = c.printer(0)?;
    let mut plain = String::new();
    c.texts(|row, out| {
        plain.clear();
        if printer.write(c.row_of(0, row), &mut plain) {
            push_literal(out, &plain);
            return Ok(true);
        }
        if nullable {
            out.push_str("NULL");
        }
        Ok(nullable)
    })
}

/// `'it''s'`, and `E'a\\b'` where there is a backslash.
pub fn push_literal(out: &mut String, text: &str) {
    if text.contains('\\') {
        out.push('E');
    }
    out.push('\'');
    for c in text.chars() {
        if matches!(c, '\'' | '\\') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
}

/// The name, quoted if it would be folded or misread.
pub fn push_identifier(out: &mut String, name: &str) {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if starts && plain && !is_quoted_keyword(name) {
        return out.push_str(name);
    }
    out.push('"');
    for c in name.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

fn parse_ident(c: &Call) -> Result<ArrayRef> {
    use arrow::array::{ListBuilder, StringBuilder};
    let text = c.text(0);
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in 0..c.rows() {
        if c.is_null(row) {
            builder.append_null();
            continue;
        }
        for part in identifier_parts(text.at(row))? {
            builder.values().append_value(part);
        }
        builder.append(true);
    }
    Ok(std::sync::Arc::new(builder.finish()))
}

fn identifier_parts(text: &str) -> Result<Vec<String>> {
    let wrong = || {
        let message = format!("string is not a valid identifier: \"{text}\"");
        Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
    };
    let (mut parts, mut rest) = (vec![], text.trim());
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (part, after) = quoted.split_once('"').ok_or_else(wrong)?;
                (part.to_string(), after)
            }
            None => {
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                (rest[..end].to_lowercase(), &rest[end..])
            }
        };
        if part.is_empty() || part.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong());
        }
        parts.push(part);
        match after.trim_start().strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None if after.trim().is_empty() => return Ok(parts),
            None => return Err(wrong()),
        }
    }
}

/// `\XXXX`, `\+XXXXXX`, `\uXXXX`, `\UXXXXXXXX` and `\\`.
fn unistr(c: &Call) -> Result<ArrayRef> {
    let text = c.text(0);
    let wrong = || Error::new(SqlState::SYNTAX_ERROR, "invalid Unicode escape");
    c.texts(|row, out| {
        let mut rest = text.at(row);
        while let Some(at) = rest.find('\\') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('\\') {
                out.push('\\');
                rest = after;
                continue;
            }
            let (skip, digits) = match rest.chars().next() {
                Some('+') => (1, 6),
                Some('u') => (1, 4),
                Some('U') => (1, 8),
                _ => (0, 4),
            };
            let code = rest.get(skip..skip + digits).and_then(|d| u32::from_str_radix(d, 16).ok());
            out.push(code.and_then(char::from_u32).ok_or_else(wrong)?);
            rest = &rest[skip + digits..];
        }
        out.push_str(rest);
        Ok(true)
    })
}
