//! A chain of filters and projections over deltas, with run-time errors as data.
//!
//! Invariant: for every input row, a program either yields its output row,
//! leaves it out (a filter said so), or yields one [`Fault`]; always with the
//! input's signed count, so that a fault goes away when its row is retracted.
//!
//! Expressions see whole batches. Only when a batch fails is it halved again
//! and again until the failing rows stand alone: k bad rows among n cost
//! O(k log n) more evaluations, and a clean batch costs nothing.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::{and, concat, prep_null_mask_filter};
use arrow::datatypes::SchemaRef;
use datafusion::physical_expr::{PhysicalExpr, split_conjunction};

use super::row_text;
use crate::delta::{Delta, Fault};
use crate::types::{Epoch, Error, Result};

use super::EpochTime;

/// Filters and projections in the order in which they apply.
#[derive(Clone, Debug, Default)]
pub struct Program {
    steps: Vec<Step>,
    /// The clock that `proctime()` reads, set before each evaluation.
    clock: EpochTime,
}

/// One step of a program.
#[derive(Clone, Debug)]
pub enum Step {
    /// Keeps the rows for which this is true.
    Filter(Arc<dyn PhysicalExpr>),
    /// Replaces the columns.
    Project(Vec<Arc<dyn PhysicalExpr>>, SchemaRef),
}

impl Program {
    /// A program of these steps; `clock` is the one its expressions were built with.
    pub fn new(steps: Vec<Step>, clock: EpochTime) -> Self {
        Program { steps, clock }
    }

    /// This program, then another.
    pub fn followed_by(&self, next: &Program) -> Result<Program> {
        let rebound = next.rebound(&self.clock)?;
        Ok(Program { steps: self.steps.iter().cloned().chain(rebound).collect(), clock: self.clock.clone() })
    }

