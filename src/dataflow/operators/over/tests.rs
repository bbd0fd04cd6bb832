//! Random changes; after each epoch the sum of all that was told is compared
//! with every partition evaluated anew, as a whole, by DataFusion.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, TimeUnit};

use super::OverOperator;
use super::key::{KeyLayout, numbered};
use crate::catalog::{Column, Object, ObjectKind, Snapshot, TableProperties, WatermarkClause};
use crate::dataflow::operator::{EpochContext, Operator, Transform};
use crate::dataflow::operators::MapOperator;
use crate::dataflow::watermark::WatermarkBoard;
use crate::delta::{Delta, consolidate};
use crate::expr::row_text;
use crate::plan::incremental::{Collections, Planner};
use crate::plan::stream::{OverSpec, Properties, StreamNode, StreamOperator};
use crate::sql::binder::{Binder, NoSystemRelations, Settings};
use crate::types::{Epoch, ObjectId, Result};

const QUERIES: [&str; 25] = [
    "sum(v) OVER (PARTITION BY k ORDER BY o)",
    "sum(v) OVER (PARTITION BY k ORDER BY o ROWS UNBOUNDED PRECEDING), row_number() OVER (PARTITION BY k ORDER BY o)",
    "rank() OVER w, dense_rank() OVER w, count(*) OVER w, max(v) OVER w, row_number() OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o DESC NULLS LAST)",
    "row_number() OVER (ORDER BY o, v), min(v) OVER (ORDER BY o ROWS UNBOUNDED PRECEDING)",
    "lag(v) OVER w, lead(v, 2, 7) OVER w, lag(v, -1) OVER w, lead(v, 0) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o)",
    "lag(v) IGNORE NULLS OVER w, first_value(v) IGNORE NULLS OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o)",
    "sum(v) OVER (PARTITION BY k ORDER BY o ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)",
    "count(v) OVER (PARTITION BY k ORDER BY o ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING), min(v) OVER (PARTITION BY k ORDER BY o ROWS BETWEEN 1 FOLLOWING AND 4 FOLLOWING)",
    "sum(v) OVER (PARTITION BY k ORDER BY o RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING)",
    "sum(v) OVER (PARTITION BY k ORDER BY o DESC RANGE BETWEEN 2 PRECEDING AND CURRENT ROW), avg(v) OVER (PARTITION BY k ORDER BY o DESC RANGE BETWEEN 3 PRECEDING AND 1 PRECEDING)",
    "count(*) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '2' MINUTE PRECEDING AND INTERVAL '30' SECOND FOLLOWING)",
    "count(*) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW)",
    "count(*) OVER (PARTITION BY k ORDER BY f RANGE BETWEEN 0.1 PRECEDING AND 0.3 FOLLOWING)",
    "max(v) OVER (PARTITION BY k ORDER BY o GROUPS BETWEEN 1 PRECEDING AND 2 FOLLOWING), count(*) OVER (PARTITION BY k ORDER BY o GROUPS BETWEEN CURRENT ROW AND CURRENT ROW)",
    "first_value(v) OVER w, last_value(v) OVER w, nth_value(v, 3) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o)",
    "first_value(v) OVER w, last_value(v) OVER w, nth_value(v, 2) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)",
    "nth_value(v, 2) OVER (PARTITION BY k ORDER BY o ROWS UNBOUNDED PRECEDING), last_value(v) OVER (PARTITION BY k ORDER BY o ROWS UNBOUNDED PRECEDING)",
    "ntile(3) OVER w, percent_rank() OVER w, cume_dist() OVER w, rank() OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY o)",
    "sum(v) OVER (PARTITION BY k), count(*) OVER (), max(v) OVER (PARTITION BY o)",
    "sum(v) FILTER (WHERE v > 0) OVER (PARTITION BY k ORDER BY o), count(*) FILTER (WHERE o > 3) OVER (PARTITION BY k ORDER BY o ROWS 2 PRECEDING)",
    "stddev(v) OVER (PARTITION BY k ORDER BY o), string_agg(k, ',') OVER (PARTITION BY o ORDER BY v), array_agg(v) OVER (PARTITION BY k ORDER BY o, v, ts)",
    "sum(v + 1) OVER (PARTITION BY o % 2, upper(k) ORDER BY v * 2), lag(v) OVER (PARTITION BY k ORDER BY k, o)",
    "sum(v) OVER (PARTITION BY k ORDER BY o ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), sum(v) OVER (PARTITION BY k ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)",
    "rank() OVER (PARTITION BY k), row_number() OVER (), dense_rank() OVER (ORDER BY k)",
    "count(DISTINCT v) OVER (PARTITION BY k ORDER BY o), bool_or(v > 2) OVER (PARTITION BY k ORDER BY o)",
];

