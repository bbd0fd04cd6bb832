//! The incremental operators, one a file.

mod aggregate;
mod map;
mod unnest;

pub use aggregate::AggregateOperator;
pub use map::MapOperator;
pub use unnest::UnnestOperator;
