//! The incremental operators, one a file.

mod aggregate;
mod asof;
mod changelog;
mod footprint;
mod join;
mod map;
mod ordered;
mod over;
mod recursive;
mod session;
mod temporal;
mod top_n;
mod unnest;

pub use aggregate::AggregateOperator;
pub use asof::AsofOperator;
pub use changelog::ChangelogOperator;
pub use join::{JoinOperator, NullAwareOperator};
pub use map::MapOperator;
pub use over::OverOperator;
pub use recursive::RecursiveOperator;
pub use session::SessionOperator;
pub use temporal::TemporalOperator;
pub use top_n::TopNOperator;
pub use unnest::UnnestOperator;
