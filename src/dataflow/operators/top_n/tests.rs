//! Top-n against a naive model: after every epoch the sum of what it emitted is
//! the window over the sum of its input, and nothing is emitted twice.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::TopNOperator;
use crate::dataflow::operator::{EpochContext, Operator};
use crate::dataflow::watermark::WatermarkBoard;
use crate::delta::Delta;
use crate::plan::stream::{KeyTime, RankKind, TimeBound, TopNSpec};
use crate::types::{Epoch, ObjectId};

/// (partition, order, text), the rank if it is asked for.
type Row = (Option<i64>, Option<i64>, Option<String>);
type Rows = BTreeMap<Row, i64>;
type Out = BTreeMap<(Row, i64), i64>;

fn spec(rng: &mut StdRng) -> TopNSpec {
    let options = |rng: &mut StdRng| SortOptions {
        descending: rng.random_bool(0.5),
        nulls_first: rng.random_bool(0.5),
    };
    let mut order: Vec<(usize, SortOptions)> = (1..=2).map(|column| (column, options(rng))).collect();
    order.truncate(rng.random_range(0..3));
    let rank = [RankKind::RowNumber, RankKind::Rank, RankKind::DenseRank][rng.random_range(0..3)];
    let with_rank = rng.random_bool(0.5);
    let limits = [None, Some(1), Some(1), Some(2), Some(5), Some(40)];
    TopNSpec {
        partition: if rng.random_bool(0.8) { vec![0] } else { vec![] },
        order,
        rank,
        offset: [0, 0, 0, 1, 7][rng.random_range(0..5)],
        limit: limits[rng.random_range(0..limits.len())],
        with_rank,
        append_only: rng.random_bool(0.5),
        event_times: vec![],
        emit_on_window_close: false,
        schema: schema(with_rank),
    }
}

fn schema(with_rank: bool) -> Arc<Schema> {
    let mut fields = vec![
        Field::new("k", DataType::Int64, true),
        Field::new("v", DataType::Int64, true),
        Field::new("t", DataType::Utf8, true),
    ];
    if with_rank {
        fields.push(Field::new("r", DataType::UInt64, true));
    }
    Arc::new(Schema::new(fields))
}

fn delta(rows: &[(Row, i64)]) -> Delta {
    let k: Int64Array = rows.iter().map(|((k, _, _), _)| *k).collect();
    let v: Int64Array = rows.iter().map(|((_, v, _), _)| *v).collect();
    let t: StringArray = rows.iter().map(|((_, _, t), _)| t.clone()).collect();
    let batch =
        RecordBatch::try_new(schema(false), vec![Arc::new(k) as ArrayRef, Arc::new(v), Arc::new(t)]).unwrap();
    let diffs: Vec<i64> = rows.iter().map(|(_, diff)| *diff).collect();
    Delta::new(batch, diffs.iter().any(|d| *d != 1).then(|| Int64Array::from(diffs)))
}

fn add(out: &mut Out, deltas: &[Delta]) {
    for delta in deltas {
        let number = |column: usize, row: usize| {
            let column = delta.column(column).as_primitive::<Int64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        let ranks = delta.rows().columns().get(3);
        let ranks = ranks.map(|c| arrow::compute::cast(c, &DataType::Int64).unwrap());
        for row in 0..delta.num_rows() {
            let text = delta.column(2).as_string::<i32>();
            let text = text.is_valid(row).then(|| text.value(row).to_string());
            let rank = ranks.as_ref().map_or(0, |r| r.as_primitive::<Int64Type>().value(row));
            *out.entry(((number(0, row), number(1, row), text), rank)).or_default() += delta.diff(row);
        }
    }
    out.retain(|_, count| *count != 0);
}

fn compare<T: Ord>(a: &Option<T>, b: &Option<T>, options: SortOptions) -> Ordering {
    let (null, value) = if options.nulls_first {
        (Ordering::Less, Ordering::Greater)
    } else {
        (Ordering::Greater, Ordering::Less)
    };
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => null,
        (Some(_), None) => value,
        (Some(a), Some(b)) if options.descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
    }
}

