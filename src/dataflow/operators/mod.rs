//! The incremental operators, one a file.

mod aggregate;
mod join;
mod map;
mod unnest;

pub use aggregate::AggregateOperator;
pub use join::{JoinOperator, NullAwareOperator};
pub use map::MapOperator;
pub use unnest::UnnestOperator;
