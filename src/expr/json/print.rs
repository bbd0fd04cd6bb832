//! Trees as text.

use super::value::Json;

/// `{"a": [1, 2]}`
pub fn text(value: &Json) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out
}

/// Appends a value.
pub(super) fn push(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(digits) => out.push_str(digits),
        Json::String(text) => push_string(out, text),
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                push(out, item);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                push_string(out, key);
                out.push_str(": ");
                push(out, item);
            }
            out.push('}');
        }
    }
}

/// Appends a string between quotes.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", control as u32)),
            plain => out.push(plain),
        }
    }
    out.push('"');
}

/// `{"a":[1,2]}`, as values of type `json` are made.
pub fn compact(value: &Json) -> String {
    let mut out = String::new();
    push_compact(&mut out, value);
    out
}

fn push_compact(out: &mut String, value: &Json) {
    match value {
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                push_compact(out, item);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                push_string(out, key);
                out.push(':');
                push_compact(out, item);
            }
            out.push('}');
        }
        plain => push(out, plain),
    }
}

/// One entry a line, four blanks for each level.
pub fn pretty(value: &Json) -> String {
    let mut out = String::new();
    push_pretty(&mut out, value, 0);
    out
}

fn push_pretty(out: &mut String, value: &Json, level: usize) {
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", level));
    };
    match value {
        Json::Array(items) if !items.is_empty() => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                line(out, level + 1);
                push_pretty(out, item, level + 1);
            }
            line(out, level);
            out.push(']');
        }
        Json::Object(entries) if !entries.is_empty() => {
            out.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                line(out, level + 1);
                push_string(out, key);
                out.push_str(": ");
                push_pretty(out, item, level + 1);
            }
            line(out, level);
            out.push('}');
        }
        Json::Array(_) => {
            out.push('[');
            line(out, level);
            out.push(']');
        }
        Json::Object(_) => {
            out.push('{');
            line(out, level);
            out.push('}');
        }
        plain => push(out, plain),
    }
}
