//! The incremental operators, one a file.

mod aggregate;
mod join;
mod map;
mod over;
mod temporal;
mod top_n;
mod unnest;

pub use aggregate::AggregateOperator;
pub use join::{JoinOperator, NullAwareOperator};
pub use map::MapOperator;
pub use over::OverOperator;
pub use temporal::TemporalOperator;
pub use top_n::TopNOperator;
pub use unnest::UnnestOperator;
