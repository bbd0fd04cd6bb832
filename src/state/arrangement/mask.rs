//! Which rows of a run are dead as of some step, and what is left of its chunks.

use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;

use crate::types::Result;

/// Rows that are masked together. Small enough that one dead row makes a small
/// copy, large enough to be worth a batch. A multiple of the bits in a word, so
/// that chunks share no word. In tests it is tiny, so that few rows have many.
pub(super) const CHUNK_ROWS: usize = if cfg!(test) { 64 } else { 16 * 1024 };
const WORDS: usize = CHUNK_ROWS / 64;

/// The dead among a run's rows after all runs up to the step `through`. Rows
/// stay dead, so a mask of a later step is made from an earlier one by adding
/// to it; adding twice does no harm.
#[derive(Clone, Default)]
pub(super) struct Mask {
    /// The last run whose deaths are in it.
    pub through: u64,
    /// By chunk; empty as long as nothing is dead. Shared until changed.
    chunks: Arc<Vec<Chunk>>,
}

#[derive(Clone, Default)]
struct Chunk {
    /// One bit per row, set for the dead; empty when none is.
    dead: Vec<u64>,
    /// The rows that live, once somebody has read them since the last death.
    left: Option<RecordBatch>,
}

impl Mask {
    /// Nothing is dead yet.
    pub fn new(through: u64) -> Self {
        Mask { through, ..Mask::default() }
    }

    /// Marks the row at this place of a run of `rows` rows as dead.
    pub fn kill(&mut self, place: usize, rows: usize) {
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.is_empty() {
            chunks.resize_with(rows.div_ceil(CHUNK_ROWS), Chunk::default);
        }
        let chunk = &mut chunks[place / CHUNK_ROWS];
        chunk.dead.resize(WORDS, 0);
        let (word, bit) = (place % CHUNK_ROWS / 64, 1 << (place % 64));
        if chunk.dead[word] & bit == 0 {
            chunk.dead[word] |= bit;
            chunk.left = None;
        }
    }

    /// Adds the rows of `batch` that live to `out`, remembering what was copied.
    /// Neighbouring chunks without dead rows are shared as one slice.
    pub fn read(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        if self.chunks.iter().any(Chunk::is_unread) {
            for (n, chunk) in Arc::make_mut(&mut self.chunks).iter_mut().enumerate() {
                chunk.copy(batch, n * CHUNK_ROWS)?;
            }
        }
        let mut whole_from = 0;
        for (n, chunk) in self.chunks.iter().enumerate() {
            if let Some(left) = &chunk.left {
                push_slice(batch, whole_from, n * CHUNK_ROWS, out);
                whole_from = ((n + 1) * CHUNK_ROWS).min(batch.num_rows());
                out.extend((left.num_rows() > 0).then(|| left.clone()));
            }
        }
        push_slice(batch, whole_from, batch.num_rows(), out);
        Ok(())
    }

    /// Memory, in bytes, copies of rows included.
    pub fn bytes(&self) -> usize {
        let of = |chunk: &Chunk| {
            let left = chunk.left.as_ref().map_or(0, RecordBatch::get_array_memory_size);
            chunk.dead.capacity() * size_of::<u64>() + left
        };
        self.chunks.iter().map(of).sum()
    }
}

impl Chunk {
    fn is_unread(&self) -> bool {
        !self.dead.is_empty() && self.left.is_none()
    }

    /// Copies the living rows, unless that was done or all live.
    fn copy(&mut self, batch: &RecordBatch, start: usize) -> Result<()> {
        if self.is_unread() {
            let rows = CHUNK_ROWS.min(batch.num_rows() - start);
            self.left = Some(filter_record_batch(&batch.slice(start, rows), &alive(rows, &self.dead))?);
        }
        Ok(())
    }
}

fn push_slice(batch: &RecordBatch, start: usize, end: usize, out: &mut Vec<RecordBatch>) {
    if start < end {
        out.push(batch.slice(start, end - start));
    }
}

fn alive(rows: usize, dead: &[u64]) -> BooleanArray {
    let words: Vec<u64> = dead.iter().map(|word| !word).collect();
    BooleanArray::new(BooleanBuffer::new(words.into(), 0, rows), None)
}
