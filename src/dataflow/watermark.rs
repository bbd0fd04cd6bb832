//! Event time: where each source's watermark stood after each epoch.
//!
//! The ruling is deterministic: the watermark after epoch `e` is the least,
//! over the partitions that are not idle, of the highest value of the watermark
//! expression in all epochs up to `e`. It does not depend on the order within
//! an epoch nor on the number of workers, and it never falls.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::types::{Epoch, ObjectId};

/// What one partition contributed in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PartitionReport {
    /// Which partition.
    pub partition: u32,
    /// The highest value of the watermark expression, if there was any row.
    pub high: Option<i64>,
    /// The partition holds time back no longer, until it has rows again.
    pub idle: bool,
    /// The partition will never have a row again.
    pub finished: bool,
}

/// Folds partition reports into one watermark.
#[derive(Clone, Debug)]
pub struct WatermarkTracker {
    partitions: BTreeMap<u32, Partition>,
    current: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Partition {
    high: Option<i64>,
    idle: bool,
    finished: bool,
}

impl WatermarkTracker {
    /// A tracker of partitions `0..partitions`, all of which hold time back
    /// until they have rows, are idle, or are finished.
    pub fn new(partitions: usize) -> Self {
        let partitions = (0..partitions as u32).map(|p| (p, Partition::default())).collect();
        WatermarkTracker { partitions, current: None }
    }

    /// The watermark after all that was reported.
    pub fn current(&self) -> Option<i64> {
        self.current
    }

    /// Takes all reports of one epoch and returns the watermark after it.
    /// When every partition is finished, time is over: `i64::MAX`.
    pub fn advance(&mut self, reports: impl IntoIterator<Item = PartitionReport>) -> Option<i64> {
        for report in reports {
            let partition = self.partitions.entry(report.partition).or_default();
            partition.high = partition.high.max(report.high);
            partition.idle = report.idle;
            partition.finished |= report.finished;
        }
        let all_finished = self.partitions.values().all(|p| p.finished);
        let holding = self.partitions.values().filter(|p| !p.idle && !p.finished);
        let least = if all_finished {
            Some(i64::MAX)
        } else {
            // With every partition idle, time rests where the highest of them left it.
            match holding.map(|p| p.high).min() {
                Some(least) => least,
                None => self.partitions.values().filter_map(|p| p.high).max(),
            }
        };
        self.current = self.current.max(least);
        self.current
    }
}

/// The watermarks of all sources as one worker knows them, by epoch. Shared by
/// the operators of a worker; a reader at epoch `e` comes after the writer of
/// `e`, because frontiers say so.
#[derive(Default)]
pub struct WatermarkBoard {
    sources: RefCell<BTreeMap<ObjectId, Vec<(Epoch, i64)>>>,
}

impl WatermarkBoard {
    /// Notes the watermark of `source` after `epoch`; epochs must not decrease.
    pub fn record(&self, source: ObjectId, epoch: Epoch, watermark: Option<i64>) {
        let Some(watermark) = watermark else {
            return;
        };
        let mut sources = self.sources.borrow_mut();
        let history = sources.entry(source).or_default();
        if history.last().is_none_or(|(_, last)| *last < watermark) {
            history.push((epoch, watermark));
        }
    }

    /// The watermark of `source` as it stood after `epoch`.
    pub fn after(&self, source: ObjectId, epoch: Epoch) -> Option<i64> {
        let sources = self.sources.borrow();
        let history = sources.get(&source)?;
        let end = history.partition_point(|(e, _)| *e <= epoch);
        end.checked_sub(1).map(|last| history[last].1)
    }

    /// The epochs above `after` and below `frontier` in which a watermark of one
    /// of `sources` moved.
    pub fn moves(&self, sources: &[ObjectId], after: Option<Epoch>, frontier: Option<Epoch>) -> Vec<Epoch> {
        let board = self.sources.borrow();
        let moves = sources.iter().filter_map(|s| board.get(s)).flatten().map(|(epoch, _)| *epoch);
        moves.filter(|e| Some(*e) > after && frontier.is_none_or(|f| *e < f)).collect()
    }

    /// Forgets a source that was dropped or starts anew.
    pub fn forget(&self, source: ObjectId) {
        self.sources.borrow_mut().remove(&source);
    }

    /// Forgets what no reader at or after an epoch can tell apart; `since` says
    /// of a source from which epoch on it may still be looked at.
    pub fn prune(&self, since: impl Fn(ObjectId) -> Epoch) {
        for (source, history) in self.sources.borrow_mut().iter_mut().filter(|(_, h)| h.len() > 1) {
            let epoch = since(*source);
            let end = history.partition_point(|(e, _)| *e <= epoch);
            history.drain(..end.saturating_sub(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(partition: u32, high: Option<i64>) -> PartitionReport {
        PartitionReport { partition, high, idle: false, finished: false }
    }

    #[test]
    fn the_slowest_partition_holds_time_back() {
        let mut tracker = WatermarkTracker::new(2);
        assert_eq!(tracker.advance([report(0, Some(10))]), None);
        assert_eq!(tracker.advance([report(1, Some(4))]), Some(4));
        assert_eq!(tracker.advance([report(1, Some(2))]), Some(4), "it never falls");
        let idle = PartitionReport { idle: true, ..report(1, None) };
        assert_eq!(tracker.advance([idle]), Some(10), "an idle partition holds nothing back");
        assert_eq!(tracker.advance([report(1, Some(11))]), Some(10));
    }

    #[test]
    fn time_ends_when_all_partitions_have() {
        let mut tracker = WatermarkTracker::new(2);
        let end = |partition| PartitionReport { finished: true, ..report(partition, Some(7)) };
        assert_eq!(tracker.advance([end(0)]), None);
        assert_eq!(tracker.advance([end(1)]), Some(i64::MAX));
    }

    #[test]
    fn the_board_remembers_by_epoch() {
        let board = WatermarkBoard::default();
        let source = ObjectId(1);
        board.record(source, Epoch(5), Some(50));
        board.record(source, Epoch(7), Some(70));
        assert_eq!(board.after(source, Epoch(4)), None);
        assert_eq!(board.after(source, Epoch(6)), Some(50));
        assert_eq!(board.moves(&[source], Some(Epoch(5)), Some(Epoch(7))), []);
        assert_eq!(board.moves(&[source], None, Some(Epoch(8))), [Epoch(5), Epoch(7)]);
        board.prune(|_| Epoch(6));
        assert_eq!(board.moves(&[source], None, None), [Epoch(5), Epoch(7)], "who is at 6 needs both");
        board.prune(|_| Epoch(7));
        assert_eq!(board.moves(&[source], None, None), [Epoch(7)]);
        assert_eq!(board.after(source, Epoch(7)), Some(70));
    }
}
