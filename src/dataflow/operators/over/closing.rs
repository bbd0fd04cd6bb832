//! What a watermark makes of partitions and rows: final, and then forgotten.
//!
//! A row is final when neither it nor a row that it depends on is still to come.
//! Where the partition follows the watermark, all rows of a partition are final
//! at once; where the order does, those so far ahead of the watermark that no
//! frame reaches it. On insert-only input a final row is forgotten as soon as no
//! other needs it as its neighbour.

use std::collections::BTreeSet;

use super::key::KeyLayout;
use super::reach::{Neighbourhood, Partition};
use super::rows::OrderedRows;
use crate::plan::stream::{ClosedBy, Closing, Distance, OverCall, Reach};
use crate::types::Result;

/// When rows without a time are closed: with the last watermark, `i64::MAX`.
pub const END_OF_TIME: i64 = i64::MAX - 1;

/// The partitions with rows that are not final, by the first time of those.
pub struct Closer {
    open: BTreeSet<(i64, Box<[u8]>)>,
    closed: i64,
}

impl Default for Closer {
    fn default() -> Self {
        Closer { open: BTreeSet::new(), closed: i64::MIN }
    }
}

impl Closer {
    /// Rows below this time are closed.
    pub fn closed(&self) -> i64 {
        self.closed
    }

    /// A partition has something to close from `time` on.
    pub fn enter(&mut self, time: i64, partition: &[u8]) {
        self.open.insert((time, partition.into()));
    }

    /// Closes what is below `closed`: each partition once, with its first time.
    pub fn advance(&mut self, closed: i64) -> Vec<(i64, Box<[u8]>)> {
        self.closed = self.closed.max(closed);
        let rest = self.open.split_off(&(self.closed, Box::default()));
        let mut seen = BTreeSet::new();
        let due = std::mem::replace(&mut self.open, rest).into_iter();
        due.filter(|(_, partition)| seen.insert(partition.clone())).collect()
    }
}

/// The rows as closing sees them.
pub struct ClosingView<'a> {
    /// How keys are made.
    pub layout: &'a KeyLayout,
    /// All rows.
    pub rows: &'a OrderedRows,
    /// The calls.
    pub calls: &'a [OverCall],
}

impl ClosingView<'_> {
    /// The first row of a partition that is not final when all below `closed`
    /// is there; `time` is one of the partition's.
    pub fn horizon(
        &self,
        closing: &Closing,
        partition: &Partition,
        time: i64,
        closed: i64,
    ) -> Result<Vec<u8>> {
        match closing.by {
            _ if closed == i64::MIN => Ok(partition.start.to_vec()),
            // Nothing is still to come, not even rows without a time.
            _ if closed == i64::MAX => Ok(partition.end.to_vec()),
            ClosedBy::Partition if time < closed => Ok(partition.end.to_vec()),
            ClosedBy::Partition => Ok(partition.start.to_vec()),
            ClosedBy::Order => {
                self.neighbourhood(partition).horizon(self.calls, &self.place(partition, closed)?)
            }
        }
    }

    /// The first row of a partition that is still needed then.
    pub fn needed(
        &self,
        closing: &Closing,
        partition: &Partition,
        time: i64,
        closed: i64,
    ) -> Result<Vec<u8>> {
        let horizon = self.horizon(closing, partition, time, closed)?;
        if closing.by == ClosedBy::Partition || closed == i64::MAX {
            return Ok(horizon);
        }
        let place = self.place(partition, closed)?;
        self.neighbourhood(partition).needed(self.calls, &horizon, &place)
    }

    /// When there is something to close in the partition again.
    pub fn next_time(
        &self,
        closing: &Closing,
        partition: &Partition,
        time: i64,
        closed: i64,
    ) -> Result<Option<i64>> {
        // A row that waits for so many rows behind it is final when they are there,
        // and they bring their own time; one that waits for a time is not.
        let from = match closing.by {
            ClosedBy::Order if !self.waits_for_time() && closed < i64::MAX => {
                self.place(partition, closed)?
            }
            _ => self.horizon(closing, partition, time, closed)?,
        };
        let next = self.rows.keys(&from, &partition.end).next();
        match (closing.by, next) {
            (ClosedBy::Partition, next) => Ok(next.map(|_| time)),
            (ClosedBy::Order, Some(key)) => {
                Ok(self.layout.time_of(key, partition.start.len())?.or(Some(END_OF_TIME)))
            }
            // What is left waits for rows that may never come.
            (ClosedBy::Order, None) => {
                Ok(self.rows.keys(&partition.start, &partition.end).next().map(|_| END_OF_TIME))
            }
        }
    }

    fn waits_for_time(&self) -> bool {
        let waits = |call: &OverCall| matches!(&call.reach, Reach::Near { behind: Distance::Range(_), .. });
        self.calls.iter().any(waits)
    }

    /// Below it are the rows of a partition with times below `closed`.
    fn place(&self, partition: &Partition, closed: i64) -> Result<Vec<u8>> {
        let mut place = partition.start.to_vec();
        place.extend(self.layout.encode_time(closed)?);
        Ok(place)
    }

    fn neighbourhood<'a>(&'a self, partition: &'a Partition) -> Neighbourhood<'a> {
        Neighbourhood { layout: self.layout, rows: self.rows, partition }
    }
}
