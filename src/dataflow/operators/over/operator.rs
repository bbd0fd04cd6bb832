//! Window functions on one worker.
//!
//! An epoch's changes are put into the ordered rows first. Then each touched
//! partition is worked off in rounds: a round evaluates stretches of rows of as
//! many partitions as fill a batch, compares what comes out with what was told,
//! and emits the difference. So a partition with a million rows holds the worker
//! no longer than one with a thousand.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::compute::concat;
use arrow::datatypes::{Schema, SchemaRef};

use super::closing::{Closer, ClosingView, END_OF_TIME};
use super::key::{EncodedRow, KeyLayout, end_of, peers_of};
use super::milestones::Milestones;
use super::output::{Changes, ResultLayout, is_waiting, tell, waiting};
use super::reach::{Neighbourhood, Partition, Span};
use super::rows::OrderedRows;
use super::running::{State, run};
use super::task::{Piece, Stretch, Task};
use crate::dataflow::operator::{EpochContext, Inputs, Operator};
use crate::delta::{Delta, Fault};
use crate::plan::stream::{Closing, OverCall, OverSpec, Reach};
use crate::types::{Error, ObjectId, Result};

/// Rows evaluated in one round, unless one stretch alone has more. Small in
/// tests, so that few rows have many pieces.
const ROUND_ROWS: usize = if cfg!(test) { 64 } else { 8192 };
/// Rows in the first piece of a stretch; later ones grow.
const STRETCH_ROWS: usize = if cfg!(test) { 4 } else { 256 };
/// Rows between two milestones.
const MILESTONE_ROWS: usize = if cfg!(test) { 8 } else { 128 };
/// Milestones closer than this are not worth keeping.
const MILESTONE_ROWS_MIN: usize = if cfg!(test) { 3 } else { 32 };

/// Window functions with one partition and order.
pub struct OverOperator {
    spec: Arc<OverSpec>,
    layout: KeyLayout,
    results: ResultLayout,
    rows: OrderedRows,
    milestones: Milestones,
    tasks: VecDeque<Task>,
    /// Some call needs all rows of a partition.
    whole: bool,
    /// What the watermark closes.
    closer: Closer,
    /// The watermark of this epoch has not been looked at yet.
    unclosed: bool,
    /// Some call goes on from the rows ahead.
    running: bool,
    /// Of those, some give all peers the same result.
    by_peers: bool,
}

impl OverOperator {
    /// Window functions over nothing yet.
    pub fn new(spec: Arc<OverSpec>) -> Result<Self> {
        let width = spec.schema.fields().len() - spec.calls.len();
        let input: SchemaRef = Arc::new(Schema::new(spec.schema.fields()[..width].to_vec()));
        let runs = |call: &OverCall| match &call.reach {
            Reach::Running(running) => Some(running.is_by_peers()),
            _ => None,
        };
        Ok(OverOperator {
            layout: KeyLayout::new(&spec, &input)?,
            results: ResultLayout::new(spec.schema.clone(), spec.calls.len())?,
            rows: OrderedRows::default(),
            milestones: Milestones::default(),
            tasks: VecDeque::new(),
            closer: Closer::default(),
            unclosed: false,
            whole: spec.calls.iter().any(|c| matches!(c.reach, Reach::Partition)),
            running: spec.calls.iter().any(|c| runs(c).is_some()),
            by_peers: spec.calls.iter().any(|c| runs(c) == Some(true)),
            spec,
        })
    }

