//! The functions `regexp_…` and what the operators `~`, `LIKE … ESCAPE` and
//! `SIMILAR TO` become.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringArray, StringBuilder};
use arrow::datatypes::Int32Type;
use regex::{Captures, Regex};

use super::declared::{Call, Form, Result, Values, define};
use super::pattern::{Compiled, like};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define("", &["ms_regex(text, text, text) -> boolean"], matches);
    all.extend(define(
        "Does the pattern match somewhere in the text?",
        &["regexp_like(text, text) -> boolean", "regexp_like(text, text, text) -> boolean"],
        matches,
    ));
    all.extend(define(
        "Replaces the first match, or all with the flag g",
        &["regexp_replace(text, text, text) -> text", "regexp_replace(text, text, text, text) -> text"],
        |c| {
            let flags = (c.count() > 3).then(|| c.text(3));
            replace(c, flags, |_| Ok((0, None)))
        },
    ));
    all.extend(define(
        "Replaces the nth match (0: all) from a position on",
        &[
            "regexp_replace(text, text, text, integer) -> text",
            "regexp_replace(text, text, text, integer, integer) -> text",
            "regexp_replace(text, text, text, integer, integer, text) -> text",
        ],
        |c| {
            let flags = (c.count() > 5).then(|| c.text(5));
            let start = c.value::<Int32Type>(3);
            let nth = (c.count() > 4).then(|| c.value::<Int32Type>(4));
            replace(c, flags, |row| {
                let nth = nth.as_ref().map_or(1, |n| n.at(row));
                Ok((position(start.at(row), "start")? - 1, Some(positive(nth, "n", 0)?)))
            })
        },
    ));
    all.extend(define(
        "The groups of the first match, or the match where there are none",
        &["regexp_match(text, text) -> text[]", "regexp_match(text, text, text) -> text[]"],
        first_match,
    ));
    all.extend(define(
        "The pieces between matches",
        &["regexp_split_to_array(text, text) -> text[]", "regexp_split_to_array(text, text, text) -> text[]"],
        split,
    ));
    all.extend(searches());
    all.extend(define("The match, or its first group, or NULL", &["substring(text, text) -> text"], |c| {
        let (text, pattern) = (c.text(0), c.text(1));
        let mut compiled = Compiled::default();
        c.texts(|row, out| {
            let regex = compiled.of(pattern.at(row), "")?;
            Ok(regex.captures(text.at(row)).is_some_and(|found| {
                let group = if regex.captures_len() > 1 { found.get(1) } else { found.get(0) };
                group.inspect(|m| out.push_str(m.as_str())).is_some()
            }))
        })
    }));
    all.extend(define(
        "The part between the separators of an SQL pattern",
        &["substring(text, text, text) -> text"],
        |c| {
            let (text, pattern, escape) = (c.text(0), c.text(1), c.text(2));
            let mut compiled = Compiled::default();
            c.texts(|row, out| {
                let regex = compiled.similar(pattern.at(row), escape_char(escape.at(row))?)?;
                let found = regex.captures(text.at(row)).and_then(|found| found.get(1).or(found.get(0)));
                Ok(found.inspect(|m| out.push_str(m.as_str())).is_some())
            })
        },
    ));
    all.extend(define(
        "",
        &["ms_similar(text, text) -> boolean", "ms_similar(text, text, text) -> boolean"],
        |c| {
            let (text, pattern) = (c.text(0), c.text(1));
            let escape = (c.count() > 2).then(|| c.text(2));
            let mut compiled = Compiled::default();
            c.booleans(|row| {
                let escape = escape.as_ref().map_or(Ok(Some('\\')), |e| escape_char(e.at(row)))?;
                Ok(Some(compiled.similar(pattern.at(row), escape)?.is_match(text.at(row))))
            })
        },
    ));
    all.extend(define("", &["ms_like(text, text, text, boolean) -> boolean"], |c| {
        let (text, pattern, escape, insensitive) = (c.text(0), c.text(1), c.text(2), c.boolean(3));
        c.booleans(|row| {
            like(text.at(row), pattern.at(row), escape_char(escape.at(row))?, insensitive.at(row)).map(Some)
        })
    }));
    all
}

