//! The list of runs: what a reader holds on to.

use std::sync::Arc;

use arrow::array::RecordBatch;
use parking_lot::Mutex;

use super::fault_run::FaultRun;
use super::run::Run;
use crate::types::{Epoch, Error, Result};

/// One published state of an arrangement. Immutable but for what it remembers.
#[derive(Default)]
pub(super) struct RunList {
    /// Oldest first, by epoch and by id.
    pub runs: Vec<Arc<Run>>,
    /// Oldest first.
    pub faults: Vec<Arc<FaultRun>>,
    /// Runs have been merged up to here: no earlier epoch can be read.
    pub compacted: Epoch,
    /// The last snapshot taken of this list: (runs it saw, its rows).
    remembered: Mutex<Option<(usize, Arc<Vec<RecordBatch>>)>>,
}

impl RunList {
    /// A list that remembers nothing yet.
    pub fn new(runs: Vec<Arc<Run>>, faults: Vec<Arc<FaultRun>>, compacted: Epoch) -> Self {
        RunList { runs, faults, compacted, remembered: Mutex::default() }
    }

    /// How many runs are of epochs up to `at`.
    pub fn visible(&self, at: Epoch) -> usize {
        self.runs.partition_point(|run| run.epoch <= at)
    }

    /// The run that holds, or held, the row with this id.
    pub fn run_of(&self, id: u64) -> usize {
        self.runs.partition_point(|run| run.end <= id)
    }

    /// The rows of the first `visible` runs, less those that these took away.
    pub fn content(&self, visible: usize) -> Result<Arc<Vec<RecordBatch>>> {
        if let Some((runs, content)) = &*self.remembered.lock() {
            if *runs == visible {
                return Ok(content.clone());
            }
        }
        let content = Arc::new(self.compute(&self.runs[..visible])?);
        *self.remembered.lock() = Some((visible, content.clone()));
        Ok(content)
    }

    fn compute(&self, runs: &[Arc<Run>]) -> Result<Vec<RecordBatch>> {
        if runs.last().is_some_and(|run| run.owed) {
            return Err(Error::internal("a row was retracted more often than it was inserted"));
        }
        if runs.iter().all(|run| run.deaths.is_empty()) {
            let batches = runs.iter().map(|run| run.rows.batch.clone());
            return Ok(batches.filter(|batch| batch.num_rows() > 0).collect());
        }
        let dead = self.dead_positions(runs)?;
        let mut out = Vec::with_capacity(runs.len());
        for (run, dead) in runs.iter().zip(&dead) {
            run.rows.without(dead, &mut out)?;
        }
        Ok(out)
    }

    /// For each run the places of its dead rows, ascending.
    fn dead_positions(&self, runs: &[Arc<Run>]) -> Result<Vec<Vec<usize>>> {
        let mut dead: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
        for killer in runs {
            let mut rest = killer.deaths.as_slice();
            while let Some(first) = rest.first() {
                let victim = self.run_of(*first);
                let (here, later) = rest.split_at(rest.partition_point(|id| *id < self.runs[victim].end));
                for id in here {
                    let place = self.runs[victim].rows.position(*id);
                    dead[victim].push(place.ok_or_else(|| Error::internal("a row died twice"))?);
                }
                rest = later;
            }
        }
        for places in &mut dead {
            places.sort_unstable();
        }
        Ok(dead)
    }
}
