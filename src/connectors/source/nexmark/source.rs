//! An opened stream of events, shared by its readers.

use std::sync::Arc;
use std::time::Instant;

use arrow::compute::can_cast_types;
use arrow::datatypes::SchemaRef;

use super::config::{Config, UNBOUNDED};
use super::generator::Generator;
use super::lane::Lane;
use super::reader::NexmarkReader;
use crate::connectors::settings::Settings;
use crate::connectors::shape;
use crate::connectors::source::pace::Pace;
use crate::dataflow::{Source, SourceReader, SourceSpec, Wake};
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// The stream that one statement asked for.
pub struct NexmarkSource {
    generator: Arc<Generator>,
    pace: Arc<Pace>,
    schema: SchemaRef,
    /// For each declared column, the table's column that it is.
    columns: Vec<usize>,
}

impl NexmarkSource {
    /// Checks options and declared columns.
    pub fn new(spec: &SourceSpec) -> Result<Self> {
        let config = Config::new(Settings(&spec.options))?;
        if let Some((name, _)) = spec.include.first() {
            return Err(Error::unsupported(format!("INCLUDE {name} with connector 'nexmark'")));
        }
        let columns = matched(&config, &spec.schema)?;
        let pace = Arc::new(Pace::new(config.gap_ns));
        let generator = Arc::new(Generator::new(config));
        Ok(NexmarkSource { generator, pace, schema: spec.schema.clone(), columns })
    }
}

impl Source for NexmarkSource {
    fn partitions(&self) -> usize {
        self.generator.config.splits as usize
    }

    fn can_prune(&self) -> bool {
        true
    }

    fn is_finite(&self) -> bool {
        self.generator.config.events.is_some()
    }

    fn open(
        &self,
        partition: usize,
        from: Option<&str>,
        projection: &[usize],
        _wake: Wake,
    ) -> Result<Box<dyn SourceReader>> {
        let config = &self.generator.config;
        let lane = Lane::new(config.table, partition as u64, config.splits);
        let row = match from {
            None => 0,
            Some(text) => text.parse().map_err(|_| {
                Error::new(SqlState::DATA_CORRUPTED, format!("'{text}' is not an offset of a nexmark source"))
            })?,
        };
        let started_at = if row == 0 { 0 } else { lane.event(row) };
        self.pace.join(started_at, Instant::now());
        Ok(Box::new(NexmarkReader {
            generator: self.generator.clone(),
            pace: self.pace.clone(),
            lane,
            columns: projection.iter().map(|c| self.columns[*c]).collect(),
            schema: shape::projected(&self.schema, projection),
            row,
            rows: lane.rows_before(config.events.unwrap_or(UNBOUNDED)),
        }))
    }
}

