//! From one row to the rows that it can change, and that those depend on.
//!
//! All of this looks at the rows after the change. That is enough: between a row
//! and the nearest change ahead of it (or behind it) nothing came or went, so
//! they are as far apart as they were before.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::key::{KeyLayout, after, end_of, peers_of};
use super::rows::OrderedRows;
use crate::plan::stream::{Distance, OverCall, Reach};
use crate::types::Result;

/// One partition's keys: from the first up to, not with, the last.
#[derive(Clone)]
pub struct Partition {
    /// What all its keys begin with.
    pub start: Box<[u8]>,
    /// The least bytes above all of them.
    pub end: Box<[u8]>,
}

impl Partition {
    /// The partition whose keys begin with `prefix`.
    pub fn new(prefix: &[u8]) -> Self {
        Partition { start: prefix.into(), end: end_of(prefix).into() }
    }
}

/// Keys from the first up to, not with, the second.
pub type Span = (Vec<u8>, Vec<u8>);

/// The ordered rows seen from one partition.
pub struct Neighbourhood<'a> {
    /// How keys are made.
    pub layout: &'a KeyLayout,
    /// All rows.
    pub rows: &'a OrderedRows,
    /// The partition.
    pub partition: &'a Partition,
}

impl Neighbourhood<'_> {
    /// The rows that depend on the row `key`, which may be gone, by calls that
    /// look at neighbours.
    pub fn affected(&self, calls: &[OverCall], key: &[u8]) -> Result<Span> {
        let mut span = (key.to_vec(), after(key));
        for call in calls {
            // Who has it ahead is behind it, and the other way round.
            if let Reach::Near { ahead, behind } = &call.reach {
                let from = self.ahead(key, behind)?;
                let to = self.behind(key, ahead)?;
                span = (span.0.min(from), span.1.max(to));
            }
        }
        Ok(span)
    }

    /// The rows that those in `span` depend on, by calls that look at neighbours.
    pub fn context(&self, calls: &[OverCall], span: &Span) -> Result<Span> {
        let mut context = span.clone();
        let mut inside = self.rows.range(&span.0, &span.1);
        let Some((first, _)) = inside.next() else {
            return Ok(context);
        };
        let last = inside.next_back().map_or(first, |(last, _)| last);
        for call in calls {
            if let Reach::Near { ahead, behind } = &call.reach {
                let from = self.ahead(first, ahead)?;
                let to = self.behind(last, behind)?;
                context = (context.0.min(from), context.1.max(to));
            }
        }
        Ok(context)
    }

    /// The first row that is not final yet: one that depends on rows from
    /// `closed` on, of which some are still to come.
    pub fn horizon(&self, calls: &[OverCall], closed: &[u8]) -> Result<Vec<u8>> {
        let mut horizon = closed.to_vec();
        for call in calls {
            match &call.reach {
                Reach::Near { behind, .. } => horizon = horizon.min(self.ahead_of(closed, closed, behind)?),
                Reach::Running(_) => {}
                Reach::Partition => horizon = self.partition.start.to_vec(),
            }
        }
        Ok(horizon)
    }

    /// The first row that one from `horizon` on, or one still to come from
    /// `closed` on, looks at as its neighbour.
    pub fn needed(&self, calls: &[OverCall], horizon: &[u8], closed: &[u8]) -> Result<Vec<u8>> {
        let first = self.rows.range(horizon, &self.partition.end).next().map(|(key, _)| key);
        let mut needed = horizon.to_vec();
        for call in calls {
            if let Reach::Near { ahead, .. } = &call.reach {
                needed = needed.min(self.ahead_of(closed, closed, ahead)?);
                if let Some(first) = first {
                    needed = needed.min(self.ahead(first, ahead)?);
                }
            }
        }
        Ok(needed)
    }

    /// The first row that is no further ahead of `key` than this.
    fn ahead(&self, key: &[u8], distance: &Distance) -> Result<Vec<u8>> {
        self.ahead_of(key, peers_of(key), distance)
    }

    /// The same for a place between rows, and the least bytes of its peers.
    fn ahead_of(&self, at: &[u8], peers: &[u8], distance: &Distance) -> Result<Vec<u8>> {
        let rows = |end: &[u8], count: usize| {
            let found = self.rows.range(&self.partition.start, end).rev().take(count).last();
            found.map(|(key, _)| key.to_vec())
        };
        Ok(match distance {
            Distance::Rows(count) => rows(at, *count).unwrap_or_else(|| at.to_vec()),
            Distance::Groups(count) => {
                let mut start = peers.to_vec();
                for _ in 0..*count {
                    let Some(before) = rows(&start, 1) else { break };
                    start = peers_of(&before).to_vec();
                }
                start
            }
            Distance::Range(delta) => {
                self.moved(peers, delta, true)?.unwrap_or_else(|| self.partition.start.to_vec())
            }
        })
    }

    /// Past the last row that is no further behind `key` than this.
    fn behind(&self, key: &[u8], distance: &Distance) -> Result<Vec<u8>> {
        Ok(match distance {
            Distance::Rows(count) => {
                let next = after(key);
                let found = self.rows.range(&next, &self.partition.end).take(*count).last();
                found.map_or(next.clone(), |(key, _)| after(key))
            }
            Distance::Groups(count) => {
                let mut end = end_of(peers_of(key));
                for _ in 0..*count {
                    let next = self.rows.range(&end, &self.partition.end).next();
                    let Some((next, _)) = next else { break };
                    end = end_of(peers_of(next));
                }
                end
            }
            Distance::Range(delta) => match self.moved(peers_of(key), delta, false)? {
                Some(peers) => end_of(&peers),
                None => self.partition.end.to_vec(),
            },
        })
    }

    /// The peers at this distance from `peers`, if the type has such a value.
    fn moved(&self, peers: &[u8], delta: &ScalarValue, ahead: bool) -> Result<Option<Vec<u8>>> {
        let value = self.layout.order_value(peers, self.partition.start.len(), peers.len())?;
        let value = ScalarValue::try_from_array(&value, 0)?;
        if value.is_null() {
            return Ok(Some(peers.to_vec()));
        }
        // In a descending order the greater values are ahead.
        let Some(target) = shifted(&value, delta, ahead == self.layout.descends()) else {
            return Ok(None);
        };
        let mut bytes = self.partition.start.to_vec();
        bytes.extend(self.layout.encode_order(target.to_array()?)?);
        Ok(Some(bytes))
    }
}

