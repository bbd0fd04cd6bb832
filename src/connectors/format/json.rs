//! JSON lines: one object a line.
//!
//! Fields that are not declared are ignored, missing ones are NULL. A column is
//! found under its own name, or else under one that differs in case only, as
//! the first lines of the file show (SQL folds unquoted names).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema_from_iterator;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::decoder::{Decoder, Place, Wanted, decode_records};
use super::split::{Chunk, lines};
use super::typed::text_type;
use crate::dataflow::SourceBatch;
use crate::expr::json::quote_documents;
use crate::types::{Error, Result, SqlState};

/// How many lines are looked at for names and types.
const SAMPLE_LINES: usize = 1_000;

/// Decodes JSON lines.
pub struct JsonDecoder {
    wanted: Wanted,
    /// The declared columns under the names they have in the file, as text.
    schema: SchemaRef,
}

impl JsonDecoder {
    /// A decoder for a file that begins with `head`.
    pub fn new(wanted: Wanted, head: &[u8]) -> Result<Self> {
        let keys = Sample::new(head).keys;
        let field = |field: &FieldRef| -> Result<FieldRef> {
            let data_type = text_type(field.data_type())?;
            let folded = |key: &&String| key.eq_ignore_ascii_case(field.name());
            let name = match keys.contains(field.name()) {
                true => field.name(),
                false => keys.iter().find(folded).unwrap_or(field.name()),
            };
            Ok(Arc::new(Field::new(name, data_type, true)))
        };
        let fields = wanted.schema.fields().iter().map(field).collect::<Result<Fields>>()?;
        Ok(JsonDecoder { schema: Arc::new(Schema::new(fields)), wanted })
    }

    /// The lines with the documents in them as text, if columns hold documents.
    fn quoted(&self, text: &[u8]) -> Option<Vec<u8>> {
        let is_document = |t: &DataType| matches!(t, DataType::LargeBinary | DataType::BinaryView);
        let declared = self.wanted.schema.fields().iter().zip(self.schema.fields());
        let named = declared.filter(|(d, _)| is_document(d.data_type())).map(|(_, f)| f.name().as_str());
        let named: Vec<&str> = named.collect();
        if named.is_empty() {
            return None;
        }
        let mut out = Vec::with_capacity(text.len());
        for line in text.split(|b| *b == b'\n') {
            let quoted =
                std::str::from_utf8(line).ok().and_then(|l| quote_documents(l, |k| named.contains(&k)));
            match quoted {
                Some(quoted) => out.extend_from_slice(quoted.as_bytes()),
                None => out.extend_from_slice(line),
            }
            out.push(b'\n');
        }
        Some(out)
    }

    /// Decodes lines that are one object each; otherwise says what is wrong.
    fn attempt(&self, text: &[u8], rows: usize) -> Result<RecordBatch, String> {
        let quoted = self.quoted(text);
        let text = quoted.as_deref().unwrap_or(text);
        let builder =
            ReaderBuilder::new(self.schema.clone()).with_batch_size(rows).with_coerce_primitive(true);
        let mut decoder = builder.build_decoder().map_err(reason)?;
        let read = decoder.decode(text).map_err(reason)?;
        if decoder.has_partial_record() {
            return Err("the line ends inside a JSON object".to_string());
        }
        let batch = decoder.flush().map_err(reason)?;
        let rest = text[read..].trim_ascii();
        match batch {
            Some(batch) if batch.num_rows() == rows && rest.is_empty() => Ok(batch),
            _ => Err("a line holds exactly one JSON object".to_string()),
        }
    }
}

impl Decoder for JsonDecoder {
    fn split(&self, text: &[u8], limit: usize, at_end: bool) -> Chunk {
        lines(text, limit, at_end)
    }

