//! PostgreSQL's regular expressions, `LIKE` and `SIMILAR TO` for the `regex` crate.
//!
//! Not PostgreSQL's: of several ways to match, the leftmost alternative wins and not
//! the longest match; back references and look-around do not exist (`0A000`).

use regex::{Regex, RegexBuilder};

use super::declared::Result;
use crate::types::{Error, SqlState};

/// A compiled pattern, kept as long as pattern and flags stay the same.
#[derive(Default)]
pub struct Compiled {
    key: Option<(String, String)>,
    regex: Option<Regex>,
}

impl Compiled {
    /// The regular expression of this pattern and these flags (`i`, `n`, `x`, …).
    pub fn of(&mut self, pattern: &str, flags: &str) -> Result<&Regex> {
        let known = self.key.as_ref().is_some_and(|(p, f)| p == pattern && f == flags);
        if !known {
            self.regex = Some(compile(pattern, flags)?);
            self.key = Some((pattern.to_string(), flags.to_string()));
        }
        self.regex.as_ref().ok_or_else(|| Error::internal("a pattern was not kept"))
    }

    /// That of a `SIMILAR TO` pattern.
    pub fn similar(&mut self, pattern: &str, escape: Option<char>) -> Result<&Regex> {
        let escape_text = escape.map(String::from).unwrap_or_default();
        let known = self.key.as_ref().is_some_and(|(p, f)| p == pattern && *f == escape_text);
        if !known {
            let translated = similar(pattern, escape)?;
            let built = RegexBuilder::new(&translated).dot_matches_new_line(true).build();
            self.regex = Some(built.map_err(|e| invalid(&e.to_string()))?);
            self.key = Some((pattern.to_string(), escape_text));
        }
        self.regex.as_ref().ok_or_else(|| Error::internal("a pattern was not kept"))
    }
}

fn invalid(detail: &str) -> Error {
    let last = detail.lines().last().unwrap_or(detail).trim_start_matches("error: ");
    Error::new(SqlState("2201B"), format!("invalid regular expression: {last}"))
}

fn compile(pattern: &str, flags: &str) -> Result<Regex> {
    let (mut insensitive, mut newline, mut expanded, mut literal) = (false, None, false, false);
    for flag in flags.chars() {
        match flag {
            'g' => {}
            'i' => insensitive = true,
            'c' => insensitive = false,
            'n' | 'm' => newline = Some('n'),
            'p' | 'w' => newline = Some(flag),
            's' => newline = None,
            'x' => expanded = true,
            't' | 'e' | 'b' => {}
            'q' => literal = true,
            other => {
                let message = format!("invalid regular expression option: \"{other}\"");
                return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
            }
        }
    }
    let mut body = pattern;
    if let Some(rest) = body.strip_prefix("***=") {
        (literal, body) = (true, rest);
    } else if let Some(rest) = body.strip_prefix("***:") {
        body = rest;
    }
    // Options that the pattern begins with, as in (?i).
    if let Some(options) = body.strip_prefix("(?").filter(|_| !literal)
        && let Some((letters, rest)) = options.split_once(')')
        && !letters.is_empty()
        && letters.bytes().all(|b| b.is_ascii_lowercase())
    {
        return compile(rest, &format!("{flags}{letters}"));
    }
    let translated = if literal { regex::escape(body) } else { translate(body)? };
    let mut builder = RegexBuilder::new(&translated);
    builder.case_insensitive(insensitive).ignore_whitespace(expanded && !literal);
    builder.dot_matches_new_line(!matches!(newline, Some('n' | 'p')));
    builder.multi_line(matches!(newline, Some('n' | 'w')));
    builder.build().map_err(|error| invalid(&error.to_string()))
}

/// An advanced regular expression in the words of the `regex` crate.
fn translate(pattern: &str) -> Result<String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('m') if !in_class => out.push_str(r"\b{start}"),
                Some('M') if !in_class => out.push_str(r"\b{end}"),
                Some('y') if !in_class => out.push_str(r"\b"),
                Some('Y') if !in_class => out.push_str(r"\B"),
                Some('Z') if !in_class => out.push_str(r"\z"),
                Some('1'..='9') if !in_class => {
                    return Err(Error::unsupported("a back reference in a pattern"));
                }
                Some(c) if c.is_ascii_alphanumeric() => out.extend(['\\', c]),
                Some(c) => out.push_str(&regex::escape(&c.to_string())),
                None => return Err(invalid("invalid escape \\ sequence")),
            },
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                    out.push_str("\\]");
                }
            }
            // A named class such as [:alpha:] is the same in both.
            '[' if chars.peek() == Some(&':') => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            '[' => out.push_str("\\["),
            '&' | '~' if in_class => out.extend(['\\', c]),
            ']' => {
                in_class = false;
                out.push(']');
            }
            '(' if !in_class && chars.peek() == Some(&'?') => {
                chars.next();
                match chars.peek() {
                    Some(':') => out.push_str("(?"),
                    Some('#') => for _ in chars.by_ref().take_while(|c| *c != ')') {},
                    Some('=' | '!' | '<') => return Err(Error::unsupported("look-around in a pattern")),
                    _ => return Err(invalid("invalid embedded option")),
                }
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

/// A pattern of the SQL standard, which must match the whole text. Of two
/// separators `escape"`, what is between them is the first group.
fn similar(pattern: &str, escape: Option<char>) -> Result<String> {
    let mut out = String::from(r"\A(?:");
    let (mut in_class, mut separators) = (false, 0);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if Some(c) == escape {
            match chars.next() {
                Some('"') => {
                    separators += 1;
                    // The parts before and after the separators match as little as they can.
                    out.push_str(if separators == 1 { ")(" } else { ")(?:" });
                }
                Some(c) => out.push_str(&regex::escape(&c.to_string())),
                None => return Err(Error::new(SqlState("22025"), "invalid escape sequence")),
            }
            continue;
        }
        match c {
            '[' => {
                in_class = true;
                out.push(c);
            }
            ']' => {
                in_class = false;
                out.push(c);
            }
            c if in_class => {
                if c == '\\' {
                    out.push('\\');
                }
                out.push(c);
            }
            '%' if separators == 0 && pattern.contains('"') && escape.is_some() => out.push_str(".*?"),
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '(' => out.push_str("(?:"),
            '.' | '^' | '$' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push_str(r")\z");
    Ok(out)
}

/// `LIKE`: `%` is anything, `_` one character, what follows `escape` itself.
pub fn like(text: &str, pattern: &str, escape: Option<char>, insensitive: bool) -> Result<bool> {
    let (mut regex, mut chars) = (String::from(r"\A"), pattern.chars());
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => {
                let next = chars.next().ok_or_else(|| {
                    Error::new(SqlState("22025"), "LIKE pattern must not end with escape character")
                })?;
                regex.push_str(&regex::escape(&next.to_string()));
            }
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c => regex.push_str(&regex::escape(&c.to_string())),
        }
    }
    regex.push_str(r"\z");
    let built = RegexBuilder::new(&regex).dot_matches_new_line(true).case_insensitive(insensitive).build();
    Ok(built.map_err(|e| invalid(&e.to_string()))?.is_match(text))
}
