//! The join of two inputs, epoch by epoch.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::SchemaRef;

use super::output::{Parts, Picked};
use super::side::{Side, SideNeeds};
use super::turn::Turn;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault};
use crate::expr::Program;
use crate::plan::stream::{JoinKind, JoinSide, JoinSpec, JoinWatermark};
use crate::types::{Epoch, Error, ObjectId, Result};

/// Rows of output at a time.
const OUTPUT_ROWS: usize = 16_384;
/// Insert-only deltas are put together up to so many rows.
const GROUP_ROWS: usize = 4096;

/// A join on one worker.
pub struct JoinOperator {
    join: Join,
    /// What is left to do of the epoch at hand.
    work: Work,
    /// Left rows from before the dataflow's beginning that wait for it.
    past: Vec<Delta>,
    due: Option<Epoch>,
}

/// What an epoch brought, and how far it is.
#[derive(Default)]
struct Work {
    arriving: VecDeque<(Which, Vec<Delta>)>,
    turn: Option<Turn>,
    faults: Vec<Fault>,
}

/// Both sides, and what is asked of them.
pub struct Join {
    pub spec: Arc<JoinSpec>,
    /// The condition besides equal keys.
    pub residual: Option<Residual>,
    /// Rows of output at a time.
    pub limit: usize,
    left: Side,
    right: Side,
}

/// The condition besides equal keys, for one worker.
pub struct Residual {
    /// The columns of left ++ right that it looks at.
    pub columns: Vec<usize>,
    /// Those columns.
    pub schema: SchemaRef,
    /// A program of one filter over them.
    pub program: Program,
}

/// One of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Left,
    Right,
}

/// What is said of a side's rows by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Those without a match are told.
    Unmatched,
    /// Those with one are.
    Matched,
    /// All are, with whether they have one.
    Mark,
}

impl Which {
    /// The other one.
    pub fn other(self) -> Which {
        match self {
            Which::Left => Which::Right,
            Which::Right => Which::Left,
        }
    }
}

impl Telling {
    /// Is a row with, or without, a match told?
    #[inline]
    pub fn tells(self, matched: bool) -> bool {
        match self {
            Telling::Unmatched => !matched,
            Telling::Matched => matched,
            Telling::Mark => true,
        }
    }
}

impl Join {
    fn new(spec: Arc<JoinSpec>, left: &SchemaRef, right: &SchemaRef, limit: usize) -> Result<Join> {
        let residual = match &spec.residual {
            None => None,
            Some(residual) => Some(Residual {
                columns: residual.columns.clone(),
                schema: residual.schema.clone(),
                program: residual.program.for_worker()?,
            }),
        };
        let sides = [(Which::Left, left), (Which::Right, right)].map(|(which, schema)| {
            let needs = side_needs(&spec, which, left.fields().len());
            Side::new(schema, needs)
        });
        let [left, right] = sides;
        Ok(Join { spec, residual, limit, left, right })
    }

    /// One of the sides.
    pub fn side(&self, which: Which) -> &Side {
        match which {
            Which::Left => &self.left,
            Which::Right => &self.right,
        }
    }

    /// One of the sides, to be changed.
    pub fn side_mut(&mut self, which: Which) -> &mut Side {
        match which {
            Which::Left => &mut self.left,
            Which::Right => &mut self.right,
        }
    }

    /// How many columns the left input has.
    pub fn left_width(&self) -> usize {
        self.left.schema.fields().len()
    }

    /// Do pairs come out?
    pub fn tells_pairs(&self) -> bool {
        tells_pairs(self.spec.kind)
    }

    /// Must pairs be looked at one by one?
    pub fn looks_at_pairs(&self) -> bool {
        self.tells_pairs() || self.residual.is_some()
    }

    /// What is said of a side's rows by themselves, if anything.
    pub fn telling(&self, which: Which) -> Option<Telling> {
        telling(self.spec.kind, which)
    }

    /// Has each row of this side a count of its matches?
    pub fn counts(&self, which: Which) -> bool {
        counts(&self.spec, which)
    }

    /// Is nothing more said of this side's rows once they have a match?
    pub fn is_final_once_matched(&self, which: Which) -> bool {
        is_final_once_matched(&self.spec, which)
    }

