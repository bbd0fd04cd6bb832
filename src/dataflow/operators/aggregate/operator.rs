//! The incremental aggregate: groups, their results, and when they are told.
//!
//! Per epoch it finds the groups that the input touches, takes their results
//! before, adds the input, takes their results after, and emits the difference:
//! the cost follows the touched groups, not the state. An epoch of a great many
//! rows is taken in as it comes; only the groups that it touches are kept for its
//! end.
//!
//! With an event-time key a group is closed when the watermark has passed it.
//! `EMIT ON WINDOW CLOSE` tells a group's result then and corrects it until the
//! allowed lateness is over; after that, on insert-only input, its state is
//! freed and its rows stay as they are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::{concat, concat_batches, or};
use arrow::datatypes::Schema;

use super::super::footprint::of_vec;
use super::accumulator::{Accumulator, Rows, accumulator, canonical, update_chosen};
use super::closing::{Closed, Closing};
use super::distinct::DistinctFamily;
use super::groups::GroupIndex;
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault};
use crate::expr::row_text;
use crate::plan::stream::{AggregateCall, AggregateKind, AggregateSpec};
use crate::types::{ObjectId, Result};

/// An aggregate on one worker.
pub struct AggregateOperator {
    spec: Arc<AggregateSpec>,
    groups: GroupIndex,
    accumulators: Vec<Box<dyn Accumulator>>,
    /// The calls with DISTINCT, by their arguments.
    distincts: Vec<DistinctFamily>,
    /// Rows per slot; a group exists while it has some.
    weights: Vec<i64>,
    /// The step in which a slot was last touched.
    stamps: Vec<u64>,
    /// Has the group's result been told?
    told: Vec<bool>,
    steps: u64,
    /// The epoch that is being taken in.
    open: OpenEpoch,
    /// When groups close.
    closing: Closing,
}

/// What is known of an epoch before its end.
#[derive(Default)]
struct OpenEpoch {
    /// The groups that it touches, in order of appearance.
    touched: Vec<u32>,
    /// Those of them that had a result to take back, and these results.
    before: Vec<u32>,
    old: Vec<RecordBatch>,
    faults: Vec<Fault>,
}

impl AggregateOperator {
    /// An aggregate without any group yet.
    pub fn new(spec: Arc<AggregateSpec>) -> Result<Self> {
        let types: Vec<_> = (0..spec.keys.len()).map(|k| spec.schema.field(k).data_type().clone()).collect();
        let accumulators =
            spec.calls.iter().map(|c| accumulator(c, spec.append_only)).collect::<Result<_>>()?;
        let mut operator = AggregateOperator {
            groups: GroupIndex::new(&types)?,
            distincts: families(&spec)?,
            accumulators,
            weights: Vec::new(),
            stamps: Vec::new(),
            told: Vec::new(),
            steps: 1,
            open: OpenEpoch::default(),
            closing: Closing::new(&spec.event_times),
            spec,
        };
        if operator.is_global() {
            operator.resize(1);
        }
        Ok(operator)
    }

    /// Without a key there is one group, and it is always there.
    fn is_global(&self) -> bool {
        self.spec.keys.is_empty()
    }

    fn resize(&mut self, slots: usize) {
        if slots > self.weights.len() {
            self.weights.resize(slots, 0);
            self.stamps.resize(slots, 0);
            self.told.resize(slots, false);
            self.accumulators.iter_mut().for_each(|a| a.resize(slots));
            self.distincts.iter_mut().for_each(|d| d.resize(slots));
        }
    }

    fn exists(&self, slot: u32) -> bool {
        self.is_global() || self.weights[slot as usize] > 0
    }

