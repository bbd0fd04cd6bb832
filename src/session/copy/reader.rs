//! `COPY … FROM STDIN`: bytes to columns of text.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::csv::{self, CsvError};
use super::line::{LineCutter, Row};
use super::text;
use crate::sql::CopyFormat;
use crate::types::{Error, Result, SqlState};

/// The longest row.
const ROW_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most of a row that an error's detail shows.
const SHOWN_CHARS_MAX: usize = 100;

/// Reads rows from bytes in any cut into one text column for each of the
/// table's, so that a cast to its type is one kernel call for a whole batch.
pub struct CopyReader {
    table: String,
    format: CopyFormat,
    schema: SchemaRef,
    cutter: LineCutter,
    pending: Vec<u8>,
    scratch: Vec<u8>,
    columns: Vec<StringBuilder>,
    lines: Vec<u64>,
    ready: VecDeque<(RecordBatch, Vec<u64>)>,
    batch_rows: usize,
    header_seen: bool,
    ended: bool,
    taken_lines: Vec<u64>,
}

impl CopyReader {
    /// `table` is for messages; `columns` are the names of the columns that come,
    /// in order; batches have up to `batch_rows` rows.
    pub fn new(table: impl Into<String>, columns: &[String], format: CopyFormat, batch_rows: usize) -> Self {
        let fields: Vec<_> = columns.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        CopyReader {
            table: table.into(),
            cutter: LineCutter::new(&format),
            header_seen: !format.header,
            format,
            schema: Arc::new(Schema::new(fields)),
            pending: Vec::new(),
            scratch: Vec::new(),
            columns: columns.iter().map(|_| StringBuilder::new()).collect(),
            lines: Vec::new(),
            ready: VecDeque::new(),
            batch_rows: batch_rows.max(1),
            ended: false,
            taken_lines: Vec::new(),
        }
    }

