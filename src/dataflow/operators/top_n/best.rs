//! One row of each partition, over insert-only input: `row_number() = 1`.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::interleave_record_batch;

use super::super::footprint::{of_boxes, of_vec};
use super::codec::{EncodedRows, RowCodec, is_behind};
use super::emission::Emission;
use crate::delta::Delta;
use crate::types::Result;

/// No candidate in this epoch.
const NONE: u32 = u32::MAX;

/// The best row of each partition, by slot.
#[derive(Default)]
pub struct Best {
    /// Empty bytes where there is none yet.
    rows: Vec<Box<[u8]>>,
    prefixes: Vec<u64>,
    /// Within an epoch: the slot's candidate.
    marks: Vec<u32>,
    /// How many there are.
    count: usize,
}

/// A row that is better than the one that is kept.
struct Candidate {
    slot: u32,
    prefix: u64,
    /// Which delta, and where in its encoded rows and in itself.
    delta: usize,
    encoded: usize,
    row: usize,
}

/// The better rows of an epoch, one a partition.
#[derive(Default)]
struct Candidates {
    list: Vec<Candidate>,
    encoded: Vec<EncodedRows>,
}

impl Best {
    /// Makes room for slots `0..slots`.
    pub fn resize(&mut self, slots: usize) {
        if slots > self.rows.len() {
            self.rows.resize_with(slots, Box::default);
            self.prefixes.resize(slots, u64::MAX);
            self.marks.resize(slots, NONE);
        }
    }

    /// Takes the rows of an epoch, each delta with the slots of its rows. The
    /// rows that give way go to `out`, those that take their place are returned.
    pub fn take(
        &mut self,
        codec: &RowCodec,
        input: &[(Delta, Vec<u32>)],
        tells: impl Fn(u32) -> bool,
        out: &mut Emission,
    ) -> Result<Option<RecordBatch>> {
        let mut better = Candidates::default();
        for (delta, slots) in input {
            self.compete(codec, delta, slots, &mut better)?;
        }
        let mut told: Vec<(usize, usize)> = Vec::with_capacity(better.list.len());
        for winner in &better.list {
            let slot = winner.slot as usize;
            let new = better.encoded[winner.delta].bytes(winner.encoded);
            let old = std::mem::replace(&mut self.rows[slot], new.into());
            self.prefixes[slot] = winner.prefix;
            self.marks[slot] = NONE;
            self.count += usize::from(old.is_empty());
            if tells(winner.slot) {
                if !old.is_empty() {
                    out.push(&old, 1, -1);
                }
                told.push((winner.delta, winner.row));
            }
        }
        if told.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = input.iter().map(|(delta, _)| delta.rows()).collect();
        Ok(Some(interleave_record_batch(&batches, &told)?))
    }

    /// Enters the rows of one delta that are better than all before.
    fn compete(
        &mut self,
        codec: &RowCodec,
        delta: &Delta,
        slots: &[u32],
        better: &mut Candidates,
    ) -> Result<()> {
        let chosen = self.survivors(codec, delta, slots, better)?;
        let encoded = codec.encode(delta.rows(), chosen.as_ref())?;
        let index = better.encoded.len();
        better.encoded.push(encoded);
        for at in 0..chosen.as_ref().map_or(slots.len(), |chosen| chosen.len()) {
            let row = chosen.as_ref().map_or(at, |chosen| chosen.value(at) as usize);
            let slot = slots[row] as usize;
            let bytes = better.encoded[index].bytes(at);
            let prefix = codec.prefix(bytes);
            let candidate = Candidate { slot: slots[row], prefix, delta: index, encoded: at, row };
            match self.marks[slot] {
                NONE => {
                    let kept = &self.rows[slot];
                    if kept.is_empty() || (prefix, bytes) < (self.prefixes[slot], kept) {
                        self.marks[slot] = better.list.len() as u32;
                        better.list.push(candidate);
                    }
                }
                mark => {
                    let rival = &better.list[mark as usize];
                    if (prefix, bytes) < (rival.prefix, better.encoded[rival.delta].bytes(rival.encoded)) {
                        better.list[mark as usize] = candidate;
                    }
                }
            }
        }
        Ok(())
    }

    /// The rows that are not behind already by their first order column; `None`
    /// if none is.
    fn survivors(
        &self,
        codec: &RowCodec,
        delta: &Delta,
        slots: &[u32],
        better: &Candidates,
    ) -> Result<Option<UInt32Array>> {
        let Some(leads) = codec.lead(delta.rows())? else {
            return Ok(None);
        };
        let mut chosen: Vec<u32> = Vec::with_capacity(slots.len());
        for (row, slot) in slots.iter().enumerate() {
            let slot = *slot as usize;
            let lead = leads.row(row).data();
            let prefix = codec.prefix(lead);
            let kept = &self.rows[slot];
            let behind = match self.marks[slot] {
                NONE if kept.is_empty() => false,
                NONE => {
                    prefix > self.prefixes[slot] || (prefix == self.prefixes[slot] && is_behind(lead, kept))
                }
                mark => prefix > better.list[mark as usize].prefix,
            };
            if !behind {
                chosen.push(row as u32);
            }
        }
        Ok((chosen.len() < slots.len()).then(|| chosen.into()))
    }

    /// Does a partition have a row?
    pub fn has(&self, slot: u32) -> bool {
        !self.rows[slot as usize].is_empty()
    }

    /// The row of a partition.
    pub fn tell(&self, slot: u32, out: &mut Emission) {
        let row = &self.rows[slot as usize];
        if !row.is_empty() {
            out.push(row, 1, 1);
        }
    }

    /// Forgets the row of a partition.
    pub fn clear(&mut self, slot: u32) {
        let old = std::mem::take(&mut self.rows[slot as usize]);
        self.count -= usize::from(!old.is_empty());
        self.prefixes[slot as usize] = u64::MAX;
    }

    /// The rows that are kept.
    pub fn rows(&self) -> usize {
        self.count
    }

    /// About how much memory they take.
    pub fn memory(&self) -> usize {
        let some = self.rows.iter().filter(|row| !row.is_empty()).map(AsRef::as_ref);
        of_boxes(some, self.rows.len()) + of_vec(&self.prefixes) + of_vec(&self.marks)
    }
}
