//! The list of runs: what a reader holds on to.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, RecordBatchOptions};
use arrow::compute::interleave;
use arrow::datatypes::SchemaRef;
use parking_lot::Mutex;

use super::fault_run::FaultRun;
use super::mask::Mask;
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

    /// The rows with these ids, in their order.
    pub fn gather(&self, schema: &SchemaRef, ids: &[u64]) -> Result<RecordBatch> {
        let place = |id: &u64| {
            let run = self.run_of(*id);
            let place = self.runs.get(run).and_then(|run| run.rows.ids.position(*id));
            place.map(|at| (run, at)).ok_or_else(|| Error::internal(format!("row {id} is not there")))
        };
        let places = ids.iter().map(place).collect::<Result<Vec<_>>>()?;
        let column = |column: usize| {
            let stored: Vec<&dyn Array> =
                self.runs.iter().map(|run| run.rows.batch.column(column).as_ref()).collect();
            interleave(&stored, &places)
        };
        let columns = (0..schema.fields().len()).map(column).collect::<std::result::Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(ids.len()));
        Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
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
        let mut masks = self.masks(runs)?;
        let mut out = Vec::with_capacity(runs.len());
        for (run, mask) in runs.iter().zip(&mut masks) {
            mask.read(&run.rows.batch, &mut out)?;
        }
        for (run, mask) in runs.iter().zip(masks) {
            let mut remembered = run.rows.mask.lock();
            if mask.through >= remembered.through {
                *remembered = mask;
            }
        }
        Ok(out)
    }

    /// The dead of each run. What was remembered of an earlier step is taken
    /// up, so that only the deaths since then are looked at.
    fn masks(&self, runs: &[Arc<Run>]) -> Result<Vec<Mask>> {
        let now = runs.last().map_or(0, |run| run.step);
        let mut masks: Vec<Mask> = runs.iter().map(|run| remembered(run, now)).collect();
        // Since when the deaths of any run up to here are to be looked at.
        let mut since = now;
        for (killer, run) in runs.iter().enumerate() {
            if run.step > since {
                self.kill(&run.deaths, run.step, &mut masks[..killer])?;
            }
            since = since.min(masks[killer].through);
        }
        for mask in &mut masks {
            mask.through = now;
        }
        Ok(masks)
    }

    /// Marks deaths of the given step in those masks that do not have them yet.
    fn kill(&self, deaths: &[u64], step: u64, masks: &mut [Mask]) -> Result<()> {
        let mut rest = deaths;
        while let Some(first) = rest.first() {
            let victim = self.run_of(*first);
            let run = &self.runs[victim];
            let (here, later) = rest.split_at(rest.partition_point(|id| *id < run.end));
            rest = later;
            if masks[victim].through >= step {
                continue;
            }
            for id in here {
                let place = run.rows.ids.position(*id).ok_or_else(|| Error::internal("a row died twice"))?;
                masks[victim].kill(place, run.rows.batch.num_rows());
            }
        }
        Ok(())
    }
}

/// What is known of the run's dead as of some step up to `now`. Its rows live
/// at least until the step in which they came.
fn remembered(run: &Run, now: u64) -> Mask {
    let mask = run.rows.mask.lock().clone();
    if mask.through > now || mask.through < run.step {
        return Mask::new(run.step);
    }
    mask
}
