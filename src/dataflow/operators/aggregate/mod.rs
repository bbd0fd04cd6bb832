//! Incremental aggregation.
//!
//! [`operator`] decides when results are told; [`groups`] gives each group a
//! slot; the accumulators keep one aggregate function each, as columns indexed
//! by slot.

mod accumulator;
mod boolean;
mod closing;
mod count;
mod distinct;
mod extreme;
mod groups;
mod interval;
mod multiset;
mod operator;
mod other;
mod sum;
#[cfg(test)]
mod tests;

pub(super) use accumulator::{as_int64, canonical, from_int64};
pub(super) use closing::Closing;
pub(super) use groups::GroupIndex;
pub use operator::AggregateOperator;
