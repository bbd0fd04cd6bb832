//! Which rows form a session.
//!
//! Invariant: the entries of a session are in the order of time, each less than
//! the gap after the one before, and sessions of one partition are at least the
//! gap apart. A change opens the sessions that it touches and no others.

use std::collections::{BTreeMap, BTreeSet};

use crate::types::{Error, Result};

/// One row of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its time, microseconds.
    pub time: i64,
    /// Of its columns, to find it again; 0 where nothing is ever retracted.
    pub hash: u64,
    /// Where the row is kept.
    pub slot: u32,
    /// How often it is there.
    pub count: u32,
}

/// Rows that follow each other closely.
#[derive(Clone, Debug)]
pub struct Session {
    /// The time of the last one.
    pub last: i64,
    /// All of them.
    pub entries: Vec<Entry>,
}

/// A session's name: its partition, and the time of its first row.
pub type SessionKey = (u32, i64);

/// A row that comes or goes.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Its partition.
    pub partition: u32,
    /// Its time.
    pub time: i64,
    /// See [`Entry::hash`].
    pub hash: u64,
    /// Where a row that comes is kept.
    pub slot: u32,
    /// How often it comes, or, negative, goes.
    pub diff: i64,
}

/// What changes did.
#[derive(Default)]
pub struct Touched {
    /// The sessions that were asked for, as they were; in the order of keys.
    pub before: Vec<(SessionKey, Session)>,
    /// The sessions that there are now in their place; in the order of keys.
    pub after: Vec<SessionKey>,
    /// Slots whose rows are gone.
    pub gone: Vec<u32>,
}

/// The sessions of all partitions on one worker.
pub struct Sessions {
    gap: i64,
    /// Of each partition, by the times of their first rows. A tree of its own is
    /// small, and what is looked up in it one after the other lies together.
    partitions: Vec<BTreeMap<i64, Session>>,
    /// By their ends, where anything closes.
    by_end: Option<BTreeSet<(i64, u32, i64)>>,
}

/// A session being changed.
struct Open {
    partition: u32,
    session: Session,
    /// Where the next session of the partition begins.
    next: Option<i64>,
    /// Somewhere in it there may be a gap.
    torn: bool,
}

impl Sessions {
    /// None yet. With `close`, sessions can be found by their ends.
    pub fn new(gap: i64, close: bool) -> Self {
        Sessions { gap, partitions: Vec::new(), by_end: close.then(BTreeSet::new) }
    }

    /// The session of this name.
    pub fn get(&self, key: &SessionKey) -> Option<&Session> {
        self.partitions.get(key.0 as usize)?.get(&key.1)
    }

    /// The end of a session whose last row is at `last`: the first moment at
    /// which a row would be in another one.
    pub fn end(&self, last: i64) -> i64 {
        last.saturating_add(self.gap)
    }

    /// The sessions that end after one moment and not after another.
    pub fn ending(&self, after: i64, until: i64) -> Vec<SessionKey> {
        let Some(by_end) = self.by_end.as_ref().filter(|_| after < until) else {
            return Vec::new();
        };
        let from = (after.saturating_add(1), 0, i64::MIN);
        by_end.range(from..=(until, u32::MAX, i64::MAX)).map(|(_, p, start)| (*p, *start)).collect()
    }

    /// Takes a session away for good.
    pub fn forget(&mut self, key: &SessionKey) -> Option<Session> {
        let session = self.partitions.get_mut(key.0 as usize)?.remove(&key.1)?;
        let end = self.end(session.last);
        if let Some(by_end) = &mut self.by_end {
            by_end.remove(&(end, key.0, key.1));
        }
        Some(session)
    }

    /// Does the partition have sessions?
    pub fn has(&self, partition: u32) -> bool {
        self.partitions.get(partition as usize).is_some_and(|sessions| !sessions.is_empty())
    }

    /// Applies changes in the order of partition and time, rows that come before
    /// those that go. Of sessions with an end that is `wanted`, what they were
    /// is kept.
    pub fn apply(&mut self, changes: &[Change], wanted: impl Fn(i64) -> bool) -> Result<Touched> {
        let mut touched = Touched::default();
        let mut open: Option<Open> = None;
        for change in changes {
            let goes_on = |o: &Open| {
                o.partition == change.partition
                    && !o.session.entries.is_empty()
                    && change.time < self.end(o.session.last)
            };
            if open.as_ref().is_none_or(|o| !goes_on(o)) {
                if let Some(done) = open.take() {
                    self.put_back(done, &mut touched);
                }
                open = Some(self.open(change, &wanted, &mut touched));
            }
            let at = open.as_mut().ok_or_else(|| Error::internal("no session is open"))?;
            if change.diff > 0 {
                self.insert(at, change);
                self.absorb(at, &wanted, &mut touched);
            } else {
                self.remove(at, change, &mut touched.gone)?;
            }
        }
        if let Some(done) = open {
            self.put_back(done, &mut touched);
        }
        Ok(touched)
    }

