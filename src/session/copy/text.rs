//! The fields of one row in text format.

/// Calls `field` with each field of `row`, decoded; `None` is null. `scratch` is
/// reused from field to field. Stops early when `field` fails.
pub(super) fn fields<E>(
    row: &[u8],
    delimiter: u8,
    null: &[u8],
    scratch: &mut Vec<u8>,
    mut field: impl FnMut(Option<&[u8]>) -> Result<(), E>,
) -> Result<(), E> {
    let mut at = 0;
    loop {
        let start = at;
        let mut escaped = false;
        while at < row.len() && row[at] != delimiter {
            if row[at] == b'\\' && at + 1 < row.len() {
                escaped = true;
                at += 1;
            }
            at += 1;
        }
        let raw = &row[start..at];
        if raw == null {
            field(None)?;
        } else if escaped {
            scratch.clear();
            decode(raw, scratch);
            field(Some(scratch))?;
        } else {
            field(Some(raw))?;
        }
        if at >= row.len() {
            return Ok(());
        }
        at += 1;
    }
}

/// Undoes backslashes: `\b \f \n \r \t \v`, `\nnn` octal, `\xhh`; before any
/// other character the backslash only goes away.
fn decode(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let [escaped, tail @ ..] = tail else {
            out.push(*first);
            return;
        };
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        rest = tail;
        match escaped {
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => rest = number(escaped - b'0', tail, 8, 2, out),
            b'x' => match tail.first().and_then(|digit| value(*digit, 16)) {
                Some(first) => rest = number(first, &tail[1..], 16, 1, out),
                None => out.push(b'x'),
            },
            other => out.push(*other),
        }
    }
}

/// One byte from the digit `first` and up to `more` further ones.
fn number<'a>(first: u8, mut rest: &'a [u8], base: u32, more: usize, out: &mut Vec<u8>) -> &'a [u8] {
    let mut byte = u32::from(first);
    for _ in 0..more {
        let Some(digit) = rest.first().and_then(|digit| value(*digit, base)) else { break };
        byte = byte * base + u32::from(digit);
        rest = &rest[1..];
    }
    out.push((byte & 0xff) as u8);
    rest
}

fn value(digit: u8, base: u32) -> Option<u8> {
    char::from(digit).to_digit(base).map(|value| value as u8)
}
