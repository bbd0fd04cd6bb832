//! Epochs in which nothing happens but time.
//!
//! A view with a temporal filter moves on when no input comes: while there is
//! such a view, an epoch is issued for it at least every [`PERIOD`], and one for
//! each read of what follows from it. Without one, the clock rests.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after, never};

use super::core::{Coordinator, EpochContent};
use crate::plan::stream::{StreamNode, StreamOperator};
use crate::types::{Epoch, ObjectId};

/// How far views may lag behind the clock.
const PERIOD: Duration = Duration::from_millis(100);
/// A read sees the time as it was at most so long before it, microseconds.
const READ_LAG: u64 = 1000;

/// Which collections follow the clock.
pub struct Clockwork {
    /// Those with a temporal filter of their own.
    views: BTreeSet<ObjectId>,
    /// Those and all that read them.
    moving: HashSet<ObjectId>,
    /// The last epoch that was issued for them, and when the next is due.
    last: Epoch,
    due: Instant,
}

impl Default for Clockwork {
    fn default() -> Self {
        Clockwork { views: BTreeSet::new(), moving: HashSet::new(), last: Epoch::ZERO, due: Instant::now() }
    }
}

impl Coordinator {
    /// A collection with this plan runs.
    pub(super) fn clock_in(&mut self, id: ObjectId, plan: &StreamNode) {
        let mut temporal = false;
        plan.visit(&mut |node| temporal |= matches!(node.operator, StreamOperator::Temporal(_)));
        if temporal {
            self.clockwork.views.insert(id);
        }
        self.wind_up();
    }

    /// A collection is gone.
    pub(super) fn clock_out(&mut self, id: ObjectId) {
        self.clockwork.views.remove(&id);
        self.clockwork.moving.remove(&id);
    }

    fn wind_up(&mut self) {
        let clockwork = &mut self.clockwork;
        clockwork.moving = clockwork.views.iter().flat_map(|id| self.graph.readers(*id)).collect();
    }

    /// Fires when the next tick is due; never while nothing follows the clock.
    pub(super) fn next_tick(&self) -> Receiver<Instant> {
        if self.clockwork.views.is_empty() {
            return never();
        }
        after(self.clockwork.due.saturating_duration_since(Instant::now()))
    }

    /// Issues an epoch if it is time for one and the last has been taken in.
    pub(super) fn tick(&mut self) {
        let clockwork = &self.clockwork;
        if clockwork.views.is_empty() || Instant::now() < clockwork.due {
            return;
        }
        let behind = |id: &ObjectId| {
            let collection = self.collections.get(id);
            collection.is_some_and(|c| c.failed.is_none() && !c.is_complete(clockwork.last))
        };
        if !clockwork.views.iter().any(behind) {
            let touched = clockwork.views.iter().copied().collect();
            self.clockwork.last = self.issue(EpochContent { touched, ..EpochContent::default() });
        }
        self.clockwork.due = Instant::now() + PERIOD;
    }

    /// Brings what is about to be read up to now.
    pub(super) fn tick_for(&mut self, relations: &[ObjectId]) {
        let moving = &self.clockwork.moving;
        let touched: Vec<ObjectId> = relations.iter().copied().filter(|id| moving.contains(id)).collect();
        let recent = self.clock.0 + READ_LAG > self.next_epoch().0;
        let fresh = |id: &ObjectId| self.collections.get(id).is_some_and(|c| c.required == self.clock);
        if !touched.is_empty() && !(recent && touched.iter().all(fresh)) {
            self.issue(EpochContent { touched, ..EpochContent::default() });
        }
    }
}