    /// Rows of one side by themselves.
    pub fn alone(
        &self,
        which: Which,
        picked: Picked<'_>,
        mark: Option<BooleanArray>,
        rows: usize,
        diffs: Option<Vec<i64>>,
    ) -> Result<Delta> {
        let has_right = self.tells_pairs();
        let (left, right) = match which {
            Which::Left => (picked, has_right.then_some(Picked::Nulls(&self.right))),
            Which::Right => (Picked::Nulls(&self.left), Some(picked)),
        };
        let parts = Parts { left, right, mark, left_width: self.left_width(), rows };
        parts.delta(&self.spec.output, &self.spec.schema, diffs)
    }

    /// Forgets what the watermarks have passed.
    fn expire(&mut self, cx: &EpochContext<'_>) {
        for (known, side) in [(&self.spec.left, &mut self.left), (&self.spec.right, &mut self.right)] {
            if let Some(expiry) = &known.expiry
                && let Some(watermark) = cx.watermark(expiry.source)
            {
                side.store.expire(expiry.bound.at(watermark));
            }
        }
    }
}

impl JoinOperator {
    /// A join without rows; the schemas are those of its inputs.
    pub fn new(spec: Arc<JoinSpec>, left: &SchemaRef, right: &SchemaRef) -> Result<Self> {
        Self::with_limit(spec, left, right, OUTPUT_ROWS)
    }

    /// The same, with so many rows of output at a time.
    pub fn with_limit(
        spec: Arc<JoinSpec>,
        left: &SchemaRef,
        right: &SchemaRef,
        limit: usize,
    ) -> Result<Self> {
        let join = Join::new(spec, left, right, limit)?;
        Ok(JoinOperator { join, work: Work::default(), past: Vec::new(), due: None })
    }

    /// How many rows are kept of the left and of the right input.
    #[cfg(test)]
    pub fn rows_kept(&self) -> (usize, usize) {
        (self.join.left.store.rows(), self.join.right.store.rows())
    }

    /// The next part of the epoch's output; `None` when it is done.
    fn part(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        loop {
            if let Some(turn) = &mut self.work.turn {
                if let Some(part) = turn.advance(&mut self.join, cx.now())? {
                    return Ok(Some(part));
                }
                self.work.turn = None;
            }
            let Some((which, deltas)) = self.work.arriving.pop_front() else {
                return Ok(None);
            };
            let arrived = self.join.side(which).arrived(&deltas)?;
            self.work.turn = arrived.map(|arrived| Turn::new(&self.join, which, arrived));
        }
    }

    /// As of now, the past of the left waits for the dataflow's beginning, to
    /// meet the right as it is then.
    fn present(&mut self, cx: &EpochContext<'_>, mut left: Vec<Delta>) -> Vec<Delta> {
        self.past.append(&mut left);
        if cx.epoch >= cx.as_of {
            std::mem::swap(&mut self.past, &mut left);
        }
        self.due = (!self.past.is_empty()).then_some(cx.as_of);
        left
    }

    /// All is done of this epoch.
    fn finish(&mut self, cx: &EpochContext<'_>) -> Option<Vec<Delta>> {
        self.join.expire(cx);
        let faults = std::mem::take(&mut self.work.faults);
        (!faults.is_empty()).then(|| vec![Delta::of_faults(self.join.spec.schema.clone(), faults)])
    }
}

impl Operator for JoinOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let [mut left, mut right]: [Vec<Delta>; 2] =
            inputs.try_into().map_err(|_| Error::internal("a join without its two inputs"))?;
        self.work.faults = left.iter_mut().chain(&mut right).flat_map(Delta::take_faults).collect();
        let spec = self.join.spec.clone();
        if spec.as_of_now {
            left = self.present(cx, left);
        }
        let left = grouped(left, spec.left.append_only).map(|group| (Which::Left, group));
        let right = grouped(right, spec.right.append_only).map(|group| (Which::Right, group));
        self.work.arriving =
            if spec.as_of_now { right.chain(left).collect() } else { left.chain(right).collect() };
        record_watermarks(&self.join.spec.watermarks, cx);
        Ok(self.more(cx)?.unwrap_or_default())
    }

    fn more(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        Ok(self.part(cx)?.or_else(|| self.finish(cx)))
    }

    fn next_due(&self) -> Option<Epoch> {
        self.due
    }

    fn state_rows(&self) -> usize {
        self.join.left.store.rows() + self.join.right.store.rows()
    }

    fn state_bytes(&self) -> usize {
        self.join.left.store.memory() + self.join.right.store.memory()
    }

    fn watches(&self) -> Vec<ObjectId> {
        let spec = &self.join.spec;
        let expiries = [&spec.left, &spec.right].into_iter().filter_map(|side| side.expiry.as_ref());
        let terms = spec.watermarks.iter().flat_map(|w| &w.terms);
        let mut sources: Vec<ObjectId> = expiries.map(|e| e.source).chain(terms.map(|t| t.0)).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }
}

