//! The temporal filter against a plain model: random rows with random lives,
//! inserted and retracted, looked at after every step.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, TimeUnit};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::TemporalOperator;
use crate::dataflow::watermark::WatermarkBoard;
use crate::dataflow::{EpochContext, Operator};
use crate::delta::Delta;
use crate::plan::stream::{Monotone, TemporalCondition, TemporalRelation, TemporalSpec, TimeBound};
use crate::types::Epoch;

type Row = (i64, Option<i64>, Option<i64>);

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("a", time.clone(), true),
        Field::new("b", time, true),
    ]))
}

/// `now() - 5 > a AND now() <= b`, shown as `id`.
fn operator() -> TemporalOperator {
    let moment = TimeBound(vec![Monotone::Add(-5)]);
    let conditions = vec![
        TemporalCondition { moment, relation: TemporalRelation::After, column: 1 },
        TemporalCondition { moment: TimeBound::default(), relation: TemporalRelation::NotAfter, column: 2 },
    ];
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]));
    TemporalOperator::new(Arc::new(TemporalSpec { conditions, output: vec![0], schema }))
}

fn is_there(row: &Row, now: i64) -> bool {
    matches!(row, (_, Some(a), Some(b)) if now - 5 > *a && now <= *b)
}

fn delta(changes: &[(Row, i64)]) -> Delta {
    let ids = Int64Array::from_iter_values(changes.iter().map(|(r, _)| r.0));
    let from: TimestampMicrosecondArray = changes.iter().map(|(r, _)| r.1).collect();
    let until: TimestampMicrosecondArray = changes.iter().map(|(r, _)| r.2).collect();
    let rows = RecordBatch::try_new(schema(), vec![Arc::new(ids), Arc::new(from), Arc::new(until)]).unwrap();
    Delta::new(rows, Some(Int64Array::from_iter_values(changes.iter().map(|(_, d)| *d))))
}

fn random_changes(rng: &mut StdRng, now: i64, alive: &mut Vec<Row>) -> Vec<(Row, i64)> {
    let mut changes = vec![];
    for _ in 0..rng.random_range(0..6) {
        if !alive.is_empty() && rng.random_bool(0.4) {
            let gone = alive.swap_remove(rng.random_range(0..alive.len()));
            changes.push((gone, -1));
        } else {
            let mut time = || rng.random_bool(0.95).then(|| now + rng.random_range(-30..40));
            let times = (time(), time());
            let row = (rng.random_range(0..5), times.0, times.1);
            alive.push(row);
            changes.push((row, 1));
        }
    }
    changes
}

#[test]
fn equals_the_filter_at_every_moment() {
    for seed in 0..300 {
        let mut rng = StdRng::seed_from_u64(seed);
        let board = WatermarkBoard::default();
        let mut operator = operator();
        let (mut now, mut alive, mut shown) = (100, vec![], BTreeMap::<i64, i64>::new());
        for step in 0..60 {
            now += rng.random_range(1..12);
            let changes = random_changes(&mut rng, now, &mut alive);
            let cx = EpochContext { epoch: Epoch(now as u64), as_of: Epoch::ZERO, watermarks: &board };
            let due = operator.next_due();
            let input = if changes.is_empty() { vec![vec![]] } else { vec![vec![delta(&changes)]] };
            let out = operator.step(&cx, input).unwrap();
            let moved = out.iter().any(|d| d.num_rows() > 0);
            if changes.is_empty() && due.is_none_or(|due| due > cx.epoch) {
                assert!(!moved, "seed {seed}, step {step}: it was not due");
            }
            for delta in &out {
                let ids = delta.column(0).as_primitive::<Int64Type>();
                (0..delta.num_rows()).for_each(|r| *shown.entry(ids.value(r)).or_default() += delta.diff(r));
            }
            shown.retain(|_, count| *count != 0);
            let mut expected = BTreeMap::<i64, i64>::new();
            alive.iter().filter(|r| is_there(r, now)).for_each(|r| *expected.entry(r.0).or_default() += 1);
            assert_eq!(shown, expected, "seed {seed}, step {step}, now {now}");
        }
    }
}

#[test]
fn rows_of_the_past_that_are_over_never_appear() {
    let board = WatermarkBoard::default();
    let mut operator = operator();
    let past = delta(&[((1, Some(0), Some(50)), 1), ((2, Some(0), Some(500)), 1)]);
    let cx = EpochContext { epoch: Epoch(1), as_of: Epoch(100), watermarks: &board };
    let out = operator.step(&cx, vec![vec![past]]).unwrap();
    let ids: Vec<i64> =
        out.iter().flat_map(|d| d.column(0).as_primitive::<Int64Type>().values().to_vec()).collect();
    assert_eq!(ids, [2], "the past is taken in as of the view's beginning");
    assert_eq!(operator.next_due(), Some(Epoch(501)));
}

#[test]
fn what_is_over_is_forgotten() {
    let board = WatermarkBoard::default();
    let mut operator = operator();
    for now in 1..2000_i64 {
        let changes: Vec<_> = (0..10).map(|i| ((i, Some(now - 10), Some(now + 20)), 1)).collect();
        let cx = EpochContext { epoch: Epoch(now as u64), as_of: Epoch::ZERO, watermarks: &board };
        operator.step(&cx, vec![vec![delta(&changes)]]).unwrap();
    }
    assert!(operator.waiting() <= 10 * 22, "{} rows wait", operator.waiting());
}
