//! Partial states at intervals, so that a change is evaluated from nearby and
//! not from the beginning of its partition.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::running::State;

/// For some bytes, the state of each running call over all rows of the
/// partition below them.
///
/// Bytes, not rows: a milestone stays right when rows behind it come or go, and
/// must be forgotten or found to be the same when one ahead of it does.
#[derive(Default)]
pub struct Milestones {
    states: BTreeMap<Box<[u8]>, Vec<State>>,
}

impl Milestones {
    /// The last one from `start` up to and with `at`.
    pub fn before(&self, start: &[u8], at: &[u8]) -> Option<(&[u8], &Vec<State>)> {
        let range = (Bound::Included(start), Bound::Included(if at < start { start } else { at }));
        self.states.range::<[u8], _>(range).next_back().map(|(at, states)| (at.as_ref(), states))
    }

    /// Where those above `from` and below `to` are.
    pub fn between<'a>(&'a self, from: &'a [u8], to: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.range(from, to).map(|(at, _)| at.as_ref())
    }

    /// Puts one at `at` and forgets those above `from` and below it. Was it
    /// there already, with these states?
    pub fn put(&mut self, from: &[u8], at: &[u8], states: Vec<State>) -> bool {
        self.forget(from, at);
        match self.states.get_mut(at) {
            Some(old) if *old == states => true,
            Some(old) => {
                *old = states;
                false
            }
            None => {
                self.states.insert(at.into(), states);
                false
            }
        }
    }

    /// Forgets those above `from` and below `to`.
    pub fn forget(&mut self, from: &[u8], to: &[u8]) {
        let gone: Vec<Box<[u8]>> = self.range(from, to).map(|(at, _)| at.clone()).collect();
        gone.iter().for_each(|at| drop(self.states.remove(at)));
    }

    fn range<'a>(
        &'a self,
        from: &'a [u8],
        to: &'a [u8],
    ) -> impl Iterator<Item = (&'a Box<[u8]>, &'a Vec<State>)> {
        let to = if to <= from { Bound::Included(from) } else { Bound::Excluded(to) };
        let empty = matches!(to, Bound::Included(_));
        let range = (Bound::Excluded(from), if empty { Bound::Unbounded } else { to });
        self.states.range::<[u8], _>(range).take_while(move |_| !empty)
    }
}
