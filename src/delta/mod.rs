//! The delta: the one concrete type that flows through the engine.
//!
//! A [`Delta`] is a batch of rows with a signed count each (a Z-set, after
//! DBSP), as Arrow columns. A delta whose counts are all +1 carries no count
//! column at all. Beside its rows a delta can carry [`Fault`]s: the rows whose
//! expressions failed, with the same signed counts, so that an error goes away
//! again when the input row that caused it is retracted.
//!
//! Here too: consolidation, partitioning by key for the exchange, and the wire
//! form between processes.

mod consolidate;
mod container;
mod fault;
mod partition;
mod row_equality;
mod take;
mod zset;

pub use consolidate::consolidate;
pub use fault::Fault;
pub use partition::{DeltaDistributor, hash_rows, partition};
pub use row_equality::RowEquality;
pub use take::take_rows;
pub use zset::Delta;
