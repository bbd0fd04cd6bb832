//! Adding up the counts of equal rows.

use std::hash::BuildHasher;

use arrow::array::{Int64Array, UInt32Array};
use arrow::row::{RowConverter, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::{Delta, Fault};
use crate::types::{Error, Result};

/// The same Z-set with one row per distinct row and no count of zero. Rows keep
/// the order in which they were first seen; faults are consolidated likewise.
///
/// Equality is that of Arrow's row format: NULL equals NULL, NaN equals NaN.
pub fn consolidate(delta: &Delta) -> Result<Delta> {
    let faults = consolidate_faults(delta.faults());
    if delta.num_rows() == 0 || (delta.diffs().is_none() && delta.num_rows() == 1) {
        let mut one = delta.clone();
        one.take_faults();
        return Ok(one.with_faults(faults));
    }
    let total = sum_by_row(delta)?;
    let kept: Vec<(u32, i64)> = total.into_iter().filter(|(_, diff)| *diff != 0).collect();
    if kept.len() == delta.num_rows() && delta.diffs().is_none() {
        return Ok(Delta::insert(delta.rows().clone()).with_faults(faults));
    }
    let indices = UInt32Array::from_iter_values(kept.iter().map(|(row, _)| *row));
    let rows = arrow::compute::take_record_batch(delta.rows(), &indices)?;
    let diffs = if kept.iter().all(|(_, diff)| *diff == 1) {
        None
    } else {
        Some(Int64Array::from_iter_values(kept.iter().map(|(_, diff)| *diff)))
    };
    Ok(Delta::new(rows, diffs).with_faults(faults))
}

/// (first position, total count) of each distinct row, in order of appearance.
fn sum_by_row(delta: &Delta) -> Result<Vec<(u32, i64)>> {
    let count = u32::try_from(delta.num_rows()).map_err(|_| Error::internal("a delta of over 2^32 rows"))?;
    if delta.rows().num_columns() == 0 {
        return Ok(vec![(0, (0..count).map(|r| delta.diff(r as usize)).sum())]);
    }
    let fields =
        delta.rows().schema().fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let keys = converter.convert_columns(delta.rows().columns())?;
    let state = FixedState::with_seed(0);
    let mut table: HashTable<u32> = HashTable::with_capacity(delta.num_rows());
    let mut total: Vec<(u32, i64)> = Vec::with_capacity(delta.num_rows());
    for row in 0..count {
        let key = keys.row(row as usize);
        let hash = state.hash_one(key.data());
        let same = |slot: &u32| keys.row(total[*slot as usize].0 as usize) == key;
        match table.find(hash, same) {
            Some(slot) => total[*slot as usize].1 += delta.diff(row as usize),
            None => {
                let slot = total.len() as u32;
                total.push((row, delta.diff(row as usize)));
                let rehash = |slot: &u32| state.hash_one(keys.row(total[*slot as usize].0 as usize).data());
                table.insert_unique(hash, slot, rehash);
            }
        }
    }
    Ok(total)
}

fn consolidate_faults(faults: &[Fault]) -> Vec<Fault> {
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
