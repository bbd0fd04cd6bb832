//! The incremental join.
//!
//! Both inputs are kept by key. The rows that come on one side of an epoch meet
//! the other side as it stands: first those of the left, then those of the
//! right, which then meet the new left ones too. [`turn`] is one such half,
//! [`side`] what is kept of one input, [`output`] puts rows together.
//! [`null_aware`] is `NOT IN`, where one NULL changes everything.

mod null_aware;
mod operator;
mod output;
mod side;
mod turn;

#[cfg(test)]
mod tests;

pub use null_aware::NullAwareOperator;
pub use operator::{JoinOperator, record_watermarks};