    /// How many rows are kept.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.rows.keys(&[], &[1]).count()
    }

    /// Puts an epoch's changes in; returns what was told of rows that went.
    fn apply(&mut self, deltas: &[Delta]) -> Result<Option<Delta>> {
        let mut changes: Vec<(EncodedRow, i64)> = vec![];
        for delta in deltas {
            let rows = self.layout.encode(delta.rows())?;
            changes.extend(rows.into_iter().enumerate().map(|(index, row)| (row, delta.diff(index))));
        }
        changes.sort_by(|(a, _), (b, _)| a.bytes.cmp(&b.bytes));
        let mut gone = vec![];
        let mut start = 0;
        while start < changes.len() {
            let partition = changes[start].0.bytes[..changes[start].0.partition].to_vec();
            let same = |(row, _): &(EncodedRow, i64)| row.bytes.starts_with(&partition);
            let count = changes[start..].partition_point(same);
            let of_partition = &changes[start..start + count];
            let times = of_partition.iter().map(|(row, _)| row.time.unwrap_or(END_OF_TIME));
            let time = times.min().unwrap_or(END_OF_TIME);
            let changed = self.apply_partition(of_partition, &mut gone)?;
            if !changed.is_empty() {
                if self.spec.closing.is_some() {
                    self.closer.enter(time, &partition);
                }
                self.tasks.push_back(Task::new(Partition::new(&partition), time, changed));
            }
            start += count;
        }
        if gone.is_empty() {
            return Ok(None);
        }
        let keys: Vec<&[u8]> = gone.iter().map(|(key, _)| key.as_ref()).collect();
        let batch = self.layout.decode(&keys)?;
        let old = gone.into_iter().enumerate().map(|(row, (_, told))| (row as u32, told)).collect();
        Ok(Some(self.results.delta(&batch, &Changes { old, new: vec![] })?))
    }

    /// The keys that changed, sorted.
    fn apply_partition(
        &mut self,
        changes: &[(EncodedRow, i64)],
        gone: &mut Vec<(Box<[u8]>, Box<[u8]>)>,
    ) -> Result<Vec<Box<[u8]>>> {
        let mut changed = vec![];
        for equal in changes.chunk_by(|(a, _), (b, _)| a.bytes == b.bytes) {
            let diff: i64 = equal.iter().map(|(_, diff)| diff).sum();
            let row = &equal[0].0;
            match diff {
                1.. => self.rows.insert(row, diff.unsigned_abs(), &mut changed)?,
                ..0 => self.rows.remove(row, diff.unsigned_abs(), &mut changed, gone)?,
                0 => {}
            }
        }
        changed.sort_unstable();
        Ok(changed)
    }

    /// Evaluates as many rows as fill a batch.
    fn round(&mut self) -> Result<Option<Delta>> {
        let mut waiting = std::mem::take(&mut self.tasks);
        let mut keys: Vec<&[u8]> = vec![];
        let mut pieces: Vec<Piece> = vec![];
        while keys.len() < ROUND_ROWS
            && let Some(mut task) = waiting.pop_front()
        {
            if let Some(stretch) = self.next_stretch(&mut task)? {
                pieces.push(self.piece(task, stretch, &mut keys)?);
            }
        }
        let batch = self.layout.decode(&keys)?;
        self.tasks = waiting;
        if pieces.is_empty() { Ok(None) } else { self.finish(pieces, &batch).map(Some) }
    }

    fn neighbourhood<'a>(&'a self, partition: &'a Partition) -> Neighbourhood<'a> {
        Neighbourhood { layout: &self.layout, rows: &self.rows, partition }
    }

    /// The next rows of a partition that must be evaluated.
    fn next_stretch(&self, task: &mut Task) -> Result<Option<Stretch>> {
        if let Some(stretch) = task.stretch.take() {
            return Ok(Some(stretch));
        }
        let mut found: Option<Span> = None;
        while let Some(key) = task.changes.last() {
            let (from, to) = self.affected(&task.partition, key)?;
            match &mut found {
                _ if to <= task.done => {}
                None => found = Some((from.max(task.done.clone()), to)),
                Some((_, end)) if from <= *end => *end = to.max(std::mem::take(end)),
                Some(_) => break,
            }
            task.changes.pop();
        }
        Ok(found.map(|(from, to)| self.stretch(&task.partition, from, to)))
    }

    /// The rows that a change of the row `key` makes necessary to evaluate.
    fn affected(&self, partition: &Partition, key: &[u8]) -> Result<Span> {
        if self.whole {
            return Ok((partition.start.to_vec(), partition.end.to_vec()));
        }
        let (mut from, mut to) = self.neighbourhood(partition).affected(&self.spec.calls, key)?;
        if self.by_peers {
            from = from.min(peers_of(key).to_vec());
            to = to.max(end_of(peers_of(key)));
        }
        Ok((from, to))
    }

    fn stretch(&self, partition: &Partition, from: Vec<u8>, to: Vec<u8>) -> Stretch {
        let beginning = || (partition.start.to_vec(), vec![State::new(); self.spec.calls.len()]);
        let (at, states) = if self.whole {
            beginning()
        } else if self.running {
            let known = self.milestones.before(&partition.start, &from);
            known.map_or_else(beginning, |(at, states)| (at.to_vec(), states.clone()))
        } else {
            (from.clone(), vec![])
        };
        Stretch { at, tell_from: from, to, states, failure: None, rows: STRETCH_ROWS }
    }

    /// The next part of a stretch. The keys of its rows go to `keys`.
    fn piece<'a>(&'a self, task: Task, stretch: Stretch, keys: &mut Vec<&'a [u8]>) -> Result<Piece> {
        let to = self.piece_end(&task.partition, &stretch);
        let told = (stretch.at.clone().max(stretch.tell_from.clone()), to.clone());
        let context = self.neighbourhood(&task.partition).context(&self.spec.calls, &told)?;
        let (from, end) = (context.0.min(stretch.at.clone()), context.1.max(to.clone()));
        let mut piece = Piece { offset: keys.len(), to, ..Piece::new(task, stretch) };
        let mut peers: Option<&[u8]> = None;
        for key in self.rows.keys(&from, &end) {
            keys.push(key);
            if key < piece.stretch.at.as_slice() {
                piece.ahead += 1;
            } else if key >= piece.to.as_slice() {
                piece.behind += 1;
            } else {
                piece.skipped += usize::from(key < piece.stretch.tell_from.as_slice());
                if peers.is_some_and(|peers| peers != peers_of(key)) {
                    piece.ends.push(piece.rows);
                }
                peers = Some(peers_of(key));
                piece.rows += 1;
            }
        }
        if piece.rows > 0 {
            piece.ends.push(piece.rows);
        }
        Ok(piece)
    }

    /// How far to go in one piece.
    fn piece_end(&self, partition: &Partition, stretch: &Stretch) -> Vec<u8> {
        if self.whole {
            return partition.end.to_vec();
        }
        if !self.running {
            let next = self.rows.range(&stretch.at, &stretch.to).nth(stretch.rows);
            return next.map_or_else(|| stretch.to.clone(), |(key, _)| key.to_vec());
        }
        let mut milestones = self.milestones.between(&stretch.at, &partition.end).peekable();
        let mut peers: &[u8] = &[];
        for (count, (key, _)) in self.rows.range(&stretch.at, &partition.end).enumerate() {
            while let Some(milestone) = milestones.next_if(|m| *m <= key) {
                if count >= MILESTONE_ROWS_MIN {
                    return milestone.to_vec();
                }
            }
            let cut = if self.by_peers { peers_of(key) } else { key };
            if count >= MILESTONE_ROWS && cut != peers {
                return cut.to_vec();
            }
            peers = cut;
        }
        partition.end.to_vec()
    }

    /// Evaluates pieces, compares with what was told, and tells the difference.
    fn finish(&mut self, pieces: Vec<Piece>, batch: &RecordBatch) -> Result<Delta> {
        let mut columns: Vec<Vec<ArrayRef>> = vec![Vec::with_capacity(pieces.len()); self.spec.calls.len()];
        let mut evaluated = Vec::with_capacity(pieces.len());
        for mut piece in pieces {
            let outcome = match piece.stretch.failure.take() {
                Some(failure) => Err(failure),
                None => self.evaluate(&piece, batch),
            };
            let outcome = outcome.map(|(results, states)| {
                columns.iter_mut().zip(results).for_each(|(column, result)| column.push(result));
                states
            });
            if outcome.is_err() {
                let types = self.spec.calls.iter().map(|c| c.window.field());
                for (column, field) in columns.iter_mut().zip(types) {
                    column.push(new_null_array(field?.data_type(), piece.rows - piece.skipped));
                }
            }
            evaluated.push((piece, outcome));
        }
        let all = columns
            .iter()
            .map(|parts| Ok(concat(&parts.iter().map(|part| part.as_ref()).collect::<Vec<_>>())?));
        let mut told = self.results.encode(&all.collect::<Result<Vec<_>>>()?)?.into_iter();
        let mut changes = Changes::default();
        for (piece, outcome) in evaluated {
            let failure = outcome.as_ref().err().map(ResultLayout::failure);
            let first = piece.offset + piece.ahead + piece.skipped;
            let from = piece.stretch.at.as_slice().max(piece.stretch.tell_from.as_slice());
            let told_below = self.told_below(&piece.task)?;
            for (row, (key, old)) in (first as u32..).zip(self.rows.range_mut(from, &piece.to)) {
                let results = told.next().ok_or_else(|| Error::internal("a row without results"))?;
                let new = failure.clone().unwrap_or(results);
                if is_waiting(old) && told_below.as_deref().is_some_and(|below| key >= below) {
                    *old = waiting(new);
                } else if *old != new {
                    changes.new.push((row, new.clone()));
                    changes.old.push((row, std::mem::replace(old, new)));
                }
            }
            self.go_on(piece, outcome);
        }
        self.results.delta(batch, &changes)
    }

    /// The results of the rows of a piece that are told, and the states behind it.
    fn evaluate(&self, piece: &Piece, batch: &RecordBatch) -> Result<(Vec<ArrayRef>, Vec<State>)> {
        let seen = batch.slice(piece.offset, piece.ahead + piece.rows + piece.behind);
        let told = piece.rows - piece.skipped;
        let (mut results, mut states) = (vec![], vec![]);
        for (index, call) in self.spec.calls.iter().enumerate() {
            let (result, state) = match &call.reach {
                Reach::Running(running) => {
                    let rows = seen.slice(piece.ahead, piece.rows);
                    let (result, state) = run(running, &piece.stretch.states[index], &rows, &piece.ends)?;
                    (result.slice(piece.skipped, told), state)
                }
                _ if told == 0 => (new_null_array(call.window.field()?.data_type(), 0), State::new()),
                _ => {
                    let result = call.window.evaluate(&seen)?;
                    (result.slice(piece.ahead + piece.skipped, told), State::new())
                }
            };
            results.push(result);
            states.push(state);
        }
        Ok((results, states))
    }

    /// Keeps what is left to do in the partition of a piece.
    fn go_on(&mut self, piece: Piece, outcome: Result<Vec<State>>) {
        let Piece { mut task, mut stretch, to, .. } = piece;
        let at_end = to == *task.partition.end;
        let mut finished = to >= stretch.to;
        match outcome {
            Ok(states) if self.running && !self.whole => {
                if at_end {
                    self.milestones.forget(&stretch.at, &to);
                } else {
                    finished &= self.milestones.put(&stretch.at, &to, states.clone());
                }
                stretch.states = states;
            }
            Ok(_) => {}
            Err(failure) if self.running => {
                // What goes on from here fails as well.
                self.milestones.forget(&stretch.at, &task.partition.end);
                finished = at_end;
                stretch.failure = Some(failure);
            }
            Err(_) => {}
        }
        if finished || at_end {
            task.done = to;
        } else {
            stretch.at = to;
            stretch.rows = (stretch.rows * 2).min(ROUND_ROWS);
            task.stretch = Some(stretch);
        }
        if task.stretch.is_some() || !task.changes.is_empty() {
            self.tasks.push_back(task);
        }
    }
}

