//! Cutting bytes into records, without understanding them.

use std::ops::Range;

/// Records at the front of a piece of text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The records' bytes, without their line ends. Blank lines are no records.
    pub records: Vec<Range<usize>>,
    /// The line on which each record starts, counted from 0 in this piece.
    pub lines: Vec<u32>,
    /// Records (by index) that the cut had to guess, with the reason.
    pub broken: Vec<(usize, &'static str)>,
    /// How many bytes the records and the blank lines between them take.
    pub bytes: usize,
    /// How many line ends are in those bytes.
    pub line_ends: u32,
}

impl Chunk {
    fn push(&mut self, text: &[u8], start: usize, end: usize) {
        let record = &text[start..end];
        let trimmed = record.strip_suffix(b"\r").unwrap_or(record);
        if !trimmed.trim_ascii().is_empty() {
            self.records.push(start..start + trimmed.len());
            self.lines.push(self.line_ends);
        }
    }

    /// Takes the record that ends before `end`, with `line_ends` newlines in it
    /// and after it, the next one beginning at `next`.
    fn take(&mut self, text: &[u8], end: usize, next: usize, line_ends: u32) {
        self.push(text, self.bytes, end);
        self.bytes = next;
        self.line_ends += line_ends;
    }
}

/// One record a line. At most `limit` records; the last line counts without a
/// newline only when nothing can follow (`at_end`).
pub fn lines(text: &[u8], limit: usize, at_end: bool) -> Chunk {
    let mut chunk = Chunk::default();
    while chunk.records.len() < limit && chunk.bytes < text.len() {
        match newline(&text[chunk.bytes..]) {
            Some(length) => chunk.take(text, chunk.bytes + length, chunk.bytes + length + 1, 1),
            None if at_end => chunk.take(text, text.len(), text.len(), 0),
            None => break,
        }
    }
    chunk
}

/// Records of delimited text, in which a quoted field may hold line ends. A
/// quote that is never closed breaks only the line on which it was opened.
pub fn delimited(text: &[u8], delimiter: u8, quote: u8, limit: usize, at_end: bool) -> Chunk {
    let mut chunk = Chunk::default();
    while chunk.records.len() < limit && chunk.bytes < text.len() {
        let rest = &text[chunk.bytes..];
        let line = newline(rest);
        let length = line.unwrap_or(rest.len());
        if !rest[..length].contains(&quote) {
            match line {
                Some(_) => chunk.take(text, chunk.bytes + length, chunk.bytes + length + 1, 1),
                None if at_end => chunk.take(text, text.len(), text.len(), 0),
                None => break,
            }
            continue;
        }
        match quoted_record(rest, delimiter, quote) {
            (Some(length), line_ends) => {
                chunk.take(text, chunk.bytes + length, chunk.bytes + length + 1, line_ends + 1);
            }
            (None, _) if !at_end => break,
            (None, open) if open == u32::MAX => {
                let next = line.map_or(text.len(), |length| chunk.bytes + length + 1);
                chunk.broken.push((chunk.records.len(), "a quoted field is not closed"));
                chunk.take(text, chunk.bytes + length, next, u32::from(line.is_some()));
            }
            (None, line_ends) => chunk.take(text, text.len(), text.len(), line_ends),
        }
    }
    chunk
}

/// The length of a record that has quotes in it, and how many newlines are
/// inside. `(None, u32::MAX)`: the text ends inside quotes.
fn quoted_record(text: &[u8], delimiter: u8, quote: u8) -> (Option<usize>, u32) {
    let (mut inside, mut field_start, mut closed, mut line_ends) = (false, true, false, 0);
    for (at, byte) in text.iter().enumerate() {
        let is_quote = *byte == quote;
        let was_closed = std::mem::replace(&mut closed, is_quote && inside);
        let was_start = std::mem::replace(&mut field_start, *byte == delimiter && !inside);
        match *byte {
            _ if is_quote && inside => inside = false,
            // A quote opens a field at its start, or goes on after a doubled one.
            _ if is_quote => inside = was_start || was_closed,
            b'\n' if inside => line_ends += 1,
            b'\n' => return (Some(at), line_ends),
            _ => {}
        }
    }
    (None, if inside { u32::MAX } else { line_ends })
}

/// Where the next newline is; eight bytes at a time.
fn newline(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const NEWLINES: u64 = ONES * b'\n' as u64;
    let mut words = text.chunks_exact(8);
    let mut at = 0;
    for word in &mut words {
        let bytes = u64::from_le_bytes(word.try_into().expect("eight bytes")) ^ NEWLINES;
        let found = bytes.wrapping_sub(ONES) & !bytes & (ONES << 7);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    words.remainder().iter().position(|b| *b == b'\n').map(|rest| at + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, chunk: &Chunk) -> Vec<String> {
        chunk.records.iter().map(|r| text[r.clone()].to_string()).collect()
    }

    #[test]
    fn finds_newlines() {
        for length in 0..40 {
            let mut text = vec![b'x'; length];
            assert_eq!(newline(&text), None);
            for at in 0..length {
                text[at] = b'\n';
                assert_eq!(newline(&text), Some(at));
                text[at] = 0x8A;
            }
        }
    }

    #[test]
    fn a_half_line_waits_for_its_end() {
        let text = "one\r\n\n two\nthree";
        let chunk = lines(text.as_bytes(), 10, false);
        assert_eq!(texts(text, &chunk), ["one", " two"]);
        assert_eq!((chunk.bytes, chunk.line_ends, chunk.lines.as_slice()), (11, 3, &[0, 2][..]));
        assert_eq!(texts(text, &lines(text.as_bytes(), 10, true)), ["one", " two", "three"]);
        let first = lines(text.as_bytes(), 1, false);
        assert_eq!((texts(text, &first), first.bytes), (vec!["one".to_string()], 5));
    }

    #[test]
    fn quotes_hold_line_ends() {
        let text = "a,\"x\ny\",1\nb,\"say \"\"hi\"\"\n\",2\nc 5\" \"\"pipe,3\nd,\"\",4\n";
        let chunk = delimited(text.as_bytes(), b',', b'"', 10, false);
        assert_eq!(
            texts(text, &chunk),
            ["a,\"x\ny\",1", "b,\"say \"\"hi\"\"\n\",2", "c 5\" \"\"pipe,3", "d,\"\",4"]
        );
        assert_eq!((chunk.bytes, chunk.lines.as_slice()), (text.len(), &[0, 2, 4, 5][..]));
        assert!(chunk.broken.is_empty());
    }

    #[test]
    fn an_open_quote_breaks_its_line_only() {
        let text = "a,1\nb,\"open\nc,3\n";
        let waiting = delimited(text.as_bytes(), b',', b'"', 10, false);
        assert_eq!(texts(text, &waiting), ["a,1"]);
        let ended = delimited(text.as_bytes(), b',', b'"', 10, true);
        assert_eq!(texts(text, &ended), ["a,1", "b,\"open", "c,3"]);
        assert_eq!(ended.broken, [(1, "a quoted field is not closed")]);
    }
}
