//! The one who writes an arrangement: the worker that keeps the table or view.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, UInt32Array};

use super::fault_run::{self, FaultRun};
use super::merge::merge;
use super::row_index::{NONE, RowIndex};
use super::run::{Run, StoredRows};
use super::run_list::RunList;
use super::{Arrangement, lookup::Lookup, tier};
use crate::delta::{Delta, RowEquality, hash_rows, take_rows};
use crate::types::{Epoch, Error, Result};

/// No run of more rows is made by merging. In tests it is small, so that the
/// bound is reached.
const FULL_ROWS: usize = if cfg!(test) { 200 } else { 256 * 1024 };
/// About how many rows one call of `maintain` moves at most.
const BUDGET_ROWS: usize = 2 * FULL_ROWS;
/// No run is rewritten for fewer dead rows.
const WORTHWHILE_DEAD: usize = if cfg!(test) { 4 } else { 64 };

/// Appends epochs in order and merges old ones.
pub struct ArrangementWriter {
    shared: Arc<Arrangement>,
    list: Arc<RunList>,
    /// How many rows of each run are dead, be it settled or not.
    dead: Vec<usize>,
    /// Every live row by its hash; made when the first row is retracted, if not before.
    index: Option<RowIndex>,
    /// The id that the next row gets.
    next_id: u64,
    /// Retractions of rows that were not there: they may still arrive.
    owed: Option<Delta>,
    /// The newest epoch appended.
    epoch: Epoch,
    /// How many runs were appended.
    step: u64,
    /// A call failed half-way: what is published is right, what would follow is not.
    broken: bool,
}

impl ArrangementWriter {
    pub(super) fn new(shared: Arc<Arrangement>) -> Self {
        ArrangementWriter {
            list: shared.list(),
            shared,
            dead: Vec::new(),
            index: None,
            next_id: 0,
            owed: None,
            epoch: Epoch::ZERO,
            step: 0,
            broken: false,
        }
    }

    /// Rows will be retracted: they are indexed as they come, rather than all of
    /// them at once when the first one goes.
    pub fn indexed(mut self) -> Self {
        self.index.get_or_insert_default();
        self
    }

    /// What readers read.
    pub fn arrangement(&self) -> &Arc<Arrangement> {
        &self.shared
    }

    /// Memory that only the writer uses, in bytes.
    pub fn index_bytes(&self) -> usize {
        self.index.as_ref().map_or(0, RowIndex::bytes)
    }

    /// Adds what changed in `epoch`, which must not be before the last one
    /// appended. An epoch may come in several deltas; they need not be
    /// consolidated.
    pub fn append(&mut self, epoch: Epoch, delta: &Delta) -> Result<()> {
        if epoch < self.epoch || epoch < self.list.compacted {
            return Err(Error::internal(format!("epoch {epoch} was appended after {}", self.epoch)));
        }
        self.guarded(|writer| {
            let mut list =
                RunList::new(writer.list.runs.clone(), writer.list.faults.clone(), writer.list.compacted);
            if !delta.faults().is_empty() {
                list.faults.push(Arc::new(FaultRun { epoch, faults: delta.faults().to_vec() }));
            }
            if delta.num_rows() > 0 {
                list.runs.extend(writer.arrive(epoch, delta)?.map(Arc::new));
            }
            writer.epoch = epoch;
            writer.dead.resize(list.runs.len(), 0);
            writer.publish(list);
            Ok(())
        })
    }

    /// Merges runs of epochs up to `since`, which nobody will ask for by
    /// themselves any more; returns after a bounded amount of work.
    pub fn maintain(&mut self, since: Epoch) -> Result<()> {
        self.guarded(|writer| {
            let mut budget = BUDGET_ROWS;
            while let Some(moved) = writer.merge_rows(since)? {
                budget = budget.saturating_sub(moved);
                if budget == 0 {
                    break;
                }
            }
            while writer.merge_faults(since)? {}
            Ok(())
        })
    }

    fn guarded(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.broken {
            return Err(Error::internal("an arrangement was written after a failure"));
        }
        self.broken = true;
        work(self)?;
        self.broken = false;
        Ok(())
    }

    fn publish(&mut self, list: RunList) {
        self.list = Arc::new(list);
        self.shared.publish(self.list.clone());
    }

