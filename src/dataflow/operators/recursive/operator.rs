//! Drives a recursion: one epoch's changes, level by level.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::datatypes::{Int64Type, SchemaRef};

use super::body::Body;
use super::levels::Levels;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault, consolidate};
use crate::plan::stream::RecursiveSpec;
use crate::types::{Error, Result, SqlState};

/// A recursion that goes deeper than this does not end, as far as we know.
const LEVELS_MAX: i64 = 10_000;

/// How long it works before others have their turn.
const PART: Duration = Duration::from_millis(5);

/// A recursion.
pub struct RecursiveOperator {
    spec: Arc<RecursiveSpec>,
    body: Body,
    /// Of a `UNION`.
    levels: Option<Levels>,
    /// Of a `UNION ALL`: changes that still have to go through the body, by level.
    pending: BTreeMap<i64, Vec<Delta>>,
    /// The columns of a row and its level.
    with_level: SchemaRef,
}

impl RecursiveOperator {
    /// Without any rows.
    pub fn new(spec: Arc<RecursiveSpec>) -> Result<Self> {
        let body = Body::new(&spec.body)?;
        let levels = if spec.distinct { Some(Levels::new(spec.schema.clone())?) } else { None };
        let with_level = spec.body.schema.clone();
        Ok(RecursiveOperator { spec, body, levels, pending: BTreeMap::new(), with_level })
    }

    /// Rows that are made, or no longer, at a level.
    fn make(&mut self, level: i64, delta: Delta) -> Result<()> {
        match &mut self.levels {
            Some(levels) => levels.make(level, &delta)?,
            None => self.pending.entry(level).or_default().push(delta),
        }
        Ok(())
    }

    /// Rows of the body go to the level after their own. Returns its faults.
    fn made_by_body(&mut self, deltas: Vec<Delta>) -> Result<Vec<Fault>> {
        let mut faults = vec![];
        for mut delta in deltas {
            faults.extend(delta.take_faults());
            for (level, part) in by_level(&delta, &self.spec.schema)? {
                self.make(level + 1, part)?;
            }
        }
        Ok(faults)
    }

    /// The next level that changes, and how.
    fn next_level(&mut self) -> Result<Option<(i64, Option<Delta>)>> {
        if let Some(levels) = &mut self.levels {
            let Some(level) = levels.next() else { return Ok(None) };
            return Ok(Some((level, levels.take(level)?)));
        }
        let Some((level, deltas)) = self.pending.pop_first() else { return Ok(None) };
        let delta = consolidate(&Delta::concat(&self.spec.schema, &deltas)?)?;
        Ok(Some((level, Some(delta).filter(|d| d.num_rows() > 0))))
    }

    /// Works through levels until all is done or it is the turn of others.
    fn levels_of(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        let begun = Instant::now();
        let mut out = vec![];
        while let Some((level, delta)) = self.next_level()? {
            let Some(delta) = delta else { continue };
            if level > LEVELS_MAX {
                return Err(endless());
            }
            let leveled = with_level(&delta, level, &self.with_level)?;
            out.push(delta);
            let made = self.body.run(cx, &[vec![leveled]])?;
            let faults = self.made_by_body(made)?;
            if !faults.is_empty() {
                out.push(Delta::of_faults(self.spec.schema.clone(), faults));
            }
            if begun.elapsed() >= PART {
                return Ok(Some(out));
            }
        }
        if let Some(levels) = &mut self.levels {
            levels.settle();
        }
        Ok((!out.is_empty()).then_some(out))
    }
}

impl Operator for RecursiveOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let mut faults = vec![];
        let mut given: Vec<Vec<Delta>> = vec![vec![]];
        for (index, deltas) in inputs.into_iter().enumerate() {
            let mut clean = vec![];
            for mut delta in deltas {
                faults.extend(delta.take_faults());
                if delta.num_rows() > 0 {
                    clean.push(delta);
                }
            }
            if index > 0 {
                given.push(clean);
                continue;
            }
            for delta in clean {
                self.make(0, delta)?;
            }
        }
        // What comes in from outside meets the rows of all levels as they were.
        if given.iter().any(|deltas| !deltas.is_empty()) {
            let made = self.body.run(cx, &given)?;
            faults.extend(self.made_by_body(made)?);
        }
        let mut out = self.levels_of(cx)?.unwrap_or_default();
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn more(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        self.levels_of(cx)
    }

    fn state_bytes(&self) -> usize {
        self.body.state_bytes() + self.levels.as_ref().map_or(0, Levels::memory)
    }

    fn state_rows(&self) -> usize {
        self.body.state_rows() + self.levels.as_ref().map_or(0, Levels::len)
    }
}

fn endless() -> Error {
    Error::new(
        SqlState::STATEMENT_TOO_COMPLEX,
        format!("the recursion did not end after {LEVELS_MAX} levels"),
    )
    .with_hint("Use UNION in the place of UNION ALL, or add a condition that ends it.")
}

/// The rows with their level as one more column.
fn with_level(delta: &Delta, level: i64, schema: &SchemaRef) -> Result<Delta> {
    let mut columns = delta.rows().columns().to_vec();
    columns.push(Arc::new(Int64Array::from_value(level, delta.num_rows())));
    Ok(delta.with_rows(RecordBatch::try_new(schema.clone(), columns)?))
}

/// Rows without their level, by level.
fn by_level(delta: &Delta, schema: &SchemaRef) -> Result<Vec<(i64, Delta)>> {
    let width = schema.fields().len();
    let levels = delta.column(width).as_primitive::<Int64Type>();
    let mut places: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
    for (row, level) in levels.values().iter().enumerate() {
        places.entry(*level).or_default().push(row as u32);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(delta.num_rows()));
    let columns = delta.rows().columns()[..width].to_vec();
    let rows = delta.with_rows(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?);
    if places.len() == 1 {
        return Ok(places.into_keys().map(|level| (level, rows.clone())).collect());
    }
    places.into_iter().map(|(level, rows_of)| Ok((level, rows.take(&UInt32Array::from(rows_of))?))).collect()
}
