//! The incremental top-n: partitions, and when their rows are told.
//!
//! With a partition column that follows a watermark, a partition is closed when
//! the watermark has passed it. `EMIT ON WINDOW CLOSE` tells its rows then and
//! corrects them afterwards if the input does; on insert-only input a partition
//! is freed when nothing can come any more, and its rows stay as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;

use super::best::Best;
use super::codec::RowCodec;
use super::emission::Emission;
use super::ranked::Ranked;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::dataflow::operators::aggregate::{GroupIndex, as_int64, canonical};
use crate::delta::{Delta, Fault};
use crate::plan::stream::{KeyTime, TopNSpec};
use crate::types::{ObjectId, Result};

/// A top-n on one worker.
pub struct TopNOperator {
    spec: Arc<TopNSpec>,
    codec: RowCodec,
    partitions: GroupIndex,
    kept: Kept,
    /// When each partition closes, and whether its rows have been told. Only
    /// with `EMIT ON WINDOW CLOSE`.
    told: Vec<(i64, bool)>,
    /// Slots by the value of the event-time column.
    closing: BTreeMap<i64, Vec<u32>>,
    /// Partitions below this are closed.
    closed_below: i64,
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
            closing: BTreeMap::new(),
            closed_below: i64::MIN,
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
        match &mut self.kept {
            Kept::Best(best) => best.resize(slots),
            Kept::Ranked(ranked) => ranked.resize(slots),
        }
        if self.spec.emit_on_window_close && slots > self.told.len() {
            self.told.resize(slots, (i64::MAX, false));
        }
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
        if let Some(time) = self.spec.event_times.first()
            && (self.spec.emit_on_window_close || self.spec.append_only)
            && !created.is_empty()
        {
            let times = as_int64(&keys[time.key])?;
            for (slot, row) in created {
                if times.is_valid(row as usize) {
                    self.enter_for_closing(slot, times.value(row as usize));
                }
            }
        }
        Ok(slots)
    }

    /// A new partition. One that was closed already (a late row within the
    /// allowed lateness) is told at once.
    fn enter_for_closing(&mut self, slot: u32, time: i64) {
        self.closing.entry(time).or_default().push(slot);
        if self.spec.emit_on_window_close {
            self.told[slot as usize] = (time, time < self.closed_below);
        }
    }

    /// Takes the rows and returns what changes in partitions that are told.
    fn take(&mut self, input: &[(Delta, Vec<u32>)]) -> Result<Vec<Delta>> {
        let TopNOperator { spec, codec, kept, told, .. } = self;
        let tells = |slot: u32| !spec.emit_on_window_close || told[slot as usize].1;
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
            match &mut self.kept {
                Kept::Best(best) => best.clear(*slot),
                Kept::Ranked(ranked) => ranked.clear(*slot),
            }
            if let Some(told) = self.told.get_mut(*slot as usize) {
                *told = (i64::MAX, false);
            }
        }
        self.partitions.remove(slots);
    }

    /// Moves the watermark: tells partitions that close, frees those that are final.
    fn close(&mut self, cx: &EpochContext<'_>) -> Result<Vec<Delta>> {
        let spec = self.spec.clone();
        let Some(time) = spec.event_times.first() else {
            return Ok(Vec::new());
        };
        let Some(watermark) = cx.watermark(time.source) else {
            return Ok(Vec::new());
        };
        let bound = time.bound.at(watermark);
        let mut out = Emission::default();
        if bound > self.closed_below {
            if spec.emit_on_window_close {
                self.tell(self.closed_below, bound, &mut out);
            }
            self.closed_below = bound;
        }
        if spec.append_only {
            self.forget(time, watermark);
        } else {
            self.closing = self.closing.split_off(&bound);
        }
        out.into_deltas(&self.codec, &spec.schema, spec.with_rank)
    }

    fn tell(&mut self, from: i64, to: i64, out: &mut Emission) {
        let closing = self.closing.range(from..to);
        for (time, slot) in closing.flat_map(|(time, slots)| slots.iter().map(move |slot| (time, slot))) {
            // A slot may have been given to a partition that closes later.
            let (closes, told) = &mut self.told[*slot as usize];
            if closes != time || std::mem::replace(told, true) {
                continue;
            }
            match &self.kept {
                Kept::Best(best) => best.tell(*slot, out),
                Kept::Ranked(ranked) => ranked.tell(&self.codec, *slot, out),
            }
        }
    }

    fn forget(&mut self, time: &KeyTime, watermark: i64) {
        let last = time.bound.at(watermark.saturating_sub(time.lateness));
        let open = self.closing.split_off(&last);
        let closed = std::mem::replace(&mut self.closing, open);
        closed.into_values().for_each(|slots| self.free(&slots));
    }

    /// The rows that are kept.
    #[cfg(test)]
    pub fn rows(&self) -> usize {
        match &self.kept {
            Kept::Best(best) => best.rows(),
            Kept::Ranked(ranked) => ranked.rows(),
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

    fn watches(&self) -> Vec<ObjectId> {
        self.spec.event_times.first().map(|t| t.source).into_iter().collect()
    }
}
