//! Ruling rows late, once for all views of a source.
//!
//! At epoch `e` every worker has the reports of all partitions up to `e - 1`,
//! so all rule by the same watermark, whatever the order within the epoch.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use arrow::array::{Array, BooleanArray};
use arrow::compute::filter_record_batch;
use crossbeam_channel::Sender;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::Input;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::operators::vec::Broadcast;
use timely::dataflow::{InputHandle, Scope};
use timely::progress::operate::FrontierInterest;

use super::adapter::{Surroundings, Time};
use super::event::{Event, LateRows};
use super::ingest::{IngestBatch, WatermarkSpec};
use super::publisher::Publisher;
use super::watermark::{PartitionReport, WatermarkTracker};
use crate::delta::Delta;
use crate::expr::functions::as_micros;
use crate::types::{Epoch, ObjectId, Result};

/// Where each partition of this worker stands in what has been published, and
/// which rows were left out: what a later view needs to read the past again.
#[derive(Clone, Default)]
pub struct Past(Rc<RefCell<BTreeMap<u32, PartitionPast>>>);

/// See [`Past`].
#[derive(Clone, Debug, Default)]
pub struct PartitionPast {
    /// Rows with a lower ordinal have been published or left out.
    pub until: u64,
    /// Ordinals left out, ascending.
    pub excluded: Vec<u64>,
}

impl Past {
    /// The past of one partition.
    pub fn of(&self, partition: u32) -> PartitionPast {
        self.0.borrow().get(&partition).cloned().unwrap_or_default()
    }

    /// Notes that `batch` was published without the rows at `late`.
    pub fn extend(&self, batch: &IngestBatch, late: &[u64]) {
        let mut past = self.0.borrow_mut();
        let past = past.entry(batch.partition).or_default();
        past.until = batch.first + batch.count;
        let before = past.excluded.len();
        if let Some(kept) = &batch.kept {
            let mut kept = kept.iter().copied().peekable();
            let dropped = (0..batch.count as u32).filter(|o| kept.next_if_eq(o).is_none());
            past.excluded.extend(dropped.map(|o| batch.first + u64::from(o)));
        }
        past.excluded.extend(late);
        past.excluded[before..].sort_unstable();
    }
}

/// A Timely input of single items.
type InputOf<T> = InputHandle<Time, CapacityContainerBuilder<Vec<T>>>;

/// How a worker feeds a source's rows in.
pub struct LatenessInput {
    /// The worker's own rows.
    pub rows: InputOf<IngestBatch>,
    /// What all workers learn.
    pub reports: InputOf<PartitionReport>,
}

impl LatenessInput {
    /// One epoch of this worker's partitions, then nothing more of it.
    pub fn feed(&mut self, epoch: Epoch, batches: Vec<IngestBatch>, reports: Vec<PartitionReport>) {
        self.advance(epoch);
        batches.into_iter().for_each(|b| self.rows.send(b));
        reports.into_iter().for_each(|r| self.reports.send(r));
        self.advance(epoch.next());
    }

    /// Nothing below `frontier` will come.
    pub fn advance(&mut self, frontier: Epoch) {
        self.rows.advance_to(frontier.0);
        self.reports.advance_to(frontier.0);
    }
}

/// The ruling of one source on one worker.
pub struct Lateness {
    /// The source.
    pub source: ObjectId,
    /// How many partitions it has, on all workers.
    pub partitions: usize,
    /// Its watermark clause.
    pub spec: WatermarkSpec,
    /// What has been published.
    pub past: Past,
    /// Late rows go there.
    pub events: Sender<Event>,
}

