//! The incremental ASOF join: each left row with the nearest right row.
//!
//! Of each key both sides are kept in the order of time, as bytes ([`codec`]).
//! A left row meets the last right row that is not ahead of it; where the next
//! one is wanted, the order is turned round. So a right row reaches the left
//! rows between itself and the right row behind it, and no others.
//!
//! An epoch is taken in two halves: first the left rows as they were learn what
//! became of the right ([`reach`]), then the left rows that come or go are told
//! with what they meet now. [`changes`] sorts what came, [`side`] keeps an
//! input, [`output`] puts rows together.

mod changes;
mod codec;
mod operator;
mod output;
mod reach;
mod side;
#[cfg(test)]
mod tests;

pub use operator::AsofOperator;
