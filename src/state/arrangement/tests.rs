//! The arrangement against a plain multiset.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{Arrangement, ArrangementWriter};
use crate::delta::{Delta, Fault};
use crate::types::{Epoch, SqlState};

type Row = (Option<i64>, String);
type Multiset = BTreeMap<Row, i64>;

fn schema() -> SchemaRef {
    let columns = vec![Field::new("a", DataType::Int64, true), Field::new("b", DataType::Utf8, false)];
    Arc::new(Schema::new(columns))
}

fn delta(rows: &[(Row, i64)]) -> Delta {
    let a: Int64Array = rows.iter().map(|((a, _), _)| *a).collect();
    let b = StringArray::from_iter_values(rows.iter().map(|((_, b), _)| b));
    let diffs: Int64Array = rows.iter().map(|(_, diff)| Some(*diff)).collect();
    let diffs = rows.iter().any(|(_, diff)| *diff != 1).then_some(diffs);
    Delta::new(RecordBatch::try_new(schema(), vec![Arc::new(a), Arc::new(b)]).unwrap(), diffs)
}

fn row(n: i64) -> Row {
    (Some(n).filter(|n| *n != 0), format!("row {}", n / 3))
}

fn multiset(batches: &[RecordBatch]) -> Multiset {
    let mut set = Multiset::new();
    for batch in batches {
        let (a, b) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(1).as_string::<i32>());
        for row in 0..batch.num_rows() {
            let a = a.is_valid(row).then(|| a.value(row));
            *set.entry((a, b.value(row).to_string())).or_default() += 1;
        }
    }
    set
}

fn fault(row: &str, diff: i64) -> Fault {
    Fault { code: "22012".into(), message: "division by zero".into(), row: row.into(), diff }
}

/// One epoch's changes: some live rows go, some rows come; never below zero.
fn random_changes(rng: &mut StdRng, live: &mut Multiset, values: i64, churn: f64) -> Vec<(Row, i64)> {
    let mut changes = vec![];
    for (row, count) in live.iter_mut() {
        if *count > 0 && rng.random_bool(churn) {
            let gone = rng.random_range(1..=*count);
            *count -= gone;
            changes.push((row.clone(), -gone));
        }
    }
    for _ in 0..rng.random_range(0..20) {
        let (row, count) = (row(rng.random_range(0..values)), rng.random_range(1..3));
        *live.entry(row.clone()).or_default() += count;
        changes.push((row, count));
    }
    live.retain(|_, count| *count > 0);
    changes
}

/// Appends the changes in one delta or in two, in any order.
fn append(rng: &mut StdRng, writer: &mut ArrangementWriter, epoch: Epoch, mut changes: Vec<(Row, i64)>) {
    for n in (1..changes.len()).rev() {
        changes.swap(n, rng.random_range(0..=n));
    }
    let cut = if rng.random_bool(0.5) { changes.len() } else { rng.random_range(0..=changes.len()) };
    let (first, second) = changes.split_at(cut);
    writer.append(epoch, &delta(first)).unwrap();
    if !second.is_empty() {
        writer.append(epoch, &delta(second)).unwrap();
    }
}

#[test]
fn every_epoch_since_is_read_as_a_multiset_would_be() {
    for seed in 0..200 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (writer, arrangement) = Arrangement::new(schema());
        let mut writer = if rng.random_bool(0.5) { writer.indexed() } else { writer };
        let values = *[5, 50, 5000].get(rng.random_range(0..3)).unwrap();
        let churn = *[0.0, 0.02, 0.3].get(rng.random_range(0..3)).unwrap();
        let (mut live, mut history, mut since) = (Multiset::new(), vec![(Epoch(0), Multiset::new())], 0);
        for step in 1..150u64 {
            let epoch = Epoch(step * 10);
            let changes = random_changes(&mut rng, &mut live, values, churn);
            append(&mut rng, &mut writer, epoch, changes);
            history.push((epoch, live.clone()));
            if rng.random_bool(0.6) {
                since = rng.random_range(since..=step.min(since + 20));
                writer.maintain(Epoch(since * 10)).unwrap();
            }
            for _ in 0..2 {
                let (at, expected) = &history[rng.random_range(since..=step) as usize];
                let got = multiset(&arrangement.snapshot(Epoch(at.0 + rng.random_range(0..10))).unwrap());
                assert_eq!(&got, expected, "seed {seed}, step {step}, at {at}, since {since}");
            }
            assert_eq!(arrangement.rows() as i64, live.values().sum::<i64>(), "seed {seed}, step {step}");
        }
    }
}

