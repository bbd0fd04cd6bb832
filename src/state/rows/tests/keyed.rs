//! Keyed rows against a map from the text of a key to the text of its row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal256Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use arrow::datatypes::{Float64Type, Int64Type, i256};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::state::rows::*;

/// Whole number, text, numeric, list, floating-point number; then three values.
fn random_rows(rng: &mut StdRng, count: usize, keys: i64) -> RecordBatch {
    let numbers: Vec<i64> = (0..count).map(|_| rng.random_range(0..keys)).collect();
    let texts: StringArray =
        (0..count).map(|_| Some("é".repeat(rng.random_range(0..keys as usize)))).collect();
    let numerics = (0..count).map(|_| Some(i256::from_i128(rng.random_range(-keys / 2..keys / 2) as i128)));
    let numerics: Decimal256Array = numerics.collect();
    let lists =
        (0..count).map(|_| Some(vec![Some(rng.random_range(0..2)), Some(rng.random_range(0..keys / 2))]));
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
    let odd = [0.0, -0.0, f64::NAN, -f64::NAN, f64::from_bits(f64::NAN.to_bits() | 1), 1.5, f64::INFINITY];
    let floats: Float64Array = (0..count).map(|_| Some(odd[rng.random_range(0..odd.len())])).collect();
    let small: Int64Array = (0..count).map(|_| [None, Some(1), Some(2)][rng.random_range(0..3)]).collect();
    let notes: StringArray =
        (0..count).map(|_| rng.random_bool(0.8).then(|| "x".repeat(rng.random_range(0..900)))).collect();
    let wide: Decimal256Array =
        (0..count).map(|_| rng.random_bool(0.7).then(|| i256::from_i128(rng.random()))).collect();
    let sums = (0..count).map(|_| Some([None, Some(rng.random_range(0.0..1.0))]));
    let sums = ListArray::from_iter_primitive::<Float64Type, _, _>(sums);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(numbers)),
        Arc::new(texts),
        Arc::new(numerics.with_precision_and_scale(76, 20).unwrap()),
        Arc::new(lists),
        Arc::new(floats),
        Arc::new(small),
        Arc::new(notes),
        Arc::new(wide.with_precision_and_scale(76, 20).unwrap()),
        Arc::new(sums),
    ];
    let named = columns.into_iter().enumerate().map(|(i, c)| (format!("c{i}"), c, true));
    RecordBatch::try_from_iter_with_nullable(named).unwrap()
}

fn texts(rows: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let columns: Vec<ArrayFormatter> =
        rows.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
    let line = |row| columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|");
    (0..rows.num_rows()).map(line).collect()
}

/// Equal exactly when the keys are.
fn keys_of(rows: &RecordBatch, key: &[usize]) -> Vec<String> {
    let normal = |text: &str| if text == "-0.0" { "0.0" } else { text }.to_string();
    let line = |line: &String| line.split('|').map(normal).collect::<Vec<_>>().join("|");
    texts(&rows.project(key).unwrap()).iter().map(line).collect()
}

type Model = BTreeMap<String, String>;

struct Run {
    stored: KeyedRows,
    key: Vec<usize>,
    model: Model,
}

impl Run {
    fn put(&mut self, rows: &RecordBatch, case: &str) {
        let keys = self.stored.keys(rows).unwrap();
        let found = self.stored.find(&keys);
        let (names, lines) = (keys_of(rows, &self.key), texts(rows));
        let mut last = BTreeMap::new();
        let before: Vec<u32> = (0u32..).zip(&names).map(|(r, n)| last.insert(n, r).unwrap_or(NONE)).collect();
        let all_differ = before.iter().all(|b| *b == NONE);
        assert_eq!(keys.before(), (!all_differ).then_some(before), "{case}");
        let mut chosen: Vec<u32> = last.into_values().collect();
        chosen.sort_unstable();
        let replaced = texts(&self.stored.put(rows, &keys, &found, &chosen).unwrap());
        let chosen = chosen.iter().map(|row| *row as usize);
        let old: Vec<String> =
            chosen.filter_map(|r| self.model.insert(names[r].clone(), lines[r].clone())).collect();
        assert_eq!(replaced, old, "{case}");
    }

