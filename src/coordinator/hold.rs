//! Which epochs are being read, so that their versions are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::types::Epoch;

/// Counts the readers of each epoch.
#[derive(Clone, Default)]
pub struct ReadHolds(Arc<Mutex<BTreeMap<Epoch, usize>>>);

/// Keeps one epoch readable until dropped.
pub struct ReadHold {
    holds: ReadHolds,
    epoch: Epoch,
}

impl ReadHolds {
    /// Keeps `epoch`, which must not be older than what has been forgotten.
    pub fn hold(&self, epoch: Epoch) -> ReadHold {
        *self.0.lock().entry(epoch).or_default() += 1;
        ReadHold { holds: self.clone(), epoch }
    }

    /// The oldest epoch being read.
    pub fn oldest(&self) -> Option<Epoch> {
        self.0.lock().keys().next().copied()
    }
}

impl Drop for ReadHold {
    fn drop(&mut self) {
        let mut counts = self.holds.0.lock();
        if let Some(count) = counts.get_mut(&self.epoch) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.epoch);
            }
        }
    }
}
