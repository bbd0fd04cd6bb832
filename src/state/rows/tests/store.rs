//! The store against a map of vectors.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
};
use arrow::datatypes::{DataType, Int64Type};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::state::rows::*;

/// Key, text, list, flag.
type Row = (Option<i64>, Option<String>, Option<Vec<Option<i64>>>, Option<bool>);

fn columns(rows: &[Row]) -> Vec<ArrayRef> {
    let keys: Int64Array = rows.iter().map(|r| r.0).collect();
    let texts: StringArray = rows.iter().map(|r| r.1.clone()).collect();
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(rows.iter().map(|r| r.2.clone()));
    let flags: BooleanArray = rows.iter().map(|r| r.3).collect();
    vec![Arc::new(keys), Arc::new(texts), Arc::new(lists), Arc::new(flags)]
}

fn layout(key: Vec<usize>, nulls_equal: bool) -> Layout {
    let types: Vec<DataType> = columns(&[]).iter().map(|c| c.data_type().clone()).collect();
    let key_types: Vec<DataType> = key.iter().map(|k| types[*k].clone()).collect();
    Layout {
        types,
        shape: KeyShape::new(&key_types, nulls_equal),
        key,
        changing: true,
        unique: false,
        once: false,
        identity: None,
        linked: true,
        counted: false,
        time: None,
    }
}

fn apply(store: &mut RowStore, layout: &Layout, changes: &[(Row, i64)]) -> Transitions {
    let rows: Vec<Row> = changes.iter().map(|c| c.0.clone()).collect();
    let diffs: Vec<i64> = changes.iter().map(|c| c.1).collect();
    let columns = columns(&rows);
    let values: Vec<Values> = columns.iter().map(Values::of).collect();
    let keys: Vec<ArrayRef> = layout.key.iter().map(|k| columns[*k].clone()).collect();
    let keys = layout.shape.keys(&keys, rows.len()).unwrap();
    store.apply(&values, &keys, Some(&diffs), &[], 0..rows.len() as u32).unwrap()
}

/// All rows of the keys of `probe`, with their counts.
fn rows_of(store: &RowStore, layout: &Layout, probe: &Row) -> BTreeMap<Row, i64> {
    let columns = columns(std::slice::from_ref(probe));
    let keys: Vec<ArrayRef> = layout.key.iter().map(|k| columns[*k].clone()).collect();
    let mut id = store.heads(&layout.shape.keys(&keys, 1).unwrap())[0];
    let mut found = BTreeMap::new();
    let mut ids = vec![];
    while id != NONE {
        ids.push(id);
        id = store.next(id);
    }
    for (row, id) in read(store, &ids).into_iter().zip(&ids) {
        *found.entry(row).or_default() += store.weight(*id);
    }
    found
}

fn read(store: &RowStore, ids: &[u32]) -> Vec<Row> {
    let columns: Vec<ArrayRef> = (0..4).map(|c| store.gather(c, ids).unwrap()).collect();
    let number = |array: &ArrayRef, row: usize| {
        array.is_valid(row).then(|| array.as_primitive::<Int64Type>().value(row))
    };
    let row = |at: usize| {
        let text = columns[1].as_string::<i32>();
        let list = columns[2].as_list::<i32>();
        let flag = columns[3].as_boolean();
        let numbers = |list: ArrayRef| (0..list.len()).map(|i| number(&list, i)).collect();
        (
            number(&columns[0], at),
            text.is_valid(at).then(|| text.value(at).to_string()),
            list.is_valid(at).then(|| numbers(list.value(at))),
            flag.is_valid(at).then(|| flag.value(at)),
        )
    };
    (0..ids.len()).map(row).collect()
}

fn random_row(rng: &mut StdRng, keys: i64) -> Row {
    let key = Some(rng.random_range(0..keys)).filter(|k| *k > 0);
    let text = rng.random_bool(0.9).then(|| "é".repeat(rng.random_range(0..4)));
    let list = rng.random_bool(0.8).then(|| vec![None, Some(rng.random_range(0..3))]);
    (key, text, list, [None, Some(true), Some(false)][rng.random_range(0..3)])
}

