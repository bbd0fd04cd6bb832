//! Rows in columns: what operators remember, and the coordinator of a table with
//! a primary key.
//!
//! Rows are kept as columns in blocks of [`BLOCK_ROWS`] rows. A row is named by
//! its id, which never moves: block and place in the block. A hash table of ids
//! (not of keys) leads from a key to its row. Places of rows that went away are
//! used again, a block without rows gives its memory back, and text of rows that
//! went away is squeezed out of its block when it is the larger part: nothing is
//! ever compacted as a whole.
//!
//! [`RowStore`] is a multiset: the ids of a key are chained, and the table leads
//! to the newest of them, so a row costs its columns and about twelve bytes.
//! [`KeyedRows`] has one row for a key, about six bytes besides its columns, and
//! can undo what was done since the last commit. [`RowSlab`] has no keys, for
//! operators that know where they left each row.
//!
//! Not promised: any order among the rows, of a key or of all.

mod bytes;
mod column;
mod fixed;
mod index;
mod keyed;
mod keys;
mod other;
mod slab;
mod slots;
mod store;
mod values;

#[cfg(test)]
mod tests;

pub use keyed::KeyedRows;
pub use keys::{KeyShape, Keys, encoded};
pub use slab::RowSlab;
pub use store::{Layout, RowStore, Transitions};
pub use values::Values;

/// No row.
pub const NONE: u32 = u32::MAX;

/// Rows in a block; a power of two.
pub const BLOCK_ROWS: usize = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 14;

/// The block and the place in it of a row.
#[inline]
fn split(id: u32) -> (usize, usize) {
    ((id >> BLOCK_BITS) as usize, id as usize & (BLOCK_ROWS - 1))
}
