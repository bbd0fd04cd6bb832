//! Comma-separated values, and those separated by something else.
//!
//! With a header (the default) columns are found by name, whatever their order
//! and case, and others are ignored; without one they are taken in order. An
//! empty field is NULL, except in a text column, where it is empty text; a
//! field that equals the option `null` is NULL everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::nullif;
use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Format;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use regex::Regex;

use super::decoder::{Decoder, Place, Wanted, decode_records};
use super::split::{Chunk, delimited};
use super::typed::{missing_column, text_type};
use crate::connectors::settings::{Settings, invalid};
use crate::dataflow::{OptionSpec, SourceBatch};
use crate::types::{Error, Result, SqlState};

/// How many records are looked at for types.
const SAMPLE_RECORDS: usize = 1_000;

/// The options in brackets after `ENCODE CSV`.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec { name: "header", about: "the first record names the columns (true)" },
    OptionSpec { name: "without_header", about: "the opposite of header" },
    OptionSpec { name: "delimiter", about: "one character between fields (,)" },
    OptionSpec { name: "quote", about: "one character around fields (\")" },
    OptionSpec { name: "null", about: "a field of this text is NULL" },
];

/// The options, checked.
#[derive(Clone, Debug)]
pub struct Csv {
    header: bool,
    delimiter: u8,
    quote: u8,
    null: Option<String>,
}

impl Csv {
    /// Reads the options of a `FORMAT` clause.
    pub fn new(options: &BTreeMap<String, String>) -> Result<Self> {
        let settings = Settings(options);
        let byte = |name: &str, default: u8| match settings.text(name) {
            None => Ok(default),
            Some("\\t") => Ok(b'\t'),
            Some(text) if text.len() == 1 && text != "\n" && text != "\r" => Ok(text.as_bytes()[0]),
            Some(text) => Err(invalid(name, text, "one ASCII character")),
        };
        let header = settings.flag("header", true)?;
        let without = settings.flag("without_header", !header)?;
        if settings.text("header").is_some() && header == without {
            return Err(invalid("without_header", &without.to_string(), "the opposite of \"header\""));
        }
        Ok(Csv {
            header: !without,
            delimiter: byte("delimiter", b',')?,
            quote: byte("quote", b'"')?,
            null: settings.text("null").map(String::from),
        })
    }

    /// The header at the front of a file: its bytes and line ends. Nothing
    /// without a header.
    pub fn header_end(&self, head: &[u8], at_end: bool) -> (usize, u32) {
        if !self.header {
            return (0, 0);
        }
        let chunk = self.split(head, 1, at_end);
        (chunk.bytes, chunk.line_ends)
    }

    /// Cuts text into records.
    pub fn split(&self, text: &[u8], limit: usize, at_end: bool) -> Chunk {
        delimited(text, self.delimiter, self.quote, limit, at_end)
    }

    /// Columns by header and sample.
    pub fn infer(&self, head: &[u8]) -> Result<Fields> {
        let whole = self.split(head, SAMPLE_RECORDS, false);
        let head = if whole.bytes == 0 { head } else { &head[..whole.bytes] };
        let format = self.format().with_null_regex(self.null_pattern()?).with_truncated_rows(true);
        let (schema, _) = format.infer_schema(head, Some(SAMPLE_RECORDS))?;
        let declared = |field: &Arc<Field>| match field.data_type() {
            DataType::Timestamp(_, _) => DataType::Timestamp(TimeUnit::Microsecond, None),
            DataType::Null => DataType::Utf8,
            other => other.clone(),
        };
        let fields: Fields =
            schema.fields().iter().map(|f| Field::new(bare(f.name()), declared(f), true)).collect();
        if fields.is_empty() {
            return Err(Error::new(
                SqlState::INVALID_TABLE_DEFINITION,
                "there is no header to take columns from",
            )
            .with_hint("Declare the columns in the statement."));
        }
        Ok(fields)
    }

    fn format(&self) -> Format {
        Format::default().with_header(self.header).with_delimiter(self.delimiter).with_quote(self.quote)
    }

