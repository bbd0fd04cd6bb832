//! One worker thread: commands, readers, and Timely's steps.
//!
//! The loop takes all commands, lets Timely work until it has nothing to do,
//! looks at readers, and parks. Nothing here decides anything: epochs, reads
//! and the order of DDL come from the coordinator.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use timely::worker::Worker;

use super::adapter::{Backfill, Surroundings, place_publisher};
use super::arrangement_past::ArrangementPast;
use super::command::{Command, Install, Step};
use super::connector::Wake;
use super::epoch_board::EpochBoard;
use super::event::Event;
use super::feed::Feed;
use super::followed::followed;
use super::ingest::{IngestSpec, PartitionIngest, Readiness};
use super::lateness::{Lateness, LatenessInput, Past};
use super::publisher::Publisher;
use super::quarantine::Quarantine;
use super::render::{ImportInput, Renderer};
use super::source_cut::{Positions, SourceCut};
use super::source_past::{PastPartition, SourceBackfill};
use super::watermark::{PartitionReport, WatermarkBoard};
use crate::delta::Delta;
use crate::plan::stream::{StreamNode, StreamOperator};
use crate::state::{Arrangement, ArrangementWriter};
use crate::types::{Epoch, Error, ObjectId, Result};

/// Rows waiting in a subscriber's queue beyond which a source is not read.
const BACKLOG_ROWS_MAX: usize = 2_000_000;

/// The state of one worker thread.
pub struct WorkerLoop {
    index: usize,
    peers: usize,
    commands: Receiver<Command>,
    events: Sender<Event>,
    watermarks: Rc<WatermarkBoard>,
    epochs: Rc<EpochBoard>,
    collections: HashMap<ObjectId, Collection>,
    sources: HashMap<ObjectId, RunningSource>,
    arrangements: Vec<(ObjectId, Rc<RefCell<ArrangementWriter>>)>,
    wake: Wake,
}

/// A collection that this worker has a part of.
struct Collection {
    feed: Rc<RefCell<Feed>>,
    arrangement: Option<Arc<Arrangement>>,
    /// Tables are published by hand, without a dataflow.
    publisher: Option<Publisher>,
    dataflow: Option<usize>,
    /// Whose watermarks its operators look at.
    followed: BTreeSet<ObjectId>,
}

/// A source being read.
struct RunningSource {
    spec: Arc<IngestSpec>,
    partitions: Vec<PartitionIngest>,
    columns: BTreeSet<usize>,
    past: Past,
    positions: Positions,
    entry: Entry,
    /// The coordinator has been told that there is something to read.
    announced: bool,
    finished: bool,
    feed: Rc<RefCell<Feed>>,
}

/// How rows of a source enter.
enum Entry {
    /// Through the ruling of its watermark.
    Ruled(LatenessInput, usize),
    /// As they come.
    Direct(Box<Publisher>),
}

impl WorkerLoop {
    /// A worker without any dataflow. `wake` unparks its thread.
    pub fn new(
        index: usize,
        peers: usize,
        commands: Receiver<Command>,
        events: Sender<Event>,
        wake: Wake,
    ) -> Self {
        WorkerLoop {
            index,
            peers,
            commands,
            events,
            watermarks: Rc::default(),
            epochs: Rc::default(),
            collections: HashMap::new(),
            sources: HashMap::new(),
            arrangements: Vec::new(),
            wake,
        }
    }

    /// Runs until told to stop.
    pub fn run(mut self, worker: &mut Worker) {
        loop {
            while let Ok(command) = self.commands.try_recv() {
                if matches!(command, Command::Stop) {
                    self.stop(worker);
                    return;
                }
                self.obey(worker, command);
            }
            let wait = self.look_at_readers();
            worker.step_or_park(wait);
        }
    }

    fn stop(&mut self, worker: &mut Worker) {
        for dataflow in worker.installed_dataflows() {
            worker.drop_dataflow(dataflow);
        }
    }

