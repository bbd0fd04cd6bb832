//! The coordinator's state and its loop.
//!
//! One thread takes requests, workers' events and the log's answers, one after
//! the other, and after each looks what can go on: the next group of writes,
//! the next epoch of sources, answers that were waiting for a frontier.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, select};

use super::collection::{Collection, SourceState};
use super::graph::Graph;
use super::handle::Shared;
use super::hold::ReadHolds;
use super::journal::{Journal, SourceEpochEntry};
use super::log_writer::LogWriter;
use super::request::{LeaseId, Progress, Reply, Request};
use super::table::TableState;
use super::tick::Clockwork;
use super::wait::Wait;
use super::write::{PendingWrite, WriteGroup};
use crate::dataflow::{Command, CutReply, Event, Runtime, Step};
use crate::delta::{Delta, partition};
use crate::storage::CatalogStore;
use crate::types::{Epoch, Error, ObjectId, Result};

/// The one decider.
pub struct Coordinator {
    pub(super) shared: Arc<Shared>,
    pub(super) store: Box<dyn CatalogStore>,
    pub(super) runtime: Runtime,
    pub(super) requests: Receiver<Request>,
    pub(super) events: Receiver<Event>,
    pub(super) log: LogWriter,
    /// The last epoch that was issued.
    pub(super) clock: Epoch,
    /// The last epoch in the log.
    pub(super) logged: Epoch,
    pub(super) graph: Graph,
    pub(super) clockwork: Clockwork,
    pub(super) tables: HashMap<ObjectId, TableState>,
    pub(super) sources: BTreeMap<ObjectId, SourceState>,
    pub(super) collections: HashMap<ObjectId, Collection>,
    pub(super) journals: HashMap<ObjectId, Journal>,
    pub(super) holds: ReadHolds,
    pub(super) waits: Vec<Wait>,
    pub(super) until_idle: Vec<Reply<()>>,
    pub(super) writes: VecDeque<PendingWrite>,
    pub(super) group: Option<WriteGroup>,
    pub(super) leases: BTreeMap<LeaseId, ObjectId>,
    pub(super) lease_waits: VecDeque<(ObjectId, Reply<LeaseId>)>,
    pub(super) next_lease: u64,
    pub(super) next_subscription: u32,
    /// Once set, no write is taken any more: nobody knows what is on the disk.
    pub(super) poisoned: Option<Error>,
    pub(super) stopping: Option<Reply<()>>,
}

/// What an epoch consists of.
#[derive(Default)]
pub(super) struct EpochContent {
    pub tables: Vec<(ObjectId, Delta)>,
    pub watermarks: Vec<(ObjectId, i64)>,
    pub polls: Vec<(ObjectId, usize)>,
    /// Collections that must reach the epoch though nothing of theirs changes.
    pub touched: Vec<ObjectId>,
}

impl Coordinator {
    /// Runs until shut down or until every handle is gone.
    pub fn run(mut self) {
        loop {
            let (requests, events, done) =
                (self.requests.clone(), self.events.clone(), self.log.done().clone());
            select! {
                recv(requests) -> request => match request {
                    Ok(request) => self.take(request),
                    Err(_) => return,
                },
                recv(events) -> event => {
                    if let Ok(event) = event {
                        self.hear(event);
                    }
                }
                recv(self.next_tick()) -> _ => {}
                recv(done) -> outcome => self.logged(outcome.unwrap_or_else(|_| Err(Error::internal("the log's thread is gone")))),
            }
            self.take_what_is_there();
            self.go_on();
            if self.group.is_none() && self.writes.is_empty() {
                if let Some(reply) = self.stopping.take() {
                    let _ = reply.send(Ok(()));
                    return;
                }
            }
        }
    }

    /// What came meanwhile, without going on in between: a group of writes
    /// gathers, and frontiers are looked at once. Bounded, so that it ends.
    fn take_what_is_there(&mut self) {
        for _ in 0..1024 {
            if let Ok(event) = self.events.try_recv() {
                self.hear(event);
            } else if let Ok(request) = self.requests.try_recv() {
                self.take(request);
            } else {
                return;
            }
        }
    }

