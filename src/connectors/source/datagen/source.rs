//! An opened stream of made-up rows, shared by its readers.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use arrow::datatypes::SchemaRef;
use chrono::Utc;

use super::field::fields;
use super::reader::DatagenReader;
use super::values::{Clock, Values};
use crate::connectors::settings::Settings;
use crate::connectors::shape;
use crate::connectors::source::pace::Pace;
use crate::dataflow::{Source, SourceReader, SourceSpec, Wake};
use crate::types::{Error, Result, SqlState};

/// Rows a second when nothing is said.
const RATE: u64 = 10;

/// The stream that one statement asked for.
pub struct DatagenSource {
    schema: SchemaRef,
    values: Vec<Values>,
    /// Rows of the whole stream; `None` when it never ends.
    rows: Option<u64>,
    splits: u64,
    gap_ns: u64,
    pace: Arc<Pace>,
    /// The base time: when the first reader started, or what its offset says.
    start_us: OnceLock<i64>,
}

impl DatagenSource {
    /// Checks the options against the columns.
    pub fn new(spec: &SourceSpec) -> Result<Self> {
        if let Some((name, _)) = spec.include.first() {
            return Err(Error::unsupported(format!("INCLUDE {name} with connector 'datagen'")));
        }
        if spec.schema.fields().is_empty() {
            return Err(Error::new(SqlState::INVALID_TABLE_DEFINITION, "a datagen source needs columns")
                .with_hint("Declare the columns in the statement."));
        }
        let settings = Settings(&spec.options);
        let rate = settings.number("datagen.rows.per.second", 0, 1_000_000_000)?.unwrap_or(RATE);
        let splits = settings.number("datagen.split.num", 1, 1024)?.unwrap_or(1);
        let (values, rows) = fields(&spec.schema, settings)?;
        let gap_ns = 1_000_000_000u64.checked_div(rate).unwrap_or(0);
        Ok(DatagenSource {
            schema: spec.schema.clone(),
            values,
            rows,
            splits,
            gap_ns,
            pace: Arc::new(Pace::new(gap_ns)),
            start_us: OnceLock::new(),
        })
    }
}

impl Source for DatagenSource {
    fn partitions(&self) -> usize {
        self.splits as usize
    }

    fn can_prune(&self) -> bool {
        true
    }

    fn is_finite(&self) -> bool {
        self.rows.is_some()
    }

    fn open(
        &self,
        partition: usize,
        from: Option<&str>,
        projection: &[usize],
        _wake: Wake,
    ) -> Result<Box<dyn SourceReader>> {
        let (split, splits) = (partition as u64, self.splits);
        let (row, start_us) = match from {
            None => (0, None),
            Some(text) => decode(text).map(|(row, start)| (row, Some(start)))?,
        };
        let start_us =
            *self.start_us.get_or_init(|| start_us.unwrap_or_else(|| Utc::now().timestamp_micros()));
        self.pace.join(if row == 0 { 0 } else { row * splits + split }, Instant::now());
        Ok(Box::new(DatagenReader {
            values: projection.iter().map(|c| self.values[*c].clone()).collect(),
            schema: shape::projected(&self.schema, projection),
            pace: self.pace.clone(),
            clock: Clock { start_us, gap_ns: self.gap_ns },
            split,
            splits,
            row,
            rows: self.rows,
        }))
    }
}