fn searches() -> Vec<Form> {
    let mut all = define(
        "How often the pattern matches, from a position on",
        &[
            "regexp_count(text, text) -> integer",
            "regexp_count(text, text, integer) -> integer",
            "regexp_count(text, text, integer, text) -> integer",
        ],
        |c| {
            let found = Search::new(c, None);
            c.column::<Int32Type>(|row| {
                found.with(row, |regex, text, _| Ok(Some(regex.find_iter(text).count() as i32)))
            })
        },
    );
    all.extend(define(
        "Where the nth match begins (or ends), in characters from 1; 0 if nowhere",
        &[
            "regexp_instr(text, text) -> integer",
            "regexp_instr(text, text, integer) -> integer",
            "regexp_instr(text, text, integer, integer) -> integer",
            "regexp_instr(text, text, integer, integer, integer) -> integer",
            "regexp_instr(text, text, integer, integer, integer, text) -> integer",
            "regexp_instr(text, text, integer, integer, integer, text, integer) -> integer",
        ],
        |c| {
            let at_end = (c.count() > 4).then(|| c.value::<Int32Type>(4));
            let group = (c.count() > 6).then(|| c.value::<Int32Type>(6));
            let found = Search::new(c, Some(5));
            c.column::<Int32Type>(|row| {
                found.with(row, |regex, text, skipped| {
                    let group = group.as_ref().map_or(0, |g| g.at(row)) as usize;
                    let found = found.nth(regex, text, row)?.and_then(|m| m.get(group));
                    let at_end = at_end.as_ref().is_some_and(|e| e.at(row) == 1);
                    let byte = found.map(|m| if at_end { m.end() } else { m.start() });
                    Ok(Some(byte.map_or(0, |b| (skipped + text[..b].chars().count()) as i32 + 1)))
                })
            })
        },
    ));
    all.extend(define(
        "The nth match, or one of its groups",
        &[
            "regexp_substr(text, text) -> text",
            "regexp_substr(text, text, integer) -> text",
            "regexp_substr(text, text, integer, integer) -> text",
            "regexp_substr(text, text, integer, integer, text) -> text",
            "regexp_substr(text, text, integer, integer, text, integer) -> text",
        ],
        |c| {
            let group = (c.count() > 5).then(|| c.value::<Int32Type>(5));
            let found = Search::new(c, Some(4));
            c.texts(|row, out| {
                found.with(row, |regex, text, _| {
                    let group = group.as_ref().map_or(0, |g| g.at(row)) as usize;
                    let found = found.nth(regex, text, row)?.and_then(|m| m.get(group));
                    Ok(found.inspect(|m| out.push_str(m.as_str())).is_some())
                })
            })
        },
    ));
    all
}

/// The arguments text, pattern, start, nth and flags, of which the last may be missing.
struct Search<'a> {
    text: Values<'a, StringArray>,
    pattern: Values<'a, StringArray>,
    start: Option<Values<'a, arrow::array::Int32Array>>,
    nth: Option<Values<'a, arrow::array::Int32Array>>,
    flags: Option<Values<'a, StringArray>>,
    compiled: RefCell<Compiled>,
}

impl<'a> Search<'a> {
    /// `flags` is where the flags stand; without an nth they are the fourth.
    fn new(c: &'a Call, flags: Option<usize>) -> Self {
        let has_nth = flags.is_some();
        let flags = flags.unwrap_or(3);
        Search {
            text: c.text(0),
            pattern: c.text(1),
            start: (c.count() > 2).then(|| c.value::<Int32Type>(2)),
            nth: (has_nth && c.count() > 3).then(|| c.value::<Int32Type>(3)),
            flags: (c.count() > flags).then(|| c.text(flags)),
            compiled: RefCell::default(),
        }
    }

    /// Gives the row's expression, its text from the start on, and how many characters were skipped.
    fn with<T>(&self, row: usize, f: impl FnOnce(&Regex, &'a str, usize) -> Result<T>) -> Result<T> {
        let skipped = position(self.start.as_ref().map_or(1, |s| s.at(row)), "start")? - 1;
        let text = self.text.at(row);
        let from = text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
        let mut compiled = self.compiled.borrow_mut();
        let regex = compiled.of(self.pattern.at(row), self.flags.as_ref().map_or("", |f| f.at(row)))?;
        f(regex, &text[from..], skipped)
    }

    fn nth<'t>(&self, regex: &Regex, text: &'t str, row: usize) -> Result<Option<Captures<'t>>> {
        let nth = positive(self.nth.as_ref().map_or(1, |n| n.at(row)), "n", 1)?;
        Ok(regex.captures_iter(text).nth(nth - 1))
    }
}

fn position(value: i32, name: &str) -> Result<usize> {
    positive(value, name, 1)
}

