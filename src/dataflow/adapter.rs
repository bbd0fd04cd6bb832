//! Operators placed in Timely: the only file that knows both.
//!
//! A stateful operator keeps a capability at its input frontier, so that it can
//! answer at an epoch in which it got no rows but a watermark moved.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use timely::container::NoopBuilder;
use timely::dataflow::channels::pact::{DistributorPact, ParallelizationContract, Pipeline};
use timely::dataflow::operators::Capability;
use timely::dataflow::operators::generic::OutputBuilder;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::{Scope, Stream};
use timely::progress::operate::FrontierInterest;

use super::epoch_board::{EpochBoard, IssuedEpochs};
use super::meter::OperatorMeter;
use super::operator::{EpochContext, Inputs, Operator, Transform};
use super::publisher::Publisher;
use super::quarantine::Quarantine;
use super::watermark::WatermarkBoard;
use crate::delta::{Delta, DeltaDistributor};
use crate::types::{Epoch, Error, ObjectId, Result};

/// Timely's view of an epoch.
pub type Time = u64;
/// Deltas between operators.
pub type DeltaStream<'scope> = Stream<'scope, Time, Delta>;

/// What every operator of a dataflow shares on one worker.
#[derive(Clone)]
pub struct Surroundings {
    /// The worker's watermarks.
    pub watermarks: Rc<WatermarkBoard>,
    /// The epochs that are issued.
    pub epochs: Rc<EpochBoard>,
    /// The dataflow's health.
    pub quarantine: Quarantine,
    /// The epoch from which on the dataflow is right. The past comes at or
    /// before it, all of it ruled on time already, so no watermark of an
    /// earlier epoch may close anything.
    pub as_of: Epoch,
    /// Of the operator that is being placed.
    pub meter: RefCell<Arc<OperatorMeter>>,
    /// This worker.
    pub worker: usize,
}

impl Surroundings {
    fn meter(&self) -> Arc<OperatorMeter> {
        self.meter.borrow().clone()
    }
}

/// Places an operator without state.
pub fn place_transform<'scope>(
    name: &str,
    stream: DeltaStream<'scope>,
    around: &Surroundings,
    mut logic: Box<dyn Transform>,
) -> DeltaStream<'scope> {
    let mut builder = OperatorBuilder::new(name.to_string(), stream.scope());
    let mut input = builder.new_input(stream, Pipeline);
    let (output, stream) = builder.new_output::<Delta>();
    builder.set_notify_for(0, FrontierInterest::Never);
    let mut output = OutputBuilder::<_, NoopBuilder<Delta>>::from(output);
    let (quarantine, meter) = (around.quarantine.clone(), around.meter());
    builder.build(move |_| {
        move |_| {
            let mut output = output.activate();
            input.for_each(|capability, delta| {
                let (begun, delta) = (Instant::now(), std::mem::take(delta));
                let (rows, epoch) = (delta.num_rows(), Epoch(*capability.time()));
                let Some(mut out) = quarantine.guard(|| logic.apply(delta, epoch)) else {
                    return;
                };
                meter.worked(begun, rows, std::slice::from_ref(&out));
                if !out.is_empty() {
                    output.session_with_builder(&capability).give_container(&mut out);
                }
            });
        }
    });
    stream
}

/// Where the rows of one input must go.
#[derive(Clone, Debug)]
pub enum Routing {
    /// Rows that are equal in these columns meet on one worker.
    Key(Vec<usize>),
    /// Every worker gets all rows.
    Everywhere,
    /// Rows stay on their worker. Then those of all inputs do.
    Local,
}

/// Places an operator with state over its inputs.
pub fn place_operator<'scope>(
    name: &str,
    inputs: Vec<(DeltaStream<'scope>, Routing)>,
    around: &Surroundings,
    logic: Box<dyn Operator>,
) -> Result<DeltaStream<'scope>> {
    let scope = inputs.first().map(|(stream, _)| stream.scope());
    let scope = scope.ok_or_else(|| Error::internal("an operator without inputs"))?;
    if scope.peers() == 1 || inputs.iter().all(|(_, routing)| matches!(routing, Routing::Local)) {
        let inputs = inputs.into_iter().map(|(stream, _)| (stream, Pipeline)).collect();
        return Ok(place_with(name, scope, inputs, around, logic));
    }
    if inputs.iter().any(|(_, routing)| matches!(routing, Routing::Local)) {
        return Err(Error::internal("an operator some of whose inputs stay on their worker"));
    }
    let routed = inputs.into_iter().map(|(stream, routing)| {
        let pact = DistributorPact(move |_peers| match &routing {
            Routing::Key(key) => DeltaDistributor::new(key.clone()),
            Routing::Everywhere | Routing::Local => DeltaDistributor::everywhere(),
        });
        (stream, pact)
    });
    Ok(place_with(name, scope, routed.collect(), around, logic))
}

