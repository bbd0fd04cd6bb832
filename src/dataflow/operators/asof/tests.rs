//! The ASOF join against a naive model: after every epoch the sum of what it
//! emitted is the join of the sums of its inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::AsofOperator;
use crate::dataflow::operator::{EpochContext, Operator};
use crate::dataflow::watermark::WatermarkBoard;
use crate::delta::Delta;
use crate::plan::stream::{AsofClosing, AsofSide, AsofSpec, TimeBound};
use crate::sql::binder::Nearest;
use crate::types::{Epoch, ObjectId};

/// (key, time, text)
type Row = (Option<i64>, Option<i64>, Option<String>);
type Rows = BTreeMap<Row, i64>;
type Out = BTreeMap<(Row, Option<Row>), i64>;

fn schema(columns: usize) -> SchemaRef {
    let types = [DataType::Int64, DataType::Int64, DataType::Utf8];
    let field = |i: usize| Field::new(format!("c{i}"), types[i % 3].clone(), true);
    Arc::new(Schema::new((0..columns).map(field).collect::<Vec<_>>()))
}

fn spec(keyed: bool, nearest: Nearest, outer: bool) -> AsofSpec {
    AsofSpec {
        on: if keyed { vec![(0, 0)] } else { vec![] },
        times: (1, 1),
        nearest,
        outer,
        left: AsofSide { append_only: false, width: 3 },
        right: AsofSide { append_only: false, width: 3 },
        closing: None,
        watermarks: vec![],
        schema: schema(6),
    }
}

fn delta(changes: &[(Row, i64)]) -> Delta {
    let keys: Int64Array = changes.iter().map(|((k, _, _), _)| *k).collect();
    let times: Int64Array = changes.iter().map(|((_, t, _), _)| *t).collect();
    let texts: StringArray = changes.iter().map(|((_, _, x), _)| x.as_deref()).collect();
    let rows = RecordBatch::try_new(schema(3), vec![Arc::new(keys), Arc::new(times), Arc::new(texts)]);
    let diffs = Int64Array::from(changes.iter().map(|(_, d)| *d).collect::<Vec<_>>());
    Delta::new(rows.unwrap(), Some(diffs))
}

fn row(delta: &Delta, row: usize, from: usize) -> Row {
    let number = |c: usize| {
        let column = delta.column(c).as_primitive::<Int64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let texts = delta.column(from + 2).as_string::<i32>();
    (number(from), number(from + 1), texts.is_valid(row).then(|| texts.value(row).to_string()))
}

fn add(out: &mut Out, delta: &Delta) {
    for at in 0..delta.num_rows() {
        let right = row(delta, at, 3);
        let pair = (row(delta, at, 0), (right != (None, None, None)).then_some(right));
        *out.entry(pair).or_default() += delta.diff(at);
    }
    out.retain(|_, count| *count != 0);
}

/// NULL last, as the order of rows has it.
fn place(row: &Row) -> (Option<i64>, (bool, Option<i64>), (bool, Option<String>)) {
    (row.1, (row.0.is_none(), row.0), (row.2.is_none(), row.2.clone()))
}

fn expected(spec: &AsofSpec, left: &Rows, right: &Rows) -> Out {
    let mut out = Out::new();
    for (l, count) in left {
        let nearest = spec.nearest;
        let meets = |r: &&Row| {
            let same = spec.on.is_empty() || (l.0.is_some() && l.0 == r.0);
            let (Some(lt), Some(rt)) = (l.1, r.1) else { return false };
            let order = if nearest.later { rt.cmp(&lt) } else { lt.cmp(&rt) };
            same && (order.is_gt() || (order.is_eq() && !nearest.strict))
        };
        let candidates = right.keys().filter(meets);
        let best = candidates.max_by_key(|r| {
            let (time, key, text) = place(r);
            (time.map(|t| if nearest.later { -t } else { t }), key, text)
        });
        if best.is_some() || spec.outer {
            *out.entry((l.clone(), best.cloned())).or_default() += count;
        }
    }
    out
}

fn random_row(rng: &mut StdRng, times: i64) -> Row {
    let key = rng.random_bool(0.95).then(|| rng.random_range(0..3));
    let time = rng.random_bool(0.95).then(|| rng.random_range(0..times));
    let texts = [Some("a"), Some("b"), None, Some("longer than a block of the row format is")];
    (key, time, texts[rng.random_range(0..4)].map(str::to_string))
}

/// Some changes that leave no row less than 0 times.
fn changes(rng: &mut StdRng, rows: &mut Rows, times: i64) -> Vec<(Row, i64)> {
    let mut changes = vec![];
    for _ in 0..[0, 1, 3, 30][rng.random_range(0..4)] {
        let known = rows.len();
        let change = if known > 0 && rng.random_bool(0.45) {
            let (row, count) = rows.iter().nth(rng.random_range(0..known)).unwrap();
            (row.clone(), -rng.random_range(1..=*count))
        } else {
            (random_row(rng, times), rng.random_range(1..3))
        };
        *rows.entry(change.0.clone()).or_default() += change.1;
        rows.retain(|_, count| *count != 0);
        changes.push(change);
    }
    changes
}

fn take(operator: &mut AsofOperator, epoch: u64, inputs: [Vec<(Row, i64)>; 2], out: &mut Out) {
    take_with(operator, epoch, inputs, out, &WatermarkBoard::default());
}

fn take_with(
    operator: &mut AsofOperator,
    epoch: u64,
    inputs: [Vec<(Row, i64)>; 2],
    out: &mut Out,
    board: &WatermarkBoard,
) {
    let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch(0), watermarks: board };
    let inputs = inputs.iter().map(|changes| vec![delta(changes)]).collect();
    operator.step(&cx, inputs).unwrap().iter().for_each(|d| add(out, d));
    while let Some(more) = operator.more(&cx).unwrap() {
        for delta in more {
            assert!(delta.num_rows() <= 4, "a part is bounded");
            add(out, &delta);
        }
    }
}

