//! The end of a collection on one worker: its arrangement, its feed, its sinks.

use std::cell::RefCell;
use std::rc::Rc;

use crossbeam_channel::Sender;

use super::connector::SinkWriter;
use super::event::{Change, Event};
use super::feed::Feed;
use crate::delta::Delta;
use crate::state::ArrangementWriter;
use crate::types::{Epoch, Error, ObjectId, Result};

/// Where complete epochs of a collection go, on one worker.
///
/// Invariant: when `advance(f)` has told the coordinator `f`, everything below
/// `f` is in the arrangement, in the feed and in the outputs.
pub struct Publisher {
    object: ObjectId,
    worker: usize,
    feed: Rc<RefCell<Feed>>,
    arrangement: Option<Rc<RefCell<ArrangementWriter>>>,
    sink: Option<Box<dyn SinkWriter>>,
    listener: Option<Sender<Change>>,
    events: Sender<Event>,
    rows: u64,
    failed: bool,
}

impl Publisher {
    /// A publisher with a feed and nothing else yet.
    pub fn new(object: ObjectId, worker: usize, events: Sender<Event>) -> Self {
        Publisher {
            object,
            worker,
            feed: Rc::default(),
            arrangement: None,
            sink: None,
            listener: None,
            events,
            rows: 0,
            failed: false,
        }
    }

    /// Also keeps the rows.
    pub fn with_arrangement(mut self, arrangement: Rc<RefCell<ArrangementWriter>>) -> Self {
        self.arrangement = Some(arrangement);
        self
    }

    /// Also writes to an outside system.
    pub fn with_sink(mut self, sink: Box<dyn SinkWriter>) -> Self {
        self.sink = Some(sink);
        self
    }

    /// Also tells a subscription.
    pub fn with_listener(mut self, listener: Sender<Change>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// The feed that dataflows on this worker subscribe to.
    pub fn feed(&self) -> Rc<RefCell<Feed>> {
        self.feed.clone()
    }

    /// Takes all changes of one epoch. Epochs strictly increase.
    pub fn publish(&mut self, epoch: Epoch, changes: Vec<Delta>) -> Result<()> {
        self.rows += changes.iter().map(|d| d.num_rows() as u64).sum::<u64>();
        if let Some(arrangement) = &self.arrangement {
            let mut arrangement = arrangement.borrow_mut();
            if let Some(delta) = merged(&changes)? {
                arrangement.append(epoch, &delta)?;
            }
        }
        if let Some(sink) = &mut self.sink {
            sink.write(epoch, &changes)?;
        }
        if let Some(listener) = &self.listener {
            // A listener that has gone away no longer cares.
            let _ = listener.send(Change { worker: self.worker, epoch, deltas: changes.clone() });
        }
        self.feed.borrow_mut().publish(epoch, &changes);
        Ok(())
    }

    /// All epochs below `frontier` are out.
    pub fn advance(&mut self, frontier: Epoch) {
        if frontier <= self.feed.borrow().frontier() {
            return;
        }
        self.feed.borrow_mut().advance(frontier);
        let rows = std::mem::take(&mut self.rows);
        let (worker, object) = (self.worker, self.object);
        let _ = self.events.send(Event::Frontier { worker, object, frontier, rows });
    }

    /// The collection is broken on this worker: told once.
    pub fn fail(&mut self, error: Error) {
        if !std::mem::replace(&mut self.failed, true) {
            let _ = self.events.send(Event::Failed { object: self.object, error });
        }
    }
}

/// One consolidated delta of all changes of an epoch, as an arrangement wants it.
fn merged(changes: &[Delta]) -> Result<Option<Delta>> {
    let Some(first) = changes.first() else {
        return Ok(None);
    };
    Ok(Some(Delta::concat(&first.schema(), changes)?))
}