fn place_with<'scope, P>(
    name: &str,
    scope: Scope<'scope, Time>,
    inputs: Vec<(DeltaStream<'scope>, P)>,
    around: &Surroundings,
    logic: Box<dyn Operator>,
) -> DeltaStream<'scope>
where
    P: ParallelizationContract<Time, Delta>,
    P::Puller: 'static,
{
    let mut builder = OperatorBuilder::new(name.to_string(), scope);
    let mut handles: Vec<_> =
        inputs.into_iter().map(|(stream, pact)| builder.new_input(stream, pact)).collect();
    let (output, stream) = builder.new_output::<Delta>();
    (0..handles.len()).for_each(|input| builder.set_notify_for(input, FrontierInterest::Always));
    let mut output = OutputBuilder::<_, NoopBuilder<Delta>>::from(output);
    let activator = scope.activator_for(builder.operator_info().address);
    let mut stepper = Stepper::new(logic, around.clone(), handles.len(), scope.index() == 0);
    builder.build(move |mut capabilities| {
        let mut capability: Option<Capability<Time>> = capabilities.pop();
        move |frontiers| {
            for (index, handle) in handles.iter_mut().enumerate() {
                handle.for_each(|at, delta| stepper.take(*at.time(), index, std::mem::take(delta)));
            }
            let Some(held) = &mut capability else {
                return;
            };
            // All times below this are complete in every input.
            let frontier = frontiers.iter().filter_map(|f| f.frontier().first().copied()).min();
            let mut output = output.activate();
            while let Some((time, deltas)) = stepper.advance(*held.time(), frontier) {
                let at = held.delayed(&time);
                let mut session = output.session_with_builder(&at);
                deltas.into_iter().filter(|d| !d.is_empty()).for_each(|mut d| session.give_container(&mut d));
                if stepper.yields() {
                    held.downgrade(&time);
                    activator.activate();
                    return;
                }
            }
            stepper.absorb(frontier);
            match frontier {
                Some(frontier) => held.downgrade(&frontier.max(*held.time())),
                None => capability = None,
            }
        }
    });
    stream
}

/// Drives one operator: which epoch it works on next, and with what.
struct Stepper {
    logic: Box<dyn Operator>,
    around: Surroundings,
    meter: Arc<OperatorMeter>,
    watches: Vec<ObjectId>,
    /// For an operator that acts by the clock.
    issued: Option<IssuedEpochs>,
    inputs: usize,
    pending: BTreeMap<Time, Waiting>,
    /// The last epoch that was begun.
    last: Option<Epoch>,
    /// Moves of watermarks are known, and waited for, up to here.
    moved: BTreeSet<Time>,
    moves_seen: Option<Epoch>,
    /// There may be more to come of the last epoch.
    busy: bool,
    yields: bool,
    started: bool,
    /// The state when it was last looked at, and changed rows since its bytes were.
    measured_rows: usize,
    unmeasured: usize,
}

/// What an operator will be given in one epoch.
struct Waiting {
    inputs: Inputs,
    /// How many rows came since it was last asked to absorb them.
    rows: usize,
}

/// Rows of an unfinished epoch after which an operator is asked to absorb them.
const ABSORBED_ROWS: usize = 1 << 18;

/// A state up to this size is measured at each step.
const MEASURED_ALWAYS_ROWS: usize = 256;

impl Stepper {
    fn new(logic: Box<dyn Operator>, around: Surroundings, inputs: usize, first_worker: bool) -> Self {
        Stepper {
            watches: logic.watches(),
            meter: around.meter(),
            issued: logic.is_timed().then(|| around.epochs.listen(around.as_of)),
            logic,
            around,
            inputs,
            pending: BTreeMap::new(),
            last: None,
            moved: BTreeSet::new(),
            moves_seen: None,
            busy: false,
            yields: false,
            started: !first_worker,
            measured_rows: 0,
            unmeasured: 0,
        }
    }

    fn take(&mut self, time: Time, input: usize, delta: Delta) {
        let inputs = self.inputs;
        let waiting = self.pending.entry(time);
        let waiting = waiting.or_insert_with(|| Waiting { inputs: vec![Vec::new(); inputs], rows: 0 });
        waiting.rows += delta.num_rows();
        waiting.inputs[input].push(delta);
    }