    /// What counts as NULL when types are guessed.
    fn null_pattern(&self) -> Result<Regex> {
        let text = self.null.as_deref().map(regex::escape).unwrap_or_default();
        Regex::new(&format!("^({text})?$")).map_err(|e| Error::internal(e.to_string()))
    }

    /// The fields of one record as text, without their quotes.
    fn fields(&self, record: &[u8]) -> Vec<String> {
        let mut quoted = false;
        let fields = record.trim_ascii_end().split(|byte| {
            quoted ^= *byte == self.quote;
            *byte == self.delimiter && !quoted
        });
        let text = |field: &[u8]| {
            let field = String::from_utf8_lossy(field);
            bare(&field).trim_matches(char::from(self.quote)).to_string()
        };
        fields.map(text).collect()
    }

    /// The names in the header of a file.
    fn names(&self, head: &[u8]) -> Result<Vec<String>> {
        let end = self.header_end(head, true).0;
        let (schema, _) = self.format().infer_schema(&head[..end], Some(0))?;
        Ok(schema.fields().iter().map(|f| bare(f.name()).to_string()).collect())
    }
}

/// Decodes one CSV file.
pub struct CsvDecoder {
    csv: Csv,
    wanted: Wanted,
    /// Every field of a record, as text.
    fields: SchemaRef,
    /// For each declared column, the field of a record that it is.
    places: Vec<usize>,
}

impl CsvDecoder {
    /// A decoder for the file `name`, which begins with `head`. Fails when a
    /// declared column is not in the header.
    pub fn new(csv: Csv, wanted: Wanted, name: &str, head: &[u8]) -> Result<Self> {
        for field in wanted.schema.fields() {
            if text_type(field.data_type())? != DataType::Utf8 {
                return Err(Error::unsupported(format!("type {} in CSV", field.data_type())));
            }
        }
        let names = match csv.header {
            true => csv.names(head)?,
            false => wanted.schema.fields().iter().map(|f| f.name().clone()).collect(),
        };
        let place = |column: &String| -> Result<usize> {
            let exact = names.iter().position(|n| n == column);
            exact.or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(column))).ok_or_else(|| {
                missing_column(column, name).with_hint(format!("Its header is: {}.", names.join(", ")))
            })
        };
        let places = wanted.schema.fields().iter().map(|f| place(f.name())).collect::<Result<_>>()?;
        let fields: Fields =
            (0..names.len()).map(|i| Field::new(i.to_string(), DataType::Utf8, true)).collect();
        Ok(CsvDecoder { csv, wanted, fields: Arc::new(Schema::new(fields)), places })
    }

    fn attempt(&self, text: &[u8], rows: usize) -> Result<RecordBatch, String> {
        // The reader hands columns out in the order of the file, each once.
        let mut order = self.places.clone();
        order.sort_unstable();
        order.dedup();
        let format = self.csv.format().with_header(false);
        let mut decoder = ReaderBuilder::new(self.fields.clone())
            .with_format(format)
            .with_batch_size(rows)
            .with_projection(order.clone())
            .build_decoder();
        let mut read = 0;
        while read < text.len() && decoder.capacity() > 0 {
            match decoder.decode(&text[read..]).map_err(reason)? {
                0 => break,
                bytes => read += bytes,
            }
        }
        // Nothing more comes: this ends a last record without a newline.
        decoder.decode(&[]).map_err(reason)?;
        let batch = decoder.flush().map_err(reason)?;
        let batch = batch.filter(|b| b.num_rows() == rows && text[read..].trim_ascii().is_empty());
        let batch = batch.ok_or("the record cannot be told from its neighbours")?;
        self.declared(&batch, &order).map_err(reason)
    }

    /// The declared columns with their NULLs.
    fn declared(
        &self,
        batch: &RecordBatch,
        order: &[usize],
    ) -> Result<RecordBatch, arrow::error::ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.places.len());
        for (place, field) in self.places.iter().zip(self.wanted.schema.fields()) {
            let text = batch.column(order.partition_point(|p| p < place));
            columns.push(self.with_nulls(text, field.data_type() == &DataType::Utf8)?);
        }
        let fields: Fields =
            self.wanted.schema.fields().iter().map(|f| Field::new(f.name(), DataType::Utf8, true)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
    }

    /// The reader makes every empty field NULL, which holds for all but text.
    fn with_nulls(&self, column: &ArrayRef, is_text: bool) -> Result<ArrayRef, arrow::error::ArrowError> {
        let mut column = column.clone();
        if is_text && column.null_count() > 0 {
            let text = column.as_string::<i32>();
            column = Arc::new(StringArray::try_new(text.offsets().clone(), text.values().clone(), None)?);
        }
        let Some(null) = &self.csv.null else { return Ok(column) };
        let mask: BooleanArray = column.as_string::<i32>().iter().map(|v| Some(v == Some(null))).collect();
        if mask.true_count() == 0 { Ok(column) } else { nullif(&column, &mask) }
    }
}

