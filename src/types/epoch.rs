//! The clock's unit.
//!
//! Invariant: epochs are handed out by the coordinator alone and strictly
//! increase. They double as wall-clock time so that `now()` inside a view is
//! the time of its epoch, and a replay gives the same answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One step of the clock, in microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epoch(pub u64);

impl Epoch {
    /// Before any input: the epoch of an empty database.
    pub const ZERO: Epoch = Epoch(0);

    /// The smallest epoch after this one.
    pub fn next(self) -> Epoch {
        Epoch(self.0 + 1)
    }

    /// The epoch as microseconds since 1970, as Arrow timestamps count.
    pub fn as_micros(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