    /// Takes the next bytes and reads all rows that are whole.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        if self.ended {
            return Ok(());
        }
        self.pending.extend_from_slice(bytes);
        self.read_rows(false)?;
        self.pending.drain(..self.cutter.start());
        self.cutter.forget(self.cutter.start());
        if self.pending.len() > ROW_BYTES_MAX {
            return Err(self.in_context(
                Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "a row is too long")
                    .with_hint(format!("A row may have up to {ROW_BYTES_MAX} bytes; is a quote missing?")),
                self.cutter.line(),
            ));
        }
        Ok(())
    }

    /// The next full batch of rows read so far.
    pub fn next_batch(&mut self) -> Option<RecordBatch> {
        let (batch, lines) = self.ready.pop_front()?;
        self.taken_lines = lines;
        Some(batch)
    }

    /// There is no more data: reads what is left and returns all rows that
    /// [`next_batch`](Self::next_batch) has not returned.
    pub fn finish(&mut self) -> Result<RecordBatch> {
        if !self.ended {
            self.read_rows(true)?;
        }
        self.ended = true;
        self.pending = Vec::new();
        self.seal()?;
        let (batches, lines): (Vec<_>, Vec<_>) = self.ready.drain(..).unzip();
        self.taken_lines = lines.concat();
        Ok(concat_batches(&self.schema, &batches)?)
    }

    /// Puts the place of a row of the batch returned last into the detail of an
    /// error about it, as PostgreSQL's `CONTEXT` does.
    pub fn at_row(&self, error: Error, row: usize) -> Error {
        let line = self.taken_lines.get(row).copied().unwrap_or(0);
        self.in_context(error, line)
    }

    fn read_rows(&mut self, last: bool) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let mut read = Ok(());
        while read.is_ok() && !self.ended {
            read = match self.cutter.next(&pending, last) {
                Ok(Some(row)) => self.row(row, &pending[row.start..row.end]),
                Ok(None) => break,
                Err(error) => Err(self.in_context(error, self.cutter.line())),
            };
        }
        self.pending = pending;
        read
    }

    fn row(&mut self, row: Row, bytes: &[u8]) -> Result<()> {
        if bytes == b"\\." {
            self.ended = true;
            return Ok(());
        }
        if !std::mem::replace(&mut self.header_seen, true) {
            return Ok(());
        }
        if let Err(error) = self.fields(bytes) {
            return Err(self.in_row(error, row.line, bytes));
        }
        self.lines.push(row.line);
        if self.lines.len() >= self.batch_rows {
            self.seal()?;
        }
        Ok(())
    }

    fn fields(&mut self, row: &[u8]) -> Result<()> {
        let (columns, schema) = (&mut self.columns, &self.schema);
        let mut at = 0;
        let append = |value: Option<&[u8]>| {
            let Some(column) = columns.get_mut(at) else {
                return Err(malformed("extra data after last expected column"));
            };
            at += 1;
            match value {
                Some(value) => column.append_value(utf8(value)?),
                None => column.append_null(),
            }
            Ok(())
        };
        if self.format.csv {
            csv::fields(row, &self.format, &mut self.scratch, append).map_err(|error| match error {
                CsvError::Unterminated => malformed("unterminated CSV quoted field"),
                CsvError::Field(error) => error,
            })?;
        } else {
            if row.starts_with(b"\\.") {
                return Err(malformed("end-of-copy marker corrupt"));
            }
            let null = self.format.null.as_bytes();
            text::fields(row, self.format.delimiter, null, &mut self.scratch, append)?;
        }
        match schema.fields().get(at) {
            Some(missing) => Err(malformed(format!("missing data for column \"{}\"", missing.name()))),
            None => Ok(()),
        }
    }

    /// Makes a batch of the rows read since the last.
    fn seal(&mut self) -> Result<()> {
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return Ok(());
        }
        let columns = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.ready.push_back((batch, lines));
        Ok(())
    }

    fn in_context(&self, error: Error, line: u64) -> Error {
        let detail = format!("COPY {}, line {line}", self.table);
        self.with_context(error, detail)
    }

    fn in_row(&self, error: Error, line: u64, row: &[u8]) -> Error {
        let text = String::from_utf8_lossy(row);
        let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
        if shown.len() < text.len() {
            shown.push_str("...");
        }
        self.with_context(error, format!("COPY {}, line {line}: \"{shown}\"", self.table))
    }

    fn with_context(&self, error: Error, context: String) -> Error {
        match error.detail() {
            Some(detail) => {
                let detail = format!("{detail}\n{context}");
                error.with_detail(detail)
            }
            None => error.with_detail(context),
        }
    }
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(SqlState::BAD_COPY_FILE_FORMAT, message)
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let wrong = &bytes[error.valid_up_to()..];
        let shown = wrong.iter().take(error.error_len().unwrap_or(wrong.len()));
        let shown: Vec<String> = shown.map(|byte| format!("0x{byte:02x}")).collect();
        Error::new(
            SqlState("22021"),
            format!("invalid byte sequence for encoding \"UTF8\": {}", shown.join(" ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;

    fn text() -> CopyFormat {
        CopyFormat {
            csv: false,
            header: false,
            delimiter: b'\t',
            null: "\\N".into(),
            quote: b'"',
            escape: b'"',
        }
    }

    fn csv() -> CopyFormat {
        CopyFormat {
            csv: true,
            header: false,
            delimiter: b',',
            null: String::new(),
            quote: b'"',
            escape: b'"',
        }
    }

    type Table = Vec<Vec<Option<String>>>;

    fn rows(batch: &RecordBatch) -> Table {
        let value = |row: usize, column: &ArrayRef| {
            let column = column.as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        (0..batch.num_rows()).map(|row| batch.columns().iter().map(|c| value(row, c)).collect()).collect()
    }

    /// Reads `data` cut into pieces of every length: all must agree.
    fn read(format: &CopyFormat, columns: usize, data: &[u8]) -> Result<Table> {
        let names: Vec<String> = ["a", "b", "c"][..columns].iter().map(|s| (*s).to_owned()).collect();
        let mut found = Vec::new();
        for piece in 1..=data.len().max(1) {
            let mut reader = CopyReader::new("t", &names, format.clone(), 2);
            let mut table = Vec::new();
            let mut feed = || {
                for bytes in data.chunks(piece) {
                    reader.push(bytes)?;
                    while let Some(batch) = reader.next_batch() {
                        table.extend(rows(&batch));
                    }
                }
                table.extend(rows(&reader.finish()?));
                Ok::<_, Error>(())
            };
            found.push(feed().map(|()| table));
        }
        let first = found.swap_remove(0);
        assert!(found.iter().all(|other| *other == first), "the cut matters: {found:?} {first:?}");
        first
    }

    fn table(rows: &[&[Option<&str>]]) -> Table {
        rows.iter().map(|row| row.iter().map(|v| v.map(str::to_owned)).collect()).collect()
    }

    fn refused(format: &CopyFormat, columns: usize, data: &[u8]) -> (String, String) {
        let error = read(format, columns, data).expect_err("refused");
        (error.message().to_owned(), error.detail().unwrap_or_default().to_owned())
    }

    #[test]
    fn text_rows_are_decoded() {
        let data = b"1\t\\N\n\t\\\\N\nx\\ty\ta\\\nb\n\\101\\x41\\x4g\\q\t\\b\\f\\n\\r\\v\n";
        assert_eq!(
            read(&text(), 2, data).expect("read"),
            table(&[
                &[Some("1"), None],
                &[Some(""), Some("\\N")],
                &[Some("x\ty"), Some("a\nb")],
                &[Some("AA\u{4}gq"), Some("\u{8}\u{c}\n\r\u{b}")],
            ])
        );
        assert_eq!(read(&text(), 1, b"a\r\n\r\nlast").expect("read").len(), 3);
        assert_eq!(read(&text(), 1, b"a\rb\r").expect("read").len(), 2);
        assert_eq!(read(&text(), 1, b"").expect("read").len(), 0);
    }

    #[test]
    fn a_marker_ends_the_data() {
        assert_eq!(read(&text(), 1, b"a\n\\.\nb\tc\td\n").expect("read"), table(&[&[Some("a")]]));
        assert_eq!(read(&csv(), 1, b"a\n\\.\nb,c,d\n").expect("read"), table(&[&[Some("a")]]));
        assert_eq!(refused(&text(), 1, b"a\n\\.b\n").0, "end-of-copy marker corrupt");
    }

    #[test]
    fn csv_rows_are_decoded() {
        let data = b"a,\"b,\"\"c\"\"\",\n\"\",x\"y,z\"w,\"1\n2\"\r";
        assert_eq!(
            read(&csv(), 3, data).map_err(|e| e.message().to_owned()),
            Err("unquoted carriage return found in data".to_owned())
        );
        let data = b"h,h,h\na,\"b,\"\"c\"\"\",\n\"\",x\"y,z\"w,\"1\n2\"\n";
        let with_header = CopyFormat { header: true, ..csv() };
        assert_eq!(
            read(&with_header, 3, data).expect("read"),
            table(&[&[Some("a"), Some("b,\"c\""), None], &[Some(""), Some("xy,zw"), Some("1\n2")],])
        );
        let escaped = CopyFormat { escape: b'\\', null: "NULL".into(), ..csv() };
        assert_eq!(
            read(&escaped, 3, b"\"a\\\"\\\\\",NULL,\"NULL\"\n").expect("read"),
            table(&[&[Some("a\"\\"), None, Some("NULL")]])
        );
    }

    #[test]
    fn errors_name_line_and_row() {
        let at = |message: &str, detail: &str| (message.to_owned(), detail.to_owned());
        assert_eq!(
            refused(&text(), 2, b"1\t2\n3\n"),
            at("missing data for column \"b\"", "COPY t, line 2: \"3\"")
        );
        assert_eq!(
            refused(&text(), 1, b"1\n2\t3\n"),
            at("extra data after last expected column", "COPY t, line 2: \"2\t3\"")
        );
        assert_eq!(
            refused(&csv(), 2, b"\"1\n2\",x\n3\n"),
            at("missing data for column \"b\"", "COPY t, line 3: \"3\"")
        );
        assert_eq!(
            refused(&csv(), 1, b"a\n\"b"),
            at("unterminated CSV quoted field", "COPY t, line 2: \"\"b\"")
        );
        assert_eq!(
            refused(&text(), 1, b"a\nb\r\n"),
            at("literal carriage return found in data", "COPY t, line 2")
        );
        assert_eq!(refused(&text(), 1, b"a\n\xff\n").0, "invalid byte sequence for encoding \"UTF8\": 0xff");
        assert_eq!(refused(&text(), 1, b"\\377\n").0, "invalid byte sequence for encoding \"UTF8\": 0xff");
    }

    #[test]
    fn rows_of_a_batch_know_their_lines() {
        let mut reader = CopyReader::new("t", &["a".to_owned()], csv(), 2);
        reader.push(b"1\n\"2\n2\"\n4\n").expect("read");
        assert!(reader.next_batch().is_some());
        let error = reader.at_row(malformed("x"), 1);
        assert_eq!(error.detail(), Some("COPY t, line 3"));
        reader.finish().expect("read");
        assert_eq!(reader.at_row(malformed("x"), 0).detail(), Some("COPY t, line 4"));
    }
}