/// `value + delta` or `value - delta`, rather a little too far than not far
/// enough; `None` when that is outside the type.
fn shifted(value: &ScalarValue, delta: &ScalarValue, up: bool) -> Option<ScalarValue> {
    let moved = |value: &ScalarValue, delta: &ScalarValue| {
        if up { value.add_checked(delta).ok() } else { value.sub_checked(delta).ok() }
    };
    match (value, delta) {
        // Months differ in length, and there and back again is not the same day.
        (_, ScalarValue::IntervalMonthDayNano(Some(interval))) if interval.months != 0 => {
            moved(&moved(value, delta)?, &ScalarValue::new_interval_mdn(0, 4, 0))
        }
        (ScalarValue::Float64(Some(v)), ScalarValue::Float64(Some(d))) => {
            let far = d + (v.abs() + d.abs()) * 1e-12;
            Some(ScalarValue::Float64(Some(if up { v + far } else { v - far })))
        }
        (ScalarValue::Float32(Some(v)), ScalarValue::Float32(Some(d))) => {
            let far = d + (v.abs() + d.abs()) * 1e-5;
            Some(ScalarValue::Float32(Some(if up { v + far } else { v - far })))
        }
        _ if !up && value.data_type().is_unsigned_integer() && value < delta => {
            ScalarValue::new_zero(&value.data_type()).ok()
        }
        _ => moved(value, delta).filter(|moved| same_type(moved, value)),
    }
}

fn same_type(a: &ScalarValue, b: &ScalarValue) -> bool {
    let (a, b): (DataType, DataType) = (a.data_type(), b.data_type());
    a == b
}
