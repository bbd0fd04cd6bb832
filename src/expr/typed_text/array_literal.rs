//! Array literals, `{a,"b c",NULL}`, taken apart.

use crate::types::{Error, Result, SqlState};

/// The elements of one dimension, still as text; `None` for NULL. The elements
/// of an array of arrays are array literals again.
pub(super) fn elements(literal: &str) -> Result<Vec<Option<String>>> {
    let malformed = || {
        Error::new(SqlState::INVALID_TEXT_REPRESENTATION, format!("malformed array literal: \"{literal}\""))
    };
    let body = literal.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let body = body.ok_or_else(malformed)?;
    if body.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut elements = Vec::new();
    let mut chars = body.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let element = match chars.peek() {
            Some('"') => Some(quoted(&mut chars).ok_or_else(malformed)?),
            Some('{') => Some(nested(&mut chars).ok_or_else(malformed)?),
            _ => bare(&mut chars).ok_or_else(malformed)?,
        };
        elements.push(element);
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        match chars.next() {
            None => return Ok(elements),
            Some(',') => {}
            Some(_) => return Err(malformed()),
        }
    }
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn quoted(chars: &mut Chars<'_>) -> Option<String> {
    chars.next();
    let mut text = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => text.push(chars.next()?),
            c => text.push(c),
        }
    }
}

fn nested(chars: &mut Chars<'_>) -> Option<String> {
    let mut text = String::new();
    let mut depth = 0;
    let mut in_quotes = false;
    loop {
        let c = chars.next()?;
        text.push(c);
        match c {
            '\\' => text.push(chars.next()?),
            '"' => in_quotes = !in_quotes,
            '{' if !in_quotes => depth += 1,
            '}' if !in_quotes => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(text);
        }
    }
}

/// An element without quotes: ends at a comma, loses trailing spaces, and is
/// null when it reads NULL.
fn bare(chars: &mut Chars<'_>) -> Option<Option<String>> {
    let mut text = String::new();
    let mut escaped = false;
    while let Some(c) = chars.next_if(|c| *c != ',') {
        match c {
            '"' | '{' | '}' => return None,
            '\\' => {
                escaped = true;
                text.push(chars.next()?);
            }
            c => text.push(c),
        }
    }
    if !escaped {
        text.truncate(text.trim_end().len());
    }
    if text.is_empty() {
        return None;
    }
    Some((escaped || !text.eq_ignore_ascii_case("null")).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_taken_apart() {
        let read = |text: &str| elements(text).map_err(|e| e.message().to_owned());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("{}"), Ok(vec![]));
        assert_eq!(read("{1, 2 ,NULL}"), Ok(vec![some("1"), some("2"), None]));
        assert_eq!(read(r#"{"a,b","NULL","q\"q\\"}"#), Ok(vec![some("a,b"), some("NULL"), some(r#"q"q\"#)]));
        assert_eq!(read(r#"{{1,2},{"}",4}}"#), Ok(vec![some("{1,2}"), some(r#"{"}",4}"#)]));
        for wrong in ["1,2", "{1,2", "{1,,2}", r#"{"a}"#, "{a}b}"] {
            assert_eq!(read(wrong), Err(format!("malformed array literal: \"{wrong}\"")));
        }
    }
}