    fn obey(&mut self, worker: &mut Worker, command: Command) {
        match command {
            Command::CreateTable { object, writer, arrangement } => {
                self.create_table(object, writer, arrangement)
            }
            Command::StartSource(spec) => {
                let object = spec.object;
                let started = self.start_source(worker, spec);
                self.report(object, started);
            }
            Command::StopSource(object) => self.stop_source(worker, object),
            Command::Install(install) => {
                let object = install.object;
                let installed = self.install(worker, *install);
                self.report(object, installed);
            }
            Command::Drop(object) => self.drop_collection(worker, object),
            Command::Step(step) => self.step(step),
            Command::Cut { object, epoch, reply } => {
                let source = self.sources.get(&object).map(|s| (&s.positions, &s.past));
                reply(SourceCut::new(epoch, source, self.watermarks.after(object, epoch)))
            }
            Command::Stop => unreachable!("taken by the loop"),
        }
    }

    fn report(&self, object: ObjectId, outcome: Result<()>) {
        if let Err(error) = outcome {
            let _ = self.events.send(Event::Failed { object, error });
        }
    }

    fn create_table(&mut self, object: ObjectId, writer: ArrangementWriter, arrangement: Arc<Arrangement>) {
        let writer = Rc::new(RefCell::new(writer));
        self.arrangements.push((object, writer.clone()));
        let publisher = Publisher::new(object, self.index, self.events.clone()).with_arrangement(writer);
        let feed = publisher.feed();
        let collection = Collection {
            feed,
            arrangement: Some(arrangement),
            publisher: Some(publisher),
            dataflow: None,
            followed: BTreeSet::new(),
        };
        self.collections.insert(object, collection);
    }