    fn go_on(&mut self) {
        self.grant_leases();
        self.begin_group();
        self.read_sources();
        self.tick();
        self.answer_waits();
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Create(create, reply) => self.create(*create, reply),
            Request::CreateSchema(name, reply) => drop(reply.send(self.create_schema(&name))),
            Request::Drop { id, cascade, reply } => drop(reply.send(self.drop_object(id, cascade))),
            Request::DropSchema { name, cascade, reply } => {
                drop(reply.send(self.drop_schema(&name, cascade)))
            }
            Request::Write(transaction, reply) => self.writes.push_back(PendingWrite { transaction, reply }),
            Request::Lease(table, reply) => self.lease(table, reply),
            Request::EndLease(lease) => self.end_lease(lease),
            Request::Lookup { table, rows, reply } => {
                let gone = || Error::internal("a table that is held is not there");
                let found = self.tables.get(&table).ok_or_else(gone).and_then(|t| t.rows_of_keys(&rows));
                drop(reply.send(found))
            }
            Request::Read(relations, reply) => self.read(relations, reply),
            Request::Flush(reply) => self.flush(reply),
            Request::UntilIdle(reply) => self.until_idle.push(reply),
            Request::Subscribe { plan, listener, reply } => drop(reply.send(self.subscribe(plan, listener))),
            Request::Unsubscribe(id) => self.drop_collection(id),
            Request::Journal(id, reply) => {
                drop(reply.send(Ok(self.journals.get(&id).cloned().unwrap_or_default())));
            }
            Request::Progress(reply) => drop(reply.send(Ok(self.progress()))),
            Request::Cut { object, epoch, reply } => {
                let reply: CutReply = Arc::new(move |cut| drop(reply.send(cut)));
                self.runtime.send(|_| Command::Cut { object, epoch, reply: reply.clone() });
            }
            Request::Faults(id, reply) => self.faults(id, reply),
            Request::Shutdown(reply) => self.stopping = Some(reply),
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Frontier { worker, object, frontier, rows } => {
                if let Some(collection) = self.collections.get_mut(&object) {
                    collection.rows += rows;
                    collection.frontiers[worker] = collection.frontiers[worker].max(frontier);
                }
            }
            Event::Injected { source, more } => {
                if let Some(source) = self.sources.get_mut(&source) {
                    source.injected(more);
                }
            }
            Event::Ready { source } => {
                if let Some(source) = self.sources.get_mut(&source) {
                    source.ready = true;
                }
            }
            Event::Late(late) => self.journals.entry(late.source).or_default().add_late(late),
            Event::Rejected { source, epoch, partition, rows } => {
                self.journals.entry(source).or_default().add_rejected(epoch, partition, rows);
            }
            Event::SourceEpoch { source, epoch, partition, first, rows, watermark } => {
                let entry = SourceEpochEntry { epoch, partition, first, rows, watermark };
                self.journals.entry(source).or_default().add_epoch(entry);
            }
            Event::Failed { object, error } => self.fail(object, &error),
            Event::Finished { source } => {
                if let Some(source) = self.sources.get_mut(&source) {
                    source.finished += 1;
                }
            }
        }
    }

    fn progress(&self) -> Vec<Progress> {
        let one = |(id, c): (&ObjectId, &Collection)| Progress {
            object: *id,
            frontier: c.frontier(),
            rows: c.rows,
            held_rows: c.parts.iter().map(|part| part.rows()).sum(),
            held_bytes: c.parts.iter().map(|part| part.bytes()).sum::<usize>()
                + self.tables.get(id).map_or(0, TableState::memory),
            failed: c.failed.clone(),
        };
        self.collections.iter().map(one).collect()
    }

    /// A collection is broken, and so is all that reads it.
    fn fail(&mut self, object: ObjectId, error: &Error) {
        tracing::error!(%object, %error, "a collection is broken");
        for reader in self.graph.readers(object) {
            if let Some(collection) = self.collections.get_mut(&reader) {
                collection.failed.get_or_insert_with(|| error.clone());
            }
        }
    }

    /// Issues the next epoch and returns it.
    pub(super) fn issue(&mut self, content: EpochContent) -> Epoch {
        let epoch = self.next_epoch();
        self.clock = epoch;
        let mut changed: Vec<ObjectId> = content.tables.iter().map(|(id, _)| *id).collect();
        changed.extend(content.polls.iter().map(|(id, _)| *id));
        changed.extend(content.touched);
        let affected = self.graph.affected(changed);
        for id in &affected.all {
            if let Some(collection) = self.collections.get_mut(id) {
                collection.required = epoch;
            }
        }
        let has_rows = |id: &ObjectId| {
            content.tables.iter().any(|(t, _)| t == id) || content.polls.iter().any(|(s, _)| s == id)
        };
        let advance: Vec<ObjectId> = affected.bases.iter().copied().filter(|id| !has_rows(id)).collect();
        let workers = self.runtime.workers();
        let since = self.holds.oldest().unwrap_or(epoch).min(epoch);
        let mut steps: Vec<Step> = (0..workers)
            .map(|_| Step {
                epoch,
                tables: Vec::new(),
                watermarks: content.watermarks.clone(),
                polls: content.polls.clone(),
                advance: advance.clone(),
                since,
            })
            .collect();
        for (id, delta) in content.tables {
            let placement = self.tables.get(&id).map(TableState::placement).unwrap_or_default();
            match self.place(delta, &placement, workers) {
                Ok(parts) => {
                    steps.iter_mut().zip(parts).for_each(|(step, part)| step.tables.push((id, part)))
                }
                Err(error) => self.fail(id, &error),
            }
        }
        self.runtime.send_each(steps.into_iter().map(Command::Step).collect());
        epoch
    }

    fn place(&self, delta: Delta, placement: &[usize], workers: usize) -> Result<Vec<Delta>> {
        if workers == 1 { Ok(vec![delta]) } else { partition(&delta, placement, workers) }
    }

    /// Wall-clock time, forced to increase.
    pub(super) fn next_epoch(&self) -> Epoch {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros() as u64);
        Epoch(now).max(self.clock.next())
    }

    /// One epoch for all sources that have rows and room.
    fn read_sources(&mut self) {
        let mut polls = Vec::new();
        let collections = &self.collections;
        for (id, source) in &mut self.sources {
            if !source.running {
                continue;
            }
            if !source.in_flight.is_empty() {
                let readers = self.graph.readers(*id);
                let alive = readers.iter().filter_map(|r| collections.get(r)).filter(|c| c.failed.is_none());
                let slowest = alive.map(Collection::frontier).min().unwrap_or(Epoch(u64::MAX));
                source.retire(|epoch| slowest > epoch, &self.shared.epochs);
            }
            if source.wants_epoch() {
                polls.push((*id, source.batch_rows));
            }
        }
        if polls.is_empty() {
            return;
        }
        let ids: Vec<ObjectId> = polls.iter().map(|(id, _)| *id).collect();
        let epoch = self.issue(EpochContent { polls, ..EpochContent::default() });
        for id in ids {
            if let Some(source) = self.sources.get_mut(&id) {
                source.begin(epoch);
            }
        }
    }
}