    /// The slot of each row of `delta`; new groups are entered for closing.
    fn slots_of(&mut self, delta: &Delta) -> Result<Vec<u32>> {
        if self.is_global() {
            return Ok(vec![0; delta.num_rows()]);
        }
        let keys: Vec<ArrayRef> = self.spec.keys.iter().map(|k| canonical(delta.column(*k))).collect();
        let (mut slots, mut created) = (Vec::new(), Vec::new());
        self.groups.intern(&keys, delta.num_rows(), &mut slots, &mut created)?;
        self.resize(self.groups.slots());
        if (self.spec.emit_on_window_close || self.spec.append_only) && !created.is_empty() {
            self.closing.enter(&keys, &created, &mut self.told)?;
        }
        Ok(slots)
    }

    /// The distinct slots among `all` that this step has not touched before, in
    /// order of appearance.
    fn touched(&mut self, all: &[Vec<u32>]) -> Vec<u32> {
        let mut touched = Vec::new();
        for slot in all.iter().flatten() {
            let stamp = &mut self.stamps[*slot as usize];
            if *stamp != self.steps {
                *stamp = self.steps;
                touched.push(*slot);
            }
        }
        touched
    }

    /// Adds rows to their groups, whose results are noted first.
    fn take(&mut self, mut input: Vec<Delta>) -> Result<()> {
        self.open.faults.extend(input.iter_mut().flat_map(Delta::take_faults));
        let slots = input.iter().map(|d| self.slots_of(d)).collect::<Result<Vec<_>>>()?;
        let touched = self.touched(&slots);
        let mut before = self.telling(&touched);
        let faults = self.set_aside(&mut before, -1)?;
        let old = self.results(&before)?;
        for (delta, slots) in input.iter().zip(&slots) {
            self.add(delta, slots)?;
        }
        self.open.faults.extend(faults);
        self.open.touched.extend(touched);
        self.open.before.extend(before);
        self.open.old.push(old);
        Ok(())
    }

    /// Those of these groups that have a result to tell.
    fn telling(&self, slots: &[u32]) -> Vec<u32> {
        slots.iter().copied().filter(|s| self.exists(*s) && self.tells(*s)).collect()
    }

    fn add(&mut self, delta: &Delta, slots: &[u32]) -> Result<()> {
        let diffs = delta.diffs().map(|d| &d.values()[..]);
        for (row, slot) in slots.iter().enumerate() {
            self.weights[*slot as usize] += diffs.map_or(1, |d| d[row]);
        }
        for family in &mut self.distincts {
            family.update(delta, slots, &mut self.accumulators)?;
        }
        for (call, accumulator) in self.spec.calls.iter().zip(&mut self.accumulators) {
            if is_distinct(call) {
                continue;
            }
            let arguments: Vec<ArrayRef> = call.arguments.iter().map(|a| delta.column(*a).clone()).collect();
            let rows = Rows { slots, diffs, arguments: &arguments };
            match call.filter {
                None => accumulator.update(&rows)?,
                Some(filter) => {
                    let chosen = chosen_rows(delta.column(filter).as_boolean());
                    update_chosen(accumulator.as_mut(), &rows, chosen)?;
                }
            }
        }
        Ok(())
    }

    /// Keys and results of these groups.
    fn results(&mut self, slots: &[u32]) -> Result<RecordBatch> {
        let mut columns = if self.is_global() { Vec::new() } else { self.groups.columns(slots)? };
        for accumulator in &mut self.accumulators {
            columns.push(accumulator.results(slots)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(slots.len()));
        Ok(RecordBatch::try_new_with_options(self.spec.schema.clone(), columns, &options)?)
    }

    /// Takes the groups without a result out of `slots`, as faults.
    fn set_aside(&mut self, slots: &mut Vec<u32>, diff: i64) -> Result<Vec<Fault>> {
        let unbounded: Vec<_> = self.accumulators.iter().filter(|a| !a.is_bounded()).collect();
        let is_bad = |slot: &u32| unbounded.iter().any(|a| a.is_out_of_range(*slot));
        if unbounded.is_empty() || !slots.iter().any(is_bad) {
            return Ok(Vec::new());
        }
        let (bad, good): (Vec<u32>, Vec<u32>) = slots.iter().copied().partition(is_bad);
        *slots = good;
        let options = RecordBatchOptions::new().with_row_count(Some(bad.len()));
        let columns = if self.is_global() { Vec::new() } else { self.groups.columns(&bad)? };
        let fields: Vec<_> = self.spec.schema.fields()[..columns.len()].to_vec();
        let keys = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)?;
        let fault = |row: usize| {
            let overflow = unbounded.iter().find(|a| a.is_out_of_range(bad[row])).map(|a| a.overflow());
            let (code, message) = overflow.expect("a group is set aside for one of its results");
            Ok(Fault {
                code: code.to_string(),
                message: message.to_string(),
                row: row_text(&keys, row)?,
                diff,
            })
        };
        (0..bad.len()).map(fault).collect()
    }

