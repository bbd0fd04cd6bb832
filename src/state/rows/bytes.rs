//! A column of text or bytes, in blocks with a heap each.
//!
//! A value is written to the end of its block's heap. What is overwritten or
//! forgotten stays there until it is the larger part of the heap; then the heap
//! is written anew.

use arrow::array::{ArrayData, ArrayRef, make_array};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::{ArrowNativeType, DataType};

use super::{BLOCK_ROWS, split};
use crate::types::{Error, Result, SqlState};

/// Text or bytes.
pub struct ByteColumn {
    data_type: DataType,
    blocks: Vec<Block>,
    any_null: bool,
}

#[derive(Default)]
struct Block {
    /// Where each value begins, and how long it is.
    places: Vec<(u32, u32)>,
    heap: Vec<u8>,
    /// Bytes of the heap that belong to no value.
    dead: usize,
}

/// The length of NULL.
const NULL: u32 = u32::MAX;
/// Smaller heaps are left alone.
const HEAP_MIN: usize = 4096;

impl ByteColumn {
    /// No values yet.
    pub fn new(data_type: DataType) -> Self {
        ByteColumn { data_type, blocks: Vec::new(), any_null: false }
    }

    /// Sets the value of one row.
    pub fn set(&mut self, id: u32, value: Option<&[u8]>) -> Result<()> {
        let (block, at) = split(id);
        if block >= self.blocks.len() {
            self.blocks.resize_with(block + 1, Block::default);
        }
        self.any_null |= value.is_none();
        self.blocks[block].set(at, value)
    }

    /// The value of one row; `None` is NULL.
    #[inline]
    pub fn get(&self, id: u32) -> Option<&[u8]> {
        let (block, at) = split(id);
        self.blocks[block].get(at)
    }

    /// The row is gone.
    pub fn forget(&mut self, id: u32) {
        let (block, at) = split(id);
        if let Some(block) = self.blocks.get_mut(block).filter(|b| at < b.places.len()) {
            block.forget(at);
        }
    }

    /// The values of these rows.
    pub fn gather(&self, ids: &[u32]) -> Result<ArrayRef> {
        let large = matches!(self.data_type, DataType::LargeUtf8 | DataType::LargeBinary);
        let (offsets, bytes) = if large { self.copy::<i64>(ids)? } else { self.copy::<i32>(ids)? };
        let nulls =
            self.any_null.then(|| ids.iter().map(|id| self.get(*id).is_some()).collect::<NullBuffer>());
        let data = ArrayData::builder(self.data_type.clone()).len(ids.len());
        let data = data.add_buffer(offsets).add_buffer(bytes).nulls(nulls.filter(|n| n.null_count() > 0));
        // What is in the heaps was valid text when it came, and is copied whole.
        Ok(make_array(data.build()?))
    }

    fn copy<O: ArrowNativeType>(&self, ids: &[u32]) -> Result<(Buffer, Buffer)> {
        let mut offsets: Vec<O> = Vec::with_capacity(ids.len() + 1);
        offsets.push(O::default());
        let mut total = 0usize;
        for id in ids {
            total += self.get(*id).map_or(0, <[u8]>::len);
            offsets.push(O::from_usize(total).ok_or_else(too_long)?);
        }
        let mut bytes = Vec::with_capacity(total);
        ids.iter().filter_map(|id| self.get(*id)).for_each(|value| bytes.extend_from_slice(value));
        Ok((Buffer::from_vec(offsets), Buffer::from_vec(bytes)))
    }

    /// Gives a block's memory back.
    pub fn release(&mut self, block: usize) {
        if let Some(block) = self.blocks.get_mut(block) {
            *block = Block::default();
        }
    }
}

impl ByteColumn {
    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        let of = |b: &Block| b.heap.capacity() + b.places.capacity() * size_of::<(u32, u32)>();
        self.blocks.iter().map(of).sum()
    }
}

impl Block {
    fn set(&mut self, at: usize, value: Option<&[u8]>) -> Result<()> {
        if at >= self.places.len() {
            self.places.resize(at + 1, (0, 0));
        } else {
            self.forget(at);
        }
        let Some(value) = value else {
            self.places[at] = (0, NULL);
            return Ok(());
        };
        if self.heap.len() > u32::MAX as usize {
            self.squeeze();
        }
        let start = u32::try_from(self.heap.len()).map_err(|_| too_long())?;
        let length = u32::try_from(value.len()).ok().filter(|l| *l < NULL).ok_or_else(too_long)?;
        let full = self.places.len() == BLOCK_ROWS;
        if full && self.heap.len() + value.len() > self.heap.capacity() {
            // It grows only by what replaces other values: little room is kept.
            self.heap.reserve_exact(value.len().max(self.heap.len() / 8));
        }
        self.heap.extend_from_slice(value);
        self.places[at] = (start, length);
        if full && at + 1 == BLOCK_ROWS {
            self.heap.shrink_to_fit();
        }
        Ok(())
    }

    fn get(&self, at: usize) -> Option<&[u8]> {
        let (start, length) = self.places[at];
        (length != NULL).then(|| &self.heap[start as usize..start as usize + length as usize])
    }

    fn forget(&mut self, at: usize) {
        let (_, length) = std::mem::take(&mut self.places[at]);
        if length != NULL {
            self.dead += length as usize;
        }
        if self.dead * 2 > self.heap.len() && self.heap.len() > HEAP_MIN {
            self.squeeze();
        }
    }

    fn squeeze(&mut self) {
        let live = self.heap.len() - self.dead;
        if live > u32::MAX as usize {
            // Not every value could begin where 32 bits lead to.
            return;
        }
        let mut heap = Vec::with_capacity(live);
        // Empty ones move as well: they must not begin beyond the end.
        for (start, length) in self.places.iter_mut().filter(|(_, length)| *length != NULL) {
            let from = *start as usize;
            *start = heap.len() as u32;
            heap.extend_from_slice(&self.heap[from..from + *length as usize]);
        }
        self.heap = heap;
        self.dead = 0;
    }
}

fn too_long() -> Error {
    Error::new(
        SqlState::PROGRAM_LIMIT_EXCEEDED,
        "texts of a table or a join are too long to be kept together",
    )
}