/// What must come out of these rows.
fn model(spec: &TopNSpec, rows: &Rows) -> Out {
    let mut partitions: BTreeMap<Option<i64>, Vec<&Row>> = BTreeMap::new();
    for (row, count) in rows {
        let partition = if spec.partition.is_empty() { None } else { row.0 };
        let copies = std::iter::repeat_n(row, *count as usize);
        partitions.entry(partition).or_default().extend(copies);
    }
    let plain = SortOptions { descending: false, nulls_first: false };
    let by = |a: &Row, b: &Row, column: usize, options| match column {
        0 => compare(&a.0, &b.0, options),
        1 => compare(&a.1, &b.1, options),
        _ => compare(&a.2, &b.2, options),
    };
    let given = |a: &Row, b: &Row| {
        spec.order.iter().fold(Ordering::Equal, |o, (column, options)| o.then(by(a, b, *column, *options)))
    };
    let mut out = Out::new();
    for rows in partitions.values_mut() {
        rows.sort_by(|a, b| (0..3).fold(given(a, b), |o, column| o.then(by(a, b, column, plain))));
        let (mut shared, mut dense) = (0, 0);
        for (index, row) in rows.iter().enumerate() {
            if index == 0 || given(rows[index - 1], row).is_ne() {
                shared = index as i64 + 1;
                dense += 1;
            }
            let rank = match spec.rank {
                RankKind::RowNumber => index as i64 + 1,
                RankKind::Rank => shared,
                RankKind::DenseRank => dense,
            };
            let last = spec.limit.map_or(i64::MAX, |limit| (spec.offset + limit) as i64);
            if rank > spec.offset as i64 && rank <= last {
                *out.entry(((*row).clone(), if spec.with_rank { rank } else { 0 })).or_default() += 1;
            }
        }
    }
    out
}

fn context<'a>(epoch: u64, watermarks: &'a WatermarkBoard) -> EpochContext<'a> {
    EpochContext { epoch: Epoch(epoch), as_of: Epoch(0), watermarks }
}

/// Random changes; deletions only of what is there.
fn changes(rng: &mut StdRng, rows: &mut Rows, append_only: bool, domain: i64) -> Vec<(Row, i64)> {
    let count = [1, 3, 30, 200][rng.random_range(0..4)];
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let present = rows.keys().nth(rng.random_range(0..rows.len().max(1))).cloned();
        let (row, diff) = match present {
            Some(row) if !append_only && rng.random_bool(0.5) => (row, -1),
            _ => {
                let value = |rng: &mut StdRng| Some(rng.random_range(0..domain)).filter(|v| *v > 0);
                let text = value(rng).map(|v| format!("{:03}", v % 50));
                let k = Some(rng.random_range(0..3)).filter(|k| *k > 0);
                ((k, value(rng), text), rng.random_range(1..3))
            }
        };
        let total = rows.entry(row.clone()).or_default();
        *total += diff;
        if *total == 0 {
            rows.remove(&row);
        }
        made.push((row, diff));
    }
    // Within an epoch there is no order.
    let turn = rng.random_range(0..made.len());
    made.rotate_left(turn);
    made
}

#[test]
fn equals_a_naive_model() {
    for seed in 0..600 {
        let mut rng = StdRng::seed_from_u64(seed);
        let spec = spec(&mut rng);
        let domain = [3, 20, 2000][rng.random_range(0..3)];
        let mut operator = TopNOperator::new(Arc::new(spec.clone())).unwrap();
        let board = WatermarkBoard::default();
        let (mut rows, mut out) = (Rows::new(), Out::new());
        for epoch in 1..12 {
            let changed = changes(&mut rng, &mut rows, spec.append_only, domain);
            let (left, right) = changed.split_at(changed.len() / 2);
            let inputs = vec![vec![delta(left), delta(right)]];
            let emitted = operator.step(&context(epoch, &board), inputs).unwrap();
            let mut net = Out::new();
            add(&mut net, &emitted);
            let emitted_rows: usize = emitted.iter().map(Delta::num_rows).sum();
            assert_eq!(net.len(), emitted_rows, "seed {seed}, epoch {epoch}: {spec:?} emits a row twice");
            add(&mut out, &emitted);
            assert_eq!(out, model(&spec, &rows), "seed {seed}, epoch {epoch}: {spec:?}");
        }
    }
}