    fn rebound(&self, clock: &EpochTime) -> Result<Vec<Step>> {
        let rebind = |step: &Step| {
            Ok(match step {
                Step::Filter(predicate) => Step::Filter(clock.rebind(predicate)?),
                Step::Project(expressions, schema) => {
                    let rebound = expressions.iter().map(|e| clock.rebind(e)).collect::<Result<_>>()?;
                    Step::Project(rebound, schema.clone())
                }
            })
        };
        self.steps.iter().map(rebind).collect()
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The same program for another worker: with a clock of its own, since
    /// workers may be at different epochs at the same moment.
    pub fn for_worker(&self) -> Result<Self> {
        let clock = EpochTime::default();
        Ok(Program { steps: self.rebound(&clock)?, clock })
    }

    /// The changes of the output that follow from `delta` of the input, at `now`.
    pub fn apply(&self, mut delta: Delta, now: Epoch) -> Result<Delta> {
        self.clock.set(now);
        for step in &self.steps {
            if delta.num_rows() == 0 && matches!(step, Step::Filter(_)) {
                continue;
            }
            delta = match step {
                Step::Filter(predicate) => filter(predicate, delta)?,
                Step::Project(expressions, schema) => project(expressions, schema, delta)?,
            };
        }
        Ok(delta)
    }
}

impl Program {
    /// For a program of filters alone: which rows of `delta` pass, and the
    /// faults of those that can be neither passed nor left out.
    pub fn passing(&self, delta: &Delta, now: Epoch) -> Result<(BooleanArray, Vec<Fault>)> {
        self.clock.set(now);
        let mut passing = BooleanArray::from(vec![true; delta.num_rows()]);
        let mut faults = vec![];
        for step in &self.steps {
            let Step::Filter(predicate) = step else {
                return Err(Error::internal("a condition that projects"));
            };
            let evaluated = evaluate(std::slice::from_ref(predicate), delta.rows())?;
            let mask = evaluated.columns.first().and_then(|c| c.as_boolean_opt());
            let mask = mask.ok_or_else(|| Error::internal("a filter that is not boolean"))?;
            let mut mask = if mask.null_count() > 0 { prep_null_mask_filter(mask) } else { mask.clone() };
            if !evaluated.failed.is_empty() {
                faults.extend(set_aside(delta.clone(), &evaluated)?.take_faults());
                mask = with_failed(&mask, &evaluated.failed, delta.num_rows());
            }
            passing = and(&passing, &mask)?;
        }
        Ok((passing, faults))
    }
}

/// The mask over all rows, false for those that failed and are not in `mask`.
fn with_failed(mask: &BooleanArray, failed: &[(u32, Error)], rows: usize) -> BooleanArray {
    let mut failed = failed.iter().map(|(row, _)| *row).peekable();
    let mut good = mask.iter();
    (0..rows as u32)
        .map(|row| if failed.next_if_eq(&row).is_some() { Some(false) } else { good.next().flatten() })
        .collect()
}

fn filter(predicate: &Arc<dyn PhysicalExpr>, mut delta: Delta) -> Result<Delta> {
    let evaluated = evaluate(std::slice::from_ref(predicate), delta.rows())?;
    let parts = split_conjunction(predicate);
    if !evaluated.failed.is_empty() && parts.len() > 1 {
        // A row that one part leaves out is not asked the next, which may fail on it: NULL AND … asks both.
        return parts.into_iter().try_fold(delta, |delta, part| filter(part, delta));
    }
    delta = set_aside(delta, &evaluated)?;
    let mask = evaluated.columns.into_iter().next().expect("one expression gives one column");
    let mask: &BooleanArray =
        mask.as_boolean_opt().ok_or_else(|| Error::internal("a filter that is not boolean"))?;
    if mask.null_count() == 0 && mask.true_count() == mask.len() {
        return Ok(delta);
    }
    delta.filter(mask)
}

fn project(expressions: &[Arc<dyn PhysicalExpr>], schema: &SchemaRef, mut delta: Delta) -> Result<Delta> {
    let evaluated = evaluate(expressions, delta.rows())?;
    delta = set_aside(delta, &evaluated)?;
    let options = RecordBatchOptions::new().with_row_count(Some(delta.num_rows()));
    let rows = RecordBatch::try_new_with_options(schema.clone(), evaluated.columns, &options)?;
    let faults = delta.take_faults();
    Ok(delta.with_rows(rows).with_faults(faults))
}

/// What came of evaluating expressions over a batch: columns over the rows that
/// went well, and the rows (by index, ascending) that did not.
struct Evaluated {
    columns: Vec<ArrayRef>,
    failed: Vec<(u32, Error)>,
}

/// Turns the failed rows of `delta` into faults.
fn set_aside(delta: Delta, evaluated: &Evaluated) -> Result<Delta> {
    if evaluated.failed.is_empty() {
        return Ok(delta);
    }
    let mut faults = Vec::with_capacity(evaluated.failed.len());
    for (row, error) in &evaluated.failed {
        let row = *row as usize;
        faults.push(Fault {
            code: error.code().0.to_string(),
            message: error.message().to_string(),
            row: row_text(delta.rows(), row)?,
            diff: delta.diff(row),
        });
    }
    let mut failed = evaluated.failed.iter().map(|(row, _)| *row).peekable();
    let good = (0..delta.num_rows() as u32).filter(|row| failed.next_if_eq(row).is_none());
    let good = UInt32Array::from_iter_values(good);
    let earlier = delta.faults().to_vec();
    Ok(delta.take(&good)?.with_faults(earlier).with_faults(faults))
}

fn evaluate(expressions: &[Arc<dyn PhysicalExpr>], rows: &RecordBatch) -> Result<Evaluated> {
    match evaluate_all(expressions, rows) {
        Ok(columns) => Ok(Evaluated { columns, failed: Vec::new() }),
        Err(error) if rows.num_rows() == 1 => {
            let empty = evaluate_all(expressions, &rows.slice(0, 0))?;
            Ok(Evaluated { columns: empty, failed: vec![(0, error)] })
        }
        Err(error) if rows.num_rows() == 0 => Err(error),
        Err(_) => {
            let half = rows.num_rows() / 2;
            let left = evaluate(expressions, &rows.slice(0, half))?;
            let right = evaluate(expressions, &rows.slice(half, rows.num_rows() - half))?;
            join(left, right, half as u32)
        }
    }
}

fn evaluate_all(expressions: &[Arc<dyn PhysicalExpr>], rows: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let one = |e: &Arc<dyn PhysicalExpr>| Ok(e.evaluate(rows)?.into_array(rows.num_rows())?);
    expressions.iter().map(one).collect()
}

fn join(mut left: Evaluated, right: Evaluated, offset: u32) -> Result<Evaluated> {
    let pairs = left.columns.iter().zip(&right.columns);
    left.columns = pairs.map(|(l, r)| concat(&[l.as_ref(), r.as_ref()])).collect::<Result<_, _>>()?;
    left.failed.extend(right.failed.into_iter().map(|(row, error)| (row + offset, error)));
    Ok(left)
}
