//! When groups close: each is entered once, under the watermark that closes it.
//!
//! A group may have several keys that follow a watermark. It is closed as soon
//! as one of them is below its bound, since no row can come for it any more.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};

use arrow::array::{Array, ArrayRef, Int64Array};

use super::accumulator::as_int64;
use crate::dataflow::operator::EpochContext;
use crate::plan::stream::KeyTime;
use crate::types::{ObjectId, Result};

/// The open groups of an aggregate, by what closes them.
pub struct Closing {
    sources: Vec<SourceClosing>,
}

/// The groups that the watermark of one source closes.
struct SourceClosing {
    source: ObjectId,
    times: Vec<KeyTime>,
    /// Microseconds after which a closed group is final.
    lateness: i64,
    /// Slots by the least watermark that closes them. A slot that was freed and
    /// given to another group may still be listed for the old one.
    slots: BTreeMap<i64, Vec<u32>>,
    /// What closes the group that has the slot now.
    closes_at: Vec<i64>,
    /// Groups that close at or below this watermark are closed.
    watermark: i64,
}

/// What a move of watermarks does.
#[derive(Default)]
pub struct Closed {
    /// Slots whose groups have closed just now.
    pub closed: Vec<u32>,
    /// Slots whose groups can no longer change.
    pub finished: Vec<u32>,
}

impl Closing {
    /// No group yet.
    pub fn new(times: &[KeyTime]) -> Self {
        let mut sources: Vec<SourceClosing> = vec![];
        for time in times {
            match sources.iter_mut().find(|s| s.source == time.source) {
                Some(known) => {
                    known.times.push(time.clone());
                    known.lateness = known.lateness.max(time.lateness);
                }
                None => sources.push(SourceClosing {
                    source: time.source,
                    times: vec![time.clone()],
                    lateness: time.lateness,
                    slots: BTreeMap::new(),
                    closes_at: vec![],
                    watermark: i64::MIN,
                }),
            }
        }
        Closing { sources }
    }

    /// The sources whose watermarks close groups.
    pub fn sources(&self) -> Vec<ObjectId> {
        self.sources.iter().map(|s| s.source).collect()
    }

    /// Enters new groups, as (slot, row of `keys`), and says in `told` which of
    /// them are closed already: late rows within the allowed lateness.
    pub fn enter(&mut self, keys: &[ArrayRef], created: &[(u32, u32)], told: &mut [bool]) -> Result<()> {
        for source in &mut self.sources {
            let times: Vec<Int64Array> =
                source.times.iter().map(|t| as_int64(&keys[t.key])).collect::<Result<_>>()?;
            source.closes_at.resize(told.len(), i64::MAX);
            for (slot, row) in created {
                let row = *row as usize;
                let known = source.times.iter().zip(&times).filter(|(_, values)| values.is_valid(row));
                let at = known.map(|(time, values)| time.bound.passes(values.value(row))).min();
                source.closes_at[*slot as usize] = at.unwrap_or(i64::MAX);
                if let Some(at) = at {
                    source.slots.entry(at).or_default().push(*slot);
                    told[*slot as usize] |= at <= source.watermark;
                }
            }
        }
        Ok(())
    }

    /// Moves on to the watermarks of this epoch. With `forgets`, closed groups
    /// are finished once their lateness is over. Only slots that are `alive` count.
    pub fn advance(
        &mut self,
        cx: &EpochContext<'_>,
        forgets: bool,
        alive: impl Fn(u32) -> bool,
    ) -> Option<Closed> {
        let mut result: Option<Closed> = None;
        for source in &mut self.sources {
            let Some(watermark) = cx.watermark(source.source) else {
                continue;
            };
            let result = result.get_or_insert_default();
            if watermark > source.watermark {
                source.listed(Some(source.watermark), watermark, &alive, &mut result.closed);
                source.watermark = watermark;
            }
            let past = if forgets { watermark.saturating_sub(source.lateness) } else { watermark };
            if forgets {
                source.listed(None, past, &alive, &mut result.finished);
            }
            source.slots = match past.checked_add(1) {
                Some(next) => source.slots.split_off(&next),
                None => BTreeMap::new(),
            };
        }
        result
    }
}

impl SourceClosing {
    /// The groups that close after one watermark and not after another.
    fn listed(&self, after: Option<i64>, until: i64, alive: &impl Fn(u32) -> bool, into: &mut Vec<u32>) {
        let range = self.slots.range((after.map_or(Unbounded, Excluded), Included(until)));
        for (at, slots) in range {
            into.extend(slots.iter().filter(|s| self.closes_at[**s as usize] == *at && alive(**s)));
        }
    }
}
