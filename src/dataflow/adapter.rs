//! Operators placed in Timely: the only file that knows both.
//!
//! A stateful operator keeps a capability at its input frontier, so that it can
//! answer at an epoch in which it got no rows but a watermark moved.

use std::collections::BTreeMap;
use std::rc::Rc;

use timely::container::NoopBuilder;
use timely::dataflow::channels::pact::{DistributorPact, ParallelizationContract, Pipeline};
use timely::dataflow::operators::Capability;
use timely::dataflow::operators::generic::OutputBuilder;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::{Scope, Stream};
use timely::progress::operate::FrontierInterest;

use super::operator::{EpochContext, Operator, Transform};
use super::publisher::Publisher;
use super::quarantine::Quarantine;
use super::watermark::WatermarkBoard;
use crate::delta::{Delta, DeltaDistributor};
use crate::types::{Epoch, Result};

/// Timely's view of an epoch.
pub type Time = u64;
/// Deltas between operators.
pub type DeltaStream<'scope> = Stream<'scope, Time, Delta>;

/// What every operator of a dataflow shares on one worker.
#[derive(Clone)]
pub struct Surroundings {
    /// The worker's watermarks.
    pub watermarks: Rc<WatermarkBoard>,
    /// The dataflow's health.
    pub quarantine: Quarantine,
    /// The epoch from which on the dataflow is right. The past comes at or
    /// before it, all of it ruled on time already, so no watermark of an
    /// earlier epoch may close anything.
    pub as_of: Epoch,
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
    let quarantine = around.quarantine.clone();
    builder.build(move |_| {
        move |_| {
            let mut output = output.activate();
            input.for_each(|capability, delta| {
                let delta = std::mem::take(delta);
                let epoch = Epoch(*capability.time());
                if let Some(mut out) = quarantine.guard(|| logic.apply(delta, epoch))
                    && !out.is_empty()
                {
                    output.session_with_builder(&capability).give_container(&mut out);
                }
            });
        }
    });
    stream
}

/// Places an operator with state, whose rows must meet by the columns `key`.
pub fn place_operator<'scope>(
    name: &str,
    stream: DeltaStream<'scope>,
    key: &[usize],
    around: &Surroundings,
    logic: Box<dyn Operator>,
) -> DeltaStream<'scope> {
    if stream.scope().peers() == 1 {
        return place_with(name, stream, Pipeline, around, logic);
    }
    let key = key.to_vec();
    let pact = DistributorPact(move |_peers| DeltaDistributor::new(key));
    place_with(name, stream, pact, around, logic)
}

fn place_with<'scope, P>(
    name: &str,
    stream: DeltaStream<'scope>,
    pact: P,
    around: &Surroundings,
    mut logic: Box<dyn Operator>,
) -> DeltaStream<'scope>
where
    P: ParallelizationContract<Time, Delta>,
    P::Puller: 'static,
{
    let scope = stream.scope();
    let first_worker = scope.index() == 0;
    let mut builder = OperatorBuilder::new(name.to_string(), scope);
    let mut input = builder.new_input(stream, pact);
    let (output, stream) = builder.new_output::<Delta>();
    builder.set_notify_for(0, FrontierInterest::Always);
    let mut output = OutputBuilder::<_, NoopBuilder<Delta>>::from(output);
    let around = around.clone();
    let watches = logic.watches();
    builder.build(move |mut capabilities| {
        let mut capability: Option<Capability<Time>> = capabilities.pop();
        let mut pending: BTreeMap<Time, Vec<Delta>> = BTreeMap::new();
        let mut last: Option<Epoch> = None;
        let mut started = !first_worker;
        move |frontiers| {
            input.for_each(|at, delta| pending.entry(*at.time()).or_default().push(std::mem::take(delta)));
            let Some(held) = &mut capability else {
                return;
            };
            let mut output = output.activate();
            let mut send = |at: Option<Time>, held: &Capability<Time>, deltas: Vec<Delta>| {
                let at = at.map_or_else(|| held.clone(), |at| held.delayed(&at));
                let mut session = output.session_with_builder(&at);
                deltas.into_iter().filter(|d| !d.is_empty()).for_each(|mut d| session.give_container(&mut d));
            };
            if !std::mem::replace(&mut started, true) {
                let initial = around.quarantine.guard(|| logic.initial());
                send(None, held, initial.unwrap_or_default());
            }
            let frontier = frontiers[0].frontier().first().copied();
            let complete = |time: Time| frontier.is_none_or(|f| time < f);
            let mut epochs: Vec<Time> = pending.keys().copied().filter(|t| complete(*t)).collect();
            if !watches.is_empty() {
                let moves = around.watermarks.moves(&watches, last, frontier.map(Epoch));
                epochs.extend(moves.iter().filter(|e| **e >= around.as_of).map(|e| e.0));
                // What was closed before the view began is told when it begins.
                if complete(around.as_of.0) && last.is_none_or(|last| last < around.as_of) {
                    epochs.push(around.as_of.0);
                }
                epochs.retain(|t| *t >= *held.time());
                epochs.sort_unstable();
                epochs.dedup();
            }
            for time in epochs {
                let (epoch, as_of) = (Epoch(time), around.as_of);
                let cx = EpochContext { epoch, as_of, watermarks: &around.watermarks };
                let deltas = pending.remove(&time).unwrap_or_default();
                let out = around.quarantine.guard(|| logic.step(&cx, deltas));
                send(Some(time), held, out.unwrap_or_default());
                last = Some(Epoch(time));
            }
            match frontier {
                Some(frontier) => held.downgrade(&frontier.max(*held.time())),
                None => capability = None,
            }
        }
    });
    stream
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
    let quarantine = around.quarantine.clone();
    builder.build(move |mut capabilities| {
        let mut capability = capabilities.pop().expect("one output, one capability");
        let mut chunk: Time = 0;
        move |_| {
            let mut output = output.activate();
            let project = |delta: &Delta| Ok(delta.with_rows(delta.rows().project(&columns)?));
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