impl Decoder for CsvDecoder {
    fn split(&self, text: &[u8], limit: usize, at_end: bool) -> Chunk {
        self.csv.split(text, limit, at_end)
    }

    fn decode(&self, text: &[u8], chunk: &Chunk, place: Place<'_>) -> Result<SourceBatch> {
        let mut batch = decode_records(text, chunk, place, &self.wanted, &|range| {
            let records = &chunk.records[range];
            let text = &text[records[0].start..records[records.len() - 1].end];
            let outcome = self.attempt(text, records.len());
            if records.len() > 1 { outcome } else { outcome.map_err(|reason| self.miscounted(text, reason)) }
        })?;
        if let Some(first) = batch.rejected.first_mut()
            && !self.csv.header
            && first.place == format!("{}:1", place.file)
            && self.names_columns(&first.raw)
        {
            first.reason.push_str("; it looks like a header, which without_header takes for a row");
        }
        Ok(batch)
    }
}

impl CsvDecoder {
    /// Why one record cannot be read: mostly for its number of fields.
    fn miscounted(&self, record: &[u8], reason: String) -> String {
        let (count, expected) = (self.csv.fields(record).len(), self.fields.fields().len());
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let has = format!("the record has {count} field{}", plural(count));
        match (count == expected, self.csv.header) {
            (true, _) => reason,
            (false, true) => format!("{has}, but the header names {expected}"),
            (false, false) => {
                let names: Vec<&str> =
                    self.wanted.schema.fields().iter().map(|f| f.name().as_str()).collect();
                format!("{has}, but {expected} column{} declared: {}", be(expected), names.join(", "))
            }
        }
    }

    /// Are the declared columns named there?
    fn names_columns(&self, record: &str) -> bool {
        let fields = self.csv.fields(record.as_bytes());
        let named = |column: &str| fields.iter().any(|f| f.eq_ignore_ascii_case(column));
        self.wanted.schema.fields().iter().all(|f| named(f.name()))
    }
}

fn be(count: usize) -> &'static str {
    if count == 1 { " is" } else { "s are" }
}

/// A name without the byte order mark of its file and the spaces around it.
fn bare(name: &str) -> &str {
    name.trim_start_matches('\u{feff}').trim()
}