    /// The session that a change touches, or an empty one.
    fn open(&mut self, change: &Change, wanted: &impl Fn(i64) -> bool, touched: &mut Touched) -> Open {
        let Change { partition, time, .. } = *change;
        let before = self.partitions.get(partition as usize).and_then(|s| s.range(..=time).next_back());
        let before = before.filter(|(_, s)| time < self.end(s.last)).map(|(start, _)| *start);
        let start = before.or_else(|| {
            self.start_after(partition, time).filter(|start| *start < time.saturating_add(self.gap))
        });
        let session = start.and_then(|start| self.take((partition, start), wanted, touched));
        let session = session.unwrap_or(Session { last: time, entries: Vec::new() });
        let next = self.start_after(partition, session.last.max(time));
        Open { partition, session, next, torn: false }
    }

    fn start_after(&self, partition: u32, time: i64) -> Option<i64> {
        let sessions = self.partitions.get(partition as usize)?;
        sessions.range(time.saturating_add(1)..).next().map(|(start, _)| *start)
    }

    fn take(
        &mut self,
        key: SessionKey,
        wanted: &impl Fn(i64) -> bool,
        touched: &mut Touched,
    ) -> Option<Session> {
        let session = self.forget(&key)?;
        if wanted(self.end(session.last)) {
            touched.before.push((key, session.clone()));
        }
        Some(session)
    }

    fn insert(&self, open: &mut Open, change: &Change) {
        let Change { time, hash, slot, diff, .. } = *change;
        let entry = Entry { time, hash, slot, count: u32::try_from(diff).unwrap_or(u32::MAX) };
        let entries = &mut open.session.entries;
        let at = entries.partition_point(|e| (e.time, e.hash, e.slot) < (time, hash, slot));
        entries.insert(at, entry);
        let apart = |l: usize, r: usize| self.end(entries[l].time) <= entries[r].time;
        open.torn |= (at > 0 && apart(at - 1, at)) || (at + 1 < entries.len() && apart(at, at + 1));
        open.session.last = entries[entries.len() - 1].time;
    }

    /// Takes in the sessions behind that now follow closely.
    fn absorb(&mut self, open: &mut Open, wanted: &impl Fn(i64) -> bool, touched: &mut Touched) {
        while let Some(next) = open.next.filter(|next| *next < self.end(open.session.last)) {
            let Some(session) = self.take((open.partition, next), wanted, touched) else {
                return;
            };
            open.session.entries.extend(session.entries);
            open.session.last = session.last;
            open.next = self.start_after(open.partition, session.last);
        }
    }

    fn remove(&self, open: &mut Open, change: &Change, gone: &mut Vec<u32>) -> Result<()> {
        let (time, hash) = (change.time, change.hash);
        let entries = &mut open.session.entries;
        let at = entries.partition_point(|e| (e.time, e.hash) < (time, hash));
        let mut left = change.diff.unsigned_abs();
        while left > 0 {
            let entry = entries.get_mut(at).filter(|e| (e.time, e.hash) == (time, hash));
            let entry = entry.ok_or_else(|| Error::internal("a row goes that is in no session"))?;
            if u64::from(entry.count) > left {
                entry.count -= left as u32;
                return Ok(());
            }
            left -= u64::from(entry.count);
            gone.push(entries.remove(at).slot);
        }
        if let Some(last) = entries.last() {
            open.session.last = last.time;
            open.torn |= at > 0 && at < entries.len() && self.end(entries[at - 1].time) <= entries[at].time;
        }
        Ok(())
    }

    fn put_back(&mut self, open: Open, touched: &mut Touched) {
        let mut pieces = vec![open.session.entries];
        if open.torn {
            while let Some(rest) = pieces.last_mut().and_then(|piece| tear(piece, self.gap)) {
                pieces.push(rest);
            }
        }
        for entries in pieces {
            let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
                continue;
            };
            let (start, last) = (first.time, last.time);
            touched.after.push((open.partition, start));
            let end = self.end(last);
            if let Some(by_end) = &mut self.by_end {
                by_end.insert((end, open.partition, start));
            }
            if self.partitions.len() <= open.partition as usize {
                self.partitions.resize_with(open.partition as usize + 1, BTreeMap::new);
            }
            self.partitions[open.partition as usize].insert(start, Session { last, entries });
        }
    }
}

/// Cuts entries at their first gap and returns the rest.
fn tear(entries: &mut Vec<Entry>, gap: i64) -> Option<Vec<Entry>> {
    let at = entries.windows(2).position(|pair| pair[0].time.saturating_add(gap) <= pair[1].time)?;
    Some(entries.split_off(at + 1))
}
