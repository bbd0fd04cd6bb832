//! Partitions whose rows are kept in order.

use super::super::footprint::{of_boxes, of_vec};
use super::codec::{EncodedRows, RowCodec, is_behind};
use super::emission::Emission;
use super::walk::{Change, Window, reach, walk};
use crate::dataflow::operators::ordered::{Key, Ordered};
use crate::delta::Delta;
use crate::plan::stream::{RankKind, TopNSpec};
use crate::types::Result;
use arrow::array::UInt32Array;

/// The rows of all partitions, by slot.
pub struct Ranked {
    window: Window,
    /// Rows behind the window can be forgotten.
    bounded: bool,
    partitions: Vec<Ordered>,
    /// Distinct rows in all of them.
    rows: usize,
}

/// The changes of one epoch, as bytes one behind the other.
#[derive(Default)]
struct Changes {
    bytes: Vec<u8>,
    list: Vec<Pending>,
}

struct Pending {
    slot: u32,
    prefix: u64,
    start: usize,
    end: usize,
    diff: i64,
}

impl Ranked {
    /// No partition yet.
    pub fn new(spec: &TopNSpec) -> Self {
        let low = i64::try_from(spec.offset).unwrap_or(i64::MAX);
        let limit = spec.limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let high = low.saturating_add(limit);
        let window = Window { kind: spec.rank, low, high, with_rank: spec.with_rank };
        Ranked { window, bounded: spec.append_only && high < i64::MAX, partitions: Vec::new(), rows: 0 }
    }

    /// Makes room for slots `0..slots`.
    pub fn resize(&mut self, slots: usize) {
        if slots > self.partitions.len() {
            self.partitions.resize_with(slots, Ordered::default);
        }
    }

    /// Takes the rows of an epoch, each delta with the slots of its rows.
    /// `tells` says of which partitions the changes come out. Returns the
    /// partitions that are empty now.
    pub fn take(
        &mut self,
        codec: &RowCodec,
        input: &[(Delta, Vec<u32>)],
        tells: impl Fn(u32) -> bool,
        out: &mut Emission,
    ) -> Result<Vec<u32>> {
        let mut changes = Changes::default();
        for (delta, slots) in input {
            self.gather(codec, delta, slots, &mut changes)?;
        }
        let mut emptied = Vec::new();
        let Changes { bytes, mut list } = changes;
        let row = |p: &Pending| &bytes[p.start..p.end];
        list.sort_unstable_by(|a, b| {
            (a.slot, a.prefix).cmp(&(b.slot, b.prefix)).then_with(|| row(a).cmp(row(b)))
        });
        let mut of_slot: Vec<Change<'_>> = Vec::new();
        for pending in list.chunk_by(|a, b| a.slot == b.slot) {
            let slot = pending[0].slot;
            of_slot.clear();
            for same in pending.chunk_by(|a, b| a.prefix == b.prefix && row(a) == row(b)) {
                let diff = same.iter().map(|p| p.diff).sum();
                if diff != 0 {
                    of_slot.push(Change { key: Key { prefix: same[0].prefix, row: row(&same[0]) }, diff });
                }
            }
            let partition = &mut self.partitions[slot as usize];
            if tells(slot) {
                walk(&self.window, codec, partition, &of_slot, out);
            }
            let before = partition.distinct();
            of_slot.iter().for_each(|change| partition.change(change.key, change.diff));
            if self.bounded
                && let Some((place, excess)) = reach(&self.window, codec, partition)
            {
                partition.cut(place, excess);
            }
            self.rows = self.rows + partition.distinct() - before;
            if partition.is_empty() {
                emptied.push(slot);
            }
        }
        Ok(emptied)
    }

    /// Encodes the rows of a delta, but those that cannot come into reach.
    fn gather(&self, codec: &RowCodec, delta: &Delta, slots: &[u32], changes: &mut Changes) -> Result<()> {
        let chosen = if self.bounded { self.candidates(codec, delta, slots)? } else { None };
        let rows = chosen.as_ref().map_or(delta.num_rows(), |chosen| chosen.len());
        let encoded: EncodedRows = codec.encode(delta.rows(), chosen.as_ref())?;
        let mut buffer = Vec::new();
        changes.list.reserve(rows);
        for index in 0..rows {
            let row = chosen.as_ref().map_or(index, |chosen| chosen.value(index) as usize);
            encoded.copy(index, &mut buffer);
            let start = changes.bytes.len();
            changes.bytes.extend_from_slice(&buffer);
            changes.list.push(Pending {
                slot: slots[row],
                prefix: codec.prefix(&buffer),
                start,
                end: changes.bytes.len(),
                diff: delta.diff(row),
            });
        }
        Ok(())
    }

    /// The rows that may come into reach of the window; `None` if all may.
    fn candidates(&self, codec: &RowCodec, delta: &Delta, slots: &[u32]) -> Result<Option<UInt32Array>> {
        if self.window.kind == RankKind::DenseRank {
            return Ok(None);
        }
        let Some(leads) = codec.lead(delta.rows())? else {
            return Ok(None);
        };
        let mut chosen: Vec<u32> = Vec::with_capacity(slots.len());
        for (row, slot) in slots.iter().enumerate() {
            let partition = &self.partitions[*slot as usize];
            let last = if partition.has(self.window.high) { partition.last() } else { None };
            let lead = leads.row(row).data();
            let behind = last.is_some_and(|last| {
                let prefix = codec.prefix(lead);
                prefix > last.prefix || (prefix == last.prefix && is_behind(lead, &last.row))
            });
            if !behind {
                chosen.push(row as u32);
            }
        }
        Ok((chosen.len() < slots.len()).then(|| chosen.into()))
    }

    /// Does a partition have rows?
    pub fn has(&self, slot: u32) -> bool {
        !self.partitions[slot as usize].is_empty()
    }

    /// All rows of a partition that are in the window.
    pub fn tell(&self, codec: &RowCodec, slot: u32, out: &mut Emission) {
        let partition = &self.partitions[slot as usize];
        let changes: Vec<Change<'_>> = partition
            .iter()
            .map(|entry| Change { key: Key { prefix: entry.prefix, row: &entry.row }, diff: entry.weight })
            .collect();
        walk(&self.window, codec, &Ordered::default(), &changes, out);
    }

    /// Forgets the rows of a partition.
    pub fn clear(&mut self, slot: u32) {
        let old = std::mem::take(&mut self.partitions[slot as usize]);
        self.rows -= old.distinct();
    }

    /// The distinct rows that are kept.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// About how much memory they take.
    pub fn memory(&self) -> usize {
        let some = self.partitions.iter().flat_map(Ordered::iter).map(|entry| entry.row.as_ref());
        of_boxes(some, self.rows) + self.rows * size_of::<(u64, i64)>() + of_vec(&self.partitions)
    }
}
