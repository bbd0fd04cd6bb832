//! `DISTINCT` in front of an aggregate: it sees a value when the first copy
//! comes and when the last one goes.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::accumulator::{Accumulator, Rows, as_int64, for_each_valid, update_chosen};
use crate::types::Result;

/// How often each value stands in each group.
pub struct DistinctAccumulator {
    values: Values,
    inner: Box<dyn Accumulator>,
}

enum Values {
    Numbers(Vec<HashMap<i64, i64, FixedState>>),
    Rows(RowConverter, Vec<HashMap<Box<[u8]>, i64, FixedState>>),
}

impl DistinctAccumulator {
    /// In front of `inner`, whose arguments have these types.
    pub fn new(types: &[DataType], inner: Box<dyn Accumulator>) -> Result<Self> {
        let number =
            |t: &DataType| t.is_signed_integer() || matches!(t, DataType::Timestamp(..) | DataType::Date32);
        let values = match types {
            [one] if number(one) => Values::Numbers(Vec::new()),
            _ => {
                let fields = types.iter().map(|t| SortField::new(t.clone())).collect();
                Values::Rows(RowConverter::new(fields)?, Vec::new())
            }
        };
        Ok(DistinctAccumulator { values, inner })
    }
}

/// Adds `diff` to the count of a value: +1 when it appears, -1 when it vanishes.
fn transition(count: &mut i64, diff: i64) -> i64 {
    let before = *count > 0;
    *count += diff;
    i64::from(*count > 0) - i64::from(before)
}

impl Accumulator for DistinctAccumulator {
    fn resize(&mut self, slots: usize) {
        let new = || HashMap::with_hasher(FixedState::with_seed(0));
        match &mut self.values {
            Values::Numbers(groups) => groups.resize_with(slots, new),
            Values::Rows(_, groups) => {
                groups.resize_with(slots, || HashMap::with_hasher(FixedState::with_seed(0)))
            }
        }
        self.inner.resize(slots);
    }

    fn update(&mut self, rows: &Rows<'_>) -> Result<()> {
        let mut chosen = Vec::new();
        let mut diffs = Vec::new();
        match &mut self.values {
            Values::Numbers(groups) => {
                let column = as_int64(&rows.arguments[0])?;
                for_each_valid(&column, rows.slots.len(), |row| {
                    let group = &mut groups[rows.slots[row] as usize];
                    let count = group.entry(column.value(row)).or_insert(0);
                    let step = transition(count, rows.diff(row));
                    if *count == 0 {
                        group.remove(&column.value(row));
                    }
                    if step != 0 {
                        chosen.push(row as u32);
                        diffs.push(step);
                    }
                });
            }
            Values::Rows(converter, groups) => {
                let encoded = converter.convert_columns(rows.arguments)?;
                let whole = |row: &usize| rows.arguments.iter().all(|a| a.is_valid(*row));
                for row in (0..rows.slots.len()).filter(whole) {
                    let group = &mut groups[rows.slots[row] as usize];
                    let key = encoded.row(row).data();
                    let count = match group.get_mut(key) {
                        Some(count) => count,
                        None => group.entry(key.into()).or_insert(0),
                    };
                    let step = transition(count, rows.diff(row));
                    if *count == 0 {
                        group.remove(key);
                    }
                    if step != 0 {
                        chosen.push(row as u32);
                        diffs.push(step);
                    }
                }
            }
        }
        update_inner(self.inner.as_mut(), rows, chosen, &diffs)
    }

    fn results(&mut self, slots: &[u32]) -> Result<ArrayRef> {
        self.inner.results(slots)
    }

    fn clear(&mut self, slots: &[u32]) {
        for slot in slots {
            match &mut self.values {
                Values::Numbers(groups) => {
                    groups[*slot as usize] = HashMap::with_hasher(FixedState::with_seed(0))
                }
                Values::Rows(_, groups) => {
                    groups[*slot as usize] = HashMap::with_hasher(FixedState::with_seed(0))
                }
            }
        }
        self.inner.clear(slots);
    }
}

fn update_inner(inner: &mut dyn Accumulator, rows: &Rows<'_>, chosen: Vec<u32>, steps: &[i64]) -> Result<()> {
    if chosen.is_empty() {
        return Ok(());
    }
    // The transitions replace the rows' own counts.
    let mut all = vec![0; rows.slots.len()];
    for (row, step) in chosen.iter().zip(steps) {
        all[*row as usize] = *step;
    }
    let appends = steps.iter().all(|s| *s == 1);
    let rows = Rows { slots: rows.slots, diffs: (!appends).then_some(&all), arguments: rows.arguments };
    update_chosen(inner, &rows, chosen)
}
