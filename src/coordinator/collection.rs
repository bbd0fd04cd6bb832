//! How far each running collection is.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::dataflow::IngestSpec;
use crate::state::Arrangement;
use crate::telemetry::Histogram;
use crate::types::{Epoch, Error};

/// A table, source, view, sink or subscription that runs.
pub struct Collection {
    /// Per worker: everything below is out.
    pub frontiers: Vec<Epoch>,
    /// The last epoch that concerned it.
    pub required: Epoch,
    /// Its content, per worker; none for sources and sinks.
    pub parts: Vec<Arc<Arrangement>>,
    /// Why it is broken, if it is.
    pub failed: Option<Error>,
    /// Rows changed so far.
    pub rows: u64,
}

impl Collection {
    /// A collection that is first right at `required`.
    pub fn new(workers: usize, required: Epoch, parts: Vec<Arc<Arrangement>>) -> Self {
        Collection { frontiers: vec![Epoch::ZERO; workers], required, parts, failed: None, rows: 0 }
    }

    /// Everything below this is out on all workers.
    pub fn frontier(&self) -> Epoch {
        self.frontiers.iter().copied().min().unwrap_or(Epoch::ZERO)
    }

    /// Does it hold all of `epoch` and before?
    pub fn is_complete(&self, epoch: Epoch) -> bool {
        let frontier = self.frontier();
        frontier > epoch || (self.required <= epoch && frontier > self.required)
    }
}

/// Epochs of one source that may be under way at once.
const IN_FLIGHT_MAX: usize = 4;
/// Bounds of how many rows are asked for per partition and epoch.
const BATCH_ROWS_MIN: usize = 512;
const BATCH_ROWS_MAX: usize = 131_072;
/// An epoch of a busy source should take about this long.
const EPOCH_TARGET: Duration = Duration::from_millis(12);

/// A source as the coordinator knows it.
pub struct SourceState {
    /// How it is read.
    pub spec: Arc<IngestSpec>,
    /// It is being read.
    pub running: bool,
    /// It has rows waiting.
    pub ready: bool,
    /// How many workers have read their partitions to the end.
    pub finished: usize,
    /// Epochs not yet taken in by all readers, with their beginning.
    pub in_flight: VecDeque<(Epoch, Instant)>,
    /// Rows to ask for per partition.
    pub batch_rows: usize,
    saturated: bool,
}

impl SourceState {
    /// A source that nobody reads yet.
    pub fn new(spec: Arc<IngestSpec>) -> Self {
        SourceState {
            spec,
            running: false,
            ready: false,
            finished: 0,
            in_flight: VecDeque::new(),
            batch_rows: BATCH_ROWS_MIN,
            saturated: false,
        }
    }

    /// From the beginning.
    pub fn start(&mut self) {
        *self = SourceState { running: true, ..SourceState::new(self.spec.clone()) };
    }

    /// Should it be read now?
    pub fn wants_epoch(&self) -> bool {
        self.running && self.ready && self.in_flight.len() < IN_FLIGHT_MAX
    }

    /// An epoch reads from it.
    pub fn begin(&mut self, epoch: Epoch) {
        self.ready = false;
        self.in_flight.push_back((epoch, Instant::now()));
    }

    /// A worker has read; `more` says that it could have read more.
    pub fn injected(&mut self, more: bool) {
        self.ready |= more;
        self.saturated = more;
    }

    /// All readers have taken in everything up to `is_done`: batches grow while
    /// epochs are quick and rows keep coming, and shrink when epochs are slow.
    pub fn retire(&mut self, is_done: impl Fn(Epoch) -> bool, times: &Histogram) {
        while let Some((epoch, begun)) = self.in_flight.front().copied() {
            if !is_done(epoch) {
                return;
            }
            self.in_flight.pop_front();
            times.record(begun.elapsed());
            let took = begun.elapsed() / (self.in_flight.len() as u32 + 1);
            if took > EPOCH_TARGET * 2 {
                self.batch_rows = (self.batch_rows / 2).max(BATCH_ROWS_MIN);
            } else if self.saturated && took < EPOCH_TARGET {
                self.batch_rows = (self.batch_rows * 2).min(BATCH_ROWS_MAX);
            }
        }
    }
}