    /// Hands the operator what it has of an epoch that may go on for long. Called
    /// when every epoch before the frontier is done.
    fn absorb(&mut self, frontier: Option<Time>) {
        let Some(mut entry) = self.pending.first_entry() else { return };
        // Something may still come for an epoch in between, or be due in it.
        if frontier != Some(*entry.key()) || entry.get().rows < ABSORBED_ROWS {
            return;
        }
        let (begun, rows) = (Instant::now(), std::mem::take(&mut entry.get_mut().rows));
        let inputs = std::mem::take(&mut entry.get_mut().inputs);
        let rest = self.around.quarantine.guard(|| self.logic.absorb(inputs));
        entry.get_mut().inputs = rest.unwrap_or_else(|| vec![Vec::new(); self.inputs]);
        let kept = entry.get().inputs.iter().flatten().map(Delta::num_rows).sum::<usize>();
        self.meter.worked(begun, rows.saturating_sub(kept), &[]);
    }

    /// Should others have their turn before it goes on?
    fn yields(&self) -> bool {
        self.yields
    }

    /// The next part of the output, and its time; `None` when the operator has
    /// to wait for its inputs.
    fn advance(&mut self, held: Time, frontier: Option<Time>) -> Option<(Time, Vec<Delta>)> {
        if !std::mem::replace(&mut self.started, true) {
            let initial = self.around.quarantine.guard(|| self.logic.initial());
            return Some((held, initial.unwrap_or_default()));
        }
        if self.busy {
            let epoch = self.last.unwrap_or(Epoch(held));
            let cx = EpochContext { epoch, as_of: self.around.as_of, watermarks: &self.around.watermarks };
            let begun = Instant::now();
            let part = self.around.quarantine.guard(|| self.logic.more(&cx)).flatten();
            self.meter.worked(begun, 0, part.as_deref().unwrap_or_default());
            self.busy = part.is_some();
            self.yields = self.busy;
            if let Some(deltas) = part {
                return Some((epoch.0, deltas));
            }
            self.measure(0);
        }
        let time = self.next_time(held, frontier)?;
        let cx = EpochContext {
            epoch: Epoch(time),
            as_of: self.around.as_of,
            watermarks: &self.around.watermarks,
        };
        self.last = Some(Epoch(time));
        let inputs = self.pending.remove(&time).map(|waiting| waiting.inputs);
        let inputs = inputs.unwrap_or_else(|| vec![Vec::new(); self.inputs]);
        let (begun, rows) = (Instant::now(), inputs.iter().flatten().map(Delta::num_rows).sum());
        let out = self.around.quarantine.guard(|| self.logic.step(&cx, inputs));
        self.busy = out.is_some();
        let out = out.unwrap_or_default();
        self.meter.worked(begun, rows, &out);
        self.measure(rows);
        Some((time, out))
    }

    /// Notes what the operator holds; of a large state the bytes only when much
    /// of it may have changed.
    fn measure(&mut self, rows_in: usize) {
        let (worker, rows) = (self.around.worker, self.logic.state_rows());
        self.meter.holds(worker, rows);
        self.unmeasured += rows_in + rows.abs_diff(self.measured_rows);
        if rows <= MEASURED_ALWAYS_ROWS || self.unmeasured * 4 >= rows {
            self.meter.takes(worker, self.logic.state_bytes());
            self.unmeasured = 0;
        }
        self.measured_rows = rows;
    }

    /// The next epoch to work on: one with input, in which a watched watermark
    /// moved, or at which the operator is due.
    fn next_time(&mut self, held: Time, frontier: Option<Time>) -> Option<Time> {
        self.note_moves(held, frontier);
        let due = self.due(held);
        let times = [self.pending.keys().next().copied(), self.moved.first().copied(), due];
        let next = times.into_iter().flatten().min()?;
        if frontier.is_some_and(|f| next >= f) {
            return None;
        }
        // At the end of time nothing is due any more.
        if frontier.is_none() && Some(next) == due && !self.pending.contains_key(&next) {
            return None;
        }
        self.moved.remove(&next);
        Some(next)
    }

    /// The epoch in which what is due by the clock is done.
    fn due(&self, held: Time) -> Option<Time> {
        let earliest = self.last?.next().max(Epoch(held));
        let due = self.logic.next_due().map(|due| due.max(self.around.as_of).max(earliest));
        match &self.issued {
            None => due.map(|due| due.0),
            Some(issued) => {
                issued.forget_before(earliest);
                issued.first_from(due?).map(|epoch| epoch.0)
            }
        }
    }

