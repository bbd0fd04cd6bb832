//! The rows of all partitions of one worker, in order, each with what was told
//! of it.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::super::footprint::of_boxes;
use super::key::{EncodedRow, copy_of, numbered};
use crate::types::{Error, Result};

/// Keys, and the results that were told for each.
///
/// What was told is as [`ResultLayout`](super::output::ResultLayout) has it.
#[derive(Default)]
pub struct OrderedRows {
    rows: BTreeMap<Box<[u8]>, Box<[u8]>>,
}

impl OrderedRows {
    /// Adds `count` copies of a row; their keys go to `changed`.
    pub fn insert(&mut self, row: &EncodedRow, count: u64, changed: &mut Vec<Box<[u8]>>) -> Result<()> {
        let next = self.last_copy(row).map_or(0, |last| last + 1);
        for copy in 0..count {
            let copy = u32::try_from(u64::from(next) + copy)
                .map_err(|_| Error::unsupported("more than 2^32 equal rows"))?;
            let key = numbered(row, copy);
            self.rows.insert(key.clone(), Box::default());
            changed.push(key);
        }
        Ok(())
    }

    /// Takes `count` copies of a row away; their keys go to `changed`, and with
    /// what was told of them to `gone`.
    pub fn remove(
        &mut self,
        row: &EncodedRow,
        count: u64,
        changed: &mut Vec<Box<[u8]>>,
        gone: &mut Vec<(Box<[u8]>, Box<[u8]>)>,
    ) -> Result<()> {
        for _ in 0..count {
            let last = self.last_copy(row).map(|copy| numbered(row, copy));
            let entry = last.and_then(|key| self.rows.remove_entry(&key));
            let (key, told) = entry.ok_or_else(|| Error::internal("a row goes that never came"))?;
            changed.push(key.clone());
            gone.push((key, told));
        }
        Ok(())
    }

    /// Keys and told results from `from` up to, not with, `to`.
    pub fn range<'a>(
        &'a self,
        from: &'a [u8],
        to: &'a [u8],
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a [u8])> {
        let bounds = (Bound::Included(from), Bound::Excluded(if to < from { from } else { to }));
        self.rows.range::<[u8], _>(bounds).map(|(key, told)| (key.as_ref(), told.as_ref()))
    }

    /// The keys alone, which may outlive the bounds.
    pub fn keys<'a>(&'a self, from: &[u8], to: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        let bounds = (Bound::Included(from), Bound::Excluded(if to < from { from } else { to }));
        self.rows.range::<[u8], _>(bounds).map(|(key, _)| key.as_ref())
    }

    /// The same, to change what was told.
    pub fn range_mut<'a>(
        &'a mut self,
        from: &'a [u8],
        to: &'a [u8],
    ) -> impl Iterator<Item = (&'a [u8], &'a mut Box<[u8]>)> {
        let bounds = (Bound::Included(from), Bound::Excluded(if to < from { from } else { to }));
        self.rows.range_mut::<[u8], _>(bounds).map(|(key, told)| (key.as_ref(), told))
    }

    /// Forgets the rows from `from` up to, not with, `to`.
    pub fn forget(&mut self, from: &[u8], to: &[u8]) {
        let gone: Vec<Box<[u8]>> = self.keys(from, to).map(Box::from).collect();
        gone.iter().for_each(|key| drop(self.rows.remove(key)));
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// About how much memory they take.
    pub fn memory(&self) -> usize {
        let keys = of_boxes(self.rows.keys().map(AsRef::as_ref), self.rows.len());
        keys + of_boxes(self.rows.values().map(AsRef::as_ref), self.rows.len())
    }

    fn last_copy(&self, row: &EncodedRow) -> Option<u32> {
        let end = numbered(row, u32::MAX);
        let range = (Bound::Included(row.bytes.as_slice()), Bound::Included(end.as_ref()));
        self.rows.range::<[u8], _>(range).next_back().map(|(key, _)| copy_of(key))
    }
}