    /// The run that the delta's rows make, if they make one.
    fn arrive(&mut self, epoch: Epoch, delta: &Delta) -> Result<Option<Run>> {
        let rows = self.of_our_schema(delta.rows())?;
        let insert_only = delta.diffs().is_none_or(|diffs| diffs.values().iter().all(|diff| *diff == 1));
        if self.index.is_none() && insert_only {
            let first = self.take_ids(rows.num_rows());
            return Ok(Some(self.run(epoch, StoredRows::dense(rows, first), Vec::new())));
        }
        let had_debt = self.owed.is_some();
        let delta = match self.owed.take() {
            None => Delta::new(rows, delta.diffs().cloned()),
            Some(owed) => {
                let ours = Delta::new(rows, delta.diffs().cloned());
                Delta::concat(self.shared.schema(), &[owed, ours])?
            }
        };
        let (rows, deaths) = self.resolve(&delta)?;
        let nothing = rows.batch.num_rows() == 0 && deaths.is_empty() && had_debt == self.owed.is_some();
        Ok((!nothing).then(|| self.run(epoch, rows, deaths)))
    }

    /// Gives arriving rows their ids and finds the ids of retracted ones.
    fn resolve(&mut self, delta: &Delta) -> Result<(StoredRows, Vec<u64>)> {
        let mut index = match self.index.take() {
            Some(index) => index,
            None => self.index_all()?,
        };
        let hashes = hash_rows(delta.rows().columns(), delta.num_rows())?;
        let (mut deaths, settled) = self.settle(&mut index, delta, &hashes)?;
        let mut lookup = Lookup::new(&self.list, delta.rows(), self.next_id);
        let mut sources: Vec<u32> = Vec::with_capacity(delta.num_rows());
        for (row, hash) in hashes.iter().enumerate() {
            for _ in 0..delta.diff(row) {
                let id = self.next_id + sources.len() as u64;
                sources.push(row as u32);
                lookup.arrived(row);
                index.insert(*hash, id, |other| lookup.same(other, row));
            }
        }
        let (mut cancelled, mut owed) = (Vec::new(), Vec::new());
        for (row, hash) in hashes.iter().enumerate().filter(|(row, _)| !settled[*row]) {
            for done in 0..-delta.diff(row) {
                match index.remove(*hash, |id| lookup.same(id, row)) {
                    Some(id) if id >= self.next_id => cancelled.push((id - self.next_id) as usize),
                    Some(id) => deaths.push(id),
                    None => {
                        owed.push((row as u32, delta.diff(row) + done));
                        break;
                    }
                }
            }
        }
        lookup.finish()?;
        self.index = Some(index);
        self.owe(delta, owed)?;
        deaths.sort_unstable();
        for id in &deaths {
            self.dead[self.list.run_of(*id)] += 1;
        }
        Ok((self.store(delta, sources, cancelled)?, deaths))
    }

    /// Finds the ids of those retracted rows that are there once: in rounds over
    /// the whole delta rather than row by row, since each look at a large state
    /// waits for memory. Returns the ids, and for each row whether it is done.
    fn settle(&self, index: &mut RowIndex, delta: &Delta, hashes: &[u64]) -> Result<(Vec<u64>, Vec<bool>)> {
        let (mut deaths, mut settled) = (Vec::new(), vec![false; hashes.len()]);
        let met = index.met(hashes);
        let single = |row: &usize| delta.diff(*row) == -1 && met[*row] != NONE;
        let rows: Vec<usize> = (0..hashes.len()).filter(single).collect();
        if rows.is_empty() {
            return Ok((deaths, settled));
        }
        let ids: Vec<u64> = rows.iter().map(|row| met[*row]).collect();
        let stored = self.list.gather(self.shared.schema(), &ids)?;
        let equality = RowEquality::new(&stored, delta.rows())?;
        for (at, (row, id)) in rows.into_iter().zip(ids).enumerate() {
            if equality.same(at, row) && index.take(hashes[row], id) {
                deaths.push(id);
                settled[row] = true;
            }
        }
        Ok((deaths, settled))
    }

    /// The rows at `sources` without those cancelled at once.
    fn store(&mut self, delta: &Delta, sources: Vec<u32>, mut cancelled: Vec<usize>) -> Result<StoredRows> {
        let first = self.take_ids(sources.len());
        if cancelled.is_empty() {
            let all = sources.len() == delta.num_rows()
                && sources.iter().enumerate().all(|(i, s)| i == *s as usize);
            let rows = if all { delta.rows().clone() } else { take_rows(delta.rows(), &sources.into())? };
            return Ok(StoredRows::dense(rows, first));
        }
        cancelled.sort_unstable();
        let mut next = cancelled.iter().peekable();
        let kept: Vec<usize> = (0..sources.len()).filter(|at| next.next_if_eq(&at).is_none()).collect();
        let indices = UInt32Array::from_iter_values(kept.iter().map(|at| sources[*at]));
        let ids = kept.iter().map(|at| first + *at as u64).collect();
        Ok(StoredRows::with_ids(take_rows(delta.rows(), &indices)?, ids))
    }

