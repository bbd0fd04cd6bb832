//! One half of an epoch: the rows that came on one side meet the other side.
//!
//! In this order: the pairs they make; what is said of the rows themselves, if
//! their side is told with or without a match; then they are stored; and rows
//! of the other side gain their first match or lose their last one.
//!
//! Without a residual a row has a match when its key is there on the other side,
//! so nothing is counted, and only keys that appear or vanish touch rows of the
//! other side. With one, each row that needs it has the count of its matches.

use arrow::array::{BooleanArray, UInt32Array};

use super::operator::{Join, Telling, Which};
use super::output::{Parts, Picked};
use super::side::{Arrived, Side};
use crate::delta::{Delta, Fault};
use crate::state::rows::{NONE, Transitions};
use crate::types::{Epoch, Result};

/// The rows of one side on their way.
pub struct Turn {
    /// Whose rows came.
    which: Which,
    arrived: Arrived,
    /// The first row of the same key on the other side.
    heads: Vec<u32>,
    stage: Stage,
    /// The row that is next, and where in its chain.
    row: usize,
    at: Option<u32>,
    /// How many matches each of the rows has, when they are counted.
    matches: Vec<i64>,
    /// Rows of the other side that gained the first match or lost the last one,
    /// once for each time.
    crossed: Vec<u32>,
    transitions: Transitions,
}

/// What is done next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Pairs,
    Rows,
    Store,
    Others,
    Done,
}

/// Pairs of a row that came and one of the other side.
#[derive(Default)]
struct Pairs {
    rows: Vec<u32>,
    ids: Vec<u32>,
    /// None if all are one.
    diffs: Option<Vec<i64>>,
}

impl Turn {
    /// Begins; the other side does not change until the turn is done.
    pub fn new(join: &Join, which: Which, arrived: Arrived) -> Turn {
        let heads = join.side(which.other()).store.heads(&arrived.keys);
        let matches = if join.counts(which) { vec![0; arrived.len()] } else { Vec::new() };
        let transitions = Transitions::default();
        // As of now, only the left rows meet the others.
        let stage = if join.spec.as_of_now && which == Which::Right { Stage::Store } else { Stage::Pairs };
        Turn { which, arrived, heads, stage, row: 0, at: None, matches, crossed: vec![], transitions }
    }

    /// The next part of what follows; `None` when that was all.
    pub fn advance(&mut self, join: &mut Join, now: Epoch) -> Result<Option<Vec<Delta>>> {
        loop {
            let part = match self.stage {
                Stage::Pairs => self.pairs(join, now)?,
                Stage::Rows => self.rows(join)?,
                Stage::Store => self.store(join)?,
                Stage::Others => self.others(join)?,
                Stage::Done => return Ok(None),
            };
            if !part.is_empty() {
                return Ok(Some(part));
            }
        }
    }

    fn enter(&mut self, stage: Stage) {
        (self.stage, self.row, self.at) = (stage, 0, None);
    }

    /// The next pairs that share a key.
    fn next_pairs(&mut self, other: &Side, limit: usize) -> Pairs {
        let (mut rows, mut ids) = (Vec::new(), Vec::new());
        while self.row < self.heads.len() {
            let mut id = self.at.take().unwrap_or(self.heads[self.row]);
            while id != NONE {
                if ids.len() == limit {
                    self.at = Some(id);
                    return self.weighted(other, rows, ids);
                }
                rows.push(self.row as u32);
                ids.push(id);
                id = other.store.next(id);
            }
            self.row += 1;
        }
        self.weighted(other, rows, ids)
    }

    fn weighted(&self, other: &Side, rows: Vec<u32>, ids: Vec<u32>) -> Pairs {
        let once = self.arrived.diffs.is_none() && other.store.all_once();
        let diff = |(row, id): (&u32, &u32)| self.arrived.diff(*row as usize) * other.store.weight(*id);
        let diffs = (!once).then(|| rows.iter().zip(&ids).map(diff).collect());
        Pairs { rows, ids, diffs }
    }

