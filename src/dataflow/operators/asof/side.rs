//! One input of an ASOF join: its rows by key, in the order of time.

use arrow::array::{Array, ArrayRef, UInt32Array};

use super::changes::Changes;
use super::codec::RowCodec;
use crate::dataflow::operators::aggregate::{GroupIndex, canonical};
use crate::dataflow::operators::footprint::of_ordered;
use crate::dataflow::operators::ordered::{Key, Ordered};
use crate::delta::Delta;
use crate::types::Result;

/// What is kept of one input.
pub struct Side {
    /// How its rows are written.
    pub codec: RowCodec,
    /// The columns of its key.
    key: Vec<usize>,
    time: usize,
    /// The rows of each slot.
    rows: Vec<Ordered>,
    /// Distinct rows in all of them.
    count: usize,
}

impl Side {
    /// About how much memory its rows take.
    pub fn memory(&self) -> usize {
        of_ordered(&self.rows)
    }

    /// Without rows.
    pub fn new(codec: RowCodec, key: Vec<usize>, time: usize) -> Side {
        Side { codec, key, time, rows: Vec::new(), count: 0 }
    }

    /// The rows of a slot.
    pub fn of(&self, slot: u32) -> &Ordered {
        static NONE: Ordered = Ordered::Few(Vec::new());
        self.rows.get(slot as usize).unwrap_or(&NONE)
    }

    /// Distinct rows that are kept.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows of a delta that can meet others, and those that cannot: they
    /// lack a part of their key, or the time.
    pub fn parted(&self, delta: Delta) -> Result<(Delta, Option<Delta>)> {
        let known = |column: &usize| delta.column(*column).logical_nulls().filter(|n| n.null_count() > 0);
        let nulls: Vec<_> = self.key.iter().chain([&self.time]).filter_map(known).collect();
        if nulls.is_empty() {
            return Ok((delta, None));
        }
        let all = 0..delta.num_rows() as u32;
        let (whole, lacking): (Vec<u32>, Vec<u32>) =
            all.partition(|row| nulls.iter().all(|n| n.is_valid(*row as usize)));
        let rows = |indices: Vec<u32>| delta.take(&UInt32Array::from(indices));
        Ok((rows(whole)?, Some(rows(lacking)?)))
    }

    /// Adds the rows of a delta, all of which can meet others.
    pub fn gather(&self, delta: &Delta, keys: &mut GroupIndex, changes: &mut Changes) -> Result<()> {
        let mut slots = vec![];
        if self.key.is_empty() {
            slots.resize(delta.num_rows(), 0);
        } else {
            let columns: Vec<ArrayRef> = self.key.iter().map(|c| canonical(delta.column(*c))).collect();
            keys.intern(&columns, delta.num_rows(), &mut slots, &mut vec![])?;
        }
        let encoded = self.codec.encode(delta.rows())?;
        for (row, slot) in slots.into_iter().enumerate() {
            changes.push(&encoded, row, slot, delta.diff(row));
        }
        Ok(())
    }

    /// Forgets the rows of each key that are before this time, but for the last `kept`.
    pub fn forget_before(&mut self, time: &[u8], kept: usize) {
        for rows in &mut self.rows {
            let place = rows.place_of(Key::of(time));
            let before: usize =
                (0..place.chunk).map(|chunk| rows.chunk(chunk).len()).sum::<usize>() + place.index;
            for _ in kept..before {
                let Some((row, weight)) = rows.chunk(0).first().map(|e| (e.row.clone(), e.weight)) else {
                    break;
                };
                rows.change(Key::of(&row), -weight);
                self.count -= 1;
            }
        }
    }

    /// Takes in settled changes.
    pub fn apply(&mut self, changes: &Changes) {
        let slots = changes.list().last().map_or(0, |last| last.slot as usize + 1);
        if slots > self.rows.len() {
            self.rows.resize_with(slots, Ordered::default);
        }
        let mut index = 0;
        for of_slot in changes.list().chunk_by(|a, b| a.slot == b.slot) {
            let rows = &mut self.rows[of_slot[0].slot as usize];
            let before = rows.distinct();
            for change in of_slot {
                rows.change(changes.key(index), change.diff);
                index += 1;
            }
            self.count = self.count + rows.distinct() - before;
        }
    }
}
