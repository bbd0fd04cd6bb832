//! Arrays and records as text: what is inside is printed as by itself and
//! quoted when it would be misread.

use super::TextPrinter;

/// Appends `{a,"b c",NULL}` for the rows `from..to` of the elements.
pub(super) fn push_array(
    out: &mut String,
    elements: &TextPrinter,
    nested: bool,
    rows: std::ops::Range<usize>,
) {
    out.push('{');
    let first = rows.start;
    for row in rows {
        if row > first {
            out.push(',');
        }
        let start = out.len();
        if !elements.write(row, out) {
            out.push_str("NULL");
        } else if !nested && array_needs_quotes(&out[start..]) {
            quote(out, start, |c| matches!(c, '"' | '\\').then_some('\\'));
        }
    }
    out.push('}');
}

/// Appends `1 2 3` for the rows of the elements.
pub(super) fn push_vector(out: &mut String, elements: &TextPrinter, rows: std::ops::Range<usize>) {
    let first = rows.start;
    for row in rows {
        if row > first {
            out.push(' ');
        }
        elements.write(row, out);
    }
}

/// Appends `(a,"b c",)` for one row of each field.
pub(super) fn push_record(out: &mut String, fields: &[TextPrinter], row: usize) {
    out.push('(');
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let start = out.len();
        if field.write(row, out) && record_needs_quotes(&out[start..]) {
            quote(out, start, |c| match c {
                '"' => Some('"'),
                '\\' => Some('\\'),
                _ => None,
            });
        }
    }
    out.push(')');
}

fn array_needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.eq_ignore_ascii_case("null")
        || text.bytes().any(|b| matches!(b, b'"' | b'\\' | b'{' | b'}' | b',') || is_space(b))
}

fn record_needs_quotes(text: &str) -> bool {
    text.is_empty() || text.bytes().any(|b| matches!(b, b'"' | b'\\' | b'(' | b')' | b',') || is_space(b))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Puts what `out` holds from `start` on between double quotes; `escape` gives
/// the character to put before one that needs it.
fn quote(out: &mut String, start: usize, escape: impl Fn(char) -> Option<char>) {
    let plain = out.split_off(start);
    out.push('"');
    for c in plain.chars() {
        out.extend(escape(c));
        out.push(c);
    }
    out.push('"');
}
