//! The ASOF join, epoch by epoch.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};

use super::changes::Changes;
use super::codec::{Meeting, RowCodec, lead_of};
use super::output::{Output, alone};
use super::reach::{Run, Standing};
use super::side::Side;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::dataflow::operators::aggregate::GroupIndex;
use crate::dataflow::operators::join::record_watermarks;
use crate::delta::{Delta, Fault};
use crate::plan::stream::{AsofSpec, TimeBound};
use crate::types::{Error, ObjectId, Result};

/// Rows of output at a time.
const OUTPUT_ROWS: usize = 16_384;
/// Watermarks are let work when there are at least so many rows.
const CLOSE_ROWS: usize = if cfg!(test) { 16 } else { 4096 };

/// An ASOF join on one worker.
pub struct AsofOperator {
    spec: Arc<AsofSpec>,
    meeting: Meeting,
    keys: GroupIndex,
    left: Side,
    right: Side,
    work: Work,
    /// The type of the times.
    time_type: DataType,
    /// With so many rows, what watermarks have passed is forgotten.
    close_at: usize,
    /// Rows of output at a time.
    limit: usize,
}

/// What an epoch brought, and how far it is.
#[derive(Default)]
struct Work {
    left: Changes,
    right: Changes,
    stage: Stage,
    /// The change that is next.
    at: usize,
    run: Option<Run>,
    faults: Vec<Fault>,
}

/// What is done next.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// The left rows that are there learn what became of the right.
    Right,
    /// Left rows come and go.
    Left,
    #[default]
    Done,
}

impl AsofOperator {
    /// Without rows; the schemas are those of its inputs.
    pub fn new(spec: Arc<AsofSpec>, left: &SchemaRef, right: &SchemaRef) -> Result<Self> {
        Self::with_limit(spec, left, right, OUTPUT_ROWS)
    }

    /// The same, with about so many rows of output at a time.
    pub fn with_limit(
        spec: Arc<AsofSpec>,
        left: &SchemaRef,
        right: &SchemaRef,
        limit: usize,
    ) -> Result<Self> {
        let types: Vec<DataType> = spec.on.iter().map(|(l, _)| left.field(*l).data_type().clone()).collect();
        let side = |schema: &SchemaRef, width, key, time| -> Result<Side> {
            Ok(Side::new(RowCodec::new(schema, width, time, spec.nearest.later)?, key, time))
        };
        let (left_key, right_key) = spec.on.iter().copied().unzip();
        Ok(AsofOperator {
            meeting: Meeting::new(left.field(spec.times.0).data_type(), spec.nearest.strict)?,
            keys: GroupIndex::new(&types)?,
            left: side(left, spec.left.width, left_key, spec.times.0)?,
            right: side(right, spec.right.width, right_key, spec.times.1)?,
            work: Work::default(),
            time_type: left.field(spec.times.0).data_type().clone(),
            close_at: CLOSE_ROWS,
            limit,
            spec,
        })
    }

    /// How many keys are known.
    #[cfg(test)]
    pub fn keys_kept(&self) -> usize {
        self.keys.len()
    }

    /// Sorts what came; returns what is told of left rows that meet nothing ever.
    fn take(&mut self, left: Vec<Delta>, right: Vec<Delta>) -> Result<Vec<Delta>> {
        let AsofOperator { spec, keys, work, .. } = self;
        let mut out = vec![];
        for (side, deltas, is_left) in [(&self.left, left, true), (&self.right, right, false)] {
            let changes = if is_left { &mut work.left } else { &mut work.right };
            for delta in deltas.into_iter().filter(|delta| delta.num_rows() > 0) {
                let (whole, lacking) = side.parted(delta)?;
                side.gather(&whole, keys, changes)?;
                if let Some(lacking) = lacking.filter(|_| is_left && spec.outer) {
                    out.push(alone(&lacking, spec.left.width, &spec.schema)?);
                }
            }
            changes.settle();
        }
        (work.stage, work.at, work.run) = (Stage::Right, 0, None);
        Ok(out)
    }

    /// The next part of the epoch's output; `None` when it is done.
    fn part(&mut self) -> Result<Option<Delta>> {
        while self.work.stage != Stage::Done {
            let told = match self.work.stage {
                Stage::Right => self.tell_right()?,
                Stage::Left => self.tell_left()?,
                Stage::Done => None,
            };
            if told.is_some() {
                return Ok(told);
            }
            self.end_stage();
        }
        Ok(None)
    }