    fn pairs(&mut self, join: &mut Join, now: Epoch) -> Result<Vec<Delta>> {
        if !join.looks_at_pairs() {
            self.enter(Stage::Rows);
            return Ok(vec![]);
        }
        let mut pairs = self.next_pairs(join.side(self.which.other()), join.limit);
        if self.row == self.heads.len() {
            self.enter(Stage::Rows);
        }
        if pairs.ids.is_empty() {
            return Ok(vec![]);
        }
        let faults = self.keep_passing(join, &mut pairs, now)?;
        self.count(join, &pairs);
        let mut out = vec![];
        if join.tells_pairs() && !pairs.ids.is_empty() {
            let rows = UInt32Array::from(std::mem::take(&mut pairs.rows));
            let parts = self.parts(join, &rows, &pairs.ids);
            out.push(parts.delta(&join.spec.output, &join.spec.schema, pairs.diffs)?);
        }
        if !faults.is_empty() {
            out.push(Delta::of_faults(join.spec.schema.clone(), faults));
        }
        Ok(out)
    }

    fn parts<'a>(&'a self, join: &'a Join, rows: &'a UInt32Array, ids: &'a [u32]) -> Parts<'a> {
        let came = Picked::rows(&self.arrived.rows, rows);
        let kept = Picked::Kept(join.side(self.which.other()), ids);
        let (left, right) = match self.which {
            Which::Left => (came, kept),
            Which::Right => (kept, came),
        };
        Parts { left, right: Some(right), mark: None, left_width: join.left_width(), rows: ids.len() }
    }

    /// Leaves the pairs for which the residual holds.
    fn keep_passing(&self, join: &Join, pairs: &mut Pairs, now: Epoch) -> Result<Vec<Fault>> {
        let Some(residual) = &join.residual else {
            return Ok(vec![]);
        };
        let rows = UInt32Array::from(pairs.rows.clone());
        let parts = self.parts(join, &rows, &pairs.ids);
        let delta = parts.delta(&residual.columns, &residual.schema, pairs.diffs.clone())?;
        let (passing, faults) = residual.program.passing(&delta, now)?;
        if passing.true_count() < pairs.ids.len() {
            let mask = passing.values();
            pairs.rows = mask.set_indices().map(|i| pairs.rows[i]).collect();
            pairs.ids = mask.set_indices().map(|i| pairs.ids[i]).collect();
            pairs.diffs = pairs.diffs.take().map(|d| mask.set_indices().map(|i| d[i]).collect());
        }
        Ok(faults)
    }

    /// Adds the pairs to the matches of either side, where they are counted.
    fn count(&mut self, join: &mut Join, pairs: &Pairs) {
        if join.counts(self.which) {
            let other = join.side(self.which.other());
            for (row, id) in pairs.rows.iter().zip(&pairs.ids) {
                self.matches[*row as usize] += other.store.weight(*id);
            }
        }
        if join.counts(self.which.other()) {
            let other = join.side_mut(self.which.other());
            for (row, id) in pairs.rows.iter().zip(&pairs.ids) {
                let matches = other.store.matches_mut(*id);
                let before = *matches > 0;
                *matches += self.arrived.diff(*row as usize);
                if before != (*matches > 0) {
                    self.crossed.push(*id);
                }
            }
        }
    }

    #[inline]
    fn is_matched(&self, row: usize) -> bool {
        match self.matches.get(row) {
            Some(matches) => *matches > 0,
            None => self.heads[row] != NONE,
        }
    }

    /// What is said of the rows themselves.
    fn rows(&mut self, join: &Join) -> Result<Vec<Delta>> {
        let Some(telling) = join.telling(self.which) else {
            self.enter(Stage::Store);
            return Ok(vec![]);
        };
        let end = self.arrived.len().min(self.row + join.limit);
        let told = |row: &u32| telling.tells(self.is_matched(*row as usize));
        let chosen: Vec<u32> = (self.row as u32..end as u32).filter(told).collect();
        let marks = matches!(telling, Telling::Mark)
            .then(|| chosen.iter().map(|row| Some(self.is_matched(*row as usize))).collect::<BooleanArray>());
        self.row = end;
        if end == self.arrived.len() {
            self.enter(Stage::Store);
        }
        if chosen.is_empty() {
            return Ok(vec![]);
        }
        let diffs = self.arrived.diffs.as_ref();
        let diffs = diffs.map(|d| chosen.iter().map(|row| d.value(*row as usize)).collect());
        let (count, chosen) = (chosen.len(), UInt32Array::from(chosen));
        let picked = Picked::rows(&self.arrived.rows, &chosen);
        Ok(vec![join.alone(self.which, picked, marks, count, diffs)?])
    }