#[test]
fn insert_only_input_needs_no_more_than_n_rows() {
    for (limit, with_rank) in [(1, false), (1, true), (10, false)] {
        let mut rng = StdRng::seed_from_u64(limit);
        let spec = TopNSpec {
            partition: vec![0],
            order: vec![(1, SortOptions { descending: true, nulls_first: true })],
            rank: RankKind::RowNumber,
            offset: 0,
            limit: Some(limit),
            with_rank,
            append_only: true,
            event_times: vec![],
            emit_on_window_close: false,
            schema: schema(with_rank),
        };
        let mut operator = TopNOperator::new(Arc::new(spec)).unwrap();
        let board = WatermarkBoard::default();
        let mut rows = Rows::new();
        for epoch in 1..60 {
            let inputs = vec![vec![delta(&changes(&mut rng, &mut rows, true, 1000))]];
            operator.step(&context(epoch, &board), inputs).unwrap();
        }
        assert!(
            rows.len() > 1000 && operator.state_rows() <= 3 * limit as usize,
            "{} rows",
            operator.state_rows()
        );
    }
}

#[test]
fn closed_partitions_are_told_once_and_freed() {
    for limit in [1, 2] {
        let source = ObjectId(1);
        let time = KeyTime { key: 0, source, bound: TimeBound::default(), lateness: 0 };
        let spec = TopNSpec {
            partition: vec![0],
            order: vec![(1, SortOptions { descending: true, nulls_first: true })],
            rank: RankKind::RowNumber,
            offset: 0,
            limit: Some(limit),
            with_rank: false,
            append_only: true,
            event_times: vec![time],
            emit_on_window_close: true,
            schema: schema(false),
        };
        let mut operator = TopNOperator::new(Arc::new(spec)).unwrap();
        let board = WatermarkBoard::default();
        let row = |k: i64, v: i64| ((Some(k), Some(v), None), 1);
        let mut out = Out::new();
        let first = vec![vec![delta(&[row(10, 1), row(10, 2), row(10, 3), row(20, 1)])]];
        add(&mut out, &operator.step(&context(1, &board), first).unwrap());
        assert!(out.is_empty(), "nothing is told before it is closed");
        board.record(source, Epoch(2), Some(15));
        add(&mut out, &operator.step(&context(2, &board), vec![vec![]]).unwrap());
        assert_eq!(out.values().sum::<i64>(), limit as i64);
        assert!(out.keys().all(|(row, _)| row.0 == Some(10)));
        assert_eq!(operator.state_rows(), 1, "the closed partition is freed");
        board.record(source, Epoch(3), Some(30));
        let late = vec![vec![delta(&[row(20, 7)])]];
        add(&mut out, &operator.step(&context(3, &board), late).unwrap());
        assert!(out.contains_key(&((Some(20), Some(7), None), 0)), "the row of the closing epoch counts");
        assert_eq!(operator.state_rows(), 0);
    }
}

/// A change near the front of a large partition does not go through all of it.
#[test]
fn a_change_of_a_large_partition_is_cheap() {
    let spec = TopNSpec {
        partition: vec![0],
        order: vec![(1, SortOptions::default())],
        rank: RankKind::RowNumber,
        offset: 0,
        limit: Some(3),
        with_rank: true,
        append_only: false,
        event_times: vec![],
        emit_on_window_close: false,
        schema: schema(true),
    };
    let mut operator = TopNOperator::new(Arc::new(spec)).unwrap();
    let board = WatermarkBoard::default();
    let many: Vec<(Row, i64)> = (0..100_000).map(|v| ((Some(1), Some(v), None), 1)).collect();
    operator.step(&context(1, &board), vec![vec![delta(&many)]]).unwrap();
    let started = std::time::Instant::now();
    for epoch in 0..2_000u64 {
        let row = (Some(1), Some(epoch as i64 / 2), None);
        let diff = if epoch % 2 == 0 { -1 } else { 1 };
        let out = operator.step(&context(epoch + 2, &board), vec![vec![delta(&[(row, diff)])]]).unwrap();
        assert!(out.iter().map(Delta::num_rows).sum::<usize>() <= 6);
    }
    // A thousand times less than a walk through the partition for each change would take.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
