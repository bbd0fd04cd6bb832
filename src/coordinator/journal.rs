//! What was left out of a source or table, and why: nothing vanishes silently.
//!
//! Entries are kept within a bound of rows, the oldest are pushed out first,
//! and what the bound pushes out is counted too.

use std::collections::VecDeque;

use crate::dataflow::{LateRows, Rejected};
use crate::types::Epoch;

/// Entries of one kind that are kept.
pub const ENTRIES_MAX: usize = 1_000_000;

/// The records of one source or table.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Rows ruled late, oldest first.
    pub late: VecDeque<LateRows>,
    /// Late rows ever, those pushed out included.
    pub late_total: u64,
    /// Rows that could not be used, oldest first.
    pub rejected: VecDeque<RejectedEntry>,
    /// Rejected rows ever.
    pub rejected_total: u64,
    /// What each epoch consisted of, oldest first.
    pub epochs: VecDeque<SourceEpochEntry>,
    late_kept: usize,
}

/// One rejected row.
#[derive(Clone, Debug)]
pub struct RejectedEntry {
    /// The epoch it came in.
    pub epoch: Epoch,
    /// The partition it came from.
    pub partition: u32,
    /// Reason, raw text and place.
    pub rejected: Rejected,
}

/// One partition's part of one epoch of a source with a watermark.
#[derive(Clone, Debug)]
pub struct SourceEpochEntry {
    /// The epoch.
    pub epoch: Epoch,
    /// The partition.
    pub partition: u32,
    /// The ordinal of its first row.
    pub first: u64,
    /// How many rows.
    pub rows: u64,
    /// The source's watermark after the epoch, microseconds.
    pub watermark: Option<i64>,
}

impl Journal {
    /// Adds late rows.
    pub fn add_late(&mut self, late: LateRows) {
        let rows = late.positions.len();
        self.late_total += rows as u64;
        self.late_kept += rows;
        self.late.push_back(late);
        while self.late_kept > ENTRIES_MAX && self.late.len() > 1 {
            self.late_kept -= self.late.pop_front().map_or(0, |l| l.positions.len());
        }
    }

    /// Adds rejected rows.
    pub fn add_rejected(&mut self, epoch: Epoch, partition: u32, rows: Vec<Rejected>) {
        self.rejected_total += rows.len() as u64;
        self.rejected.extend(rows.into_iter().map(|rejected| RejectedEntry { epoch, partition, rejected }));
        while self.rejected.len() > ENTRIES_MAX {
            self.rejected.pop_front();
        }
    }

    /// Adds an epoch.
    pub fn add_epoch(&mut self, entry: SourceEpochEntry) {
        self.epochs.push_back(entry);
        while self.epochs.len() > ENTRIES_MAX {
            self.epochs.pop_front();
        }
    }
}