/// Finds each declared column in the table, by name.
fn matched(config: &Config, schema: &SchemaRef) -> Result<Vec<usize>> {
    let fields = config.table.fields();
    let names: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
    let find = |field: &arrow::datatypes::FieldRef| -> Result<usize> {
        let Some((index, made)) = fields.find(field.name()) else {
            let error = Error::new(
                SqlState::UNDEFINED_COLUMN,
                format!("a nexmark event has no column \"{}\"", field.name()),
            );
            return Err(match nearest(field.name(), names.iter().copied()) {
                Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
                None => error.with_hint(format!("The columns are {}.", names.join(", "))),
            });
        };
        if !can_cast_types(made.data_type(), field.data_type()) {
            return Err(Error::new(
                SqlState::DATATYPE_MISMATCH,
                format!(
                    "column \"{}\" of a nexmark event cannot be had as {}",
                    field.name(),
                    field.data_type()
                ),
            )
            .with_hint(format!("It is made as {}.", made.data_type())));
        }
        Ok(index)
    };
    schema.fields().iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{Array, AsArray, RecordBatch};
    use arrow::compute::concat_batches;
    use arrow::datatypes::{DataType, Field, Int64Type, Schema, TimestampMicrosecondType};

    use super::*;
    use crate::connectors::source::Nexmark;
    use crate::dataflow::{Connector, SourcePoll};

    fn spec(options: &[(&str, &str)]) -> SourceSpec {
        let mut all = BTreeMap::from([("nexmark.min.event.gap.in.ns".to_string(), "0".to_string())]);
        all.extend(options.iter().map(|(k, v)| (format!("nexmark.{k}"), v.to_string())));
        let schema = Arc::new(Schema::empty());
        let mut spec =
            SourceSpec { name: "s".into(), options: all, format: None, schema, include: Vec::new() };
        spec.schema = Nexmark.columns(&spec).unwrap().unwrap();
        spec
    }

    fn open(spec: &SourceSpec) -> Arc<dyn Source> {
        Nexmark.source(spec).unwrap()
    }

    fn drain(reader: &mut dyn SourceReader, batch: usize) -> Vec<RecordBatch> {
        let mut batches = Vec::new();
        while let SourcePoll::Batch(more) = reader.poll(batch).unwrap() {
            assert!(more.rejected.is_empty() && more.rows.num_rows() <= batch);
            batches.push(more.rows);
        }
        batches
    }

    fn read(spec: &SourceSpec, projection: &[usize], batch: usize) -> RecordBatch {
        let source = open(spec);
        let mut batches = Vec::new();
        for partition in 0..source.partitions() {
            let mut reader = source.open(partition, None, projection, Arc::new(|| ())).unwrap();
            batches.extend(drain(reader.as_mut(), batch));
        }
        concat_batches(&batches[0].schema(), &batches).unwrap()
    }

    const TABLES: [Option<&str>; 4] = [None, Some("Person"), Some("Auction"), Some("Bid")];

    fn table<'a>(kind: Option<&'a str>, more: &[(&'a str, &'a str)]) -> SourceSpec {
        spec(&kind.map(|k| ("table.type", k)).into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    }

    #[test]
    fn the_same_rows_whatever_the_batch_size_and_projection() {
        for kind in TABLES {
            let spec = table(kind, &[("event.num", "5003")]);
            let all: Vec<usize> = (0..spec.schema.fields().len()).collect();
            let whole = read(&spec, &all, 100_000);
            assert_eq!(whole, read(&spec, &all, 7), "{kind:?}");
            for column in all {
                assert_eq!(whole.project(&[column]).unwrap(), read(&spec, &[column], 1000));
            }
        }
    }

    #[test]
    fn splits_hold_the_same_rows() {
        for kind in [Some("Person"), Some("Auction"), Some("Bid")] {
            let lines = |splits: &str| {
                let spec = table(kind, &[("event.num", "5003"), ("split.num", splits)]);
                let all: Vec<usize> = (0..spec.schema.fields().len()).collect();
                let rows = read(&spec, &all, 64);
                let mut lines: Vec<String> =
                    (0..rows.num_rows()).map(|i| format!("{:?}", rows.slice(i, 1))).collect();
                lines.sort();
                lines
            };
            assert_eq!(lines("1"), lines("3"));
        }
    }

    #[test]
    fn seeds_differ_and_proportions_hold() {
        let counts: Vec<usize> = TABLES
            .iter()
            .map(|k| read(&table(*k, &[("event.num", "50000")]), &[0], 4096).num_rows())
            .collect();
        assert_eq!(counts, [50_000, 1_000, 3_000, 46_000]);
        let bids = |seed| read(&table(Some("Bid"), &[("event.num", "500"), ("seed", seed)]), &[0, 1, 2], 100);
        assert_ne!(bids("0"), bids("1"));
    }

    /// Half of the bids go to the newest hot auction, three quarters come from
    /// the newest hot bidder, prices span six magnitudes, times step by 100 µs.
    #[test]
    fn bids_are_distributed_as_in_the_original() {
        let rows = read(&table(Some("Bid"), &[("event.num", "1000000")]), &[0, 1, 2, 3, 4, 5, 6], 10_000);
        let share = |c: usize, of: i64| {
            let column = rows.column(c).as_primitive::<Int64Type>();
            column.values().iter().filter(|v| *v % 100 == of).count() as f64 / rows.num_rows() as f64
        };
        assert!((0.49..0.53).contains(&share(0, 0)), "{}", share(0, 0));
        assert!((0.74..0.78).contains(&share(1, 1)), "{}", share(1, 1));
        let prices = rows.column(2).as_primitive::<Int64Type>().values();
        let cheap = prices.iter().filter(|p| **p < 100_000).count() as f64 / prices.len() as f64;
        assert!((0.49..0.51).contains(&cheap), "{cheap}");
        assert!(prices.iter().all(|p| (100..=100_000_000).contains(p)));
        let hot = rows.column(3).as_string::<i32>().iter().flatten().filter(|c| !c.starts_with("channel-"));
        let hot = hot.count() as f64 / rows.num_rows() as f64;
        assert!((0.49..0.51).contains(&hot), "{hot}");
        let times = rows.column(5).as_primitive::<TimestampMicrosecondType>().values();
        assert_eq!((times[0], times[1] - times[0]), (1_436_918_400_000_400, 100));
        let extra = rows.column(6).as_string::<i32>();
        let mean = extra.value_data().len() as f64 / rows.num_rows() as f64;
        assert!((66.0..70.0).contains(&mean), "{mean}");
        let url = rows.column(4).as_string::<i32>().value(0).to_string();
        assert_eq!(url.split('/').count(), 7, "{url}");
    }

    #[test]
    fn all_kinds_together_agree_with_each_alone() {
        let together = read(&table(None, &[("event.num", "1000")]), &[0, 1, 2, 3], 77);
        for (column, kind) in [(1, "Person"), (2, "Auction"), (3, "Bid")] {
            let spec = table(Some(kind), &[("event.num", "1000")]);
            let alone = read(&spec, &(0..spec.schema.fields().len()).collect::<Vec<_>>(), 1000);
            let structs = together.column(column);
            let valid: Vec<u32> =
                (0..together.num_rows() as u32).filter(|i| structs.is_valid(*i as usize)).collect();
            assert!(valid.iter().all(|i| {
                together.column(0).as_primitive::<Int64Type>().value(*i as usize) == column as i64 - 1
            }));
            let taken = arrow::compute::take(structs, &arrow::array::UInt32Array::from(valid), None).unwrap();
            assert_eq!(taken.as_struct().columns(), alone.columns());
        }
    }

    #[test]
    fn goes_on_from_an_offset() {
        let spec = table(Some("Auction"), &[("event.num", "5000"), ("split.num", "2")]);
        let source = open(&spec);
        let mut reader = source.open(1, None, &[0, 1, 9], Arc::new(|| ())).unwrap();
        let SourcePoll::Batch(_) = reader.poll(37).unwrap() else { panic!("rows are there") };
        let offset = reader.offset();
        let rest = drain(reader.as_mut(), 10);
        let mut again = source.open(1, Some(&offset), &[0, 1, 9], Arc::new(|| ())).unwrap();
        assert_eq!(rest, drain(again.as_mut(), 10));
    }

    #[test]
    fn keeps_its_pace() {
        let mut spec = table(Some("Bid"), &[]);
        spec.options.insert("nexmark.min.event.gap.in.ns".into(), "1000000".into());
        let source = open(&spec);
        let mut reader = source.open(0, None, &[0], Arc::new(|| ())).unwrap();
        let start = Instant::now();
        let SourcePoll::Idle(Some(due)) = reader.poll(100).unwrap() else { panic!("nothing is due yet") };
        assert!(due >= start + std::time::Duration::from_micros(4_900), "the first bid is event 4");
        std::thread::sleep(due - Instant::now());
        let SourcePoll::Batch(batch) = reader.poll(100).unwrap() else { panic!("a bid is due") };
        assert!((1..50).contains(&batch.rows.num_rows()));
        assert!(!source.is_finite());
    }

    #[test]
    fn declared_columns_are_found_by_name_and_cast() {
        let mut spec = table(Some("Bid"), &[("event.num", "100")]);
        spec.schema = Arc::new(Schema::new(vec![
            Field::new("price", DataType::Int32, true),
            Field::new("auction", DataType::Int64, true),
        ]));
        assert_eq!(read(&spec, &[0, 1], 10).column(0).data_type(), &DataType::Int32);
        spec.schema = Arc::new(Schema::new(vec![Field::new("prise", DataType::Int32, true)]));
        let error = Nexmark.source(&spec).err().unwrap();
        assert_eq!(
            (error.code(), error.hint()),
            (SqlState::UNDEFINED_COLUMN, Some("Did you mean \"price\"?"))
        );
    }

    /// Prints how fast rows are made; asserts nothing.
    #[test]
    fn speed() {
        let cases: [(&str, Option<&str>, &[usize]); 4] = [
            ("bid: auction, bidder, price, date_time", Some("Bid"), &[0, 1, 2, 5]),
            ("bid: all", Some("Bid"), &[0, 1, 2, 3, 4, 5, 6]),
            ("auction: all", Some("Auction"), &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            ("all kinds as structs", None, &[0, 1, 2, 3]),
        ];
        for (name, kind, projection) in cases {
            let source = open(&table(kind, &[("event.num", "5000000")]));
            let mut reader = source.open(0, None, projection, Arc::new(|| ())).unwrap();
            let start = Instant::now();
            let mut rows = 0;
            while let SourcePoll::Batch(batch) = reader.poll(8192).unwrap() {
                rows += batch.rows.num_rows();
            }
            let rate = rows as f64 / start.elapsed().as_secs_f64() / 1e6;
            println!("{name}: {rate:.1} million rows/s");
        }
    }
}