    fn note_moves(&mut self, held: Time, frontier: Option<Time>) {
        if self.watches.is_empty() {
            return;
        }
        let as_of = self.around.as_of;
        let moves = self.around.watermarks.moves(&self.watches, self.moves_seen, frontier.map(Epoch));
        self.moves_seen = moves.iter().copied().max().max(self.moves_seen);
        self.moved.extend(moves.iter().filter(|e| **e >= as_of).map(|e| e.0));
        // What was closed before the view began is told when it begins.
        let begun = frontier.is_none_or(|f| as_of.0 < f);
        if begun && self.last.is_none_or(|last| last < as_of) {
            self.moved.insert(as_of.0);
        }
        let after = self.last.map_or(0, |l| l.0 + 1);
        self.moved.retain(|t| *t >= held && *t >= after);
    }
}

/// Ends a dataflow: every complete epoch goes to the publisher.
pub fn place_publisher(stream: DeltaStream<'_>, around: &Surroundings, mut publisher: Publisher) {
    let mut builder = OperatorBuilder::new("Publish".to_string(), stream.scope());
    let mut input = builder.new_input(stream, Pipeline);
    builder.set_notify_for(0, FrontierInterest::Always);
    let quarantine = around.quarantine.clone();
    builder.build(move |_| {
        let mut pending: BTreeMap<Time, Vec<Delta>> = BTreeMap::new();
        move |frontiers| {
            input.for_each(|at, delta| pending.entry(*at.time()).or_default().push(std::mem::take(delta)));
            let frontier = frontiers[0].frontier().first().copied();
            while let Some(entry) = pending.first_entry() {
                if frontier.is_some_and(|f| *entry.key() >= f) {
                    break;
                }
                let (time, deltas) = entry.remove_entry();
                quarantine.guard(|| publisher.publish(Epoch(time), deltas));
            }
            match quarantine.failure() {
                Some(error) => publisher.fail(error),
                // Without an input that can still change, this is the end of time.
                None => publisher.advance(Epoch(frontier.unwrap_or(u64::MAX))),
            }
        }
    });
}

/// Where an import's rows come from before its feed takes over.
pub trait Backfill {
    /// The next chunk; `None` when the feed can take over.
    fn next(&mut self) -> Result<Option<Delta>>;
}

/// Begins a dataflow: the past by chunks, then the feed. Rows of the past and
/// all that the feed has up to `as_of` come at or before `as_of`, so that the
/// dataflow is right from `as_of` on.
pub fn place_import<'scope>(
    scope: Scope<'scope, Time>,
    around: &Surroundings,
    queue: Rc<std::cell::RefCell<super::feed::FeedQueue>>,
    mut backfill: Option<Box<dyn Backfill>>,
    as_of: Epoch,
    columns: Vec<usize>,
) -> DeltaStream<'scope> {
    let mut builder = OperatorBuilder::new("Import".to_string(), scope);
    let (output, stream) = builder.new_output::<Delta>();
    let mut output = OutputBuilder::<_, NoopBuilder<Delta>>::from(output);
    let info = builder.operator_info();
    let activator = scope.activator_for(info.address.clone());
    queue.borrow_mut().wake_by(scope.activator_for(info.address));
    let (quarantine, meter) = (around.quarantine.clone(), around.meter());
    builder.build(move |mut capabilities| {
        let mut capability = capabilities.pop().expect("one output, one capability");
        let mut chunk: Time = 0;
        move |_| {
            let mut output = output.activate();
            let project = |delta: &Delta| {
                let begun = Instant::now();
                let projected = delta.with_rows(delta.rows().project(&columns)?);
                meter.worked(begun, delta.num_rows(), std::slice::from_ref(&projected));
                Ok(projected)
            };
            if let Some(past) = &mut backfill {
                let next = quarantine.guard(|| past.next()?.as_ref().map(project).transpose());
                match next.flatten() {
                    Some(mut delta) => {
                        chunk += 1;
                        capability.downgrade(&chunk.min(as_of.0));
                        if !delta.is_empty() {
                            output.session_with_builder(&capability).give_container(&mut delta);
                        }
                    }
                    None => backfill = None,
                }
                activator.activate();
                return;
            }
            let mut queue = queue.borrow_mut();
            for (epoch, delta) in queue.changes.drain(..) {
                let at = capability.delayed(&epoch.max(as_of).0);
                if let Some(mut delta) = quarantine.guard(|| project(&delta)) {
                    output.session_with_builder(&at).give_container(&mut delta);
                }
            }
            capability.downgrade(&queue.frontier.max(as_of).0.max(*capability.time()));
        }
    });
    stream
}