/// A number from a seed, then the next.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % sides
    }

    fn or_null(&mut self, sides: i64) -> Option<i64> {
        (self.roll(9) > 0).then(|| self.roll(sides))
    }
}

struct Nothing;

impl Collections for Nothing {
    fn properties(&self, _object: &Object) -> Properties {
        Properties::default()
    }
}

fn table(append_only: bool) -> Arc<Object> {
    let watermark = append_only.then(|| WatermarkClause {
        column: 3,
        expression: "ts".to_string(),
        idle_after: None,
        max_skew: None,
        allow_lateness: 0,
    });
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    let column = |(name, data_type): (&str, DataType)| {
        let (default, generated) = (None, None);
        Column { name: name.to_string(), data_type, nullable: true, default, generated, hidden: false }
    };
    let columns = [
        ("k", DataType::Utf8),
        ("o", DataType::Int32),
        ("v", DataType::Int64),
        ("ts", time),
        ("f", DataType::Float64),
    ];
    Arc::new(Object {
        id: ObjectId(1),
        schema: "public".to_string(),
        name: "t".to_string(),
        kind: ObjectKind::Table(TableProperties { append_only, watermark, ..TableProperties::default() }),
        columns: columns.into_iter().map(column).collect(),
        sql: String::new(),
        depends_on: vec![],
        created_at: 0,
        comment: None,
    })
}

fn random_rows(dice: &mut Dice, count: usize) -> RecordBatch {
    let all = |of: &mut dyn FnMut() -> Option<i64>| (0..count).map(|_| of()).collect::<Vec<_>>();
    let k = all(&mut || dice.or_null(3));
    let o = all(&mut || dice.or_null(12));
    let v = all(&mut || dice.or_null(9).map(|v| v - 3));
    let ts = all(&mut || dice.or_null(40).map(|m| m * 45_000_000 + dice.roll(3) * 20 * 86_400_000_000));
    let f = all(&mut || dice.or_null(20));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(k.into_iter().map(|k| k.map(|k| ["a", "b", "c"][k as usize])).collect::<StringArray>()),
        Arc::new(o.into_iter().map(|o| o.map(|o| o as i32)).collect::<Int32Array>()),
        Arc::new(Int64Array::from(v)),
        Arc::new(TimestampMicrosecondArray::from(ts)),
        Arc::new(f.into_iter().map(|f| f.map(|f| f as f64 / 10.0)).collect::<Float64Array>()),
    ];
    RecordBatch::try_new(table(false).arrow_schema(), columns).unwrap()
}

/// One operator of a plan, and the sum of what went in and came out.
enum Stage {
    Map(MapOperator),
    Over(Arc<OverSpec>, OverOperator, Vec<Delta>, Vec<Delta>),
}

fn stages(node: &StreamNode) -> Vec<Stage> {
    let mut stages = vec![];
    node.visit(&mut |node| match &node.operator {
        StreamOperator::Map(program) => stages.push(Stage::Map(MapOperator::new(program).unwrap())),
        StreamOperator::Over(spec) => {
            let operator = OverOperator::new(spec.clone()).unwrap();
            stages.push(Stage::Over(spec.clone(), operator, vec![], vec![]));
        }
        StreamOperator::Import { .. } => {}
        other => panic!("{other:?}"),
    });
    stages
}

fn sums(deltas: &mut Vec<Delta>, more: &[Delta]) {
    deltas.extend(more.iter().cloned());
    if let Some(first) = deltas.first() {
        let all = Delta::concat(&first.schema(), deltas).unwrap();
        *deltas = vec![consolidate(&all).unwrap()];
    }
}

