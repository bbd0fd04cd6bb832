//! What a change of the right does to left rows that are there already.
//!
//! Right rows that appear or vanish, with none between them that stays, make a
//! *run*. Exactly the left rows from the first of the run up to the next right
//! row that stays meet another row than before: one of the run, or the one
//! ahead of it. Each of them is told once.

use super::changes::Changes;
use super::codec::{Meeting, before, row_at};
use super::output::Output;
use super::side::Side;
use crate::dataflow::operators::ordered::{Ordered, Place};

/// What an epoch finds, until it is taken in.
pub struct Standing<'a> {
    pub meeting: Meeting,
    pub left: &'a Side,
    pub right: &'a Side,
    /// What became of the right.
    pub changes: &'a Changes,
}

/// A run on its way: how far the left rows have been told.
pub struct Run {
    slot: u32,
    /// The changes of the run; up to the next one, the left rows have met them.
    next: usize,
    end: usize,
    /// The right row ahead of the run.
    ahead: Option<Place>,
    /// The last of the run that was met before, and the last that is met now.
    old: Option<usize>,
    new: Option<usize>,
    /// The next left row, and where the reach ends.
    left: Place,
    left_end: Option<Place>,
}

impl<'a> Standing<'a> {
    /// The first run that begins at the change `at` or later. `at` moves behind it.
    pub fn next_run(&self, at: &mut usize) -> Option<Run> {
        let list = self.changes.list();
        while let Some(change) = list.get(*at) {
            let (lefts, rights) = (self.left.of(change.slot), self.right.of(change.slot));
            if lefts.is_empty() {
                *at += list[*at..].partition_point(|c| c.slot == change.slot);
                continue;
            }
            let begin = *at;
            let place = rights.place_of(self.changes.key(begin));
            let (end, staying) = self.run_end(begin, place, rights);
            *at = end.max(begin + 1);
            if end > begin {
                let meeting = &self.meeting;
                return Some(Run {
                    slot: change.slot,
                    next: begin,
                    end,
                    ahead: before(rights, place),
                    old: None,
                    new: None,
                    left: meeting.first_that_meets(self.changes.row(begin), lefts),
                    left_end: staying.map(|row| meeting.first_that_meets(row, lefts)),
                });
            }
        }
        None
    }

    /// The change behind the run from `begin` on, and the next right row that
    /// stays. `place` is that of the first change among the right rows.
    fn run_end(&self, begin: usize, mut place: Place, rights: &'a Ordered) -> (usize, Option<&'a [u8]>) {
        let list = self.changes.list();
        let mut end = begin;
        for change in list[begin..].iter().take_while(|change| change.slot == list[begin].slot) {
            if let Some((at, entry)) = row_at(rights, place) {
                let row = self.changes.bytes_of(change);
                if row == &entry.row[..] && entry.weight + change.diff == 0 {
                    place = Place { index: at.index + 1, ..at };
                } else if row >= &entry.row[..] {
                    break;
                }
            }
            end += 1;
        }
        (end, row_at(rights, place).map(|(_, entry)| &entry.row[..]))
    }

    /// Tells left rows until the run is done, true, or `out` holds `limit`.
    pub fn tell(&self, run: &mut Run, out: &mut Output<'a>, limit: usize) -> bool {
        let (lefts, rights) = (self.left.of(run.slot), self.right.of(run.slot));
        let ahead = run.ahead.and_then(|place| row_at(rights, place)).map(|(_, entry)| &entry.row[..]);
        while out.len() < limit {
            let next = row_at(lefts, run.left);
            let within = |place: &Place| {
                run.left_end.is_none_or(|end| (place.chunk, place.index) < (end.chunk, end.index))
            };
            let Some((place, left)) = next.filter(|(place, _)| within(place)) else { return true };
            while run.next < run.end && self.meeting.meets(&left.row, self.changes.row(run.next)) {
                let appears = self.changes.list()[run.next].diff > 0;
                let last = if appears { &mut run.new } else { &mut run.old };
                *last = Some(run.next);
                run.next += 1;
            }
            let met = |of_run: Option<usize>| of_run.map_or(ahead, |index| Some(self.changes.row(index)));
            out.push(&left.row, met(run.old), -left.weight);
            out.push(&left.row, met(run.new), left.weight);
            run.left = Place { index: place.index + 1, ..place };
        }
        false
    }
}