#[test]
fn it_is_the_join_of_what_is_there() {
    for seed in 0..120 {
        let mut rng = StdRng::seed_from_u64(seed);
        let nearest = Nearest { later: rng.random_bool(0.4), strict: rng.random_bool(0.4) };
        let spec = spec(rng.random_bool(0.8), nearest, rng.random_bool(0.5));
        let mut operator =
            AsofOperator::with_limit(Arc::new(spec.clone()), &schema(3), &schema(3), 3).unwrap();
        let (mut left, mut right, mut out) = (Rows::new(), Rows::new(), Out::new());
        let times = [4, 20, 200][rng.random_range(0..3)];
        for epoch in 1..25 {
            let inputs = [changes(&mut rng, &mut left, times), changes(&mut rng, &mut right, times)];
            take(&mut operator, epoch, inputs, &mut out);
            assert_eq!(out, expected(&spec, &left, &right), "seed {seed}, epoch {epoch}, {nearest:?}");
        }
        let clear = |rows: &Rows| rows.iter().map(|(row, count)| (row.clone(), -count)).collect();
        take(&mut operator, 30, [clear(&left), clear(&right)], &mut out);
        assert!(out.is_empty());
        assert_eq!((operator.state_rows(), operator.keys_kept()), (0, 0), "nothing is left behind");
    }
}

#[test]
fn what_watermarks_have_passed_is_forgotten_and_not_missed() {
    for seed in 0..20 {
        let mut rng = StdRng::seed_from_u64(seed);
        let nearest = Nearest { later: false, strict: rng.random_bool(0.5) };
        let sources = [ObjectId(1), ObjectId(2)];
        let [left, right] = sources.map(|source| (source, TimeBound::default()));
        let keyed = rng.random_bool(0.8);
        let spec = AsofSpec { closing: Some(AsofClosing { left, right }), ..spec(keyed, nearest, true) };
        let mut operator =
            AsofOperator::with_limit(Arc::new(spec.clone()), &schema(3), &schema(3), 3).unwrap();
        let mut rows = [Rows::new(), Rows::new()];
        let (mut passed, mut out) = ([0, 0], Out::new());
        for epoch in 1..200 {
            let board = WatermarkBoard::default();
            let mut inputs = [vec![], vec![]];
            for side in 0..2 {
                for _ in 0..rng.random_range(0..8) {
                    let (key, time, text) = random_row(&mut rng, 12);
                    let change = ((key, time.map(|t| t + passed[side]), text), 1);
                    *rows[side].entry(change.0.clone()).or_default() += 1;
                    inputs[side].push(change);
                }
                passed[side] += rng.random_range(0..4);
                board.record(sources[side], Epoch(epoch), Some(passed[side]));
            }
            take_with(&mut operator, epoch, inputs, &mut out, &board);
        }
        assert_eq!(out, expected(&spec, &rows[0], &rows[1]), "seed {seed}");
        let (kept, came) = (operator.state_rows(), rows[0].len() + rows[1].len());
        assert!(kept < 600 && came > 1000, "{kept} rows are kept of {came}");
    }
}

#[test]
fn a_right_row_reaches_the_left_rows_up_to_the_next_one() {
    let nearest = Nearest { later: false, strict: false };
    let schema = schema(3);
    let mut operator = AsofOperator::new(Arc::new(spec(true, nearest, true)), &schema, &schema).unwrap();
    let row = |time: i64| (Some(1), Some(time), None);
    let lefts: Vec<(Row, i64)> = (0..1000).map(|time| (row(time), 1)).collect();
    let rights: Vec<(Row, i64)> = (0..100).map(|nth| (row(nth * 10), 1)).collect();
    take_any(&mut operator, 1, [lefts, rights]);
    let told = take_any(&mut operator, 2, [vec![], vec![(row(505), 1)]]);
    assert_eq!(told, 10, "five left rows meet another one");
    let told = take_any(&mut operator, 3, [vec![], vec![(row(505), -1), (row(507), 1)]]);
    assert_eq!(told, 10, "each is told once, however many right rows change around it");
}

fn take_any(operator: &mut AsofOperator, epoch: u64, inputs: [Vec<(Row, i64)>; 2]) -> usize {
    let board = WatermarkBoard::default();
    let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch(0), watermarks: &board };
    let inputs = inputs.iter().map(|changes| vec![delta(changes)]).collect();
    let mut told = operator.step(&cx, inputs).unwrap();
    while let Some(more) = operator.more(&cx).unwrap() {
        told.extend(more);
    }
    told.iter().map(Delta::num_rows).sum()
}