fn step(stage: &mut Stage, epoch: Epoch, board: &WatermarkBoard, input: Vec<Delta>) -> Vec<Delta> {
    let cx = EpochContext { epoch, as_of: Epoch(0), watermarks: board };
    match stage {
        Stage::Map(map) => input.into_iter().map(|d| map.apply(d, epoch).unwrap()).collect(),
        Stage::Over(_, operator, put_in, told) => {
            sums(put_in, &input);
            let mut out = operator.step(&cx, vec![input]).unwrap();
            while let Some(part) = operator.more(&cx).unwrap() {
                out.extend(part);
            }
            sums(told, &out);
            out
        }
    }
}

/// Every partition evaluated as a whole.
fn recomputed(spec: &OverSpec, input: &Delta) -> Result<BTreeMap<String, i64>> {
    let layout = KeyLayout::new(spec, &input.schema())?;
    let mut keys = vec![];
    for (index, row) in layout.encode(input.rows())?.into_iter().enumerate() {
        let prefix = row.bytes[..row.partition].to_vec();
        keys.extend((0..input.diff(index)).map(|copy| (prefix.clone(), numbered(&row, copy as u32))));
    }
    keys.sort();
    let mut expected = BTreeMap::new();
    for partition in keys.chunk_by(|(a, _), (b, _)| a == b) {
        let keys: Vec<&[u8]> = partition.iter().map(|(_, key)| key.as_ref()).collect();
        let rows = layout.decode(&keys)?;
        let mut columns = rows.columns().to_vec();
        for call in &spec.calls {
            columns.push(call.window.evaluate(&rows)?);
        }
        let rows = RecordBatch::try_new(spec.schema.clone(), columns)?;
        for row in 0..rows.num_rows() {
            *expected.entry(text(&rows, row)?).or_default() += 1;
        }
    }
    Ok(expected)
}

/// Sums of floats may differ in their last bits by the order of additions.
fn text(rows: &RecordBatch, row: usize) -> Result<String> {
    let text = row_text(rows, row)?;
    let rounded = |part: &str| match part.parse::<f64>() {
        Ok(number) if part.len() > 12 => format!("{number:.9}"),
        _ => part.to_string(),
    };
    Ok(text.trim_matches(['(', ')']).split(',').map(rounded).collect::<Vec<_>>().join(","))
}

fn told(delta: &Delta) -> Result<BTreeMap<String, i64>> {
    let mut told = BTreeMap::new();
    for row in 0..delta.num_rows() {
        *told.entry(text(delta.rows(), row)?).or_default() += delta.diff(row);
    }
    Ok(told)
}

