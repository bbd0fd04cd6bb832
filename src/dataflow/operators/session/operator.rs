//! The session operator: each row with the beginning and the end of its session.
//!
//! Per epoch it opens the sessions that the input touches and emits the rows
//! whose session has changed: the cost follows those sessions, not the
//! partition. With `EMIT ON WINDOW CLOSE` a session's rows are there once the
//! watermark has reached its end, and are corrected if it changes after that.
//! On insert-only input, sessions that are over are forgotten; their rows stay.
//! A row without a time is in no session: its bounds are NULL, and nothing closes it.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};

use super::sessions::{Change, Entry, Session, SessionKey, Sessions, Touched};
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::dataflow::operators::aggregate::{GroupIndex, canonical};
use crate::delta::{Delta, Fault, consolidate};
use crate::expr::functions::as_micros;
use crate::plan::stream::SessionSpec;
use crate::state::rows::RowSlab;
use crate::types::{ObjectId, Result};

/// Rows of one delta of the output.
const CHUNK_ROWS: usize = 65_536;

/// Session windows on one worker.
pub struct SessionOperator {
    spec: Arc<SessionSpec>,
    /// The input's columns.
    schema: SchemaRef,
    partitions: GroupIndex,
    rows: RowSlab,
    sessions: Sessions,
    /// Sessions that end here or before are over.
    over: i64,
}

/// Rows on their way out, by their slots.
#[derive(Default)]
struct Emission {
    slots: Vec<u32>,
    starts: Vec<i64>,
    ends: Vec<i64>,
    diffs: Vec<i64>,
}

impl SessionOperator {
    /// Without any session yet.
    pub fn new(spec: Arc<SessionSpec>) -> Result<Self> {
        let width = spec.schema.fields().len() - 2;
        let schema = Arc::new(Schema::new(spec.schema.fields()[..width].to_vec()));
        let types: Vec<DataType> =
            spec.partition.iter().map(|c| schema.field(*c).data_type().clone()).collect();
        let closes = spec.event_time.is_some() && (spec.emit_on_window_close || spec.append_only);
        Ok(SessionOperator {
            partitions: GroupIndex::new(&types)?,
            rows: RowSlab::new(schema.fields().iter().map(|f| f.data_type())),
            sessions: Sessions::new(spec.gap, closes),
            over: i64::MIN,
            schema,
            spec,
        })
    }

    /// How many rows are kept.
    pub fn held(&self) -> usize {
        self.rows.len()
    }

    /// All changes of an epoch, and their faults.
    fn collected(&self, inputs: Inputs) -> Result<(Delta, Vec<Fault>)> {
        let mut deltas: Vec<Delta> = inputs.into_iter().flatten().collect();
        let faults = deltas.iter_mut().flat_map(Delta::take_faults).collect();
        deltas.retain(|d| d.num_rows() > 0);
        let all = match deltas.len() {
            0 => Delta::insert(RecordBatch::new_empty(self.schema.clone())),
            _ => Delta::concat(&deltas[0].schema(), &deltas)?,
        };
        let all = if all.diffs().is_some() { consolidate(&all)? } else { all };
        Ok((all, faults))
    }

    /// The rows of `delta` as changes, in the order in which they are applied.
    /// Rows that come are kept from now on.
    fn changes(&mut self, delta: &Delta) -> Result<Vec<Change>> {
        let times = as_micros(delta.column(self.spec.time))?;
        let partitions = self.partitions_of(delta)?;
        let hashes = if self.spec.append_only { None } else { Some(row_hashes(delta.rows())?) };
        let counts = (0..delta.num_rows()).filter(|row| times.is_valid(*row));
        let mut changes: Vec<(u32, Change)> = counts
            .map(|row| {
                let hash = hashes.as_ref().map_or(0, |h| h[row]);
                let (partition, time, diff) = (partitions[row], times.value(row), delta.diff(row));
                (row as u32, Change { partition, time, hash, slot: 0, diff })
            })
            .collect();
        changes.sort_unstable_by_key(|(row, c)| (c.partition, c.time, c.diff < 0, *row));
        let come: UInt32Array = changes.iter().filter(|(_, c)| c.diff > 0).map(|(row, _)| *row).collect();
        let rows = RecordBatch::try_new(self.schema.clone(), delta.take(&come)?.rows().columns().to_vec())?;
        let mut slots = if come.is_empty() { vec![] } else { self.rows.append(&rows)? }.into_iter();
        for (_, change) in changes.iter_mut().filter(|(_, c)| c.diff > 0) {
            change.slot = slots.next().expect("each row that comes has a slot");
        }
        Ok(changes.into_iter().map(|(_, change)| change).collect())
    }