#[test]
fn equals_a_map_of_vectors() {
    for seed in 0..40 {
        let mut rng = StdRng::seed_from_u64(seed);
        let nulls_equal = seed % 2 == 0;
        let layout = layout(if seed % 4 < 2 { vec![0] } else { vec![0, 1] }, nulls_equal);
        let (mut store, mut model) = (RowStore::new(layout.clone()), BTreeMap::<Row, i64>::new());
        for _ in 0..40 {
            let mut changes: BTreeMap<Row, i64> = BTreeMap::new();
            for _ in 0..rng.random_range(0..20) {
                let there = model.iter().nth(rng.random_range(0..model.len() + 1));
                match there.map(|(row, count)| (row.clone(), *count)) {
                    Some((row, count)) if rng.random_bool(0.6) => {
                        changes.extend([(row, -rng.random_range(1..=count))])
                    }
                    _ => *changes.entry(random_row(&mut rng, 5)).or_default() += 1,
                }
            }
            let changes: Vec<(Row, i64)> = changes.into_iter().filter(|(_, diff)| *diff != 0).collect();
            apply(&mut store, &layout, &changes);
            for (row, diff) in changes {
                *model.entry(row).or_default() += diff;
            }
            model.retain(|_, count| *count != 0);
            let key = |row: &Row| {
                layout.key.iter().map(|k| columns(std::slice::from_ref(row))[*k].clone()).collect::<Vec<_>>()
            };
            let probe = random_row(&mut rng, 5);
            let has_null = probe.0.is_none() || (layout.key.len() == 2 && probe.1.is_none());
            let mut expected = model.clone();
            expected.retain(|row, _| format!("{:?}", key(row)) == format!("{:?}", key(&probe)));
            if !nulls_equal && has_null {
                expected.clear();
            }
            assert_eq!(rows_of(&store, &layout, &probe), expected, "seed {seed}");
            assert_eq!(store.rows(), model.len(), "seed {seed}");
        }
    }
}

/// More rows than a block holds come and go, and ids are used again.
#[test]
fn blocks_are_emptied_and_used_again() {
    let layout = layout(vec![0], false);
    let mut store = RowStore::new(layout.clone());
    let row = |i: i64| (Some(i % 1000), Some(format!("text {i}")), None, Some(i % 2 == 0));
    let batch = |range: std::ops::Range<i64>, diff: i64| range.map(|i| (row(i), diff)).collect::<Vec<_>>();
    let total = 3 * BLOCK_ROWS as i64;
    for round in 0..3 {
        let appeared = apply(&mut store, &layout, &batch(0..total, 1)).appeared;
        assert_eq!((appeared.len(), store.rows()), (1000, total as usize), "round {round}");
        assert_eq!(rows_of(&store, &layout, &row(7)).len() as i64, (total - 7 + 999) / 1000);
        let vanished = apply(&mut store, &layout, &batch(0..total - 5, -1)).vanished;
        assert_eq!((vanished.len(), store.rows()), (995, 5), "round {round}");
        let left = store.scan(0, usize::MAX);
        let mut texts: Vec<_> = read(&store, &left).into_iter().map(|r| r.1.unwrap()).collect();
        texts.sort();
        assert_eq!(texts[0], format!("text {}", total - 5));
        apply(&mut store, &layout, &batch(total - 5..total, -1));
        assert_eq!(store.rows(), 0);
        let highest = store.scan(0, 1);
        assert!(highest.is_empty());
    }
}

#[test]
fn floats_that_are_equal_are_one_key() {
    let shape = KeyShape::new(&[DataType::Float64], false);
    let keys = |values: Vec<f64>| {
        let column: ArrayRef = Arc::new(Float64Array::from(values.clone()));
        (shape.keys(std::slice::from_ref(&column), values.len()).unwrap(), Values::of(&column))
    };
    let layout = Layout {
        types: vec![DataType::Float64],
        key: vec![0],
        shape: shape.clone(),
        changing: false,
        ..layout(vec![0], false)
    };
    let mut store = RowStore::new(layout);
    let other_nan = f64::from_bits(f64::NAN.to_bits() | 1);
    let (stored, values) = keys(vec![-0.0, f64::NAN, 1.0]);
    store.apply(&[values], &stored, None, &[], 0..3).unwrap();
    let (asked, _) = keys(vec![0.0, -other_nan, 1.0, 2.0]);
    assert_eq!(store.heads(&asked), [0, 1, 2, NONE]);
}
