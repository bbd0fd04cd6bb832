//! What a source had delivered up to an epoch, so that just that can be read again.
//!
//! A worker notes after each epoch how far its partitions have been read, for
//! as long as somebody may read at that epoch. Which rows were left out is known
//! by their ordinals (see [`Past`](super::lateness::Past)), whenever that was.

use std::collections::BTreeMap;

use super::lateness::{PartitionPast, Past};
use crate::types::Epoch;

/// One worker's part of a source at an epoch. Of a table, the watermark alone.
#[derive(Clone, Debug, Default)]
pub struct SourceCut {
    /// Its partitions.
    pub partitions: BTreeMap<u32, PartitionPast>,
    /// The watermark, the same on all workers.
    pub watermark: Option<i64>,
}

impl SourceCut {
    /// Of a source that is read, or of something that has a watermark alone.
    pub fn new(epoch: Epoch, source: Option<(&Positions, &Past)>, watermark: Option<i64>) -> Self {
        let partitions = source.map(|(positions, past)| positions.at(epoch, past)).unwrap_or_default();
        SourceCut { partitions, watermark }
    }
}

/// How far partitions had been read after each epoch.
#[derive(Default)]
pub struct Positions(Vec<(Epoch, Vec<(u32, u64)>)>);

impl Positions {
    /// Notes how far each partition is after `epoch`.
    pub fn note(&mut self, epoch: Epoch, positions: Vec<(u32, u64)>) {
        self.0.push((epoch, positions));
    }

    /// Forgets what no reader at or after `since` can tell apart.
    pub fn prune(&mut self, since: Epoch) {
        let end = self.0.partition_point(|(epoch, _)| *epoch <= since);
        self.0.drain(..end.saturating_sub(1));
    }

    /// What had been read after `epoch`, without what `past` says was left out.
    pub fn at(&self, epoch: Epoch, past: &Past) -> BTreeMap<u32, PartitionPast> {
        let end = self.0.partition_point(|(e, _)| *e <= epoch);
        let Some((_, positions)) = end.checked_sub(1).map(|last| &self.0[last]) else {
            return BTreeMap::new();
        };
        let cut = |(partition, until): &(u32, u64)| {
            let mut excluded = past.of(*partition).excluded;
            excluded.truncate(excluded.partition_point(|ordinal| ordinal < until));
            (*partition, PartitionPast { until: *until, excluded })
        };
        positions.iter().map(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_sees_what_was_read_up_to_it() {
        let mut positions = Positions::default();
        positions.note(Epoch(3), vec![(0, 10)]);
        positions.note(Epoch(5), vec![(0, 20)]);
        let past = Past::default();
        let until = |positions: &Positions, epoch| positions.at(Epoch(epoch), &past).get(&0).map(|p| p.until);
        assert_eq!(
            [2, 3, 4, 5, 9].map(|e| until(&positions, e)),
            [None, Some(10), Some(10), Some(20), Some(20)]
        );
        positions.prune(Epoch(4));
        assert_eq!([4, 5].map(|e| until(&positions, e)), [Some(10), Some(20)]);
        positions.prune(Epoch(5));
        assert_eq!(until(&positions, 5), Some(20));
    }
}
