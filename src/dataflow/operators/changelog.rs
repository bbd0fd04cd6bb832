//! Changes as rows that stay.
//!
//! What was there before the view began is told as inserts, all at once in the
//! epoch from which on the view is right: which of the past's changes came as
//! rows and which as changes is an accident.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int16Array, Int64Array, RecordBatch};
use arrow::datatypes::DataType;

use super::aggregate::{GroupIndex, canonical};
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault, consolidate};
use crate::plan::stream::ChangelogSpec;
use crate::types::{Epoch, Result};

const INSERT: i16 = 1;
const DELETE: i16 = 2;
const UPDATE_INSERT: i16 = 3;
const UPDATE_DELETE: i16 = 4;

/// A changelog on one worker.
pub struct ChangelogOperator {
    spec: Arc<ChangelogSpec>,
    /// The past, until all of it is there, and when that is.
    past: Vec<Delta>,
    begins: Option<Epoch>,
}

impl ChangelogOperator {
    /// A changelog in which nothing is.
    pub fn new(spec: Arc<ChangelogSpec>) -> Self {
        ChangelogOperator { spec, past: Vec::new(), begins: None }
    }

    fn log(&self, deltas: &[Delta]) -> Result<Option<Delta>> {
        let Some(first) = deltas.first() else {
            return Ok(None);
        };
        let all = Delta::concat(&first.schema(), deltas)?;
        let all = if all.diffs().is_some() { consolidate(&all)? } else { all };
        let operations = self.operations(&all)?;
        let counts = all.diffs().map(|diffs| diffs.unary::<_, arrow::datatypes::Int64Type>(i64::abs));
        let counts = counts.filter(|counts: &Int64Array| counts.values().iter().any(|c| *c != 1));
        let mut columns = all.rows().columns().to_vec();
        columns.push(Arc::new(operations));
        Ok(Some(Delta::new(RecordBatch::try_new(self.spec.schema.clone(), columns)?, counts)))
    }

    fn operations(&self, all: &Delta) -> Result<Int16Array> {
        let rows = all.num_rows();
        if all.diffs().is_none() {
            return Ok(Int16Array::from(vec![INSERT; rows]));
        }
        let plain = |row: usize| if all.diff(row) > 0 { INSERT } else { DELETE };
        let Some(key) = &self.spec.key else {
            return Ok((0..rows).map(plain).map(Some).collect());
        };
        let columns: Vec<ArrayRef> = key.iter().map(|c| canonical(all.column(*c))).collect();
        let types: Vec<DataType> = columns.iter().map(|c| c.data_type().clone()).collect();
        let (mut slots, mut created) = (Vec::new(), Vec::new());
        let mut keys = GroupIndex::new(&types)?;
        keys.intern(&columns, rows, &mut slots, &mut created)?;
        let (mut comes, mut goes) = (vec![false; keys.slots()], vec![false; keys.slots()]);
        for (row, slot) in slots.iter().enumerate() {
            if all.diff(row) > 0 { comes[*slot as usize] = true } else { goes[*slot as usize] = true }
        }
        let operation = |(row, slot): (usize, &u32)| match (all.diff(row) > 0, *slot as usize) {
            (true, slot) if goes[slot] => UPDATE_INSERT,
            (false, slot) if comes[slot] => UPDATE_DELETE,
            _ => plain(row),
        };
        Ok(slots.iter().enumerate().map(operation).map(Some).collect())
    }
}

impl Operator for ChangelogOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let mut deltas: Vec<Delta> = inputs.into_iter().flatten().collect();
        let faults: Vec<Fault> = deltas.iter_mut().flat_map(Delta::take_faults).collect();
        deltas.retain(|d| d.num_rows() > 0);
        let mut out = Vec::new();
        if cx.epoch < cx.as_of && !self.spec.append_only {
            self.past.extend(deltas);
            self.begins = Some(cx.as_of);
        } else {
            deltas.splice(..0, self.past.drain(..));
            self.begins = None;
            out.extend(self.log(&deltas)?);
        }
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn state_rows(&self) -> usize {
        self.past.iter().map(Delta::num_rows).sum()
    }

    fn state_bytes(&self) -> usize {
        self.past.iter().map(|delta| delta.rows().get_array_memory_size()).sum()
    }

    fn next_due(&self) -> Option<Epoch> {
        self.begins
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::{Field, Int16Type, Int64Type, Schema};

    use super::*;
    use crate::dataflow::watermark::WatermarkBoard;

    fn delta(rows: &[(i64, i64, i64)]) -> Delta {
        let column = |f: fn(&(i64, i64, i64)) -> i64| Int64Array::from_iter_values(rows.iter().map(f));
        let fields = ["k", "v"].map(|n| Field::new(n, DataType::Int64, true));
        let columns: Vec<ArrayRef> = vec![Arc::new(column(|r| r.0)), Arc::new(column(|r| r.1))];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns).unwrap();
        Delta::new(batch, Some(column(|r| r.2)))
    }

    #[test]
    fn the_past_is_inserts_and_a_key_that_changes_is_an_update() {
        let fields = [("k", DataType::Int64), ("v", DataType::Int64), ("changelog_op", DataType::Int16)];
        let schema = Arc::new(Schema::new(fields.map(|(n, t)| Field::new(n, t, true)).to_vec()));
        let spec = ChangelogSpec { key: Some(vec![0]), append_only: false, schema };
        let mut operator = ChangelogOperator::new(Arc::new(spec));
        let board = WatermarkBoard::default();
        let mut step = |epoch, rows: &[(i64, i64, i64)]| {
            let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch(10), watermarks: &board };
            let input = if rows.is_empty() { vec![] } else { vec![delta(rows)] };
            let out = operator.step(&cx, vec![input]).unwrap();
            let mut lines = vec![];
            for delta in &out {
                let of = |c: usize| delta.column(c).as_primitive::<Int64Type>();
                let operation = delta.column(2).as_primitive::<Int16Type>();
                lines.extend((0..delta.num_rows()).map(|r| {
                    assert!(delta.diff(r) > 0, "a changelog only grows");
                    (of(0).value(r), of(1).value(r), operation.value(r))
                }));
            }
            lines.sort();
            (lines, operator.next_due())
        };
        assert_eq!(step(1, &[(1, 1, 1), (2, 2, 1)]), (vec![], Some(Epoch(10))));
        assert_eq!(step(2, &[(1, 1, -1), (1, 5, 1)]), (vec![], Some(Epoch(10))));
        assert_eq!(step(10, &[]), (vec![(1, 5, 1), (2, 2, 1)], None));
        let changes = [(1, 5, -1), (1, 6, 1), (2, 2, -1), (3, 3, 1), (4, 4, 1), (4, 4, -1)];
        assert_eq!(step(11, &changes).0, [(1, 5, 4), (1, 6, 3), (2, 2, 2), (3, 3, 1)]);
    }
}