    fn decode(&self, text: &[u8], chunk: &Chunk, place: Place<'_>) -> Result<SourceBatch> {
        decode_records(text, chunk, place, &self.wanted, &|range| {
            let records = &chunk.records[range];
            // With both ends in place no object can run on into the next line,
            // so that as many objects as lines means one on each.
            if !records.iter().all(|r| is_object(&text[r.clone()])) {
                return Err("the line is not a JSON object".to_string());
            }
            let (first, last) = (&records[0], &records[records.len() - 1]);
            self.attempt(&text[first.start..last.end], records.len())
        })
    }
}

/// Columns found in the first lines: names in order of appearance, text that
/// always looks like a time as `TIMESTAMP`.
pub fn infer(head: &[u8]) -> Result<Fields> {
    let sample = Sample::new(head);
    let values = sample.objects.iter().map(|object| Ok(Value::Object(object.clone().into_iter().collect())));
    let schema = infer_json_schema_from_iterator(values)?;
    let mut fields = Vec::with_capacity(sample.keys.len());
    for key in &sample.keys {
        let inferred = schema.field_with_name(key)?;
        let is_time = inferred.data_type() == &DataType::Utf8 && sample.all_times(key);
        fields.push(match is_time {
            true => Field::new(key, DataType::Timestamp(TimeUnit::Microsecond, None), true),
            false => Field::new(key, without_null(inferred.data_type()), true),
        });
    }
    if fields.is_empty() {
        return Err(Error::new(
            SqlState::INVALID_TABLE_DEFINITION,
            "there is no JSON object to take columns from",
        )
        .with_hint("Declare the columns in the statement."));
    }
    Ok(fields.into())
}

/// A column of which nothing but NULL was seen is taken as text.
fn without_null(data_type: &DataType) -> DataType {
    let child = |field: &FieldRef| -> FieldRef {
        Arc::new(field.as_ref().clone().with_data_type(without_null(field.data_type())))
    };
    match data_type {
        DataType::Null => DataType::Utf8,
        DataType::Struct(fields) => {
            let mut fields: Vec<FieldRef> = fields.iter().map(child).collect();
            fields.sort_by(|a, b| a.name().cmp(b.name()));
            DataType::Struct(fields.into())
        }
        DataType::List(field) => DataType::List(child(field)),
        other => other.clone(),
    }
}

fn is_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && line.ends_with(b"}")
}

fn reason(error: arrow::error::ArrowError) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("Json error: ").unwrap_or(&text);
    format!("invalid JSON: {}", text.chars().take(300).collect::<String>())
}

/// The objects of the first lines.
struct Sample {
    keys: Vec<String>,
    objects: Vec<BTreeMap<String, Value>>,
}

impl Sample {
    fn new(head: &[u8]) -> Self {
        let chunk = lines(head, SAMPLE_LINES, true);
        let parse = |r: &std::ops::Range<usize>| serde_json::from_slice::<Object>(&head[r.clone()]).ok();
        let mut sample = Sample { keys: Vec::new(), objects: Vec::new() };
        for object in chunk.records.iter().filter_map(parse) {
            for (key, _) in &object.0 {
                if !sample.keys.contains(key) {
                    sample.keys.push(key.clone());
                }
            }
            sample.objects.push(object.0.into_iter().collect());
        }
        sample
    }

    fn all_times(&self, key: &str) -> bool {
        let mut values = self.objects.iter().filter_map(|object| object.get(key)).filter(|v| !v.is_null());
        values.all(|value| value.as_str().is_some_and(looks_like_a_time))
    }
}

/// `2013-01-01T05:00:00`, with whatever follows.
fn looks_like_a_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let fits = |(b, s): (&u8, &u8)| match s {
        b'0' => b.is_ascii_digit(),
        b'T' => matches!(b, b'T' | b' '),
        other => b == other,
    };
    text.len() >= shape.len() && text.as_bytes().iter().zip(shape).all(fits)
}

