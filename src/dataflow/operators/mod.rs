//! The incremental operators, one a file.

mod aggregate;
mod map;
mod temporal;
mod unnest;

pub use aggregate::AggregateOperator;
pub use map::MapOperator;
pub use temporal::TemporalOperator;
pub use unnest::UnnestOperator;
