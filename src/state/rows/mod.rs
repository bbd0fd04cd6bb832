//! Rows in columns: what operators remember.
//!
//! [`RowStore`] is a multiset of rows, kept as columns in blocks of
//! [`BLOCK_ROWS`] rows. A row is named by its id, which never moves: block and
//! place in the block. The ids of a key are chained, and a hash table of ids
//! (not of keys) leads to the newest of them, so a row costs its columns and
//! about twelve bytes. Places of rows that went away are used again, a block
//! without rows gives its memory back, and text of rows that went away is
//! squeezed out of its block when it is the larger part: nothing is ever
//! compacted as a whole.
//!
//! [`RowSlab`] is the same without keys, for operators that know where they left
//! each row.
//!
//! Not promised: any order among the rows of a key.

mod bytes;
mod column;
mod fixed;
mod index;
mod keys;
mod other;
mod slab;
mod slots;
mod store;
mod values;

#[cfg(test)]
mod tests;

pub use keys::{KeyShape, Keys};
pub use slab::RowSlab;
pub use store::{Layout, NONE, RowStore, Transitions};
pub use values::Values;

/// Rows in a block; a power of two.
pub const BLOCK_ROWS: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 14;

/// The block and the place in it of a row.
#[inline]
fn split(id: u32) -> (usize, usize) {
    ((id >> BLOCK_BITS) as usize, id as usize & (BLOCK_ROWS - 1))
}
