//! `COPY … TO STDOUT`: batches to lines.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use bytes::Bytes;

use crate::expr::TextPrinter;
use crate::sql::CopyFormat;
use crate::types::Result;

/// Writes batches of one schema.
pub struct CopyWriter {
    format: CopyFormat,
    schema: SchemaRef,
    scratch: String,
}

impl CopyWriter {
    /// A writer of batches with this schema.
    pub fn new(schema: SchemaRef, format: CopyFormat) -> Self {
        CopyWriter { format, schema, scratch: String::new() }
    }

    /// The line of column names; empty if the format has none.
    pub fn header(&self) -> Bytes {
        let mut out = String::new();
        if self.format.header {
            for (at, field) in self.schema.fields().iter().enumerate() {
                self.separate(at, &mut out);
                self.field(field.name(), false, &mut out);
            }
            out.push('\n');
        }
        out.into()
    }

    /// The lines of one batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<Bytes> {
        let printers = batch.columns().iter().map(TextPrinter::new).collect::<Result<Vec<_>>>()?;
        let plain: Vec<bool> = batch.columns().iter().map(|c| self.is_plain(c.data_type())).collect();
        let mut out = String::with_capacity(batch.num_rows() * batch.num_columns() * 8);
        let mut scratch = std::mem::take(&mut self.scratch);
        for row in 0..batch.num_rows() {
            for (at, printer) in printers.iter().enumerate() {
                self.separate(at, &mut out);
                if plain[at] {
                    if !printer.write(row, &mut out) {
                        out.push_str(&self.format.null);
                    }
                    continue;
                }
                scratch.clear();
                if printer.write(row, &mut scratch) {
                    self.field(&scratch, batch.num_columns() == 1, &mut out);
                } else {
                    out.push_str(&self.format.null);
                }
            }
            out.push('\n');
        }
        self.scratch = scratch;
        Ok(out.into())
    }

    fn separate(&self, at: usize, out: &mut String) {
        if at > 0 {
            out.push(char::from(self.format.delimiter));
        }
    }

    /// Whether values of this type can be written as they are: digits and signs
    /// only, and neither delimiter nor null string among them.
    fn is_plain(&self, data_type: &DataType) -> bool {
        let ordinary = matches!(self.format.delimiter, b'\t' | b',' | b'|' | b';')
            && (self.format.null.is_empty() || self.format.null == "\\N");
        ordinary && (data_type.is_integer() || data_type.is_floating() || data_type.is_decimal())
    }

    fn field(&self, value: &str, alone: bool, out: &mut String) {
        if self.format.csv { self.csv_field(value, alone, out) } else { self.text_field(value, out) }
    }

    fn text_field(&self, value: &str, out: &mut String) {
        for c in value.chars() {
            let escaped = match c {
                '\u{8}' => 'b',
                '\u{c}' => 'f',
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                '\u{b}' => 'v',
                '\\' => '\\',
                c if c == char::from(self.format.delimiter) => c,
                c => {
                    out.push(c);
                    continue;
                }
            };
            out.push('\\');
            out.push(escaped);
        }
    }

    /// Quotes where it would be misread: also a value that looks like null, or,
    /// as the only one of its line, like the end of the data.
    fn csv_field(&self, value: &str, alone: bool, out: &mut String) {
        let (quote, escape) = (char::from(self.format.quote), char::from(self.format.escape));
        let special =
            |b: u8| b == self.format.delimiter || b == self.format.quote || b == b'\n' || b == b'\r';
        let needs_quotes =
            value == self.format.null || (alone && value == "\\.") || value.bytes().any(special);
        if !needs_quotes {
            out.push_str(value);
            return;
        }
        out.push(quote);
        for c in value.chars() {
            if c == quote || c == escape {
                out.push(escape);
            }
            out.push(c);
        }
        out.push(quote);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, StringArray};

    use super::super::CopyReader;
    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(-3), Some(4)]));
        let words: ArrayRef =
            Arc::new(StringArray::from(vec![Some("a\tb\\,\"c\""), Some(""), None, Some("two\nlines\r")]));
        RecordBatch::try_from_iter([("n", numbers), ("w", words)]).expect("a batch")
    }

    fn formats() -> [CopyFormat; 2] {
        let text = CopyFormat {
            csv: false,
            header: false,
            delimiter: b'\t',
            null: "\\N".into(),
            quote: b'"',
            escape: b'"',
        };
        let csv =
            CopyFormat { csv: true, header: true, delimiter: b',', null: String::new(), ..text.clone() };
        [text, csv]
    }

    #[test]
    fn lines_are_those_of_postgresql() {
        let [text, csv] = formats();
        let write = |format: CopyFormat| {
            let mut writer = CopyWriter::new(batch().schema(), format);
            let header = writer.header();
            let lines = writer.write(&batch()).expect("written");
            String::from_utf8([header, lines].concat()).expect("text")
        };
        assert_eq!(write(text), "1\ta\\tb\\\\,\"c\"\n\\N\t\n-3\t\\N\n4\ttwo\\nlines\\r\n");
        assert_eq!(write(csv), "n,w\n1,\"a\tb\\,\"\"c\"\"\"\n,\"\"\n-3,\n4,\"two\nlines\r\"\n");
    }

    #[test]
    fn what_is_written_reads_back() {
        for format in formats() {
            let mut writer = CopyWriter::new(batch().schema(), format.clone());
            let mut reader = CopyReader::new("t", &["n".to_owned(), "w".to_owned()], format, 100);
            reader.push(&writer.header()).expect("read");
            reader.push(&writer.write(&batch()).expect("written")).expect("read");
            let back = reader.finish().expect("read");
            assert_eq!(back.column(1), batch().column(1));
        }
    }
}
