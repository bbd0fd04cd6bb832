//! Sessions against a plain model: random rows, inserted and retracted with
//! counts, and the answer computed from nothing after every step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit, TimestampMicrosecondType};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::SessionOperator;
use crate::dataflow::watermark::WatermarkBoard;
use crate::dataflow::{EpochContext, Operator};
use crate::delta::Delta;
use crate::plan::stream::{EventTime, SessionSpec, TimeBound};
use crate::types::{Epoch, ObjectId};

const GAP: i64 = 10;
const SOURCE: ObjectId = ObjectId(1);

/// Partition, time, value.
type Row = (i64, i64, i64);
/// A row with the ends of its session.
type Placed = (Row, i64, i64);

fn spec(append_only: bool, close: bool, lateness: i64) -> SessionSpec {
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    let fields = [
        ("p", DataType::Int64),
        ("ts", time.clone()),
        ("v", DataType::Int64),
        ("window_start", time.clone()),
        ("window_end", time),
    ];
    let event_time = EventTime { column: 1, source: SOURCE, bound: TimeBound::default(), lateness };
    SessionSpec {
        partition: vec![0],
        time: 1,
        gap: GAP,
        append_only,
        event_time: Some(event_time),
        emit_on_window_close: close,
        schema: Arc::new(Schema::new(fields.map(|(n, t)| Field::new(n, t, true)).to_vec())),
    }
}

fn delta(changes: &[(Row, i64)], counted: bool) -> Delta {
    let number = |f: fn(&Row) -> i64| Int64Array::from_iter_values(changes.iter().map(|(r, _)| f(r)));
    let times = TimestampMicrosecondArray::from_iter_values(changes.iter().map(|(r, _)| r.1));
    let schema = Arc::new(Schema::new(spec(true, true, 0).schema.fields()[..3].to_vec()));
    let columns = vec![Arc::new(number(|r| r.0)) as _, Arc::new(times) as _, Arc::new(number(|r| r.2)) as _];
    let rows = RecordBatch::try_new(schema, columns).unwrap();
    Delta::new(rows, counted.then(|| Int64Array::from_iter_values(changes.iter().map(|(_, d)| *d))))
}

/// The answer by sorting everything.
fn sessions(rows: &BTreeMap<Row, i64>) -> BTreeMap<Placed, i64> {
    let times: BTreeSet<(i64, i64)> = rows.keys().map(|r| (r.0, r.1)).collect();
    let mut ends: BTreeMap<(i64, i64), (i64, i64)> = BTreeMap::new();
    let (mut start, mut before): ((i64, i64), Option<(i64, i64)>) = ((0, 0), None);
    for time in &times {
        if before.is_none_or(|b| b.0 != time.0 || b.1 + GAP <= time.1) {
            start = *time;
        }
        before = Some(*time);
        ends.insert(start, (start.1, time.1 + GAP));
    }
    let placed = |(row, count): (&Row, &i64)| {
        let (_, (start, end)) = ends.range(..=(row.0, row.1)).next_back().unwrap();
        ((*row, *start, *end), *count)
    };
    rows.iter().map(placed).collect()
}

fn collect(out: &[Delta], shown: &mut BTreeMap<Placed, i64>) {
    for delta in out {
        let number = |c: usize| delta.column(c).as_primitive::<Int64Type>();
        let time = |c: usize| delta.column(c).as_primitive::<TimestampMicrosecondType>();
        for row in 0..delta.num_rows() {
            let key = (number(0).value(row), time(1).value(row), number(2).value(row));
            *shown.entry((key, time(3).value(row), time(4).value(row))).or_default() += delta.diff(row);
        }
    }
    shown.retain(|_, count| *count != 0);
}

fn changing(rng: &mut StdRng, rows: &mut BTreeMap<Row, i64>, span: i64) -> Vec<(Row, i64)> {
    let mut changes = vec![];
    for _ in 0..rng.random_range(0..8) {
        let known: Vec<Row> = rows.keys().copied().collect();
        let (row, diff) = if !known.is_empty() && rng.random_bool(0.45) {
            let row = known[rng.random_range(0..known.len())];
            (row, -rng.random_range(1..=rows[&row]))
        } else {
            let row = (rng.random_range(0..3), rng.random_range(0..span), rng.random_range(0..2));
            (row, rng.random_range(1..3))
        };
        changes.push((row, diff));
        *rows.entry(row).or_default() += diff;
        rows.retain(|_, count| *count != 0);
    }
    changes
}

