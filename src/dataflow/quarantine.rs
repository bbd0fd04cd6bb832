//! One bad view does not take the others down.
//!
//! When an operator of a dataflow fails (a broken invariant, out of memory in a
//! kernel, a panic), the dataflow stops on this worker, the coordinator is told,
//! and every read of the view answers with the error. Faults of single rows do
//! not come here: they are data.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::types::{Error, Result};

/// Why a dataflow stopped on this worker, if it did.
#[derive(Clone, Default)]
pub struct Quarantine(Rc<RefCell<Option<Error>>>);

impl Quarantine {
    /// Runs `work` unless the dataflow has stopped; its failure stops the
    /// dataflow. `None` means stopped.
    pub fn guard<T>(&self, work: impl FnOnce() -> Result<T>) -> Option<T> {
        if self.0.borrow().is_some() {
            return None;
        }
        let outcome =
            catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(describe(panic.as_ref())));
        outcome.map_err(|error| *self.0.borrow_mut() = Some(error)).ok()
    }

    /// The failure, once.
    pub fn failure(&self) -> Option<Error> {
        self.0.borrow().clone()
    }
}

fn describe(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| s.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Error::internal(text.unwrap_or_else(|| "an operator panicked".to_string()))
}