impl OverOperator {
    /// Rows from here on are not final, and wait; `None` when nothing waits.
    fn told_below(&self, task: &Task) -> Result<Option<Vec<u8>>> {
        match &self.spec.closing {
            Some(closing) if self.spec.emit_on_window_close => {
                self.view().horizon(closing, &task.partition, task.time, self.closer.closed()).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn view(&self) -> ClosingView<'_> {
        ClosingView { layout: &self.layout, rows: &self.rows, calls: &self.spec.calls }
    }

    /// Tells what has become final and frees what nobody looks at any more.
    fn close(&mut self, cx: &EpochContext<'_>) -> Result<Option<Delta>> {
        self.unclosed = false;
        let spec = self.spec.clone();
        let Some(closing) = &spec.closing else { return Ok(None) };
        let Some(watermark) = cx.watermark(closing.source) else { return Ok(None) };
        let closed = closing.bound.at(watermark);
        let last = closing.bound.at(watermark.saturating_sub(closing.lateness));
        let mut told: Vec<(Box<[u8]>, Box<[u8]>)> = vec![];
        for (time, prefix) in self.closer.advance(closed) {
            let partition = Partition::new(&prefix);
            let to = self.view().horizon(closing, &partition, time, closed)?;
            if spec.emit_on_window_close {
                for (key, results) in self.rows.range_mut(&partition.start, &to) {
                    told.extend(tell(results).map(|results| (key.into(), results)));
                }
            }
            if spec.append_only {
                self.free(closing, &partition, time, last)?;
            }
            let open = if spec.append_only { last } else { closed };
            let next = self.view().next_time(closing, &partition, time, open)?;
            if let Some(next) = next {
                self.closer.enter(next, &prefix);
            }
        }
        if told.is_empty() {
            return Ok(None);
        }
        let keys: Vec<&[u8]> = told.iter().map(|(key, _)| key.as_ref()).collect();
        let batch = self.layout.decode(&keys)?;
        let new = told.into_iter().enumerate().map(|(row, (_, results))| (row as u32, results)).collect();
        Ok(Some(self.results.delta(&batch, &Changes { old: vec![], new })?))
    }

    /// Forgets the rows of a partition that no row still to change depends on.
    fn free(&mut self, closing: &Closing, partition: &Partition, time: i64, closed: i64) -> Result<()> {
        let mut to = self.view().needed(closing, partition, time, closed)?;
        if self.running && to != *partition.end && !self.mark(partition, &mut to)? {
            return Ok(());
        }
        self.rows.forget(&partition.start, &to);
        self.milestones.forget(&partition.start, &to);
        Ok(())
    }

    /// Puts a milestone at `to`, or where the peers begin that it would part, for
    /// what goes on from it. Not where the rows ahead cannot be evaluated.
    fn mark(&mut self, partition: &Partition, to: &mut Vec<u8>) -> Result<bool> {
        let peers = self.rows.keys(to, &partition.end).next().map(|key| peers_of(key).to_vec());
        if let Some(peers) = peers.filter(|peers| self.by_peers && peers < to) {
            *to = peers;
        }
        let Stretch { at, states, .. } = self.stretch(partition, to.clone(), to.clone());
        let keys: Vec<&[u8]> = self.rows.keys(&at, to).collect();
        if keys.is_empty() {
            *to = at;
            return Ok(*to != *partition.start);
        }
        let mut ends: Vec<usize> =
            (1..keys.len()).filter(|row| peers_of(keys[row - 1]) != peers_of(keys[*row])).collect();
        ends.push(keys.len());
        let rows = self.layout.decode(&keys)?;
        let mut after = Vec::with_capacity(states.len());
        for (call, state) in self.spec.calls.iter().zip(&states) {
            after.push(match &call.reach {
                Reach::Running(running) => match run(running, state, &rows, &ends) {
                    Ok((_, state)) => state,
                    Err(_) => return Ok(false),
                },
                _ => State::new(),
            });
        }
        self.milestones.put(&at, to, after);
        Ok(true)
    }
}

impl Operator for OverOperator {
    fn state_rows(&self) -> usize {
        self.rows.len()
    }

    fn state_bytes(&self) -> usize {
        self.rows.memory()
    }

    fn step(&mut self, cx: &EpochContext<'_>, inputs: Inputs) -> Result<Vec<Delta>> {
        let mut input: Vec<Delta> = inputs.into_iter().flatten().collect();
        let faults: Vec<Fault> = input.iter_mut().flat_map(Delta::take_faults).collect();
        let mut out: Vec<Delta> = self.apply(&input)?.into_iter().collect();
        self.unclosed = true;
        out.extend(self.more(cx)?.into_iter().flatten());
        if !faults.is_empty() {
            out.push(Delta::of_faults(self.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn more(&mut self, cx: &EpochContext<'_>) -> Result<Option<Vec<Delta>>> {
        if self.tasks.is_empty() && !self.unclosed {
            return Ok(None);
        }
        let mut out: Vec<Delta> = self.round()?.into_iter().collect();
        if self.tasks.is_empty() {
            out.extend(self.close(cx)?);
        }
        Ok(Some(out))
    }

    fn watches(&self) -> Vec<ObjectId> {
        self.spec.closing.iter().map(|closing| closing.source).collect()
    }
}