    /// Frees groups: their slots are empty and will be given to others.
    fn free(&mut self, slots: &[u32]) {
        self.accumulators.iter_mut().for_each(|a| a.clear(slots));
        self.distincts.iter_mut().for_each(|d| d.clear(slots));
        for slot in slots {
            self.weights[*slot as usize] = 0;
            self.told[*slot as usize] = false;
        }
        self.groups.remove(slots);
    }

    /// Moves the watermark: tells groups that close, frees those that are final.
    fn close(&mut self, cx: &EpochContext<'_>) -> Result<Vec<Delta>> {
        let weights = &self.weights;
        let alive = |slot: u32| weights[slot as usize] > 0;
        let Some(Closed { mut closed, finished }) = self.closing.advance(cx, self.spec.append_only, alive)
        else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        if self.spec.emit_on_window_close {
            closed.retain(|s| !std::mem::replace(&mut self.told[*s as usize], true));
            let faults = self.set_aside(&mut closed, 1)?;
            if !faults.is_empty() {
                out.push(Delta::of_faults(self.spec.schema.clone(), faults));
            }
            if !closed.is_empty() {
                out.push(Delta::insert(self.results(&closed)?));
            }
        }
        self.free(&finished);
        Ok(out)
    }

    /// Are results of this group told as they change?
    fn tells(&self, slot: u32) -> bool {
        !self.spec.emit_on_window_close || self.told[slot as usize]
    }
}

impl Operator for AggregateOperator {
    fn initial(&mut self) -> Result<Vec<Delta>> {
        if !self.is_global() || self.spec.emit_on_window_close {
            return Ok(Vec::new());
        }
        self.told[0] = true;
        Ok(vec![Delta::insert(self.results(&[0])?)])
    }

    fn absorb(&mut self, inputs: Inputs) -> Result<Inputs> {
        self.take(inputs.into_iter().flatten().collect())?;
        Ok(vec![Vec::new()])
    }

    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        self.take(inputs.into_iter().flatten().collect())?;
        self.steps += 1;
        let OpenEpoch { touched, before, old, mut faults } = std::mem::take(&mut self.open);
        let mut after = self.telling(&touched);
        faults.extend(self.set_aside(&mut after, 1)?);
        let new = self.results(&after)?;
        let old = match &old[..] {
            [one] => one.clone(),
            several => concat_batches(&self.spec.schema, several)?,
        };
        let mut out = difference(&before, &old, &after, &new)?;
        if !self.is_global() {
            let empty: Vec<u32> = touched.into_iter().filter(|s| self.weights[*s as usize] == 0).collect();
            self.free(&empty);
        }
        out.extend(self.close(cx)?);
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn state_rows(&self) -> usize {
        let groups = if self.is_global() { 1 } else { self.groups.len() };
        groups + self.distincts.iter().map(DistinctFamily::len).sum::<usize>()
    }