    /// The rows without a time, which are not kept. No watermark closes them.
    fn timeless(&self, delta: &Delta) -> Result<Option<Delta>> {
        let times = delta.column(self.spec.time);
        if times.null_count() == 0 || self.spec.emit_on_window_close {
            return Ok(None);
        }
        let rows: UInt32Array =
            (0..delta.num_rows() as u32).filter(|row| times.is_null(*row as usize)).collect();
        let taken = delta.take(&rows)?;
        let mut columns = taken.rows().columns().to_vec();
        for field in &self.spec.schema.fields()[columns.len()..] {
            columns.push(new_null_array(field.data_type(), rows.len()));
        }
        let batch = RecordBatch::try_new(self.spec.schema.clone(), columns)?;
        Ok(Some(Delta::new(batch, taken.diffs().cloned())))
    }

    fn partitions_of(&mut self, delta: &Delta) -> Result<Vec<u32>> {
        if self.spec.partition.is_empty() {
            return Ok(vec![0; delta.num_rows()]);
        }
        let keys: Vec<ArrayRef> = self.spec.partition.iter().map(|c| canonical(delta.column(*c))).collect();
        let (mut slots, mut created) = (Vec::new(), Vec::new());
        self.partitions.intern(&keys, delta.num_rows(), &mut slots, &mut created)?;
        Ok(slots)
    }

    /// Are the rows of a session with this end told?
    fn tells(&self, end: i64, over: i64) -> bool {
        !self.spec.emit_on_window_close || end <= over
    }

    /// What the touched sessions have come to.
    fn emit_touched(&self, touched: &Touched, over: i64, out: &mut Emission) {
        let mut before = touched.before.iter().peekable();
        for key in &touched.after {
            while let Some((old_key, old)) = before.next_if(|(old, _)| old < key) {
                out.session(old_key, old, self.spec.gap, -1);
            }
            let Some(new) = self.sessions.get(key) else { continue };
            let told = self.tells(self.sessions.end(new.last), over);
            match before.next_if(|(old, _)| old == key) {
                Some((_, old)) if told && old.last == new.last => out.changed(key, old, new, self.spec.gap),
                Some((_, old)) => {
                    out.session(key, old, self.spec.gap, -1);
                    if told {
                        out.session(key, new, self.spec.gap, 1);
                    }
                }
                None if told => out.session(key, new, self.spec.gap, 1),
                None => {}
            }
        }
        before.for_each(|(key, old)| out.session(key, old, self.spec.gap, -1));
    }

    /// The sessions that are over by now and were not touched.
    fn emit_over(&self, touched: &Touched, over: i64, out: &mut Emission) {
        if !self.spec.emit_on_window_close {
            return;
        }
        for key in self.sessions.ending(self.over, over) {
            if let (Err(_), Some(session)) = (touched.after.binary_search(&key), self.sessions.get(&key)) {
                out.session(&key, session, self.spec.gap, 1);
            }
        }
    }

    /// Frees sessions in which nothing can happen any more; their partitions.
    fn free_over(&mut self, until: i64) -> Vec<u32> {
        let mut partitions = Vec::new();
        for key in self.sessions.ending(i64::MIN, until) {
            if let Some(session) = self.sessions.forget(&key) {
                let slots: Vec<u32> = session.entries.iter().map(|e| e.slot).collect();
                self.rows.release(&slots);
                partitions.push(key.0);
            }
        }
        partitions
    }

    fn forget_empty(&mut self, mut partitions: Vec<u32>) {
        partitions.sort_unstable();
        partitions.dedup();
        partitions.retain(|p| !self.sessions.has(*p));
        if !self.spec.partition.is_empty() {
            self.partitions.remove(&partitions);
        }
    }

