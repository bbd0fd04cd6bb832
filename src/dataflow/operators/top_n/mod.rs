//! Incremental top-n: the rows of each partition whose rank is in a range.
//!
//! [`operator`] finds the partition of each row and decides when results are
//! told. Three ways to keep a partition:
//!
//! - [`best`]: insert-only input and one row wanted: that row, nothing else;
//! - [`ranked`] over insert-only input: the rows up to the last rank wanted,
//!   since what is behind them can never come forward again;
//! - [`ranked`] over changing input: all rows, in order, in chunks.
//!
//! Rows are kept in Arrow's row format ([`codec`]), order columns first and then
//! all others, so that one comparison of bytes decides the order, ties included.
//! [`walk`] says what a change does to the ranks; [`emission`] collects it.

mod best;
mod codec;
mod emission;
mod operator;
mod ranked;
#[cfg(test)]
mod tests;
mod walk;

pub use operator::TopNOperator;
