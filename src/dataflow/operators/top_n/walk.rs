//! What changes of a partition do to the rows whose rank is in the window.
//!
//! Old rows and changes are walked together in order, from the first change on,
//! with the number of rows before and after the changes at hand. The walk ends
//! behind the window, or where the changes are over and nothing is shifted any
//! more. Chunks on which nothing can differ are stepped over as a whole.

use super::codec::RowCodec;
use super::emission::Emission;
use crate::dataflow::operators::ordered::{Key, Ordered, Place};
use crate::plan::stream::RankKind;

/// Which ranks come out.
#[derive(Clone, Copy)]
pub struct Window {
    /// How ranks are counted.
    pub kind: RankKind,
    /// Ranks up to this one are left out.
    pub low: i64,
    /// The last rank that comes out.
    pub high: i64,
    /// A row that only changes its rank goes and comes.
    pub with_rank: bool,
}

/// One change: a row comes or goes so many times.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// The row.
    pub key: Key<'a>,
    /// How many times.
    pub diff: i64,
}

/// Emits what `changes` (of different rows, in order) do to the window over `old`.
pub fn walk(window: &Window, codec: &RowCodec, old: &Ordered, changes: &[Change<'_>], out: &mut Emission) {
    let Some(first) = changes.first() else {
        return;
    };
    match window.kind {
        RankKind::RowNumber => {
            let place = old.place_of(first.key);
            let before = old.weight_before(place);
            let mut walk = NumberWalk { window, old, place, before, after: before, changes };
            walk.run(out);
        }
        RankKind::Rank | RankKind::DenseRank => {
            let order = codec.order_of(first.key.row);
            let place = old.place_of(Key { prefix: codec.prefix(order), row: order });
            let passed = match window.kind {
                RankKind::Rank => old.weight_before(place),
                _ => groups_before(window, codec, old, place),
            };
            let mut walk = SharedWalk { window, codec, old, place, changes, before: passed, after: passed };
            walk.run(out);
        }
    }
}

/// Every row has a number of its own.
struct NumberWalk<'a> {
    window: &'a Window,
    old: &'a Ordered,
    place: Place,
    /// Rows passed, before and after the changes.
    before: i64,
    after: i64,
    changes: &'a [Change<'a>],
}

impl NumberWalk<'_> {
    fn run(&mut self, out: &mut Emission) {
        loop {
            let behind = self.before >= self.window.high && self.after >= self.window.high;
            if behind || (self.changes.is_empty() && self.before == self.after) {
                return;
            }
            if self.skip_chunk() {
                continue;
            }
            let Some((row, old, new)) = next_row(self.old, &mut self.place, &mut self.changes) else {
                return;
            };
            self.emit(row, old, new, out);
            self.before += old;
            self.after += new;
        }
    }

    /// Steps over the rest of a chunk that no change falls into and in which
    /// nothing differs.
    fn skip_chunk(&mut self) -> bool {
        let rest = &self.old.chunk(self.place.chunk)[self.place.index..];
        let Some(last) = rest.last() else {
            return false;
        };
        if self.changes.first().is_some_and(|change| !change.key.is_after(last)) {
            return false;
        }
        let weight = match self.place.index {
            0 => self.old.weight(self.place.chunk),
            _ => rest.iter().map(|entry| entry.count()).sum(),
        };
        let side = |passed: i64| match passed {
            p if p + weight <= self.window.low || p >= self.window.high => Some(false),
            p if p >= self.window.low && p + weight <= self.window.high => Some(true),
            _ => None,
        };
        let (before, after) = (side(self.before), side(self.after));
        let unchanged = self.before == self.after
            || (before.is_some() && before == after && (before == Some(false) || !self.window.with_rank));
        if unchanged {
            self.before += weight;
            self.after += weight;
            self.place = Place { chunk: self.place.chunk + 1, index: 0 };
        }
        unchanged
    }

    fn emit(&self, row: &[u8], old: i64, new: i64, out: &mut Emission) {
        let inside = |passed: i64, count: i64| {
            (passed.max(self.window.low), passed.saturating_add(count).min(self.window.high))
        };
        let (gone, come) = (inside(self.before, old), inside(self.after, new));
        if !self.window.with_rank {
            out.push(row, 0, (come.1 - come.0).max(0) - (gone.1 - gone.0).max(0));
            return;
        }
        let outside = |rank: i64, (start, end): (i64, i64)| rank <= start || rank > end;
        (gone.0 + 1..=gone.1).filter(|r| outside(*r, come)).for_each(|rank| out.push(row, rank, -1));
        (come.0 + 1..=come.1).filter(|r| outside(*r, gone)).for_each(|rank| out.push(row, rank, 1));
    }
}

/// Rows that are equal in the order columns, a group, share a rank.
struct SharedWalk<'a> {
    window: &'a Window,
    codec: &'a RowCodec,
    old: &'a Ordered,
    place: Place,
    changes: &'a [Change<'a>],
    /// The ranks passed, before and after the changes: rows, or groups.
    before: i64,
    after: i64,
}