fn positive(value: i32, name: &str, least: i32) -> Result<usize> {
    if value < least {
        let message = format!("invalid value for parameter \"{name}\": {value}");
        return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
    }
    Ok(value as usize)
}

/// The one character, or none for an empty text.
fn escape_char(text: &str) -> Result<Option<char>> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (found, None) => Ok(found),
        _ => {
            let error = Error::new(SqlState("22019"), "invalid escape string");
            Err(error.with_hint("Escape string must be empty or one character."))
        }
    }
}

fn matches(c: &Call) -> Result<ArrayRef> {
    let (text, pattern) = (c.text(0), c.text(1));
    let flags = (c.count() > 2).then(|| c.text(2));
    let mut compiled = Compiled::default();
    c.booleans(|row| {
        let flags = flags.as_ref().map_or("", |f| f.at(row));
        Ok(Some(compiled.of(pattern.at(row), flags)?.is_match(text.at(row))))
    })
}

/// `which` gives for a row how many characters to skip, and which match to replace:
/// 0 for all; `None` where the flags say it.
fn replace(
    c: &Call,
    flags: Option<Values<'_, StringArray>>,
    which: impl Fn(usize) -> Result<(usize, Option<usize>)>,
) -> Result<ArrayRef> {
    let (text, pattern, by) = (c.text(0), c.text(1), c.text(2));
    let mut compiled = Compiled::default();
    c.texts(|row, out| {
        let flags = flags.as_ref().map_or("", |f| f.at(row));
        let (skipped, nth) = which(row)?;
        let nth = nth.unwrap_or(if flags.contains('g') { 0 } else { 1 });
        let text = text.at(row);
        let from = text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
        out.push_str(&text[..from]);
        let rest = &text[from..];
        let mut last = 0;
        for (index, found) in compiled.of(pattern.at(row), flags)?.captures_iter(rest).enumerate() {
            if nth > 0 && index + 1 != nth {
                continue;
            }
            let whole = found.get(0).map_or(0..0, |m| m.range());
            out.push_str(&rest[last..whole.start]);
            expand(by.at(row), &found, out);
            last = whole.end;
            if nth > 0 {
                break;
            }
        }
        out.push_str(&rest[last..]);
        Ok(true)
    })
}

/// `\1` is a group, `\&` the match, `\\` a backslash.
fn expand(by: &str, found: &Captures, out: &mut String) {
    let mut chars = by.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(digit @ '1'..='9') => {
                let group = found.get(digit as usize - '0' as usize);
                out.push_str(group.map_or("", |m| m.as_str()));
            }
            Some('&') => out.push_str(found.get(0).map_or("", |m| m.as_str())),
            Some('\\') => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
}

fn first_match(c: &Call) -> Result<ArrayRef> {
    let (text, pattern) = (c.text(0), c.text(1));
    let flags = (c.count() > 2).then(|| c.text(2));
    let mut compiled = Compiled::default();
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in 0..c.rows() {
        if c.is_null(row) {
            builder.append_null();
            continue;
        }
        let flags = flags.as_ref().map_or("", |f| f.at(row));
        if flags.contains('g') {
            let message = "regexp_match() does not support the \"global\" option";
            let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, message);
            return Err(error.with_hint("Use the regexp_matches function instead."));
        }
        let regex = compiled.of(pattern.at(row), flags)?;
        let Some(found) = regex.captures(text.at(row)) else {
            builder.append_null();
            continue;
        };
        let first = usize::from(regex.captures_len() > 1);
        for group in found.iter().skip(first) {
            builder.values().append_option(group.map(|m| m.as_str()));
        }
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}

fn split(c: &Call) -> Result<ArrayRef> {
    let (text, pattern) = (c.text(0), c.text(1));
    let flags = (c.count() > 2).then(|| c.text(2));
    let mut compiled = Compiled::default();
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in 0..c.rows() {
        if c.is_null(row) {
            builder.append_null();
            continue;
        }
        let flags = flags.as_ref().map_or("", |f| f.at(row));
        let (text, mut last) = (text.at(row), 0);
        for found in compiled.of(pattern.at(row), flags)?.find_iter(text) {
            // A match of nothing at an end, or right behind the last, splits nothing.
            if found.is_empty() && (found.start() == last || found.end() == text.len()) {
                continue;
            }
            builder.values().append_value(&text[last..found.start()]);
            last = found.end();
        }
        builder.values().append_value(&text[last..]);
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}
