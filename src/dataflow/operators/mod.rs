//! The incremental operators, one a file.

mod aggregate;
mod map;
mod over;
mod unnest;

pub use aggregate::AggregateOperator;
pub use map::MapOperator;
pub use over::OverOperator;
pub use unnest::UnnestOperator;
