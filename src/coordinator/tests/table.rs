//! Writes to a table with a key against taking the rows one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{define, engine, rows};
use crate::catalog::OnConflict;
use crate::coordinator::TableChangeKind;
use crate::coordinator::definition::{Definition, Running};
use crate::coordinator::table::TableState;
use crate::delta::Delta;
use crate::types::{Epoch, SqlState};

type Row = (i64, String, Option<i64>, Option<String>);
type Key = (Option<i64>, Option<String>);
type Model = BTreeMap<Key, Row>;

fn batch(list: &[Row]) -> RecordBatch {
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(list.iter().map(|r| r.0)));
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(list.iter().map(|r| &r.1)));
    let counts: Int64Array = list.iter().map(|r| r.2).collect();
    let notes: StringArray = list.iter().map(|r| r.3.as_deref()).collect();
    rows(vec![keys, names, Arc::new(counts), Arc::new(notes)])
}

fn read(batch: &RecordBatch) -> Vec<Row> {
    let number = |c: usize, row: usize| {
        let column = batch.column(c).as_primitive::<Int64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let text = |c: usize, row: usize| {
        let column = batch.column(c).as_string::<i32>();
        column.is_valid(row).then(|| column.value(row).to_string())
    };
    (0..batch.num_rows())
        .map(|r| (number(0, r).unwrap(), text(1, r).unwrap(), number(2, r), text(3, r)))
        .collect()
}

/// The key's columns: which of the first two.
#[derive(Clone, Copy)]
struct KeyOf(bool, bool);

impl KeyOf {
    fn of(self, row: &Row) -> Key {
        (self.0.then_some(row.0), self.1.then(|| row.1.clone()))
    }
}

/// The rows that get in, or the key of the first that must not.
fn insert(model: &mut Model, key: KeyOf, new: &[Row], policy: OnConflict) -> Result<Vec<Row>, Key> {
    let mut returned = vec![];
    for row in new {
        let mut row = row.clone();
        if let Some(old) = model.get(&key.of(&row)) {
            match policy {
                OnConflict::Error => return Err(key.of(&row)),
                OnConflict::DoNothing => continue,
                OnConflict::DoUpdateFull => {}
                OnConflict::DoUpdateIfNotNull => {
                    row.2 = row.2.or(old.2);
                    row.3 = row.3.or(old.3.clone());
                }
            }
        }
        model.insert(key.of(&row), row.clone());
        returned.push(row);
    }
    Ok(returned)
}

/// The delta leads from one state to the other, and says nothing in vain.
fn check_delta(delta: &Delta, before: &Model, after: &Model, vain: bool, case: &str) {
    let mut counts: BTreeMap<Row, i64> = before.values().map(|row| (row.clone(), 1)).collect();
    let mut told: BTreeMap<Row, i64> = BTreeMap::new();
    for (place, row) in read(delta.rows()).into_iter().enumerate() {
        *told.entry(row.clone()).or_default() += 1;
        *counts.entry(row).or_default() += delta.diff(place);
    }
    counts.retain(|_, count| *count != 0);
    let expected: BTreeMap<Row, i64> = after.values().map(|row| (row.clone(), 1)).collect();
    assert_eq!(counts, expected, "{case}");
    assert!(vain || told.values().all(|count| *count == 1), "{case}: {told:?}");
    let retracts = (0..delta.num_rows()).any(|row| delta.diff(row) != 1);
    assert!(vain || retracts == delta.diffs().is_some(), "{case}");
}

fn random_rows(rng: &mut StdRng, most: usize) -> Vec<Row> {
    let count = rng.random_range(0..most);
    let mut row = || {
        let value = [None, Some(1), Some(2)][rng.random_range(0..3)];
        let note = rng.random_bool(0.5).then(|| "n".repeat(rng.random_range(0..3)));
        (rng.random_range(0..8), "k".repeat(rng.random_range(0..5)), value, note)
    };
    (0..count).map(|_| row()).collect()
}

/// Some of the rows that are there, and what an UPDATE makes of them.
fn random_update(rng: &mut StdRng, model: &Model) -> (Vec<Row>, Vec<Row>) {
    let old: Vec<Row> = model.values().filter(|_| rng.random_bool(0.4)).cloned().collect();
    let shift = rng.random_range(0..3);
    let collapse = rng.random_bool(0.2);
    let new = |row: &Row| {
        let number = if collapse { 1 } else { row.0 + shift };
        (number, row.1.clone(), row.2.map(|v| v + 1), Some("updated".to_string()))
    };
    let new = old.iter().map(new).collect();
    (old, new)
}

fn change(rng: &mut StdRng, model: &Model, key: KeyOf) -> (TableChangeKind, Model, Result<Vec<Row>, Key>) {
    let mut after = model.clone();
    match rng.random_range(0..10) {
        0..7 => {
            let policies = [
                OnConflict::Error,
                OnConflict::DoNothing,
                OnConflict::DoUpdateFull,
                OnConflict::DoUpdateIfNotNull,
            ];
            let policy = policies[rng.random_range(0..4)];
            let new = random_rows(rng, if policy == OnConflict::Error { 4 } else { 12 });
            let returned = insert(&mut after, key, &new, policy);
            (TableChangeKind::Insert { rows: batch(&new), on_conflict: Some(policy) }, after, returned)
        }
        7..9 => {
            let (old, new) = random_update(rng, model);
            old.iter().for_each(|row| drop(after.remove(&key.of(row))));
            let returned = insert(&mut after, key, &new, OnConflict::Error);
            (TableChangeKind::Update { old: batch(&old), new: batch(&new) }, after, returned)
        }
        _ => {
            let old: Vec<Row> = model.values().filter(|_| rng.random_bool(0.4)).cloned().collect();
            old.iter().for_each(|row| drop(after.remove(&key.of(row))));
            (TableChangeKind::Delete { old: batch(&old) }, after, Ok(old))
        }
    }
}

fn look_up(table: &TableState, model: &Model, key: KeyOf, asked: &[Row], case: &str) {
    let mut met = std::collections::BTreeSet::new();
    let keys = asked.iter().map(|row| key.of(row)).filter(|k| met.insert(k.clone()));
    let expected: Vec<Row> = keys.filter_map(|k| model.get(&k).cloned()).collect();
    assert_eq!(read(&table.rows_of_keys(&batch(asked)).unwrap()), expected, "{case}");
}

fn definition(key: KeyOf) -> Definition {
    let columns = [("c0", key.0), ("c1", key.1)];
    let columns: Vec<&str> = columns.into_iter().filter(|(_, is_key)| *is_key).map(|c| c.0).collect();
    let columns = columns.join(", ");
    let sql =
        format!("CREATE TABLE t (c0 BIGINT, c1 VARCHAR, c2 BIGINT, c3 VARCHAR, PRIMARY KEY ({columns}))");
    define(&engine(1), &sql).unwrap()
}

fn table(definition: &Definition) -> TableState {
    let Running::Table(rules) = definition.running.clone() else { panic!("not a table") };
    TableState::new(Arc::new(definition.object.clone()), rules).unwrap()
}

#[test]
fn a_batch_is_its_rows_one_after_the_other() {
    let definitions = [KeyOf(true, false), KeyOf(false, true), KeyOf(true, true)].map(|k| (k, definition(k)));
    for seed in 0..60 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (key, definition) = &definitions[seed as usize % 3];
        let (key, mut table, mut model) = (*key, table(definition), Model::new());
        let mut marks: Vec<(usize, Model)> = vec![];
        for step in 0..60 {
            let case = format!("seed {seed}, step {step}");
            let (kind, after, expected) = change(&mut rng, &model, key);
            let vain = !matches!(kind, TableChangeKind::Insert { .. });
            let case = format!("{case}, {kind:?}");
            marks.push((table.mark(), model.clone()));
            match (table.apply(kind, Epoch(1)), expected) {
                (Ok(applied), Ok(returned)) => {
                    assert_eq!(read(&applied.rows), returned, "{case}");
                    check_delta(&applied.delta, &model, &after, vain, &case);
                    model = after;
                }
                (Err(error), Err(duplicate)) => {
                    assert_eq!(error.code(), SqlState::UNIQUE_VIOLATION, "{case}");
                    let parts = [duplicate.0.map(|k| k.to_string()), duplicate.1];
                    let detail = error.detail().unwrap_or_default().to_string();
                    for part in parts.into_iter().flatten() {
                        assert!(detail.contains(&part), "{case}: {detail}");
                    }
                    table.rollback_to(marks.last().unwrap().0).unwrap();
                }
                (ours, expected) => panic!("{case}: {:?}, {expected:?}", ours.map(|a| a.rows)),
            }
            match rng.random_range(0..6) {
                0 => {
                    marks.truncate(rng.random_range(1..=marks.len()));
                    let (mark, before) = marks.pop().unwrap();
                    table.rollback_to(mark).unwrap();
                    model = before;
                }
                1 => {
                    table.commit();
                    marks.clear();
                }
                _ => {}
            }
            look_up(&table, &model, key, &random_rows(&mut rng, 12), &case);
        }
    }
}

#[test]
fn rows_come_back_after_a_restart() {
    let key = KeyOf(true, false);
    let mut table = table(&definition(key));
    let row = |k: i64, v: i64| (k, "a".to_string(), Some(v), None);
    table.restore(&Delta::insert(batch(&[row(1, 1), row(2, 2), row(3, 3)]))).unwrap();
    let diffs = Int64Array::from(vec![1, -1, -1, 1]);
    let changes = batch(&[row(2, 20), row(2, 2), row(3, 3), row(4, 4)]);
    table.restore(&Delta::new(changes, Some(diffs))).unwrap();
    let all = [row(1, 1), row(2, 20), row(4, 4)];
    let model: Model = all.into_iter().map(|row| (key.of(&row), row)).collect();
    let asked: Vec<Row> = (0..6).map(|k| row(k, 0)).collect();
    look_up(&table, &model, key, &asked, "restored");
}