    fn owe(&mut self, delta: &Delta, owed: Vec<(u32, i64)>) -> Result<()> {
        self.owed = None;
        if !owed.is_empty() {
            let indices = UInt32Array::from_iter_values(owed.iter().map(|(row, _)| *row));
            let counts = owed.iter().map(|(_, count)| *count).collect::<Vec<i64>>();
            self.owed = Some(Delta::new(take_rows(delta.rows(), &indices)?, Some(counts.into())));
        }
        Ok(())
    }

    /// The index of everything there is; nothing has died so far.
    fn index_all(&self) -> Result<RowIndex> {
        let mut index = RowIndex::default();
        index.reserve(self.list.runs.iter().map(|run| run.rows.batch.num_rows()).sum());
        for run in &self.list.runs {
            let batch = &run.rows.batch;
            let mut lookup = Lookup::new(&self.list, batch, u64::MAX);
            let mut hashes = hash_rows(batch.columns(), batch.num_rows())?.into_iter().enumerate();
            run.rows.ids.for_each(|id| {
                if let Some((row, hash)) = hashes.next() {
                    index.insert(hash, id, |other| lookup.same(other, row));
                }
            });
            lookup.finish()?;
        }
        Ok(index)
    }

    fn of_our_schema(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(self.shared.schema().clone(), rows.columns().to_vec(), &options)
            .map_err(|error| Error::internal(format!("rows of another schema were appended: {error}")))
    }

    fn take_ids(&mut self, count: usize) -> u64 {
        let first = self.next_id;
        self.next_id += count as u64;
        first
    }

    fn run(&mut self, epoch: Epoch, rows: StoredRows, deaths: Vec<u64>) -> Run {
        self.step += 1;
        let (end, step) = (self.next_id, self.step);
        Run { rows: Arc::new(rows), deaths, end, epoch, step, owed: self.owed.is_some() }
    }

    /// Merges one group of runs; `None` when none is worth it, else about how
    /// many rows were moved.
    fn merge_rows(&mut self, since: Epoch) -> Result<Option<usize>> {
        let settled = self.list.visible(since);
        let runs = &self.list.runs[..settled];
        let weights: Vec<usize> = runs.iter().map(|run| run.weight()).collect();
        let mostly_dead = || (0..settled).find(|at| self.is_mostly_dead(*at, settled)).map(|at| at..at + 1);
        let Some(group) = tier::choose(&weights, FULL_ROWS).or_else(mostly_dead) else {
            return Ok(None);
        };
        let moved = weights[group.clone()].iter().sum();
        let (mut merged, gone) = merge(self.shared.schema(), runs, group.clone())?;
        let dead = self.dead[group.clone()].iter().sum::<usize>() - gone;
        let kept = merged.len() + group.len() - settled;
        self.dead.splice(group, std::iter::repeat_n(dead, kept));
        merged.extend_from_slice(&self.list.runs[settled..]);
        self.publish(RunList::new(merged, self.list.faults.clone(), since.max(self.list.compacted)));
        Ok(Some(moved))
    }

    /// Would rewriting this run alone free at least half of it?
    fn is_mostly_dead(&self, at: usize, settled: usize) -> bool {
        let run = &self.list.runs[at];
        let rows = run.rows.batch.num_rows();
        let enough = |dead: usize| dead >= WORTHWHILE_DEAD && dead * 2 >= rows;
        if !enough(self.dead[at]) {
            return false;
        }
        let first = at.checked_sub(1).map_or(0, |before| self.list.runs[before].end);
        let ids = first..run.end;
        enough(self.list.runs[at..settled].iter().map(|run| run.deaths_in(&ids).len()).sum())
    }

    /// Merges one group of fault runs, if one is worth it.
    fn merge_faults(&mut self, since: Epoch) -> Result<bool> {
        let settled = self.list.faults.partition_point(|run| run.epoch <= since);
        let weights: Vec<usize> = self.list.faults[..settled].iter().map(|run| run.faults.len()).collect();
        let Some(group) = tier::choose(&weights, usize::MAX) else {
            return Ok(false);
        };
        let mut faults = self.list.faults.clone();
        let several = &faults[group.clone()];
        let epoch = several.last().expect("a group has runs").epoch;
        let sum = fault_run::add_up(self.shared.schema(), several.iter().map(AsRef::as_ref))?;
        faults.splice(group, (!sum.is_empty()).then(|| Arc::new(FaultRun { epoch, faults: sum })));
        self.publish(RunList::new(self.list.runs.clone(), faults, since.max(self.list.compacted)));
        Ok(true)
    }
}
