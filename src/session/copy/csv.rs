//! The fields of one row in CSV format.

use crate::sql::CopyFormat;

/// The row ended within quotes, or what the caller's closure failed with.
pub(super) enum CsvError<E> {
    Unterminated,
    Field(E),
}

/// Calls `field` with each field of `row`, without its quotes; `None` is null: a
/// field that is the null string and had no quotes.
pub(super) fn fields<E>(
    row: &[u8],
    format: &CopyFormat,
    scratch: &mut Vec<u8>,
    mut field: impl FnMut(Option<&[u8]>) -> Result<(), E>,
) -> Result<(), CsvError<E>> {
    let mut at = 0;
    loop {
        let start = at;
        while at < row.len() && row[at] != format.delimiter && row[at] != format.quote {
            at += 1;
        }
        if at >= row.len() || row[at] == format.delimiter {
            let raw = &row[start..at];
            field((raw != format.null.as_bytes()).then_some(raw)).map_err(CsvError::Field)?;
        } else {
            scratch.clear();
            scratch.extend_from_slice(&row[start..at]);
            at = quoted(row, at, format, scratch).ok_or(CsvError::Unterminated)?;
            field(Some(scratch)).map_err(CsvError::Field)?;
        }
        if at >= row.len() {
            return Ok(());
        }
        at += 1;
    }
}

/// Appends the rest of a field that has a quote at `at`; the place of its end,
/// or `None` if a quote is never closed.
fn quoted(row: &[u8], mut at: usize, format: &CopyFormat, out: &mut Vec<u8>) -> Option<usize> {
    let mut in_quotes = false;
    while at < row.len() {
        let byte = row[at];
        let following = row.get(at + 1).copied();
        let escapes = following.is_some_and(|next| next == format.quote || next == format.escape);
        if !in_quotes && byte == format.delimiter {
            break;
        } else if in_quotes && byte == format.escape && escapes {
            out.extend(following);
            at += 1;
        } else if byte == format.quote {
            in_quotes = !in_quotes;
        } else {
            out.push(byte);
        }
        at += 1;
    }
    (!in_quotes).then_some(at)
}
