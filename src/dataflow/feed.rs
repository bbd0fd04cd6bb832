//! How a collection's changes reach the dataflows that read it, on one worker.
//!
//! A feed is a queue per subscriber on the same worker thread. Invariant: when
//! a feed's frontier is `f`, every change of this worker's part of the
//! collection with an epoch below `f` has been handed to every subscriber, or
//! was part of the snapshot that the subscriber began with.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use timely::scheduling::Activator;

use crate::delta::Delta;
use crate::types::Epoch;

/// The publishing end.
#[derive(Default)]
pub struct Feed {
    frontier: Epoch,
    subscribers: Vec<Weak<RefCell<FeedQueue>>>,
}

/// One subscriber's end.
pub struct FeedQueue {
    /// Changes not yet taken, in order of epochs.
    pub changes: VecDeque<(Epoch, Delta)>,
    /// Nothing below this will be added any more.
    pub frontier: Epoch,
    activator: Option<Activator>,
}

impl Feed {
    /// A new subscriber, who sees all changes from now on.
    pub fn subscribe(&mut self) -> Rc<RefCell<FeedQueue>> {
        let queue = FeedQueue { changes: VecDeque::new(), frontier: self.frontier, activator: None };
        let queue = Rc::new(RefCell::new(queue));
        self.subscribers.push(Rc::downgrade(&queue));
        queue
    }

    /// All epochs below this are out.
    pub fn frontier(&self) -> Epoch {
        self.frontier
    }

    /// The longest queue, in rows: readers of an input are held back by it.
    pub fn backlog(&self) -> usize {
        let rows = |q: Rc<RefCell<FeedQueue>>| q.borrow().changes.iter().map(|(_, d)| d.num_rows()).sum();
        self.subscribers.iter().filter_map(Weak::upgrade).map(rows).max().unwrap_or(0)
    }

    /// Hands out changes of `epoch`, which is not below the frontier.
    pub fn publish(&mut self, epoch: Epoch, changes: &[Delta]) {
        assert!(epoch >= self.frontier, "a feed does not go back in time");
        self.subscribers.retain(|s| s.strong_count() > 0);
        for queue in self.subscribers.iter().filter_map(Weak::upgrade) {
            let mut queue = queue.borrow_mut();
            queue.changes.extend(changes.iter().filter(|d| !d.is_empty()).map(|d| (epoch, d.clone())));
        }
    }

    /// Moves the frontier and wakes the subscribers.
    pub fn advance(&mut self, frontier: Epoch) {
        if frontier <= self.frontier {
            return;
        }
        self.frontier = frontier;
        for queue in self.subscribers.iter().filter_map(Weak::upgrade) {
            let mut queue = queue.borrow_mut();
            queue.frontier = frontier;
            if let Some(activator) = &queue.activator {
                activator.activate();
            }
        }
    }
}

impl FeedQueue {
    /// Who is woken when there is something new.
    pub fn wake_by(&mut self, activator: Activator) {
        self.activator = Some(activator);
    }
}