impl Lateness {
    /// Builds the ruling; on-time rows go to `publisher`.
    pub fn build(
        self,
        scope: Scope<'_, Time>,
        around: &Surroundings,
        mut publisher: Publisher,
    ) -> LatenessInput {
        let (rows_in, rows) = scope.new_input::<Vec<IngestBatch>>();
        let (reports_in, reports) = scope.new_input::<Vec<PartitionReport>>();
        let reports = reports.broadcast();
        let mut builder = OperatorBuilder::new("Lateness".to_string(), scope);
        let mut rows = builder.new_input(rows, Pipeline);
        let mut reports = builder.new_input(reports, Pipeline);
        builder.set_notify_for(0, FrontierInterest::Always);
        builder.set_notify_for(1, FrontierInterest::Always);
        let around = around.clone();
        builder.build(move |_| {
            let mut tracker = WatermarkTracker::new(self.partitions);
            let mut pending: BTreeMap<Time, (Vec<IngestBatch>, Vec<PartitionReport>)> = BTreeMap::new();
            move |frontiers| {
                rows.for_each(|at, batches| pending.entry(*at.time()).or_default().0.append(batches));
                reports.for_each(|at, reports| pending.entry(*at.time()).or_default().1.append(reports));
                let lowest = frontiers.iter().filter_map(|f| f.frontier().first().copied()).min();
                while let Some(entry) = pending.first_entry() {
                    if lowest.is_some_and(|l| *entry.key() >= l) {
                        break;
                    }
                    let (time, (batches, reports)) = entry.remove_entry();
                    around.quarantine.guard(|| {
                        let before = tracker.current();
                        let after = tracker.advance(reports);
                        around.watermarks.record(self.source, Epoch(time), after);
                        let deltas = self.rule(Epoch(time), before, after, batches)?;
                        publisher.publish(Epoch(time), deltas)
                    });
                }
                match (around.quarantine.failure(), lowest) {
                    (Some(error), _) => publisher.fail(error),
                    (None, Some(lowest)) => publisher.advance(Epoch(lowest)),
                    (None, None) => {}
                }
            }
        });
        LatenessInput { rows: rows_in, reports: reports_in }
    }

    /// The rows of `epoch` that are on time by the watermark as it stood before it.
    fn rule(
        &self,
        epoch: Epoch,
        before: Option<i64>,
        after: Option<i64>,
        batches: Vec<IngestBatch>,
    ) -> Result<Vec<Delta>> {
        let mut on_time = Vec::with_capacity(batches.len());
        for batch in batches {
            let _ = self.events.send(Event::SourceEpoch {
                source: self.source,
                epoch,
                partition: batch.partition,
                first: batch.first,
                rows: batch.count,
                watermark: after,
            });
            match before {
                Some(watermark) => on_time.push(self.rule_batch(epoch, watermark, batch)?),
                None => {
                    self.past.extend(&batch, &[]);
                    on_time.push(Delta::insert(batch.rows));
                }
            }
        }
        Ok(on_time)
    }

    fn rule_batch(&self, epoch: Epoch, watermark: i64, batch: IngestBatch) -> Result<Delta> {
        let Ruling { on_time, late, delays } =
            rule_rows(batch.rows.column(self.spec.column), watermark, self.spec.lateness)?;
        if late.is_empty() {
            self.past.extend(&batch, &[]);
            return Ok(Delta::insert(batch.rows));
        }
        let positions: Vec<u64> = late.iter().map(|row| batch.position(*row)).collect();
        self.past.extend(&batch, &positions);
        let not_on_time = arrow::compute::not(&on_time)?;
        let _ = self.events.send(Event::Late(LateRows {
            source: self.source,
            epoch,
            watermark: watermark.saturating_sub(self.spec.lateness),
            partition: batch.partition,
            positions,
            rows: filter_record_batch(&batch.rows, &not_on_time)?,
            delays,
        }));
        Ok(Delta::insert(filter_record_batch(&batch.rows, &on_time)?))
    }
}

/// Which rows are on time.
pub struct Ruling {
    /// True for a row that counts.
    pub on_time: BooleanArray,
    /// The rows that do not.
    pub late: Vec<usize>,
    /// How far each late row is below the watermark, microseconds.
    pub delays: Vec<i64>,
}

/// A row is late when its event time is below `watermark - lateness`; a row
/// without an event time never is.
pub fn rule_rows(times: &arrow::array::ArrayRef, watermark: i64, lateness: i64) -> Result<Ruling> {
    let times = as_micros(times)?;
    let least = watermark.saturating_sub(lateness);
    if arrow::compute::min(&times).is_none_or(|lowest| lowest >= least) {
        let on_time = BooleanArray::from(vec![true; times.len()]);
        return Ok(Ruling { on_time, late: Vec::new(), delays: Vec::new() });
    }
    let is_late = |row: &usize| times.is_valid(*row) && times.value(*row) < least;
    let late: Vec<usize> = (0..times.len()).filter(is_late).collect();
    let delays = late.iter().map(|row| least - times.value(*row)).collect();
    let on_time = (0..times.len()).map(|row| Some(!is_late(&row))).collect();
    Ok(Ruling { on_time, late, delays })
}
