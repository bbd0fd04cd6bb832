//! Adding up the counts of equal rows.
//!
//! Rows are hashed column-wise and compared only when their hashes agree, so
//! that nothing is converted and distinct rows are hardly ever compared. Types
//! that cannot be hashed or compared in place go through Arrow's row format.

use std::hash::BuildHasher;

use arrow::array::{Int64Array, UInt32Array};
use arrow::row::{RowConverter, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::{Delta, Fault, RowEquality, hash_rows, take_rows};
use crate::types::{Error, Result};

/// The same Z-set with one row per distinct row and no count of zero. Rows keep
/// the order in which they were first seen; faults are consolidated likewise.
///
/// Equality is that of Arrow's row format: NULL equals NULL, NaN equals NaN.
/// When nothing was equal and nothing cancelled, the columns are shared.
pub fn consolidate(delta: &Delta) -> Result<Delta> {
    let faults = consolidate_faults(delta.faults());
    let (rows, diffs) = match Totals::of(delta)? {
        None => (delta.rows().clone(), delta.diffs().cloned()),
        Some(totals) => {
            let indices = UInt32Array::from(totals.first);
            let rows = take_rows(delta.rows(), &indices)?;
            (rows, Some(Int64Array::from(totals.count)))
        }
    };
    let diffs = diffs.filter(|diffs| diffs.values().iter().any(|d| *d != 1));
    Ok(Delta::new(rows, diffs).with_faults(faults))
}

/// The distinct rows whose counts do not cancel, in order of appearance.
struct Totals {
    /// Where each was first seen.
    first: Vec<u32>,
    /// How often it is there in all.
    count: Vec<i64>,
}

impl Totals {
    /// `None` when the delta is consolidated already.
    fn of(delta: &Delta) -> Result<Option<Totals>> {
        let rows =
            u32::try_from(delta.num_rows()).map_err(|_| Error::internal("a delta of over 2^32 rows"))?;
        if rows == 0 || (rows == 1 && delta.diff(0) != 0) {
            return Ok(None);
        }
        let mut totals = match (hash_rows(delta.rows().columns(), delta.num_rows()), Self::equality(delta)) {
            (Ok(hashes), Ok(equality)) => {
                Totals::add_up(delta, rows, |row| hashes[row], |l, r| equality.same(l, r))
            }
            _ => Totals::by_row_format(delta, rows)?,
        };
        let distinct = totals.first.len() == delta.num_rows();
        if distinct && totals.count.iter().all(|count| *count != 0) {
            return Ok(None);
        }
        totals.forget_cancelled();
        Ok(Some(totals))
    }

    fn equality(delta: &Delta) -> Result<RowEquality> {
        RowEquality::new(delta.rows(), delta.rows())
    }

    fn by_row_format(delta: &Delta, rows: u32) -> Result<Totals> {
        let schema = delta.schema();
        let fields = schema.fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
        let keys = RowConverter::new(fields)?.convert_columns(delta.rows().columns())?;
        let state = FixedState::with_seed(0);
        let hash = |row| state.hash_one(keys.row(row).data());
        Ok(Totals::add_up(delta, rows, hash, |l, r| keys.row(l) == keys.row(r)))
    }

    fn add_up(
        delta: &Delta,
        rows: u32,
        hash: impl Fn(usize) -> u64,
        same: impl Fn(usize, usize) -> bool,
    ) -> Totals {
        let mut table: HashTable<u32> = HashTable::with_capacity(delta.num_rows());
        let mut first: Vec<u32> = Vec::with_capacity(delta.num_rows());
        let mut count: Vec<i64> = Vec::with_capacity(delta.num_rows());
        for row in 0..rows {
            let (at, diff) = (row as usize, delta.diff(row as usize));
            let own = hash(at);
            match table.find(own, |slot| same(first[*slot as usize] as usize, at)) {
                Some(slot) => count[*slot as usize] += diff,
                None => {
                    table.insert_unique(own, first.len() as u32, |slot| hash(first[*slot as usize] as usize));
                    first.push(row);
                    count.push(diff);
                }
            }
        }
        Totals { first, count }
    }

    fn forget_cancelled(&mut self) {
        let mut counts = self.count.iter();
        self.first.retain(|_| *counts.next().expect("one count per row") != 0);
        self.count.retain(|count| *count != 0);
    }
}

fn consolidate_faults(faults: &[Fault]) -> Vec<Fault> {
    if faults.is_empty() {
        return Vec::new();
    }
    let mut sorted = faults.to_vec();
    sorted.sort();
    sorted.dedup_by(|next, kept| {
        let same = (&next.code, &next.message, &next.row) == (&kept.code, &kept.message, &kept.row);
        if same {
            kept.diff += next.diff;
        }
        same
    });
    sorted.retain(|f| f.diff != 0);
    sorted
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap()
    }

    /// Rows of (nullable int, nullable text) with random small counts.
    fn random(rng: &mut StdRng, rows: usize, values: i64) -> Delta {
        let ints: Int64Array =
            (0..rows).map(|_| Some(rng.random_range(0..values)).filter(|v| *v > 0)).collect();
        let texts: StringArray = (0..rows)
            .map(|_| Some(rng.random_range(0..3)).filter(|v| *v > 0).map(|v| v.to_string()))
            .collect();
        let rows = batch(vec![("a", Arc::new(ints)), ("b", Arc::new(texts))]);
        let diffs = rng.random_bool(0.7).then(|| (0..rows.num_rows()).map(|_| rng.random_range(-2..3)));
        Delta::new(rows, diffs.map(Int64Array::from_iter_values))
    }

    type Model = HashMap<(Option<i64>, Option<String>), i64>;

    fn model(delta: &Delta) -> (Model, Vec<(Option<i64>, Option<String>)>) {
        use arrow::array::AsArray;
        let ints = delta.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        let texts = delta.column(1).as_string::<i32>();
        let (mut model, mut order) = (Model::new(), vec![]);
        for row in 0..delta.num_rows() {
            let key = (
                ints.is_valid(row).then(|| ints.value(row)),
                texts.is_valid(row).then(|| texts.value(row).to_string()),
            );
            if !model.contains_key(&key) {
                order.push(key.clone());
            }
            *model.entry(key).or_default() += delta.diff(row);
        }
        order.retain(|key| model[key] != 0);
        model.retain(|_, count| *count != 0);
        (model, order)
    }

    #[test]
    fn equals_a_hash_map() {
        for seed in 0..300 {
            let mut rng = StdRng::seed_from_u64(seed);
            let (rows, values) = (rng.random_range(0..200), rng.random_range(1..100));
            let delta = random(&mut rng, rows, values);
            let once = consolidate(&delta).unwrap();
            assert_eq!(model(&once), model(&delta), "seed {seed}");
            assert_eq!(once.num_rows(), model(&delta).1.len(), "seed {seed}: one row per distinct row");
        }
    }

    #[test]
    fn the_row_format_agrees_with_comparing_in_place() {
        for seed in 0..50 {
            let mut rng = StdRng::seed_from_u64(seed);
            let delta = random(&mut rng, 100, 20);
            let mut totals = Totals::by_row_format(&delta, 100).unwrap();
            totals.forget_cancelled();
            let once = consolidate(&delta).unwrap();
            assert_eq!(once.diffs_or_ones().values().to_vec(), totals.count, "seed {seed}");
        }
    }

    #[test]
    fn nan_equals_nan_and_zeros_differ_by_sign() {
        let values = Float64Array::from(vec![f64::NAN, 0.0, f64::NAN, -0.0]);
        let delta = consolidate(&Delta::insert(batch(vec![("f", Arc::new(values))]))).unwrap();
        assert_eq!(delta.diffs_or_ones().values().to_vec(), vec![2, 1, 1]);
    }

    #[test]
    fn counts_of_one_need_no_column_and_share_the_rows() {
        let rows = batch(vec![("a", Arc::new(Int64Array::from(vec![1, 2])))]);
        let delta = Delta::new(rows.clone(), Some(Int64Array::from(vec![1, 1])));
        let once = consolidate(&delta).unwrap();
        assert!(once.diffs().is_none());
        assert!(Arc::ptr_eq(once.column(0), rows.column(0)));
    }

    #[test]
    fn rows_without_columns_are_all_equal() {
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(3));
        let schema = Arc::new(arrow::datatypes::Schema::empty());
        let rows = RecordBatch::try_new_with_options(schema, vec![], &options).unwrap();
        let once = consolidate(&Delta::insert(rows)).unwrap();
        assert_eq!((once.num_rows(), once.diff(0)), (1, 3));
    }

    #[test]
    fn faults_cancel() {
        let fault = |diff| Fault { code: "22012".into(), message: "m".into(), row: "(1)".into(), diff };
        let schema = batch(vec![("a", Arc::new(Int64Array::from(vec![1])))]).schema();
        let gone = Delta::of_faults(schema.clone(), vec![fault(1), fault(-1)]);
        assert!(consolidate(&gone).unwrap().is_empty());
        let kept = Delta::of_faults(schema, vec![fault(2), fault(-1)]);
        assert_eq!(consolidate(&kept).unwrap().faults(), &[fault(1)]);
    }
}