/// The reader counts lines of its own input, which means nothing to a user.
fn reason(error: arrow::error::ArrowError) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("Csv error: ").unwrap_or(&text);
    match text.split_once(" for line ") {
        Some((what, rest)) => {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{what}{rest}")
        }
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::Int64Type;

    fn decode(options: &[(&str, &str)], fields: Vec<Field>, text: &str) -> SourceBatch {
        let options = options.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let csv = Csv::new(&options).unwrap();
        let projection = (0..fields.len()).collect();
        let wanted = Wanted { schema: Arc::new(Schema::new(fields)), projection };
        let (start, lines) = csv.header_end(text.as_bytes(), true);
        let decoder = CsvDecoder::new(csv, wanted, "f", text.as_bytes()).unwrap();
        let text = &text.as_bytes()[start..];
        let chunk = decoder.split(text, usize::MAX, true);
        decoder.decode(text, &chunk, Place { file: "f", line: u64::from(lines) }).unwrap()
    }

    fn columns() -> Vec<Field> {
        vec![Field::new("id", DataType::Int64, true), Field::new("name", DataType::Utf8, true)]
    }

    fn ids(batch: &SourceBatch) -> Vec<Option<i64>> {
        batch.rows.column(0).as_primitive::<Int64Type>().iter().collect()
    }

    #[test]
    fn columns_are_found_by_name_and_bad_records_rejected_one_by_one() {
        let text = "Extra,NAME,Id\nx,a,1\nx,b\nx,c,3,4\n,\"d\ne\",\n\nx,f,six\nx,\"g,7\nx,,8";
        let batch = decode(&[], columns(), text);
        assert_eq!(ids(&batch), [Some(1), None, Some(8)]);
        let names: Vec<_> = batch.rows.column(1).as_string::<i32>().iter().flatten().collect();
        assert_eq!(names, ["a", "d\ne", ""], "an empty field of text is empty text");
        let rejected: Vec<String> =
            batch.rejected.iter().map(|r| format!("{} {}", r.place, r.reason)).collect();
        assert_eq!(
            rejected,
            [
                "f:3 the record has 2 fields, but the header names 3",
                "f:4 the record has 4 fields, but the header names 3",
                "f:8 invalid input syntax for type bigint: \"six\" (column \"id\")",
                "f:9 a quoted field is not closed",
            ]
        );
        assert_eq!(batch.rejected[0].raw, "x,b");
    }

    #[test]
    fn takes_other_shapes() {
        let options = [("without_header", "true"), ("delimiter", "|"), ("null", "NA")];
        let batch = decode(&options, columns(), "1|NA\r\nNA|b\r\n|\r\n");
        assert_eq!(ids(&batch), [Some(1), None, None]);
        let names = batch.rows.column(1).as_string::<i32>();
        assert_eq!(names.iter().collect::<Vec<_>>(), [None, Some("b"), Some("")]);
        assert!(batch.rejected.is_empty(), "{:?}", batch.rejected);
    }

    #[test]
    fn a_header_that_is_read_as_a_row_is_told() {
        let numbers = || vec![Field::new("a", DataType::Int64, true), Field::new("b", DataType::Int64, true)];
        let options = [("without_header", "true")];
        let reasons = |text: &str| -> Vec<String> {
            decode(&options, numbers(), text).rejected.into_iter().map(|r| r.reason).collect()
        };
        let told = "; it looks like a header, which without_header takes for a row";
        let counted = "but 2 columns are declared: a, b";
        assert_eq!(
            reasons("a,b,c\n1,2\n3\n"),
            [
                format!("the record has 3 fields, {counted}{told}"),
                format!("the record has 1 field, {counted}")
            ]
        );
        assert!(reasons("\"B\",a\n1,2\n")[0].ends_with(told));
        assert!(!reasons("x,y\n1,2\n")[0].ends_with(told));
    }

    #[test]
    fn says_which_column_is_missing() {
        let csv = Csv::new(&BTreeMap::new()).unwrap();
        let wanted = Wanted { schema: Arc::new(Schema::new(columns())), projection: vec![0] };
        let error = CsvDecoder::new(csv, wanted, "f", b"id,nom\n").err().unwrap();
        assert_eq!(error.message(), "column \"name\" is not in \"f\"");
        assert_eq!(error.hint(), Some("Its header is: id, nom."));
    }

    #[test]
    fn infers_types() {
        let csv = Csv::new(&BTreeMap::from([("null".into(), "NA".into())])).unwrap();
        let fields = csv.infer(b"a,b,c,d\n1,2013-01-01T05:00:00Z,x,NA\nNA,NA,y,NA\n2,2013").unwrap();
        let types: Vec<&DataType> = fields.iter().map(|f| f.data_type()).collect();
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        assert_eq!(types, [&DataType::Int64, &time, &DataType::Utf8, &DataType::Utf8]);
    }
}
