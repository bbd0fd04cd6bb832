//! A column of values of one width, in blocks.

use std::sync::Arc;

use arrow::array::{ArrayData, ArrayRef, BooleanArray, make_array};
use arrow::buffer::{BooleanBuffer, MutableBuffer, NullBuffer};
use arrow::datatypes::DataType;

use super::values::Float;
use super::{BLOCK_ROWS, split};
use crate::types::Result;

/// Values of `W` bytes each.
pub struct FixedColumn<const W: usize> {
    data_type: DataType,
    float: Option<Float>,
    blocks: Vec<Block<W>>,
    /// Some value was NULL once.
    any_null: bool,
}

#[derive(Default)]
struct Block<const W: usize> {
    values: Vec<[u8; W]>,
    /// A bit for each row; empty while none is NULL.
    nulls: Vec<u64>,
}

impl<const W: usize> FixedColumn<W> {
    /// No values yet.
    pub fn new(data_type: DataType) -> Self {
        let float = Float::of(&data_type);
        FixedColumn { data_type, float, blocks: Vec::new(), any_null: false }
    }

    /// Sets the value of one row.
    #[inline]
    pub fn set(&mut self, id: u32, value: Option<[u8; W]>) {
        let (block, at) = split(id);
        if block >= self.blocks.len() {
            self.blocks.resize_with(block + 1, Block::default);
        }
        let block = &mut self.blocks[block];
        let bits = value.unwrap_or([0; W]);
        match at.cmp(&block.values.len()) {
            std::cmp::Ordering::Equal => block.values.push(bits),
            std::cmp::Ordering::Less => block.values[at] = bits,
            std::cmp::Ordering::Greater => {
                block.values.resize(at, [0; W]);
                block.values.push(bits);
            }
        }
        if value.is_none() {
            self.any_null = true;
            block.nulls.resize(BLOCK_ROWS / 64, 0);
            block.nulls[at / 64] |= 1 << (at % 64);
        } else if !block.nulls.is_empty() {
            block.nulls[at / 64] &= !(1 << (at % 64));
        }
    }

    /// The bits of one value.
    #[inline]
    pub fn get(&self, id: u32) -> [u8; W] {
        let (block, at) = split(id);
        self.blocks[block].values[at]
    }

    /// Is the value NULL?
    #[inline]
    pub fn is_null(&self, id: u32) -> bool {
        let (block, at) = split(id);
        self.any_null
            && self.blocks[block].nulls.get(at / 64).is_some_and(|bits| bits & (1 << (at % 64)) != 0)
    }

    /// What kind of floating-point number it holds, if any.
    #[inline]
    pub fn float(&self) -> Option<Float> {
        self.float
    }

    /// The values of these rows.
    pub fn gather(&self, ids: &[u32]) -> Result<ArrayRef> {
        let nulls = self.any_null.then(|| ids.iter().map(|id| !self.is_null(*id)).collect::<NullBuffer>());
        let nulls = nulls.filter(|n| n.null_count() > 0);
        if self.data_type == DataType::Boolean {
            let bits = BooleanBuffer::collect_bool(ids.len(), |i| self.get(ids[i])[0] != 0);
            return Ok(Arc::new(BooleanArray::new(bits, nulls)));
        }
        let mut out = MutableBuffer::from_len_zeroed(ids.len() * W);
        let (places, _) = out.as_slice_mut().as_chunks_mut::<W>();
        for (place, id) in places.iter_mut().zip(ids) {
            *place = self.get(*id);
        }
        let data = ArrayData::builder(self.data_type.clone()).len(ids.len()).add_buffer(out.into());
        Ok(make_array(data.nulls(nulls).build()?))
    }

    /// Gives a block's memory back.
    pub fn release(&mut self, block: usize) {
        if let Some(block) = self.blocks.get_mut(block) {
            *block = Block::default();
        }
    }
}

impl<const W: usize> FixedColumn<W> {
    /// How much memory it takes.
    pub fn memory(&self) -> usize {
        self.blocks.iter().map(|b| b.values.capacity() * W + b.nulls.capacity() * 8).sum()
    }
}
