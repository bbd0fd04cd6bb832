//! The incremental operators, one a file.

mod aggregate;
mod changelog;
mod map;
mod session;
mod temporal;
mod unnest;

pub use aggregate::AggregateOperator;
pub use changelog::ChangelogOperator;
pub use map::MapOperator;
pub use session::SessionOperator;
pub use temporal::TemporalOperator;
pub use unnest::UnnestOperator;
