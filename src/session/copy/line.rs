//! Cutting a stream of bytes into rows.
//!
//! A row ends at the first line end that is neither escaped (text) nor within
//! quotes (CSV). The first line end seen decides which of `\n`, `\r\n` and `\r`
//! all others must be.

use crate::sql::CopyFormat;
use crate::types::{Error, Result, SqlState};

/// How lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    Unknown,
    Newline,
    CarriageReturn,
    Both,
}

/// Where one row lies in the bytes, and whether another may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) start: usize,
    /// Without the line end.
    pub(super) end: usize,
    /// Behind the line end: where the next row begins.
    pub(super) next: usize,
    /// The number of its last line, from 1.
    pub(super) line: u64,
}

/// Finds rows in a growing buffer, and looks at each byte once.
pub(super) struct LineCutter {
    csv: bool,
    quote: u8,
    /// The escape within quotes, when it is not the quote itself.
    escape: Option<u8>,
    line_end: LineEnd,
    start: usize,
    at: usize,
    in_quotes: bool,
    after_escape: bool,
    line: u64,
}

impl LineCutter {
    pub(super) fn new(format: &CopyFormat) -> Self {
        LineCutter {
            csv: format.csv,
            quote: format.quote,
            escape: (format.escape != format.quote).then_some(format.escape),
            line_end: LineEnd::Unknown,
            start: 0,
            at: 0,
            in_quotes: false,
            after_escape: false,
            line: 0,
        }
    }

    /// The line that is being read, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line + 1
    }

    /// The next row of `bytes`, or `None` until more bytes are there. With
    /// `last`, the end of `bytes` ends a row too.
    pub(super) fn next(&mut self, bytes: &[u8], last: bool) -> Result<Option<Row>> {
        while self.at < bytes.len() {
            let byte = bytes[self.at];
            match byte {
                b'\n' | b'\r' if !self.in_quotes && !(self.after_escape && !self.csv) => {
                    if byte == b'\r' && self.at + 1 == bytes.len() && !last {
                        return Ok(None);
                    }
                    let length = self.line_end(byte, bytes.get(self.at + 1).copied())?;
                    return Ok(Some(self.cut(self.at, self.at + length)));
                }
                b'\n' => self.line += u64::from(self.in_quotes || self.after_escape),
                _ => {}
            }
            self.step(byte);
            self.at += 1;
        }
        Ok((last && self.start < bytes.len()).then(|| self.cut(bytes.len(), bytes.len())))
    }

    fn cut(&mut self, end: usize, next: usize) -> Row {
        self.line += 1;
        let row = Row { start: self.start, end, next, line: self.line };
        self.start = next;
        self.at = next;
        self.in_quotes = false;
        self.after_escape = false;
        row
    }

    /// What one byte changes in how the next is read.
    fn step(&mut self, byte: u8) {
        if !self.csv {
            self.after_escape = byte == b'\\' && !self.after_escape;
            return;
        }
        if self.in_quotes && Some(byte) == self.escape {
            self.after_escape = !self.after_escape;
        }
        if byte == self.quote && !self.after_escape {
            self.in_quotes = !self.in_quotes;
        }
        if Some(byte) != self.escape {
            self.after_escape = false;
        }
    }

    /// The length of the line end that begins with `byte`.
    fn line_end(&mut self, byte: u8, following: Option<u8>) -> Result<usize> {
        let found = match (byte, following) {
            (b'\n', _) => LineEnd::Newline,
            (_, Some(b'\n')) => LineEnd::Both,
            _ => LineEnd::CarriageReturn,
        };
        match (self.line_end, found) {
            (LineEnd::Unknown, _) => self.line_end = found,
            (expected, found) if expected == found => {}
            // A lone line feed within lines that end in a carriage return, and
            // the other way round, would be data that nobody meant.
            (_, LineEnd::Newline) => return Err(self.literal("newline", "\\n")),
            _ => return Err(self.literal("carriage return", "\\r")),
        }
        Ok(if found == LineEnd::Both { 2 } else { 1 })
    }

    fn literal(&self, name: &str, escape: &str) -> Error {
        let error =
            |place: &str| Error::new(SqlState::BAD_COPY_FILE_FORMAT, format!("{place} {name} found in data"));
        if self.csv {
            error("unquoted").with_hint(format!("Use quoted CSV field to represent {name}."))
        } else {
            error("literal").with_hint(format!("Use \"{escape}\" to represent {name}."))
        }
    }

    /// The first `count` bytes are taken out of the buffer.
    pub(super) fn forget(&mut self, count: usize) {
        self.start -= count;
        self.at -= count;
    }

    /// Where the unfinished row begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }
}
