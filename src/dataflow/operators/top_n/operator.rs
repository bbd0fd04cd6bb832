//! The incremental top-n: partitions, and when their rows are told.
//!
//! With a partition column that follows a watermark, a partition is closed when
//! the watermark has passed it. `EMIT ON WINDOW CLOSE` tells its rows then and
//! corrects them afterwards if the input does; on insert-only input a partition
//! is freed when nothing can come any more, and its rows stay as they are.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::best::Best;
use super::codec::RowCodec;
use super::emission::Emission;
use super::ranked::Ranked;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::dataflow::operators::aggregate::{Closing, GroupIndex, canonical};
use crate::delta::{Delta, Fault};
use crate::plan::stream::TopNSpec;
use crate::types::{ObjectId, Result};

/// A top-n on one worker.
pub struct TopNOperator {
    spec: Arc<TopNSpec>,
    codec: RowCodec,
    partitions: GroupIndex,
    kept: Kept,
    /// Have the rows of a partition been told? Only where partitions close.
    told: Vec<bool>,
    closing: Closing,
}

/// The rows of all partitions.
enum Kept {
    Best(Best),
    Ranked(Ranked),
}

impl TopNOperator {
    /// A top-n over rows of these types, without any partition yet.
    pub fn new(spec: Arc<TopNSpec>) -> Result<Self> {
        let columns = spec.schema.fields().len() - usize::from(spec.with_rank);
        let types: Vec<DataType> =
            spec.schema.fields().iter().take(columns).map(|f| f.data_type().clone()).collect();
        let keys: Vec<DataType> = spec.partition.iter().map(|p| types[*p].clone()).collect();
        let kept = if spec.keeps_one() && columns > 0 {
            Kept::Best(Best::default())
        } else {
            Kept::Ranked(Ranked::new(&spec))
        };
        let mut operator = TopNOperator {
            codec: RowCodec::new(&spec, &types)?,
            partitions: GroupIndex::new(&keys)?,
            kept,
            told: Vec::new(),
            closing: Closing::new(&spec.event_times),
            spec,
        };
        if operator.is_global() {
            operator.resize(1);
        }
        Ok(operator)
    }

    /// Without partition columns there is one partition.
    fn is_global(&self) -> bool {
        self.spec.partition.is_empty()
    }

    fn resize(&mut self, slots: usize) {
        self.kept.resize(slots);
        if self.closes() && slots > self.told.len() {
            self.told.resize(slots, false);
        }
    }

    /// Are there partitions that close?
    fn closes(&self) -> bool {
        let wanted = self.spec.emit_on_window_close || self.spec.append_only;
        wanted && !self.spec.event_times.is_empty()
    }

    /// The slot of each row of `delta`; new partitions are entered for closing.
    fn slots_of(&mut self, delta: &Delta) -> Result<Vec<u32>> {
        if self.is_global() {
            return Ok(vec![0; delta.num_rows()]);
        }
        let keys: Vec<ArrayRef> = self.spec.partition.iter().map(|p| canonical(delta.column(*p))).collect();
        let (mut slots, mut created) = (Vec::new(), Vec::new());
        self.partitions.intern(&keys, delta.num_rows(), &mut slots, &mut created)?;
        self.resize(self.partitions.slots());
        if self.closes() {
            self.closing.enter(&keys, &created, &mut self.told)?;
        }
        Ok(slots)
    }

    /// Takes the rows and returns what changes in partitions that are told.
    fn take(&mut self, input: &[(Delta, Vec<u32>)]) -> Result<Vec<Delta>> {
        let TopNOperator { spec, codec, kept, told, .. } = self;
        let tells = |slot: u32| !spec.emit_on_window_close || told[slot as usize];
        let mut out = Emission::default();
        let mut come = None;
        let mut emptied = Vec::new();
        match kept {
            Kept::Best(best) => come = best.take(codec, input, tells, &mut out)?,
            Kept::Ranked(ranked) => emptied = ranked.take(codec, input, tells, &mut out)?,
        }
        let mut deltas = out.into_deltas(codec, &spec.schema, spec.with_rank)?;
        deltas.extend(come.map(Delta::insert));
        if !self.is_global() {
            self.free(&emptied);
        }
        Ok(deltas)
    }

    fn free(&mut self, slots: &[u32]) {
        for slot in slots {
            self.kept.clear(*slot);
            if let Some(told) = self.told.get_mut(*slot as usize) {
                *told = false;
            }
        }
        self.partitions.remove(slots);
    }

    /// Moves the watermarks: tells partitions that close, frees those that are final.
    fn close(&mut self, cx: &EpochContext<'_>) -> Result<Vec<Delta>> {
        if !self.closes() {
            return Ok(Vec::new());
        }
        let TopNOperator { spec, codec, kept, told, closing, .. } = self;
        let alive = |slot: u32| kept.has(slot);
        let Some(moved) = closing.advance(cx, spec.append_only, alive) else {
            return Ok(Vec::new());
        };
        let mut out = Emission::default();
        for slot in moved.closed.iter().filter(|_| spec.emit_on_window_close) {
            if !std::mem::replace(&mut told[*slot as usize], true) {
                kept.tell(codec, *slot, &mut out);
            }
        }
        let deltas = out.into_deltas(codec, &spec.schema, spec.with_rank)?;
        self.free(&moved.finished);
        Ok(deltas)
    }
}

impl Kept {
    fn resize(&mut self, slots: usize) {
        match self {
            Kept::Best(best) => best.resize(slots),
            Kept::Ranked(ranked) => ranked.resize(slots),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Kept::Best(best) => best.rows(),
            Kept::Ranked(ranked) => ranked.rows(),
        }
    }

    fn memory(&self) -> usize {
        match self {
            Kept::Best(best) => best.memory(),
            Kept::Ranked(ranked) => ranked.memory(),
        }
    }

    fn has(&self, slot: u32) -> bool {
        match self {
            Kept::Best(best) => best.has(slot),
            Kept::Ranked(ranked) => ranked.has(slot),
        }
    }

    fn tell(&self, codec: &RowCodec, slot: u32, out: &mut Emission) {
        match self {
            Kept::Best(best) => best.tell(slot, out),
            Kept::Ranked(ranked) => ranked.tell(codec, slot, out),
        }
    }

    fn clear(&mut self, slot: u32) {
        match self {
            Kept::Best(best) => best.clear(slot),
            Kept::Ranked(ranked) => ranked.clear(slot),
        }
    }
}

impl Operator for TopNOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let mut input = Vec::new();
        let mut faults: Vec<Fault> = Vec::new();
        for mut delta in inputs.into_iter().flatten() {
            faults.extend(delta.take_faults());
            if delta.num_rows() > 0 {
                let slots = self.slots_of(&delta)?;
                input.push((delta, slots));
            }
        }
        let mut out = self.take(&input)?;
        out.extend(self.close(cx)?);
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn state_rows(&self) -> usize {
        self.kept.rows()
    }

    fn state_bytes(&self) -> usize {
        self.partitions.memory() + self.kept.memory()
    }

    fn watches(&self) -> Vec<ObjectId> {
        if self.closes() { self.closing.sources() } else { Vec::new() }
    }
}