/// Tells the watermarks that a join makes.
pub fn record_watermarks(watermarks: &[JoinWatermark], cx: &EpochContext<'_>) {
    for watermark in watermarks {
        let bounds = watermark.terms.iter().map(|(source, bound)| Some(bound.at(cx.watermark(*source)?)));
        let least = bounds.collect::<Option<Vec<i64>>>().and_then(|b| b.into_iter().min());
        cx.watermarks.record(watermark.name, cx.epoch, least);
    }
}

/// Deltas that go together. Changes that may cancel all do; of insert-only
/// ones the small do, so that the large need not be copied.
fn grouped(deltas: Vec<Delta>, append_only: bool) -> impl Iterator<Item = Vec<Delta>> {
    let most = if append_only { GROUP_ROWS } else { usize::MAX };
    let (mut groups, mut rows) = (Vec::<Vec<Delta>>::new(), usize::MAX);
    for delta in deltas.into_iter().filter(|d| d.num_rows() > 0) {
        if rows.saturating_add(delta.num_rows()) > most || groups.is_empty() {
            groups.push(vec![]);
            rows = 0;
        }
        rows += delta.num_rows();
        if let Some(group) = groups.last_mut() {
            group.push(delta);
        }
    }
    groups.into_iter()
}

fn tells_pairs(kind: JoinKind) -> bool {
    matches!(kind, JoinKind::Inner | JoinKind::Left | JoinKind::Full)
}

fn telling(kind: JoinKind, which: Which) -> Option<Telling> {
    match (kind, which) {
        (JoinKind::Left | JoinKind::Full, Which::Left) | (JoinKind::Full, Which::Right) => {
            Some(Telling::Unmatched)
        }
        (JoinKind::Semi, Which::Left) => Some(Telling::Matched),
        (JoinKind::Anti, Which::Left) => Some(Telling::Unmatched),
        (JoinKind::Mark, Which::Left) => Some(Telling::Mark),
        _ => None,
    }
}

fn counts(spec: &JoinSpec, which: Which) -> bool {
    spec.residual.is_some() && telling(spec.kind, which).is_some()
}

fn known(spec: &JoinSpec, which: Which) -> &JoinSide {
    match which {
        Which::Left => &spec.left,
        Which::Right => &spec.right,
    }
}

/// What matches a row of an insert-only input matches for ever.
fn is_final_once_matched(spec: &JoinSpec, which: Which) -> bool {
    which == Which::Left && !tells_pairs(spec.kind) && known(spec, which.other()).append_only
}

fn side_needs(spec: &JoinSpec, which: Which, left_width: usize) -> SideNeeds<'_> {
    let looked_at = spec.output.iter().chain(spec.residual.iter().flat_map(|r| &r.columns));
    let (columns, key): (Vec<usize>, Vec<usize>) = match which {
        Which::Left => {
            (looked_at.copied().filter(|c| *c < left_width).collect(), spec.on.iter().map(|p| p.0).collect())
        }
        Which::Right => {
            let residual = spec.residual.iter().flat_map(|r| r.columns.iter().copied());
            let told = spec.output.iter().copied().filter(|_| tells_pairs(spec.kind));
            let columns = told.chain(residual).filter_map(|c| c.checked_sub(left_width)).collect();
            (columns, spec.on.iter().map(|p| p.1).collect())
        }
    };
    SideNeeds {
        known: known(spec, which),
        columns,
        key,
        nulls_equal: spec.null_equals_null,
        once: which == Which::Right && !tells_pairs(spec.kind) && spec.residual.is_none(),
        counted: counts(spec, which),
        linked: is_final_once_matched(spec, which),
    }
}