    fn state_bytes(&self) -> usize {
        let results: usize = self.accumulators.iter().map(|a| a.memory()).sum();
        let values: usize = self.distincts.iter().map(DistinctFamily::memory).sum();
        let slots = of_vec(&self.weights) + of_vec(&self.stamps) + of_vec(&self.told);
        self.groups.memory() + results + values + slots
    }

    fn watches(&self) -> Vec<ObjectId> {
        self.closing.sources()
    }
}

/// DISTINCT makes no difference to min and max.
fn is_distinct(call: &AggregateCall) -> bool {
    call.distinct && !matches!(call.function, AggregateKind::Min | AggregateKind::Max)
}

fn families(spec: &AggregateSpec) -> Result<Vec<DistinctFamily>> {
    let mut families: Vec<DistinctFamily> = vec![];
    for (index, call) in spec.calls.iter().enumerate().filter(|(_, call)| is_distinct(call)) {
        let keeps_nulls = matches!(call.function, AggregateKind::Other(_) | AggregateKind::Multiset(..));
        let fits = |f: &&mut DistinctFamily| {
            f.arguments == call.arguments && f.keeps_nulls == keeps_nulls && f.has_room()
        };
        if let Some(family) = families.iter_mut().find(fits) {
            family.join(index, call.filter);
            continue;
        }
        let (arguments, types) = (call.arguments.clone(), &call.argument_types);
        let mut family = DistinctFamily::new(arguments, types, spec.append_only, keeps_nulls)?;
        family.join(index, call.filter);
        families.push(family);
    }
    Ok(families)
}

fn chosen_rows(mask: &BooleanArray) -> Vec<u32> {
    let yes = mask.values().set_indices().map(|row| row as u32);
    if mask.null_count() == 0 {
        yes.collect()
    } else {
        yes.filter(|row| mask.is_valid(*row as usize)).collect()
    }
}

/// Old rows as -1 and new ones as +1, without the groups whose row is the same.
/// `before` and `after` are sublists of one list of slots.
fn difference(before: &[u32], old: &RecordBatch, after: &[u32], new: &RecordBatch) -> Result<Vec<Delta>> {
    if before.is_empty() {
        return Ok(if after.is_empty() { Vec::new() } else { vec![Delta::insert(new.clone())] });
    }
    let all_old = Delta::retract(old.clone());
    let all_new = Delta::insert(new.clone());
    if before != after {
        let schema = old.schema();
        return Ok(vec![crate::delta::consolidate(&Delta::concat(&schema, &[all_old, all_new])?)?]);
    }
    let mut changed: Option<BooleanArray> = None;
    for (old, new) in old.columns().iter().zip(new.columns()) {
        let different = distinct_values(old, new)?;
        changed = Some(match changed {
            None => different,
            Some(changed) => or(&changed, &different)?,
        });
    }
    let Some(changed) = changed else {
        return Ok(Vec::new());
    };
    if changed.true_count() == 0 {
        return Ok(Vec::new());
    }
    let rows = arrow::compute::concat_batches(
        &old.schema(),
        &[
            arrow::compute::filter_record_batch(old, &changed)?,
            arrow::compute::filter_record_batch(new, &changed)?,
        ],
    )?;
    let half = rows.num_rows() / 2;
    let minus: ArrayRef = Arc::new(Int64Array::from(vec![-1; half]));
    let plus: ArrayRef = Arc::new(Int64Array::from(vec![1; half]));
    let diffs = concat(&[&minus, &plus])?;
    Ok(vec![Delta::new(rows, Some(diffs.as_primitive::<arrow::datatypes::Int64Type>().clone()))])
}

/// Row by row: `IS DISTINCT FROM`, for nested types too.
fn distinct_values(old: &ArrayRef, new: &ArrayRef) -> Result<BooleanArray> {
    if !old.data_type().is_nested() {
        return Ok(distinct(old, new)?);
    }
    let (old, new) = (old.to_data(), new.to_data());
    Ok((0..old.len()).map(|row| Some(old.slice(row, 1) != new.slice(row, 1))).collect())
}