#[test]
fn what_is_dead_is_forgotten() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    for step in 1..=2000i64 {
        let old = (step > 10).then(|| (row(step - 10), -1));
        let changes: Vec<_> = [(row(step), 1)].into_iter().chain(old).collect();
        writer.append(Epoch(step as u64), &delta(&changes)).unwrap();
        writer.maintain(Epoch(step as u64)).unwrap();
    }
    let stored: usize = arrangement.list().runs.iter().map(|run| run.rows.batch.num_rows()).sum();
    assert_eq!(arrangement.rows(), 10);
    assert!(stored < 100, "{stored} rows are stored for 10");
    assert!(arrangement.runs() < 20);
}

#[test]
fn insert_only_rows_are_read_without_a_copy() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    let rows = delta(&[(row(1), 1), (row(1), 1), (row(2), 1)]);
    writer.append(Epoch(1), &rows).unwrap();
    let read = arrangement.snapshot(Epoch(1)).unwrap();
    assert!(Arc::ptr_eq(read[0].column(1), rows.rows().column(1)));
    assert_eq!(writer.index_bytes(), 0);
    assert!(arrangement.snapshot(Epoch(0)).unwrap().is_empty());
}

#[test]
fn chunks_without_dead_rows_are_shared_and_masked_ones_remembered() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    let rows: Vec<_> = (0..192).map(|n| (row(n), 1)).collect();
    writer.append(Epoch(1), &delta(&rows)).unwrap();
    writer.append(Epoch(2), &delta(&[(row(70), -1)])).unwrap();
    let before = arrangement.snapshot(Epoch(2)).unwrap();
    assert_eq!(before.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [64, 63, 64]);
    writer.append(Epoch(3), &delta(&[(row(150), -1)])).unwrap();
    let after = arrangement.snapshot(Epoch(3)).unwrap();
    let buffer = |batch: &RecordBatch| batch.column(0).as_primitive::<Int64Type>().values().as_ptr();
    assert_eq!(buffer(&before[1]), buffer(&after[1]), "masked once");
    assert_eq!(after[2].num_rows(), 63);
    assert_eq!(multiset(&arrangement.snapshot(Epoch(2)).unwrap()).len(), 191, "the past is still there");
}

#[test]
fn a_row_retracted_before_it_came_is_a_bug_until_it_comes() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    writer.append(Epoch(1), &delta(&[(row(1), -2)])).unwrap();
    assert_eq!(arrangement.snapshot(Epoch(1)).unwrap_err().code(), SqlState::INTERNAL_ERROR);
    writer.append(Epoch(2), &delta(&[(row(1), 1)])).unwrap();
    assert!(arrangement.snapshot(Epoch(2)).is_err());
    writer.append(Epoch(3), &delta(&[(row(1), 2), (row(2), 1)])).unwrap();
    assert!(arrangement.snapshot(Epoch(2)).is_err(), "it was a bug then and still is");
    assert_eq!(
        multiset(&arrangement.snapshot(Epoch(3)).unwrap()),
        Multiset::from([(row(1), 1), (row(2), 1)])
    );
}

#[test]
fn forgotten_history_and_epochs_out_of_order_are_refused() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    for epoch in 1..=8 {
        writer.append(Epoch(epoch), &delta(&[(row(1), 1)])).unwrap();
    }
    writer.maintain(Epoch(8)).unwrap();
    assert!(arrangement.snapshot(Epoch(7)).is_err());
    assert!(writer.append(Epoch(7), &delta(&[(row(1), 1)])).is_err());
    writer.append(Epoch(8), &delta(&[(row(1), 1)])).unwrap();
    assert_eq!(arrangement.rows(), 9);
}