    /// With keys that are not there, and with keys that come twice.
    fn remove(&mut self, rows: &RecordBatch) {
        let found = self.stored.find(&self.stored.keys(rows).unwrap());
        self.stored.remove(&found);
        keys_of(rows, &self.key).iter().for_each(|key| drop(self.model.remove(key)));
    }

    fn check(&self, probe: &RecordBatch, case: &str) {
        assert_eq!(self.stored.rows(), self.model.len(), "{case}");
        let found = self.stored.find(&self.stored.keys(probe).unwrap());
        for (name, id) in keys_of(probe, &self.key).iter().zip(&found) {
            let there = (*id != NONE).then(|| texts(&self.stored.gather(&[*id]).unwrap()).remove(0));
            assert_eq!(there.as_ref(), self.model.get(name), "{case}, key {name}");
        }
    }
}

#[test]
fn equals_a_map() {
    let keys = [vec![0], vec![1], vec![2], vec![3], vec![4], vec![1, 0], vec![0, 2], vec![3, 0]];
    for seed in 0..48 {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = keys[seed as usize % keys.len()].clone();
        let stored = KeyedRows::new(random_rows(&mut rng, 0, 2).schema(), key.clone());
        let mut run = Run { stored, key, model: Model::new() };
        let mut marks: Vec<(usize, Model)> = vec![];
        for step in 0..60 {
            let case = format!("seed {seed}, step {step}");
            let size = [3, 40][rng.random_range(0..2)];
            let count = rng.random_range(0..size);
            let rows = random_rows(&mut rng, count, 12);
            match rng.random_range(0..10) {
                0..4 => run.put(&rows, &case),
                4..6 => run.remove(&rows),
                6..8 => marks.push((run.stored.mark(), run.model.clone())),
                8 if !marks.is_empty() => {
                    marks.truncate(rng.random_range(1..=marks.len()));
                    let (mark, model) = marks.pop().unwrap();
                    run.stored.rollback_to(mark).unwrap();
                    run.model = model;
                }
                _ => {
                    run.stored.commit();
                    marks.clear();
                }
            }
            run.check(&random_rows(&mut rng, 30, 12), &case);
        }
    }
}

fn plain(keys: std::ops::Range<i64>, note: &str) -> RecordBatch {
    let notes: StringArray = keys.clone().map(|k| Some(format!("{note} {k}"))).collect();
    let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(keys));
    RecordBatch::try_from_iter_with_nullable([("k", keys, true), ("n", Arc::new(notes), true)]).unwrap()
}

/// What is undone or removed gives its place and its memory back.
#[test]
fn places_are_used_again() {
    let total = 3 * BLOCK_ROWS as i64;
    let schema = plain(0..0, "").schema();
    let mut run = Run { stored: KeyedRows::new(schema, vec![0]), key: vec![0], model: Model::new() };
    let mut memory = vec![];
    for round in 0..6 {
        run.put(&plain(0..total, "undone"), "undone");
        run.stored.rollback_to(0).unwrap();
        run.model.clear();
        assert_eq!(run.stored.rows(), 0);
        run.put(&plain(0..total, "first"), "first");
        run.stored.commit();
        run.put(&plain(5..total, "other"), "other");
        run.stored.commit();
        memory.push(run.stored.memory());
        run.check(&plain(0..10, ""), &format!("round {round}"));
        run.remove(&plain(0..total, ""));
        run.stored.commit();
        assert_eq!(run.stored.rows(), 0);
    }
    assert!(memory[5] <= memory[1] + memory[1] / 10, "{memory:?}");
}
