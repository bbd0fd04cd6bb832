//! The epochs that were issued, for operators that act by the clock.
//!
//! Between two epochs nobody looks, so such an operator need not act at every
//! moment at which it is due: it acts at the first epoch that is not before.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use crate::types::Epoch;

/// Tells each listener on a worker which epochs there are.
#[derive(Default)]
pub struct EpochBoard {
    listeners: RefCell<Vec<Weak<RefCell<VecDeque<Epoch>>>>>,
}

/// The epochs from some point on, in order.
pub struct IssuedEpochs {
    epochs: Rc<RefCell<VecDeque<Epoch>>>,
}

impl EpochBoard {
    /// A listener that knows of `first` and of what is issued from now on.
    pub fn listen(&self, first: Epoch) -> IssuedEpochs {
        let epochs = Rc::new(RefCell::new(VecDeque::from([first])));
        self.listeners.borrow_mut().push(Rc::downgrade(&epochs));
        IssuedEpochs { epochs }
    }

    /// An epoch is issued; nothing of it has been fed in yet.
    pub fn issue(&self, epoch: Epoch) {
        self.listeners.borrow_mut().retain(|listener| match listener.upgrade() {
            Some(epochs) => {
                epochs.borrow_mut().push_back(epoch);
                true
            }
            None => false,
        });
    }
}

impl IssuedEpochs {
    /// The first epoch at or after `due`, if it is issued.
    pub fn first_from(&self, due: Epoch) -> Option<Epoch> {
        let epochs = self.epochs.borrow();
        epochs.get(epochs.partition_point(|e| *e < due)).copied()
    }

    /// Nothing is due before `passed` any more.
    pub fn forget_before(&self, passed: Epoch) {
        let mut epochs = self.epochs.borrow_mut();
        let gone = epochs.partition_point(|e| *e < passed);
        epochs.drain(..gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_looked_at_in_the_next_epoch() {
        let board = EpochBoard::default();
        let issued = board.listen(Epoch(10));
        board.issue(Epoch(20));
        board.issue(Epoch(30));
        assert_eq!(issued.first_from(Epoch(3)), Some(Epoch(10)));
        assert_eq!(issued.first_from(Epoch(20)), Some(Epoch(20)));
        issued.forget_before(Epoch(25));
        assert_eq!(issued.first_from(Epoch(5)), Some(Epoch(30)));
        assert_eq!(issued.first_from(Epoch(31)), None);
    }
}
