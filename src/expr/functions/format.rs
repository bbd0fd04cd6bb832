//! `format(pattern, arguments…)`: `%s`, `%I`, `%L`, with positions and widths.

use super::code::{push_identifier, push_literal};
use super::declared::{Call, Form, Forms, Result, define};
use crate::expr::TextPrinter;
use crate::types::{Error, SqlState};

/// The function.
pub fn forms() -> Vec<Form> {
    let about = "Puts the arguments into a pattern: %s as they are, %I as identifiers, %L as literals";
    define(about, &["format(text, any...) -> text"], |c| {
        let pattern = c.text(0);
        let printers = (1..c.count()).map(|i| c.printer(i)).collect::<Result<Vec<_>>>()?;
        c.texts(|row, out| {
            if pattern.is_null(row) {
                return Ok(false);
            }
            let arguments = Arguments { call: c, printers: &printers, row, next: 0 };
            write(pattern.at(row), arguments, out)?;
            Ok(true)
        })
    })
    .called_on_null()
}

struct Arguments<'a> {
    call: &'a Call,
    printers: &'a [TextPrinter],
    row: usize,
    /// The argument that comes next, from 0.
    next: usize,
}

impl Arguments<'_> {
    /// The text of an argument, by its position from 1 or the next one; `None` for NULL.
    fn take(&mut self, position: Option<usize>) -> Result<Option<String>> {
        let index = position.map_or(self.next, |p| p - 1);
        self.next = index + 1;
        let Some(printer) = self.printers.get(index) else {
            return Err(wrong("too few arguments for format()"));
        };
        let mut text = String::new();
        let found = printer.write(self.call.row_of(index + 1, self.row), &mut text);
        Ok(found.then_some(text))
    }
}

fn wrong(message: &str) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
}

/// Reads digits at the beginning of `rest`.
fn number(rest: &mut &str) -> Option<usize> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest[..end].parse().ok()?;
    *rest = &rest[end..];
    Some(number)
}

fn take(rest: &mut &str, c: char) -> bool {
    match rest.strip_prefix(c) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

/// `n$` at the beginning of `rest`.
fn position(rest: &mut &str) -> Result<Option<usize>> {
    let mut ahead = *rest;
    match number(&mut ahead) {
        Some(n) if ahead.starts_with('$') => {
            *rest = &ahead[1..];
            if n == 0 {
                Err(wrong("format specifies argument 0, but arguments are numbered from 1"))
            } else {
                Ok(Some(n))
            }
        }
        _ => Ok(None),
    }
}

fn write(pattern: &str, mut arguments: Arguments, out: &mut String) -> Result<()> {
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if take(&mut rest, '%') {
            out.push('%');
            continue;
        }
        let position_of = position(&mut rest)?;
        let mut at_left = false;
        while take(&mut rest, '-') {
            at_left = true;
        }
        let mut width = None;
        if take(&mut rest, '*') {
            let position = position(&mut rest)?;
            let text = arguments.take(position)?;
            let value: i64 =
                text.map_or(Ok(0), |t| t.parse()).map_err(|_| wrong("number is out of range"))?;
            at_left |= value < 0;
            width = Some(value.unsigned_abs() as usize);
        } else if let Some(given) = number(&mut rest) {
            width = Some(given);
        }
        let Some(kind) = rest.chars().next() else {
            return Err(
                wrong("unterminated format() type specifier").with_hint("For a single \"%\" use \"%%\".")
            );
        };
        rest = &rest[kind.len_utf8()..];
        if !matches!(kind, 's' | 'I' | 'L') {
            let message = format!("unrecognized format() type specifier \"{kind}\"");
            return Err(wrong(&message).with_hint("For a single \"%\" use \"%%\"."));
        }
        let text = converted(kind, arguments.take(position_of)?)?;
        let blanks = width.unwrap_or(0).saturating_sub(text.chars().count());
        if !at_left {
            out.extend(std::iter::repeat_n(' ', blanks));
        }
        out.push_str(&text);
        if at_left {
            out.extend(std::iter::repeat_n(' ', blanks));
        }
    }
    out.push_str(rest);
    Ok(())
}

fn converted(kind: char, text: Option<String>) -> Result<String> {
    let mut out = String::new();
    match (kind, text) {
        ('s', text) => return Ok(text.unwrap_or_default()),
        ('L', None) => out.push_str("NULL"),
        ('L', Some(text)) => push_literal(&mut out, &text),
        (_, Some(text)) => push_identifier(&mut out, &text),
        (_, None) => {
            let message = "null values cannot be formatted as an SQL identifier";
            return Err(Error::new(SqlState("22004"), message));
        }
    }
    Ok(out)
}