/// The offset `row@base`.
fn decode(text: &str) -> Result<(u64, i64)> {
    let parts = text.split_once('@').and_then(|(row, start)| Some((row.parse().ok()?, start.parse().ok()?)));
    parts.ok_or_else(|| {
        Error::new(SqlState::DATA_CORRUPTED, format!("'{text}' is not an offset of a datagen source"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{Array, AsArray, RecordBatch};
    use arrow::compute::concat_batches;
    use arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit, TimestampMicrosecondType};

    use super::*;
    use crate::connectors::source::Datagen;
    use crate::dataflow::{Connector, SourcePoll};

    fn schema() -> SchemaRef {
        let nested = vec![Field::new("x", DataType::Int32, true), Field::new("y", DataType::Utf8, true)];
        let items = Arc::new(Field::new("item", DataType::Int64, true));
        Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, true),
            Field::new("v", DataType::Int32, true),
            Field::new("f", DataType::Float64, true),
            Field::new("s", DataType::Utf8, true),
            Field::new("t", DataType::Timestamp(TimeUnit::Microsecond, None), true),
            Field::new("n", DataType::Struct(nested.into()), true),
            Field::new("l", DataType::List(items), true),
            Field::new("b", DataType::Boolean, true),
            Field::new("d", DataType::Decimal128(10, 2), true),
        ]))
    }

    fn spec(options: &[(&str, &str)]) -> SourceSpec {
        let mut all = BTreeMap::from([
            ("fields.id.kind", "sequence"),
            ("fields.id.start", "1"),
            ("fields.id.end", "1000"),
            ("fields.v.min", "-5"),
            ("fields.v.max", "5"),
            ("fields.t.basetime", "2023-04-01T16:00:00Z"),
            ("fields.t.max_past", "1h"),
            ("fields.n.x.max", "3"),
            ("fields.n.y.length", "4"),
            ("fields.l.length", "3"),
            ("datagen.rows.per.second", "0"),
        ]);
        all.extend(options.iter().copied());
        let options = all.into_iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        SourceSpec { name: "s".into(), options, format: None, schema: schema(), include: Vec::new() }
    }

    fn read(spec: &SourceSpec, projection: &[usize], batch: usize) -> RecordBatch {
        let source = Datagen.source(spec).unwrap();
        let mut batches = Vec::new();
        for partition in 0..source.partitions() {
            let mut reader = source.open(partition, None, projection, Arc::new(|| ())).unwrap();
            while let SourcePoll::Batch(more) = reader.poll(batch).unwrap() {
                batches.push(more.rows);
            }
        }
        concat_batches(&batches[0].schema(), &batches).unwrap()
    }

    #[test]
    fn rows_depend_on_nothing_but_their_number() {
        let all: Vec<usize> = (0..9).collect();
        let whole = read(&spec(&[]), &all, 10_000);
        assert_eq!(whole.num_rows(), 1000);
        assert_eq!(whole, read(&spec(&[]), &all, 7));
        for column in all {
            assert_eq!(whole.project(&[column]).unwrap(), read(&spec(&[]), &[column], 100));
        }
        assert_ne!(read(&spec(&[]), &[1], 100), read(&spec(&[("fields.v.seed", "1")]), &[1], 100));
        let split = read(&spec(&[("datagen.split.num", "3")]), &[0, 1], 100);
        let mut ids: Vec<i64> = split.column(0).as_primitive::<Int64Type>().values().to_vec();
        for (row, id) in ids.iter().enumerate() {
            assert_eq!(
                split.column(1).slice(row, 1).as_ref(),
                whole.column(1).slice(*id as usize - 1, 1).as_ref()
            );
        }
        ids.sort_unstable();
        assert_eq!(ids, (1..=1000).collect::<Vec<_>>());
    }

    #[test]
    fn values_are_within_their_bounds() {
        let rows = read(&spec(&[]), &(0..9).collect::<Vec<_>>(), 100);
        let shown = |c: usize| {
            let options = Default::default();
            let formatter = arrow::util::display::ArrayFormatter::try_new(rows.column(c), &options).unwrap();
            (0..1000).map(|i| formatter.value(i).to_string()).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(shown(1).len(), 11);
        assert_eq!(shown(7).len(), 2);
        assert!(shown(3).iter().all(|s| s.len() == 10) && shown(3).len() == 1000);
        let letters: std::collections::BTreeSet<char> = shown(3).iter().flat_map(|s| s.chars()).collect();
        assert_eq!(letters.len(), 62);
        let base = 1_680_364_800_000_000;
        let times = rows.column(4).as_primitive::<TimestampMicrosecondType>();
        assert!(times.values().iter().all(|t| (base - 3_600_000_000..=base).contains(t)));
        assert_eq!(rows.column(6).as_list::<i32>().value(0).len(), 3);
    }

    #[test]
    fn goes_on_from_an_offset_with_the_same_base_time() {
        let mut spec = spec(&[("fields.t.max_past_mode", "relative")]);
        spec.options.remove("fields.t.basetime");
        let open = |from: Option<&str>| {
            let source = Datagen.source(&spec).unwrap();
            source.open(0, from, &[0, 4], Arc::new(|| ())).unwrap()
        };
        let mut reader = open(None);
        reader.poll(10).unwrap();
        let offset = reader.offset();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let mut again = open(Some(&offset));
        let (SourcePoll::Batch(a), SourcePoll::Batch(b)) = (reader.poll(5).unwrap(), again.poll(5).unwrap())
        else {
            panic!("there are rows")
        };
        assert_eq!(a.rows, b.rows);
        assert_eq!(reader.offset(), again.offset());
    }

    #[test]
    fn keeps_its_rate_and_ends() {
        let spec = spec(&[("datagen.rows.per.second", "1000"), ("fields.id.end", "5")]);
        let source = Datagen.source(&spec).unwrap();
        assert!(source.is_finite());
        let mut reader = source.open(0, None, &[0], Arc::new(|| ())).unwrap();
        let (start, mut rows) = (Instant::now(), 0);
        loop {
            match reader.poll(100).unwrap() {
                SourcePoll::Batch(batch) => rows += batch.rows.num_rows(),
                SourcePoll::Idle(due) => {
                    std::thread::sleep(due.unwrap().saturating_duration_since(Instant::now()));
                }
                SourcePoll::Finished => break,
            }
        }
        assert_eq!(rows, 5);
        assert!(start.elapsed() >= std::time::Duration::from_millis(5));
    }

    #[test]
    fn bad_options_name_the_field_and_what_is_allowed() {
        let fail = |name: &str, value: &str| {
            let error = Datagen.source(&spec(&[(name, value)])).err().unwrap();
            assert_eq!(error.code(), SqlState::INVALID_PARAMETER_VALUE);
            assert!(error.message().contains(name), "{error}");
            error.hint().unwrap().to_string()
        };
        assert_eq!(fail("fields.v.kind", "seq"), "Allowed: 'sequence' or 'random'.");
        assert_eq!(fail("fields.v.max", "99999999999"), "Allowed: a number from -2147483648 to 2147483647.");
        assert_eq!(fail("fields.s.kind", "sequence"), "Allowed: 'random' for a field of this type.");
        assert_eq!(fail("fields.id.end", "-7"), "Allowed: a number not below 1.");
        assert_eq!(fail("fields.w.kind", "random"), "Did you mean \"fields.b.kind\"?");
        assert!(fail("fields.v.length", "3").starts_with("Allowed: fields.v.kind, fields.v.max"));
        assert_eq!(fail("fields.t.max_past", "x"), "Allowed: a length of time such as '1h' or '2 days'.");
    }
}