/// An object with its fields in the order of the text.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::{Int64Type, TimestampMicrosecondType};

    fn decode(fields: Vec<Field>, projection: &[usize], text: &str) -> SourceBatch {
        let wanted = Wanted { schema: Arc::new(Schema::new(fields)), projection: projection.to_vec() };
        let decoder = JsonDecoder::new(wanted, text.as_bytes()).unwrap();
        let chunk = decoder.split(text.as_bytes(), usize::MAX, true);
        decoder.decode(text.as_bytes(), &chunk, Place { file: "f", line: 0 }).unwrap()
    }

    fn columns() -> Vec<Field> {
        vec![
            Field::new("id", DataType::Int64, true),
            Field::new("name", DataType::Utf8, true),
            Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, None), true),
        ]
    }

    #[test]
    fn rejects_exactly_the_bad_lines() {
        let lines = [
            r#"{"id": 1, "name": "a", "at": "2023-11-14T22:13:20Z", "more": [1]}"#,
            r#"{"id": 2"#,
            r#","name": "b"}"#,
            r#"{"id": 1.5}"#,
            "",
            r#"{"id": 4} {"id": 5}"#,
            r#"[6]"#,
            r#"{"ID": 7, "name": null, "at": 1700000000000}"#,
            r#"{"id": 8, "name": {"x": 1}}"#,
            r#"{"id": "x"}"#,
            r#"not json"#,
            r#"{"id": 9}"#,
        ];
        let batch = decode(columns(), &[0, 2], &lines.join("\n"));
        assert_eq!(
            batch.rows.column(0).as_primitive::<Int64Type>().iter().collect::<Vec<_>>(),
            [Some(1), None, Some(9)]
        );
        let times = batch.rows.column(1).as_primitive::<TimestampMicrosecondType>();
        assert_eq!(
            times.iter().collect::<Vec<_>>(),
            [Some(1_700_000_000_000_000), Some(1_700_000_000_000_000), None]
        );
        let places: Vec<&str> = batch.rejected.iter().map(|r| r.place.as_str()).collect();
        assert_eq!(places, ["f:2", "f:3", "f:4", "f:6", "f:7", "f:9", "f:10", "f:11"]);
        assert_eq!(batch.rejected[0].raw, r#"{"id": 2"#);
        assert!(batch.rejected[2].reason.contains("type bigint: \"1.5\""), "{}", batch.rejected[2].reason);
    }

    #[test]
    fn what_is_rejected_does_not_depend_on_what_is_wanted() {
        let text = "{\"id\": \"x\", \"name\": \"a\"}\n{\"id\": 1, \"name\": \"b\"}\n";
        let batch = decode(columns(), &[1], text);
        assert_eq!((batch.rows.num_rows(), batch.rejected.len()), (1, 1));
        let batch = decode(columns(), &[], text);
        assert_eq!((batch.rows.num_rows(), batch.rejected.len()), (1, 1));
    }

    #[test]
    fn finds_a_column_that_differs_in_case() {
        let fields = vec![Field::new("userid", DataType::Int64, true)];
        let batch = decode(fields, &[0], "{\"userId\": 5}\n");
        assert_eq!(batch.rows.column(0).as_primitive::<Int64Type>().value(0), 5);
    }

    #[test]
    fn infers_columns_in_order() {
        let head = b"{\"z\": 1, \"at\": \"2013-01-01T05:00:00Z\"}\n{\"a\": {\"n\": null}, \"z\": 1.5}\n";
        let fields = infer(head).unwrap();
        let shown: Vec<String> = fields.iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect();
        assert_eq!(shown[0], "z Float64");
        assert!(shown[1].starts_with("at Timestamp"), "{shown:?}");
        assert!(shown[2].starts_with("a Struct"), "{shown:?}");
        assert!(batch_is_empty());
    }

    fn batch_is_empty() -> bool {
        let batch = decode(columns(), &[0], "");
        batch.rows.num_rows() == 0 && batch.rows.column(0).is_empty() && batch.rejected.is_empty()
    }
}