#[test]
fn rows_of_another_schema_are_refused() {
    let (mut writer, _arrangement) = Arrangement::new(schema());
    let other = RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1])) as _)]).unwrap();
    let error = writer.append(Epoch(1), &Delta::insert(other)).unwrap_err();
    assert_eq!(error.code(), SqlState::INTERNAL_ERROR);
}

#[test]
fn rows_without_columns_are_counted() {
    let schema = Arc::new(Schema::empty());
    let rows = |count| {
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(schema.clone(), vec![], &options).unwrap()
    };
    let (mut writer, arrangement) = Arrangement::new(schema.clone());
    writer.append(Epoch(1), &Delta::insert(rows(30))).unwrap();
    for epoch in 2..10 {
        writer.append(Epoch(epoch), &Delta::retract(rows(3))).unwrap();
        writer.maintain(Epoch(epoch)).unwrap();
    }
    let read = arrangement.snapshot(Epoch(9)).unwrap();
    assert_eq!(read.iter().map(RecordBatch::num_rows).sum::<usize>(), 6);
}

#[test]
fn faults_come_go_and_are_merged() {
    let (mut writer, arrangement) = Arrangement::new(schema());
    for epoch in 1..=50u64 {
        let faults =
            if epoch % 2 == 1 { vec![fault("(1)", 1), fault("(2)", 1)] } else { vec![fault("(1)", -1)] };
        writer.append(Epoch(epoch), &Delta::of_faults(schema(), faults)).unwrap();
        if epoch % 10 == 0 {
            writer.maintain(Epoch(epoch - 5)).unwrap();
        }
    }
    assert_eq!(arrangement.faults(Epoch(50)), vec![fault("(2)", 25)]);
    assert_eq!(arrangement.faults(Epoch(49)), vec![fault("(1)", 1), fault("(2)", 25)]);
    assert!(arrangement.list().faults.len() < 20);
    assert!(arrangement.snapshot(Epoch(50)).unwrap().is_empty());
}

#[test]
fn readers_beside_the_writer_see_whole_epochs() {
    const ROWS: i64 = 100;
    let (mut writer, arrangement) = Arrangement::new(schema());
    let start: Vec<_> = (1..=ROWS).map(|n| (row(n), 1)).collect();
    writer.append(Epoch(1), &delta(&start)).unwrap();
    let done = AtomicU64::new(1);
    let holds = [Mutex::new(u64::MAX), Mutex::new(u64::MAX)];
    std::thread::scope(|scope| {
        for hold in &holds {
            let (arrangement, done) = (&arrangement, &done);
            scope.spawn(move || {
                while done.load(Ordering::Acquire) < 3000 {
                    let at = {
                        let mut hold = hold.lock();
                        *hold = done.load(Ordering::Acquire);
                        *hold
                    };
                    for _ in 0..3 {
                        let set = multiset(&arrangement.snapshot(Epoch(at)).unwrap());
                        assert_eq!(set.values().sum::<i64>(), ROWS);
                        assert_eq!(
                            set.keys().filter_map(|(a, _)| *a).max(),
                            Some(ROWS + at as i64 - 1),
                            "at {at}"
                        );
                    }
                }
                *hold.lock() = u64::MAX;
            });
        }
        for epoch in 2..=3000u64 {
            let new = ROWS + epoch as i64 - 1;
            writer.append(Epoch(epoch), &delta(&[(row(new - ROWS), -1), (row(new), 1)])).unwrap();
            let held: Vec<_> = holds.iter().map(|hold| hold.lock()).collect();
            done.store(epoch, Ordering::Release);
            let since = held.iter().map(|hold| **hold).min().unwrap().min(epoch);
            drop(held);
            writer.maintain(Epoch(since)).unwrap();
        }
    });
}
