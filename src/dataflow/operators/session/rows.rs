//! The rows of an operator by slot: a log of segments, merged in tiers.
//!
//! Invariant: a slot names the same row until it is released, wherever the row
//! is moved to. A released slot is given to another row.

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::{interleave, take};
use arrow::datatypes::SchemaRef;

use crate::types::Result;

/// Rows by slot.
pub struct RowStore {
    schema: SchemaRef,
    segments: Vec<Segment>,
    /// Segment and row of each slot.
    places: Vec<(u32, u32)>,
    free: Vec<u32>,
}

/// Rows that came together, or were merged.
struct Segment {
    rows: RecordBatch,
    /// The slot of each row; [`GONE`] once it is released.
    slots: Vec<u32>,
    alive: usize,
}

const GONE: u32 = u32::MAX;

impl RowStore {
    /// No rows yet.
    pub fn new(schema: SchemaRef) -> Self {
        RowStore { schema, segments: Vec::new(), places: Vec::new(), free: Vec::new() }
    }

    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        let of = |s: &Segment| s.rows.get_array_memory_size() + s.slots.capacity() * size_of::<u32>();
        self.segments.iter().map(of).sum::<usize>() + self.places.capacity() * size_of::<(u32, u32)>()
    }

    /// Keeps all these rows; their slots, in order.
    pub fn append(&mut self, rows: RecordBatch) -> Result<Vec<u32>> {
        let segment = self.segments.len() as u32;
        let mut slots = Vec::with_capacity(rows.num_rows());
        for row in 0..rows.num_rows() as u32 {
            let slot = self.free.pop().unwrap_or_else(|| {
                self.places.push((0, 0));
                self.places.len() as u32 - 1
            });
            self.places[slot as usize] = (segment, row);
            slots.push(slot);
        }
        self.segments.push(Segment { rows, alive: slots.len(), slots: slots.clone() });
        while let [.., longer, shorter] = self.segments.as_slice() {
            if longer.alive >= 2 * shorter.alive {
                break;
            }
            self.merge_from(self.segments.len() - 2)?;
        }
        Ok(slots)
    }

    /// The columns of the rows in these slots.
    pub fn take(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let places = slots.iter().map(|s| self.places[*s as usize]);
        gather(&self.segments, self.schema.fields().len(), places)
    }

    /// Forgets rows.
    pub fn release(&mut self, slots: &[u32]) -> Result<()> {
        for slot in slots {
            let (segment, row) = self.places[*slot as usize];
            let segment = &mut self.segments[segment as usize];
            segment.slots[row as usize] = GONE;
            segment.alive -= 1;
            self.free.push(*slot);
        }
        let (held, alive) = self.segments.iter().fold((0, 0), |(h, a), s| (h + s.slots.len(), a + s.alive));
        if held > 2 * alive + 1024 {
            self.merge_from(0)?;
        }
        Ok(())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|s| s.alive).sum()
    }

    /// Makes one segment of those from `first` on, without the rows that are gone.
    fn merge_from(&mut self, first: usize) -> Result<()> {
        let merged = self.segments.split_off(first);
        let (mut places, mut slots) = (Vec::new(), Vec::new());
        for (index, segment) in merged.iter().enumerate() {
            for (row, slot) in segment.slots.iter().enumerate().filter(|(_, slot)| **slot != GONE) {
                places.push((index as u32, row as u32));
                slots.push(*slot);
            }
        }
        if slots.is_empty() {
            return Ok(());
        }
        let columns = gather(&merged, self.schema.fields().len(), places.into_iter())?;
        let options = RecordBatchOptions::new().with_row_count(Some(slots.len()));
        let rows = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        for (row, slot) in slots.iter().enumerate() {
            self.places[*slot as usize] = (first as u32, row as u32);
        }
        self.segments.push(Segment { rows, alive: slots.len(), slots });
        Ok(())
    }
}

fn gather(
    segments: &[Segment],
    columns: usize,
    places: impl Iterator<Item = (u32, u32)>,
) -> Result<Vec<ArrayRef>> {
    if let [only] = segments {
        let rows: UInt32Array = places.map(|(_, row)| row).collect();
        return Ok(only
            .rows
            .columns()
            .iter()
            .map(|c| take(c, &rows, None))
            .collect::<std::result::Result<_, _>>()?);
    }
    let places: Vec<(usize, usize)> = places.map(|(s, r)| (s as usize, r as usize)).collect();
    let column = |index: usize| {
        let parts: Vec<_> = segments.iter().map(|s| s.rows.column(index).as_ref()).collect();
        interleave(&parts, &places)
    };
    Ok((0..columns).map(column).collect::<std::result::Result<_, _>>()?)
}