    fn start_source(&mut self, worker: &mut Worker, spec: Arc<IngestSpec>) -> Result<()> {
        let object = spec.object;
        let publisher = Publisher::new(object, self.index, self.events.clone());
        let feed = publisher.feed();
        let past = Past::default();
        let partitions = spec.source.partitions();
        let entry = match spec.watermark.clone() {
            None => Entry::Direct(Box::new(publisher)),
            Some(clause) => {
                let dataflow = worker.next_dataflow_index();
                let around = self.surroundings(Epoch::ZERO);
                let lateness = Lateness {
                    source: object,
                    partitions,
                    spec: clause,
                    past: past.clone(),
                    events: self.events.clone(),
                };
                let input =
                    worker.dataflow_named("source", |scope| lateness.build(scope, &around, publisher));
                Entry::Ruled(input, dataflow)
            }
        };
        self.watermarks.forget(object);
        let columns = BTreeSet::new();
        let mine = (0..partitions as u32).filter(|p| *p as usize % self.peers == self.index);
        let readers =
            mine.map(|p| PartitionIngest::open(&spec, p, &columns, self.wake.clone())).collect::<Result<_>>();
        self.collections.insert(
            object,
            Collection {
                feed: feed.clone(),
                arrangement: None,
                publisher: None,
                dataflow: None,
                followed: BTreeSet::new(),
            },
        );
        let (partitions, failure) = match readers {
            Ok(readers) => (readers, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        let positions = Positions::default();
        let running = RunningSource {
            spec,
            partitions,
            columns,
            past,
            positions,
            entry,
            announced: false,
            finished: false,
            feed,
        };
        self.sources.insert(object, running);
        failure
    }

    fn stop_source(&mut self, worker: &mut Worker, object: ObjectId) {
        if let Some(source) = self.sources.remove(&object)
            && let Entry::Ruled(_, dataflow) = source.entry
        {
            worker.drop_dataflow(dataflow);
        }
        self.collections.remove(&object);
        self.watermarks.forget(object);
    }

    fn drop_collection(&mut self, worker: &mut Worker, object: ObjectId) {
        if let Some(collection) = self.collections.remove(&object)
            && let Some(dataflow) = collection.dataflow
        {
            worker.drop_dataflow(dataflow);
        }
        self.arrangements.retain(|(id, _)| *id != object);
        self.watermarks.forget(object);
    }

    fn surroundings(&self, as_of: Epoch) -> Surroundings {
        Surroundings {
            watermarks: self.watermarks.clone(),
            epochs: self.epochs.clone(),
            quarantine: Quarantine::default(),
            as_of,
            meter: Default::default(),
            worker: self.index,
        }
    }

    fn install(&mut self, worker: &mut Worker, install: Install) -> Result<()> {
        let mut publisher = Publisher::new(install.object, self.index, self.events.clone());
        let mut arrangement = None;
        if let Some((writer, shared)) = install.arrangement {
            let writer = Rc::new(RefCell::new(writer));
            self.arrangements.push((install.object, writer.clone()));
            publisher = publisher.with_arrangement(writer);
            arrangement = Some(shared);
        }
        if let Some(sink) = &install.sink {
            publisher = publisher.with_sink(sink.open(self.index, self.peers)?);
        }
        if let Some(listener) = install.listener {
            publisher = publisher.with_listener(listener);
        }
        let feed = publisher.feed();
        let mut imports = BTreeMap::new();
        let opened =
            self.open_imports(install.meters.plan(), &install.source_columns, install.as_of, &mut imports);
        let around = self.surroundings(install.as_of);
        let dataflow = worker.next_dataflow_index();
        let mut renderer =
            Renderer { around: &around, meters: &install.meters, as_of: install.as_of, imports };
        let rendered = match opened {
            Ok(()) => worker.dataflow_named(&install.name, |scope| {
                let stream = renderer.render(scope, install.meters.plan())?;
                place_publisher(stream, &around, publisher);
                Ok(())
            }),
            // The dataflow must exist on every worker, or channels would not match.
            Err(error) => worker.dataflow_named::<u64, _, _>(&install.name, |_| Err(error)),
        };
        let of = |id| self.collections.get(&id).map(|c| &c.followed);
        let followed = followed(install.meters.plan(), of);
        let collection =
            Collection { feed, arrangement, publisher: None, dataflow: Some(dataflow), followed };
        self.collections.insert(install.object, collection);
        rendered
    }

    /// Subscribes to every collection that `node` imports, with its past.
    fn open_imports(
        &mut self,
        node: &StreamNode,
        source_columns: &[(ObjectId, BTreeSet<usize>)],
        as_of: Epoch,
        imports: &mut BTreeMap<ObjectId, Vec<ImportInput>>,
    ) -> Result<()> {
        let mut opened = Ok(());
        node.visit(&mut |node| {
            if let (StreamOperator::Import { object, .. }, true) = (&node.operator, opened.is_ok()) {
                let columns = source_columns.iter().find(|(id, _)| *id == object.id).map(|(_, c)| c);
                let input = self.open_import(object.id, columns, as_of);
                opened = input.map(|input| imports.entry(object.id).or_default().push(input));
            }
        });
        opened
    }

    fn open_import(
        &mut self,
        object: ObjectId,
        columns: Option<&BTreeSet<usize>>,
        as_of: Epoch,
    ) -> Result<ImportInput> {
        let missing = || Error::internal(format!("collection {object} is not on this worker"));
        let collection = self.collections.get(&object).ok_or_else(missing)?;
        let queue = collection.feed.borrow_mut().subscribe();
        let backfill: Option<Box<dyn Backfill>> = if let Some(arrangement) = &collection.arrangement {
            Some(Box::new(ArrangementPast::of(arrangement)?))
        } else if let Some(source) = self.sources.get_mut(&object) {
            source.backfill(columns, &self.wake, as_of)?
        } else {
            None
        };
        Ok(ImportInput { queue, backfill })
    }

    fn step(&mut self, step: Step) {
        self.epochs.issue(step.epoch);
        for (object, watermark) in &step.watermarks {
            self.watermarks.record(*object, step.epoch, Some(*watermark));
        }
        for (object, delta) in step.tables {
            if let Some(publisher) = self.collections.get_mut(&object).and_then(|c| c.publisher.as_mut()) {
                match publisher.publish(step.epoch, vec![delta]) {
                    Ok(()) => publisher.advance(step.epoch.next()),
                    Err(error) => publisher.fail(error),
                }
            }
        }
        for (object, max_rows) in step.polls {
            if let Err(error) = self.poll(object, step.epoch, max_rows) {
                let _ = self.events.send(Event::Failed { object, error });
            }
        }
        for object in step.advance {
            self.advance(object, step.epoch.next());
        }
        for (object, arrangement) in &self.arrangements {
            // Epochs that are still under way here must stay apart from older ones.
            let frontier = self.collections.get(object).map_or(Epoch::ZERO, |c| c.feed.borrow().frontier());
            let since = step.since.min(Epoch(frontier.0.saturating_sub(1)));
            if let Err(error) = arrangement.borrow_mut().maintain(since) {
                let _ = self.events.send(Event::Failed { object: *object, error });
            }
        }
        self.sources.values_mut().for_each(|source| source.positions.prune(step.since));
        self.watermarks.prune(|source| {
            let readers = self.collections.values().filter(|c| c.followed.contains(&source));
            let slowest = readers.map(|c| c.feed.borrow().frontier()).min().unwrap_or(step.since);
            step.since.min(Epoch(slowest.0.saturating_sub(1)))
        });
    }

    /// Reads a source's partitions on this worker into `epoch`.
    fn poll(&mut self, object: ObjectId, epoch: Epoch, max_rows: usize) -> Result<()> {
        let Some(source) = self.sources.get_mut(&object) else {
            return Ok(());
        };
        let (mut batches, mut reports, mut more) = (Vec::new(), Vec::new(), false);
        let room = source.feed.borrow().backlog() < BACKLOG_ROWS_MAX;
        for partition in source.partitions.iter_mut().filter(|_| room) {
            let turn = partition.turn(epoch, max_rows)?;
            more |= turn.more;
            let high = turn.batches.iter().filter_map(|b| b.high).max();
            let (idle, finished) = (partition.idle, partition.finished);
            reports.push(PartitionReport { partition: partition.partition, high, idle, finished });
            if !turn.rejected.is_empty() {
                let partition = partition.partition;
                let _ = self.events.send(Event::Rejected {
                    source: object,
                    epoch,
                    partition,
                    rows: turn.rejected,
                });
            }
            batches.extend(turn.batches);
        }
        let positions = source.partitions.iter().map(|p| (p.partition, p.position()));
        source.positions.note(epoch, positions.collect());
        source.announced = false;
        match &mut source.entry {
            Entry::Ruled(input, _) => input.feed(epoch, batches, reports),
            Entry::Direct(publisher) => {
                batches.iter().for_each(|b| source.past.extend(b, &[]));
                publisher.publish(epoch, batches.into_iter().map(|b| Delta::insert(b.rows)).collect())?;
                publisher.advance(epoch.next());
            }
        }
        let _ = self.events.send(Event::Injected { source: object, more });
        if !source.finished && source.partitions.iter().all(|p| p.finished) {
            source.finished = true;
            let _ = self.events.send(Event::Finished { source: object });
        }
        Ok(())
    }

    fn advance(&mut self, object: ObjectId, frontier: Epoch) {
        if let Some(source) = self.sources.get_mut(&object) {
            match &mut source.entry {
                Entry::Ruled(input, _) => input.advance(frontier),
                Entry::Direct(publisher) => publisher.advance(frontier),
            }
        } else if let Some(publisher) = self.collections.get_mut(&object).and_then(|c| c.publisher.as_mut()) {
            publisher.advance(frontier);
        }
    }

    /// Announces sources that have something to read, and returns how long the
    /// worker may sleep if nothing else happens.
    fn look_at_readers(&mut self) -> Option<Duration> {
        let now = Instant::now();
        let mut until: Option<Instant> = None;
        for (object, source) in &mut self.sources {
            if source.announced {
                continue;
            }
            for partition in &mut source.partitions {
                match partition.ready(now) {
                    Ok(Readiness::Now) => source.announced = true,
                    Ok(Readiness::At(at)) => until = Some(until.map_or(at, |u| u.min(at))),
                    Ok(Readiness::WhenWoken | Readiness::Never) => {}
                    Err(error) => {
                        partition.finished = true;
                        let _ = self.events.send(Event::Failed { object: *object, error });
                    }
                }
            }
            if source.announced {
                let _ = self.events.send(Event::Ready { source: *object });
            }
        }
        until.map(|until| until.saturating_duration_since(now).max(Duration::from_micros(50)))
    }
}

impl RunningSource {
    /// Makes sure that `columns` are read from now on, and gives the past.
    fn backfill(
        &mut self,
        columns: Option<&BTreeSet<usize>>,
        wake: &Wake,
        as_of: Epoch,
    ) -> Result<Option<Box<dyn Backfill>>> {
        let columns = columns.cloned().unwrap_or_default();
        self.columns.extend(columns.iter().copied());
        let mut past = Vec::new();
        for partition in &mut self.partitions {
            partition.widen(&self.columns, wake.clone())?;
            let seen = self.past.of(partition.partition);
            if seen.until > 0 {
                let ingest = PartitionIngest::open(&self.spec, partition.partition, &columns, wake.clone())?;
                past.push(PastPartition { ingest, until: seen.until, excluded: seen.excluded });
            }
        }
        if past.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(SourceBackfill::new(past, self.spec.schema.clone(), as_of))))
    }
}