impl<'a> SharedWalk<'a> {
    fn run(&mut self, out: &mut Emission) {
        while let Some(group) = self.peek() {
            let behind = self.before >= self.window.high && self.after >= self.window.high;
            if behind || (self.changes.is_empty() && self.before == self.after) {
                return;
            }
            let group = self.codec.order_of(group);
            let (mut old_rows, mut new_rows) = (0, 0);
            while self.peek().is_some_and(|row| self.codec.order_of(row) == group) {
                let Some((row, old, new)) = next_row(self.old, &mut self.place, &mut self.changes) else {
                    break;
                };
                self.emit(row, old, new, out);
                old_rows += old;
                new_rows += new;
            }
            let dense = self.window.kind == RankKind::DenseRank;
            self.before += if dense { old_rows.min(1) } else { old_rows };
            self.after += if dense { new_rows.min(1) } else { new_rows };
        }
    }

    /// The next row in order.
    fn peek(&self) -> Option<&'a [u8]> {
        let ordered: &'a Ordered = self.old;
        let old = ordered.at(self.place);
        let change = self.changes.first();
        match (old, change) {
            (Some(entry), Some(change)) if change.key.is_after(entry) => Some(&entry.row),
            (_, Some(change)) => Some(change.key.row),
            (entry, None) => entry.map(|entry| &entry.row[..]),
        }
    }

    fn emit(&self, row: &[u8], old: i64, new: i64, out: &mut Emission) {
        let inside = |rank: i64| rank > self.window.low && rank <= self.window.high;
        let (from, to) = (self.before + 1, self.after + 1);
        let (gone, come) = (if inside(from) { old } else { 0 }, if inside(to) { new } else { 0 });
        if from == to || !self.window.with_rank {
            out.push(row, to, come - gone);
        } else {
            out.push(row, from, -gone);
            out.push(row, to, come);
        }
    }
}

/// The next row in order, with how often it is there before and after the
/// changes; moves past it.
fn next_row<'a>(
    old: &'a Ordered,
    place: &mut Place,
    changes: &mut &'a [Change<'a>],
) -> Option<(&'a [u8], i64, i64)> {
    if place.index >= old.chunk(place.chunk).len() && place.chunk + 1 < old.chunks() {
        *place = Place { chunk: place.chunk + 1, index: 0 };
    }
    let entry = old.chunk(place.chunk).get(place.index);
    let change = changes.first();
    let order = match (entry, change) {
        (None, None) => return None,
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (Some(entry), Some(change)) => Key { prefix: entry.prefix, row: &entry.row }.compare(&change.key),
    };
    let entry = entry.filter(|_| order.is_le());
    let change = change.filter(|_| order.is_ge());
    if entry.is_some() {
        place.index += 1;
    }
    if change.is_some() {
        *changes = &changes[1..];
    }
    let row = entry.map(|e| &e.row[..]).or(change.map(|c| c.key.row))?;
    let weight = entry.map_or(0, |e| e.weight);
    let diff = change.map_or(0, |c| c.diff);
    Some((row, weight.max(0), weight.saturating_add(diff).max(0)))
}

/// The groups before a place; counted no further than the window reaches.
fn groups_before(window: &Window, codec: &RowCodec, old: &Ordered, place: Place) -> i64 {
    let mut groups = 0;
    let mut last: Option<&[u8]> = None;
    for chunk in 0..=place.chunk {
        let rows = old.chunk(chunk);
        let rows = if chunk == place.chunk { &rows[..place.index] } else { rows };
        for entry in rows.iter().filter(|entry| entry.count() > 0) {
            let group = codec.order_of(&entry.row);
            if last != Some(group) {
                groups += 1;
                last = Some(group);
            }
            if groups > window.high {
                return groups;
            }
        }
    }
    groups
}

/// Where ranks end that the window can still reach on insert-only input: the
/// first place that is out of its reach, and how many rows too many the last
/// one before it counts for.
pub fn reach(window: &Window, codec: &RowCodec, ordered: &Ordered) -> Option<(Place, i64)> {
    let mut passed = 0;
    let mut last: Option<&[u8]> = None;
    for chunk in 0..ordered.chunks() {
        let weight = ordered.weight(chunk);
        // A dense rank counts no more than the rows do.
        let whole = passed + weight < window.high;
        if whole && window.kind != RankKind::DenseRank {
            passed += weight;
            last = ordered.chunk(chunk).last().map(|entry| codec.order_of(&entry.row));
            continue;
        }
        for (index, entry) in ordered.chunk(chunk).iter().enumerate() {
            let place = Place { chunk, index };
            match window.kind {
                RankKind::RowNumber => {
                    passed += entry.count();
                    if passed >= window.high {
                        return Some((Place { index: index + 1, ..place }, passed - window.high));
                    }
                }
                kind => {
                    let group = codec.order_of(&entry.row);
                    let opens = last != Some(group);
                    if opens && passed >= window.high {
                        return Some((place, 0));
                    }
                    last = Some(group);
                    passed += if kind == RankKind::Rank { entry.count() } else { i64::from(opens) };
                }
            }
        }
    }
    None
}