    fn output(&self, emission: &Emission) -> Result<Vec<Delta>> {
        let width = self.schema.fields().len();
        let mut out = Vec::new();
        for from in (0..emission.slots.len()).step_by(CHUNK_ROWS) {
            let range = from..(from + CHUNK_ROWS).min(emission.slots.len());
            let mut columns = self.rows.take(&emission.slots[range.clone()])?;
            for (index, bounds) in [&emission.starts, &emission.ends].into_iter().enumerate() {
                let bounds = TimestampMicrosecondArray::from(bounds[range.clone()].to_vec());
                let data_type = self.spec.schema.field(width + index).data_type().clone();
                columns.push(Arc::new(bounds.with_data_type(data_type)));
            }
            let diffs = &emission.diffs[range];
            let diffs = diffs.iter().any(|d| *d != 1).then(|| Int64Array::from(diffs.to_vec()));
            out.push(Delta::new(RecordBatch::try_new(self.spec.schema.clone(), columns)?, diffs));
        }
        Ok(out)
    }
}

impl Operator for SessionOperator {
    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let (delta, faults) = self.collected(inputs)?;
        let spec = self.spec.clone();
        let watermark = spec.event_time.as_ref().and_then(|t| Some((t, cx.watermark(t.source)?)));
        let over = watermark.map_or(self.over, |(time, at)| self.over.max(time.bound.at(at)));
        let mut out = Emission::default();
        let changes = if delta.num_rows() == 0 { vec![] } else { self.changes(&delta)? };
        let (was_over, eager) = (self.over, !self.spec.emit_on_window_close);
        let touched = self.sessions.apply(&changes, |end| eager || end <= was_over)?;
        self.emit_touched(&touched, over, &mut out);
        self.emit_over(&touched, over, &mut out);
        let mut deltas = self.output(&out)?;
        deltas.extend(self.timeless(&delta)?);
        self.over = over;
        self.rows.release(&touched.gone);
        let mut emptied: Vec<u32> = changes.iter().filter(|c| c.diff < 0).map(|c| c.partition).collect();
        if let (Some((time, at)), true) = (watermark, self.spec.append_only) {
            emptied.extend(self.free_over(time.bound.at(at.saturating_sub(time.lateness))));
        }
        self.forget_empty(emptied);
        if !faults.is_empty() {
            deltas.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(deltas)
    }

    fn state_rows(&self) -> usize {
        self.held()
    }

    fn state_bytes(&self) -> usize {
        // Each row is named in its session as well.
        self.rows.memory() + self.held() * size_of::<super::sessions::Entry>()
    }

    fn watches(&self) -> Vec<ObjectId> {
        self.spec.event_time.as_ref().map(|t| t.source).into_iter().collect()
    }
}

impl Emission {
    /// All rows of a session.
    fn session(&mut self, key: &SessionKey, session: &Session, gap: i64, sign: i64) {
        for entry in &session.entries {
            self.row(key, session.last.saturating_add(gap), entry.slot, sign * i64::from(entry.count));
        }
    }

    /// The rows in which two states of one session differ.
    fn changed(&mut self, key: &SessionKey, old: &Session, new: &Session, gap: i64) {
        let end = new.last.saturating_add(gap);
        let place = |e: &Entry| (e.time, e.hash, e.slot);
        let mut olds = old.entries.iter().peekable();
        for entry in &new.entries {
            while let Some(gone) = olds.next_if(|o| place(o) < place(entry)) {
                self.row(key, end, gone.slot, -i64::from(gone.count));
            }
            let before = olds.next_if(|o| place(o) == place(entry)).map_or(0, |o| i64::from(o.count));
            if i64::from(entry.count) != before {
                self.row(key, end, entry.slot, i64::from(entry.count) - before);
            }
        }
        olds.for_each(|gone| self.row(key, end, gone.slot, -i64::from(gone.count)));
    }

    fn row(&mut self, key: &SessionKey, end: i64, slot: u32, diff: i64) {
        self.slots.push(slot);
        self.starts.push(key.1);
        self.ends.push(end);
        self.diffs.push(diff);
    }
}

/// One number per row by which it is found again: of its bytes in Arrow's row
/// format, since NULL and an empty array have the same hash as columns.
fn row_hashes(rows: &RecordBatch) -> Result<Vec<u64>> {
    use std::hash::BuildHasher;
    let fields = rows.schema().fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
    let encoded = RowConverter::new(fields)?.convert_columns(rows.columns())?;
    let state = foldhash::fast::FixedState::with_seed(0);
    Ok(encoded.iter().map(|row| state.hash_one(row.data())).collect())
}
