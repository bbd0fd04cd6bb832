//! Numbering: which events the rows of one split are.
//!
//! Events come in rounds of 50. Round `r` belongs to split `r mod splits`, so
//! the splits stay close in event time and a round is never cut.

use super::table::Table;

/// New people in a round.
pub const PEOPLE: u64 = 1;
/// New auctions in a round, after the people.
pub const AUCTIONS: u64 = 3;
/// Bids in a round, after the auctions.
pub const BIDS: u64 = 46;
/// Events in a round.
pub const ROUND: u64 = PEOPLE + AUCTIONS + BIDS;

/// One split's rows of one table.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    split: u64,
    splits: u64,
    /// The table's first event in a round.
    first: u64,
    /// The table's rows in a round.
    rows: u64,
}

impl Lane {
    /// The lane of `split` among `splits`.
    pub fn new(table: Table, split: u64, splits: u64) -> Self {
        let (first, rows) = table.rows_in_round();
        Lane { split, splits, first, rows }
    }

    /// The event that the split's `row`-th row is.
    pub fn event(&self, row: u64) -> u64 {
        (row / self.rows * self.splits + self.split) * ROUND + self.first + row % self.rows
    }

    /// How many of the split's rows come before event `limit`.
    pub fn rows_before(&self, limit: u64) -> u64 {
        let whole = limit / ROUND;
        let ours = whole.saturating_sub(self.split).div_ceil(self.splits) * self.rows;
        if whole % self.splits != self.split {
            return ours;
        }
        ours + (limit % ROUND).saturating_sub(self.first).min(self.rows)
    }

    /// The events of `count` rows from `row`.
    pub fn events(&self, row: u64, count: usize) -> Vec<u64> {
        let mut events = Vec::with_capacity(count);
        let mut row = row;
        while events.len() < count {
            let left = self.rows - row % self.rows;
            let run = left.min((count - events.len()) as u64);
            let start = self.event(row);
            events.extend(start..start + run);
            row += run;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the arithmetic with counting one by one.
    #[test]
    fn splits_deal_every_event_once() {
        for table in [Table::Event, Table::Person, Table::Auction, Table::Bid] {
            let (first, rows) = table.rows_in_round();
            for (splits, limit) in [(1, 0), (1, 1), (1, 777), (3, 777), (4, 200), (7, 50), (7, 1234)] {
                let mut dealt = Vec::new();
                for split in 0..splits {
                    let lane = Lane::new(table, split, splits);
                    let count = lane.rows_before(limit) as usize;
                    let events = lane.events(0, count);
                    assert!(events.iter().enumerate().all(|(i, e)| lane.event(i as u64) == *e));
                    assert_eq!(
                        lane.events(5.min(count as u64), count - 5.min(count)),
                        events[5.min(count)..]
                    );
                    dealt.extend(events);
                }
                dealt.sort_unstable();
                let ours = |n: &u64| (first..first + rows).contains(&(n % ROUND));
                assert_eq!(dealt, (0..limit).filter(ours).collect::<Vec<_>>(), "{table:?} {splits} {limit}");
            }
        }
    }
}