    /// Stores the rows.
    fn store(&mut self, join: &mut Join) -> Result<Vec<Delta>> {
        if join.spec.as_of_now && self.which == Which::Left {
            self.enter(Stage::Done);
            return Ok(vec![]);
        }
        let final_once_matched = join.is_final_once_matched(self.which);
        let side = join.side_mut(self.which);
        let values = side.values(&self.arrived.rows)?;
        let rows = (0..self.arrived.len() as u32)
            .filter(|row| self.arrived.keys.is_key(*row as usize))
            .filter(|row| !final_once_matched || !self.is_matched(*row as usize));
        let diffs = self.arrived.diffs.as_ref().map(|d| &d.values()[..]);
        self.transitions = side.store.apply(&values, &self.arrived.keys, diffs, &self.matches, rows)?;
        if join.telling(self.which.other()).is_none() || join.spec.as_of_now {
            self.enter(Stage::Done);
        } else {
            self.prepare_others(join);
            self.enter(Stage::Others);
        }
        Ok(vec![])
    }

    /// Leaves each row of the other side that changed once.
    fn prepare_others(&mut self, join: &Join) {
        if !join.counts(self.which.other()) {
            return;
        }
        self.crossed.sort_unstable();
        // Crossing twice leads back.
        let odd = self.crossed.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1);
        self.crossed = odd.map(|same| same[0]).collect();
    }

    /// The next rows of the other side that have a match now or have none any
    /// more, and which of the two.
    fn next_others(&mut self, other: &Side, limit: usize) -> (Vec<u32>, bool) {
        let appeared = self.transitions.appeared.len();
        let changed = appeared + self.transitions.vanished.len();
        let mut ids = vec![];
        loop {
            let first = self.row < appeared;
            while self.row < changed && ids.len() < limit && (self.row < appeared) == first {
                let row = match self.row.checked_sub(appeared) {
                    None => self.transitions.appeared[self.row],
                    Some(vanished) => self.transitions.vanished[vanished],
                };
                self.walk(other, row as usize, limit, &mut ids);
            }
            if !ids.is_empty() || self.row == changed {
                return (ids, first);
            }
        }
    }

    /// Goes on along the chain of a row.
    fn walk(&mut self, other: &Side, row: usize, limit: usize, ids: &mut Vec<u32>) {
        let mut id = self.at.take().unwrap_or(self.heads[row]);
        while id != NONE && ids.len() < limit {
            ids.push(id);
            id = other.store.next(id);
        }
        if id == NONE {
            self.row += 1;
        } else {
            self.at = Some(id);
        }
    }

    /// The same where matches are counted.
    fn next_crossed(&mut self, other: &Side, limit: usize) -> (Vec<u32>, bool) {
        let matched = |id: &u32| other.store.matches(*id) > 0;
        let rest = &self.crossed[self.row..];
        let Some(first) = rest.first().map(matched) else {
            return (vec![], false);
        };
        let ids: Vec<u32> = rest.iter().take(limit).copied().take_while(|id| matched(id) == first).collect();
        self.row += ids.len();
        (ids, first)
    }

    /// What is said of the other side's rows that gained or lost their match.
    fn others(&mut self, join: &mut Join) -> Result<Vec<Delta>> {
        let which = self.which.other();
        let counted = join.counts(which);
        let (other, limit) = (join.side(which), join.limit);
        let (ids, matched) =
            if counted { self.next_crossed(other, limit) } else { self.next_others(other, limit) };
        let Some(telling) = join.telling(which).filter(|_| !ids.is_empty()) else {
            self.enter(Stage::Done);
            return Ok(vec![]);
        };
        let mut out = vec![];
        for (matched, sign) in [(!matched, -1), (matched, 1)] {
            if telling.tells(matched) {
                let diffs: Vec<i64> = ids.iter().map(|id| sign * other.store.weight(*id)).collect();
                let diffs = diffs.iter().any(|d| *d != 1).then_some(diffs);
                let marks = matches!(telling, Telling::Mark).then(|| vec![matched; ids.len()].into());
                out.push(join.alone(which, Picked::Kept(other, &ids), marks, ids.len(), diffs)?);
            }
        }
        if matched && join.is_final_once_matched(which) {
            self.forget(join, which, &ids);
        }
        Ok(out)
    }

    /// Rows about which nothing more will be said.
    fn forget(&mut self, join: &mut Join, which: Which, ids: &[u32]) {
        let store = &mut join.side_mut(which).store;
        for id in ids {
            store.remove(*id);
        }
    }
}