fn plan(call: &str, append_only: bool, close: bool) -> StreamNode {
    let (calls, from) = call.split_once(" FROM t").unwrap_or((call, ""));
    let query = format!("SELECT k, o, v, ts, f, {calls} FROM t{from}");
    let mut catalog = Snapshot::default();
    catalog.insert(table(append_only));
    let binder = Binder::new(Arc::new(catalog), Arc::new(Settings::default()), Arc::new(NoSystemRelations));
    let bound = binder.bind_text(&query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
    Planner::new(&Nothing, close).plan(bound.plan).unwrap_or_else(|e| panic!("{query}: {e:?}"))
}

fn check(query: &str, seed: u64) {
    let mut stages = stages(&plan(query, false, false));
    assert!(stages.iter().any(|s| matches!(s, Stage::Over(..))), "{query}");
    let mut dice = Dice(seed);
    let mut alive: Vec<RecordBatch> = vec![];
    for epoch in 1..40 {
        let mut input = vec![];
        for _ in 0..dice.roll(3) {
            let count = if dice.roll(6) == 0 { 40 } else { 1 + dice.roll(3) as usize };
            let rows = random_rows(&mut dice, count);
            alive.extend((0..count).map(|row| rows.slice(row, 1)));
            input.push(Delta::insert(rows));
            if dice.roll(4) == 0 {
                let again = alive[dice.roll(alive.len() as i64) as usize].clone();
                input.push(Delta::insert(again.clone()));
                alive.push(again);
            }
        }
        for _ in 0..dice.roll(if epoch % 9 == 0 { 60 } else { 3 }).min(alive.len() as i64) {
            let gone = alive.swap_remove(dice.roll(alive.len() as i64) as usize);
            input.push(Delta::retract(gone));
        }
        for stage in &mut stages {
            input = step(stage, Epoch(epoch), &WatermarkBoard::default(), input);
            let Stage::Over(spec, _, put_in, out) = stage else { continue };
            if let (Some(put_in), Some(out)) = (put_in.first(), out.first()) {
                let expected = recomputed(spec, put_in).unwrap();
                assert_eq!(told(out).unwrap(), expected, "{query}, seed {seed}, epoch {epoch}");
            }
        }
    }
}

#[test]
fn what_is_told_is_the_whole_evaluated_anew() {
    for query in QUERIES {
        for seed in 0..3 {
            check(query, seed);
        }
    }
}

const CLOSING: [&str; 9] = [
    "sum(v) OVER (PARTITION BY k ORDER BY ts)",
    "lag(v) OVER (PARTITION BY k ORDER BY ts, o), lead(v) OVER (PARTITION BY k ORDER BY ts, o)",
    "row_number() OVER (PARTITION BY k ORDER BY ts, o, v), dense_rank() OVER (PARTITION BY k ORDER BY ts)",
    "count(*) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '2' MINUTE PRECEDING AND INTERVAL '1' MINUTE FOLLOWING)",
    "max(v) OVER (PARTITION BY k ORDER BY ts GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
    "sum(v) OVER w, min(v) OVER (w ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING), nth_value(v, 2) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts)",
    "sum(v) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW)",
    "count(*) OVER (PARTITION BY k, date_trunc('minute', ts))",
    "rank() OVER (PARTITION BY k, date_trunc('minute', ts) ORDER BY v), row_number() OVER (PARTITION BY k, date_trunc('minute', ts) ORDER BY v, o)",
];

/// Rows follow a watermark that rises, to the end of time at last.
fn check_closing(query: &str, seed: u64, close: bool) {
    let mut stages = stages(&plan(query, true, close));
    assert!(stages.iter().any(|s| matches!(s, Stage::Over(spec, ..) if spec.closing.is_some())), "{query}");
    let mut dice = Dice(seed);
    let board = WatermarkBoard::default();
    let (mut now, mut kept) = (0, 0);
    for epoch in 1..60 {
        let mut input = vec![];
        for _ in 0..dice.roll(3) {
            let count = 1 + dice.roll(4) as usize;
            let rows = random_rows(&mut dice, count);
            let times = (0..count).map(|_| (dice.roll(15) > 0).then(|| now + dice.roll(9) * 20_000_000));
            let mut columns = rows.columns().to_vec();
            columns[3] = Arc::new(TimestampMicrosecondArray::from(times.collect::<Vec<_>>()));
            input.push(Delta::insert(RecordBatch::try_new(rows.schema(), columns).unwrap()));
        }
        now = if epoch == 59 { i64::MAX } else { now + dice.roll(4) * 20_000_000 };
        board.record(ObjectId(1), Epoch(epoch), Some(now));
        for stage in &mut stages {
            input = step(stage, Epoch(epoch), &board, input);
            let Stage::Over(spec, operator, put_in, out) = stage else { continue };
            // A column made for one window is not there for the next one.
            let closes = spec.closing.is_some();
            kept = if closes { operator.kept() } else { kept };
            let (Some(put_in), Some(out)) = (put_in.first(), out.first()) else { continue };
            let (told, expected) = (told(out).unwrap(), recomputed(spec, put_in).unwrap());
            if !close || now == i64::MAX {
                assert_eq!(told, expected, "{query}, seed {seed}, epoch {epoch}");
            }
            if close && closes {
                assert!(input.iter().all(|delta| (0..delta.num_rows()).all(|row| delta.diff(row) > 0)));
            }
        }
    }
    assert!(!close || kept == 0, "{query}, seed {seed}: {kept} rows are kept");
}

#[test]
fn what_a_watermark_closes_is_told_once_and_forgotten() {
    for query in CLOSING {
        for seed in 0..6 {
            check_closing(query, seed, false);
            check_closing(query, seed, true);
        }
    }
}