    /// The left rows that are there, as far as the right has changed for them.
    fn tell_right(&mut self) -> Result<Option<Delta>> {
        let AsofOperator { spec, meeting, left, right, work, limit, .. } = self;
        let standing = Standing { meeting: *meeting, left, right, changes: &work.right };
        let mut out = Output::new(!spec.outer);
        while out.len() < *limit {
            if work.run.is_none() {
                work.run = standing.next_run(&mut work.at);
            }
            let Some(run) = &mut work.run else { break };
            if standing.tell(run, &mut out, *limit) {
                work.run = None;
            }
        }
        if out.len() == 0 {
            return Ok(None);
        }
        out.into_delta(&left.codec, &right.codec, &spec.schema).map(Some)
    }

    /// The left rows that come or go, with what they meet.
    fn tell_left(&mut self) -> Result<Option<Delta>> {
        let AsofOperator { spec, meeting, left, right, work, limit, .. } = self;
        let mut out = Output::new(!spec.outer);
        while work.at < work.left.len() && out.len() < *limit {
            let change = work.left.list()[work.at];
            let row = work.left.row(work.at);
            let met = meeting.met(row, right.of(change.slot));
            out.push(row, met.map(|entry| &entry.row[..]), change.diff);
            work.at += 1;
        }
        if out.len() == 0 {
            return Ok(None);
        }
        out.into_delta(&left.codec, &right.codec, &spec.schema).map(Some)
    }

    /// Takes in what has been told.
    fn end_stage(&mut self) {
        match self.work.stage {
            Stage::Right => {
                self.right.apply(&self.work.right);
                self.work.stage = Stage::Left;
            }
            Stage::Left => {
                self.left.apply(&self.work.left);
                self.free_slots();
                self.work.stage = Stage::Done;
                (self.work.left, self.work.right) = Default::default();
            }
            Stage::Done => {}
        }
        (self.work.at, self.work.run) = (0, None);
    }

    /// Forgets keys that have no rows any more.
    fn free_slots(&mut self) {
        if self.spec.on.is_empty() {
            return;
        }
        let gone = self.work.left.list().iter().chain(self.work.right.list());
        let mut slots: Vec<u32> = gone.map(|change| change.slot).collect();
        slots.retain(|slot| self.left.of(*slot).is_empty() && self.right.of(*slot).is_empty());
        slots.sort_unstable();
        slots.dedup();
        self.keys.remove(&slots);
    }

    /// All is done of this epoch.
    fn finish(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        self.close(cx)?;
        let faults = std::mem::take(&mut self.work.faults);
        Ok((!faults.is_empty()).then(|| vec![Delta::of_faults(self.spec.schema.clone(), faults)]))
    }

    /// Forgets what no row that still comes can meet or change. To find it all
    /// rows are looked at, each time that they have become twice as many.
    fn close(&mut self, cx: &EpochContext<'_>) -> Result<()> {
        let Some(closing) = self.spec.closing.as_ref().filter(|_| self.state_rows() >= self.close_at) else {
            return Ok(());
        };
        let bound = |(source, bound): &(ObjectId, TimeBound)| Some(bound.at(cx.watermark(*source)?));
        let (Some(left), Some(right)) = (bound(&closing.left), bound(&closing.right)) else {
            return Ok(());
        };
        let [of_left, of_right] = [right, left.min(right)].map(|time| lead_of(time, &self.time_type));
        self.left.forget_before(&of_left?, 0);
        self.right.forget_before(&of_right?, 1);
        self.close_at = 2 * self.state_rows() + CLOSE_ROWS;
        let slots = if self.spec.on.is_empty() { 0 } else { self.keys.slots() as u32 };
        let empty = (0..slots).filter(|s| self.left.of(*s).is_empty() && self.right.of(*s).is_empty());
        self.keys.remove(&empty.collect::<Vec<_>>());
        Ok(())
    }
}

impl Operator for AsofOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let [mut left, mut right]: [Vec<Delta>; 2] =
            inputs.try_into().map_err(|_| Error::internal("an ASOF join without its two inputs"))?;
        self.work.faults = left.iter_mut().chain(&mut right).flat_map(Delta::take_faults).collect();
        record_watermarks(&self.spec.watermarks, cx);
        let mut out = self.take(left, right)?;
        out.extend(self.more(cx)?.unwrap_or_default());
        Ok(out)
    }

    fn more(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        match self.part()? {
            Some(part) => Ok(Some(vec![part])),
            None => self.finish(cx),
        }
    }

    fn state_rows(&self) -> usize {
        self.left.count() + self.right.count()
    }

    fn watches(&self) -> Vec<ObjectId> {
        let mut sources: Vec<ObjectId> =
            self.spec.closing.iter().flat_map(|c| [c.left.0, c.right.0]).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }
}
