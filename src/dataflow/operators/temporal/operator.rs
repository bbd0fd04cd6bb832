//! The temporal filter: rows are there from one moment up to another.
//!
//! Both moments follow from the row alone, so that a retraction finds what its
//! row has become: rows that are to come or to go wait in a [`Schedule`], and a
//! retraction waits beside its row and cancels it there.
//!
//! Invariant: after a step at `now`, what was emitted is the sum of all rows
//! with `from <= now < until`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};

use super::schedule::Schedule;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault};
use crate::expr::functions::as_micros;
use crate::plan::stream::TemporalSpec;
use crate::types::{Epoch, Result};

/// A temporal filter on one worker.
pub struct TemporalOperator {
    spec: Arc<TemporalSpec>,
    /// Rows that are not there yet, with the moment of their end before that of
    /// their beginning.
    coming: Schedule,
    /// Rows that are there, with the moment of their end.
    going: Schedule,
    /// The schemas of both.
    with_end: SchemaRef,
    with_both: SchemaRef,
}

/// A row without an end.
const NEVER: i64 = i64::MAX;

impl TemporalOperator {
    /// A filter that no row has passed.
    pub fn new(spec: Arc<TemporalSpec>) -> Self {
        let with_end = with_moment(&spec.schema, "until");
        let with_both = with_moment(&with_end, "from");
        let (coming, going) = (Schedule::new(with_both.clone()), Schedule::new(with_end.clone()));
        TemporalOperator { spec, coming, going, with_end, with_both }
    }

    /// How many rows wait to come or to go.
    pub fn waiting(&self) -> usize {
        self.coming.len() + self.going.len()
    }

    /// What comes and goes by the passing of time alone.
    fn tick(&mut self, now: i64, out: &mut Vec<Delta>) -> Result<()> {
        for gone in self.going.take_until(now)? {
            out.push(self.output(&gone)?.negate());
        }
        for come in self.coming.take_until(now)? {
            let width = come.rows().num_columns();
            let come = come.with_rows(come.rows().project(&(0..width - 1).collect::<Vec<_>>())?);
            let until = come.column(width - 2).as_primitive::<Int64Type>().clone();
            let there: UInt32Array =
                (0..until.len() as u32).filter(|r| until.value(*r as usize) > now).collect();
            let come = if there.len() == until.len() { come } else { come.take(&there)? };
            self.appear(come, out)?;
        }
        Ok(())
    }

    /// Rows that are there from now on, with the moment of their end.
    fn appear(&mut self, rows: Delta, out: &mut Vec<Delta>) -> Result<()> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        out.push(self.output(&rows)?);
        let until = rows.column(rows.rows().num_columns() - 1).as_primitive::<Int64Type>();
        let ends: UInt32Array =
            (0..until.len() as u32).filter(|row| until.value(*row as usize) != NEVER).collect();
        let ending = if ends.len() == until.len() { rows } else { rows.take(&ends)? };
        self.going.add(ending)
    }

    /// New rows and retractions: those of now, and those of later.
    fn enter(&mut self, delta: &Delta, now: i64, out: &mut Vec<Delta>) -> Result<()> {
        let (from, until) = self.lives(delta)?;
        let (mut there, mut later) = (Vec::new(), Vec::new());
        for row in 0..from.len() {
            if until[row] <= now.max(from[row]) {
                continue;
            }
            if from[row] <= now { there.push(row as u32) } else { later.push(row as u32) }
        }
        let mut columns: Vec<ArrayRef> = self.spec.output.iter().map(|c| delta.column(*c).clone()).collect();
        columns.push(Arc::new(Int64Array::from(until)));
        let rows = RecordBatch::try_new(self.with_end.clone(), columns.clone())?;
        let rows = Delta::new(rows, delta.diffs().cloned());
        if there.len() == rows.num_rows() {
            return self.appear(rows, out);
        }
        self.appear(rows.take(&UInt32Array::from(there))?, out)?;
        if !later.is_empty() {
            columns.push(Arc::new(Int64Array::from(from)));
            let rows = RecordBatch::try_new(self.with_both.clone(), columns)?;
            let rows = Delta::new(rows, delta.diffs().cloned());
            self.coming.add(rows.take(&UInt32Array::from(later))?)?;
        }
        Ok(())
    }

    /// The first moment of each row, and the first without it.
    fn lives(&self, delta: &Delta) -> Result<(Vec<i64>, Vec<i64>)> {
        let mut from = vec![i64::MIN; delta.num_rows()];
        let mut until = vec![NEVER; delta.num_rows()];
        for condition in &self.spec.conditions {
            let times = as_micros(delta.column(condition.column))?;
            for row in 0..times.len() {
                if times.is_null(row) {
                    until[row] = i64::MIN;
                } else if condition.begins() {
                    from[row] = from[row].max(condition.turns(times.value(row)));
                } else {
                    until[row] = until[row].min(condition.turns(times.value(row)));
                }
            }
        }
        until.iter_mut().filter(|until| **until > TemporalSpec::LAST).for_each(|until| *until = NEVER);
        Ok((from, until))
    }

    /// The output's columns of rows with moments behind them.
    fn output(&self, rows: &Delta) -> Result<Delta> {
        let columns = rows.rows().columns()[..self.spec.output.len()].to_vec();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        let batch = RecordBatch::try_new_with_options(self.spec.schema.clone(), columns, &options)?;
        Ok(rows.with_rows(batch))
    }
}

impl Operator for TemporalOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let now = cx.now().as_micros();
        let mut out = Vec::new();
        self.tick(now, &mut out)?;
        let mut faults: Vec<Fault> = Vec::new();
        for mut delta in inputs.into_iter().flatten() {
            faults.extend(delta.take_faults());
            if delta.num_rows() > 0 {
                self.enter(&delta, now, &mut out)?;
            }
        }
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn state_rows(&self) -> usize {
        self.waiting()
    }

    fn state_bytes(&self) -> usize {
        self.coming.memory() + self.going.memory()
    }

    fn is_timed(&self) -> bool {
        true
    }

    fn next_due(&self) -> Option<Epoch> {
        let first = [self.coming.first(), self.going.first()].into_iter().flatten().min()?;
        Some(Epoch(u64::try_from(first).unwrap_or(0)))
    }
}

fn with_moment(schema: &SchemaRef, name: &str) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| f.as_ref().clone());
    let moment = Field::new(name, DataType::Int64, false);
    Arc::new(Schema::new(fields.chain([moment]).collect::<Vec<_>>()))
}