#[test]
fn equals_sorting_under_inserts_and_retractions() {
    for seed in 0..400 {
        let mut rng = StdRng::seed_from_u64(seed);
        let span = [30, 150, 600][rng.random_range(0..3)];
        let board = WatermarkBoard::default();
        let mut operator = SessionOperator::new(Arc::new(spec(false, false, 0))).unwrap();
        let (mut rows, mut shown) = (BTreeMap::new(), BTreeMap::new());
        for epoch in 1..50 {
            let changes = changing(&mut rng, &mut rows, span);
            let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch::ZERO, watermarks: &board };
            let out = operator.step(&cx, vec![vec![delta(&changes, true)]]).unwrap();
            collect(&out, &mut shown);
            assert_eq!(shown, sessions(&rows), "seed {seed}, epoch {epoch}");
        }
        let held: usize = rows.len();
        assert!(operator.held() >= held && operator.held() <= 3 * held + 8, "{} for {held}", operator.held());
    }
}

/// Rows on time by the rule, and the watermark after them.
fn on_time(rng: &mut StdRng, watermark: &mut i64, lateness: i64) -> Vec<(Row, i64)> {
    let least = *watermark - lateness;
    let count = rng.random_range(0..6);
    let row = |rng: &mut StdRng| (rng.random_range(0..3), least + rng.random_range(0..40), 0);
    let rows: Vec<(Row, i64)> = (0..count).map(|_| (row(rng), 1)).collect();
    *watermark = rows.iter().map(|(r, _)| r.1 - 8).max().unwrap_or(*watermark).max(*watermark);
    rows
}

#[test]
fn a_session_is_told_when_it_is_over_and_then_forgotten() {
    for (seed, lateness, close) in (0..200).flat_map(|s| [(s, 0, true), (s, 25, true), (s, 0, false)]) {
        let mut rng = StdRng::seed_from_u64(seed);
        let board = WatermarkBoard::default();
        let mut operator = SessionOperator::new(Arc::new(spec(true, close, lateness))).unwrap();
        let (mut rows, mut shown, mut watermark) = (BTreeMap::new(), BTreeMap::new(), 0);
        for epoch in 1..80 {
            let changes = on_time(&mut rng, &mut watermark, lateness);
            changes.iter().for_each(|(row, count)| *rows.entry(*row).or_default() += count);
            board.record(SOURCE, Epoch(epoch), Some(watermark));
            let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch::ZERO, watermarks: &board };
            let out = operator.step(&cx, vec![vec![delta(&changes, false)]]).unwrap();
            if lateness == 0 && close {
                assert!(out.iter().all(|d| d.diffs().is_none()), "what is told stays");
            }
            collect(&out, &mut shown);
            let mut expected = sessions(&rows);
            expected.retain(|(_, _, end), _| !close || *end <= watermark);
            assert_eq!(shown, expected, "seed {seed}, epoch {epoch}, watermark {watermark}");
            let open = sessions(&rows)
                .iter()
                .filter(|((_, _, end), _)| *end > watermark - lateness)
                .map(|(_, c)| c)
                .sum::<i64>();
            assert_eq!(operator.held() as i64, open, "only rows of open sessions are held");
        }
    }
}

/// Many rows of one partition: a change touches its own session only.
#[test]
fn a_change_reads_its_session_only() {
    let board = WatermarkBoard::default();
    let mut operator = SessionOperator::new(Arc::new(spec(false, false, 0))).unwrap();
    let many: Vec<(Row, i64)> = (0..20_000).map(|i| ((0, i * 2 * GAP, i), 1)).collect();
    let mut step = |epoch, changes: &[(Row, i64)]| {
        let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch::ZERO, watermarks: &board };
        let out = operator.step(&cx, vec![vec![delta(changes, true)]]).unwrap();
        out.iter().map(Delta::num_rows).sum::<usize>()
    };
    assert_eq!(step(1, &many), 20_000);
    assert_eq!(step(2, &[((0, 5 * GAP, 7), 1)]), 1, "between two sessions, touching none");
    assert_eq!(step(3, &[((0, 5 * GAP - 1, 7), 1)]), 5, "it joins two");
    assert_eq!(step(4, &[((0, 5 * GAP - 1, 7), -1)]), 5, "and parts them again");
}
