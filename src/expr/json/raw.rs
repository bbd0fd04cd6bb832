//! Parts of valid JSON text, found without building a tree.
//!
//! Everything here takes text that was checked before; on other text it gives
//! `None` or a part that is too short, and nothing worse.

/// The end of the value that begins at `at` (blanks before it are skipped), and
/// where it begins.
fn value_at(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = skip_space(text, at);
    let end = match *text.get(start)? {
        b'"' => string_end(text, start)?,
        b'{' | b'[' => nested_end(text, start)?,
        _ => {
            let ends = |b: &u8| matches!(b, b',' | b']' | b'}' | b':') || b.is_ascii_whitespace();
            text[start..].iter().position(ends).map_or(text.len(), |n| start + n)
        }
    };
    Some((start, end))
}

fn skip_space(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn nested_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0usize, start);
    loop {
        match *text.get(at)? {
            b'"' => {
                at = string_end(text, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The values of an array; `None` if it is none.
pub(super) fn items(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut at = skip_space(text, 0);
    if text.get(at) != Some(&b'[') {
        return None;
    }
    let mut items = Vec::new();
    at = skip_space(text, at + 1);
    while text.get(at).is_some_and(|b| *b != b']') {
        let (start, end) = value_at(text, at)?;
        items.push(&text[start..end]);
        at = skip_space(text, end);
        if text.get(at) == Some(&b',') {
            at = skip_space(text, at + 1);
        }
    }
    Some(items)
}

/// Keys, still between quotes, and values of an object; `None` if it is none.
pub(super) fn entries(text: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut at = skip_space(text, 0);
    if text.get(at) != Some(&b'{') {
        return None;
    }
    let mut entries = Vec::new();
    at = skip_space(text, at + 1);
    while text.get(at) == Some(&b'"') {
        let key_end = string_end(text, at)?;
        let key = &text[at..key_end];
        at = skip_space(text, key_end);
        if text.get(at) != Some(&b':') {
            return None;
        }
        let (start, end) = value_at(text, at + 1)?;
        entries.push((key, &text[start..end]));
        at = skip_space(text, end);
        if text.get(at) == Some(&b',') {
            at = skip_space(text, at + 1);
        }
    }
    Some(entries)
}

/// The value under a key; the last one if there are several.
pub(super) fn field<'a>(text: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let mut at = skip_space(text, 0);
    if text.get(at) != Some(&b'{') {
        return None;
    }
    let mut found = None;
    at = skip_space(text, at + 1);
    while text.get(at) == Some(&b'"') {
        let key_end = string_end(text, at)?;
        let quoted = &text[at + 1..key_end - 1];
        let (start, end) = value_at(text, skip_space(text, key_end) + 1)?;
        let same = if quoted.contains(&b'\\') {
            string(&text[at..key_end]).as_deref() == Some(key)
        } else {
            quoted == key.as_bytes()
        };
        if same {
            found = Some(&text[start..end]);
        }
        at = skip_space(text, end);
        if text.get(at) == Some(&b',') {
            at = skip_space(text, at + 1);
        }
    }
    found
}

/// An item of an array; negative from the end.
pub(super) fn item(text: &[u8], index: i64) -> Option<&[u8]> {
    let items = items(text)?;
    let index = if index < 0 { index + items.len() as i64 } else { index };
    items.get(usize::try_from(index).ok()?).copied()
}

/// What a step of a path leads to: a key, or a number in an array.
pub(super) fn step<'a>(text: &'a [u8], step: &str) -> Option<&'a [u8]> {
    match text.get(skip_space(text, 0)) {
        Some(b'{') => field(text, step),
        Some(b'[') => item(text, step.trim().parse().ok()?),
        _ => None,
    }
}

/// The text of a string literal between quotes.
pub(super) fn string(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(inner.to_string());
    }
    match super::parse(text).ok()? {
        super::Json::String(text) => Some(text),
        _ => None,
    }
}

/// A value as text: strings without quotes, null as `None`.
pub(super) fn as_text(value: &[u8]) -> Option<String> {
    match value.first()? {
        b'"' => string(value),
        b'n' => None,
        _ => Some(String::from_utf8_lossy(value).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let text = br#"{"a": [1, "x,]\"", {"b": null}], "c\n": "d"}"#;
        assert_eq!(field(text, "c\n"), Some(&b"\"d\""[..]));
        let a = field(text, "a").unwrap();
        assert_eq!(items(a).unwrap().len(), 3);
        assert_eq!(item(a, 0), Some(&b"1"[..]));
        assert_eq!(item(a, -1), Some(&br#"{"b": null}"#[..]));
        assert_eq!(item(a, 3), None);
        assert_eq!(as_text(item(a, 1).unwrap()).as_deref(), Some("x,]\""));
        assert_eq!(step(item(a, 2).unwrap(), "b").and_then(as_text), None);
        assert_eq!(entries(text).unwrap().len(), 2);
        assert_eq!(items(b"[]"), Some(vec![]));
        assert_eq!(items(b"{}"), None);
    }
}
