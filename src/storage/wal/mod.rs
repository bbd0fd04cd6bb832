//! The write-ahead log: table changes that lasted before they were acknowledged.
//!
//! # What is promised
//!
//! After [`Log::sync`] has returned, every epoch appended before is replayed
//! after any crash: once, whole, in order. Of epochs appended later a crash
//! keeps some first ones, or none. Damage to what was synced is an error
//! (`XX001`, with file and offset), never a silent gap.
//!
//! # Files
//!
//! ```text
//!   wal-00000001.log   wal-00000002.log   ...     segments, some 64 MB each
//!   snapshot-00000002.arrow                       all rows as of the start of segment 2
//! ```
//!
//! A segment is begun when the one before is full and synced; its header and
//! name are synced before the first record. A snapshot `n` stands for all
//! segments before `n` and all snapshots before it. It is written under another
//! name, synced, and renamed: the rename is what counts, and what it made
//! superfluous is removed afterwards (or at the next start). All numbers are
//! little-endian.
//!
//! ```text
//!   segment   := header record*
//!   snapshot  := header record* end             rows come as changes; the end is
//!                                               a record without changes
//!   header    := magic (8 bytes) version (u32) number (u32)
//!   record    := "MREC" length (u32) crc32 (u32) payload
//!                                               the CRC is of length and payload
//!   payload   := synced (u64) epoch (u64) count (u32) change*
//!   change    := table (u32) counted (u8) size (u64) Arrow IPC stream of `size` bytes
//!                count of each row (i64)*       if `counted` is 1
//! ```
//!
//! An epoch is one record, so a torn record loses a whole epoch. `synced` says
//! how much of the segment was on the disk when the record was written. That
//! tells apart the two ways in which a record can be bad: the tail of the last
//! segment, torn by a crash, is cut; but if any later record says that the bad
//! one had been synced, the disk has lost acknowledged data, and we stop.

mod codec;
mod file_log;
mod frame;
mod log;
mod memory_log;
mod segment;
mod snapshot;

#[cfg(test)]
mod tests;

pub use file_log::FileLog;
pub use log::{Log, TableChange, TableRows};
pub use memory_log::MemoryLog;
