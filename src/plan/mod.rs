//! Bound query to incremental plan.
//!
//! A bound query is a DataFusion logical plan. It is optimised by the rules
//! that are right for changing collections (`optimize`), then turned bottom up
//! into a tree of incremental operators ([`incremental`] makes it, [`stream`]
//! is what it is made of). What cannot be kept incrementally is refused here,
//! with `0A000` and the name of the part, never later.

mod computed_partition;
mod decorrelate;
pub mod explain;
pub mod growth;
pub mod incremental;
mod optimize;
mod rows;
mod rule;
mod single_distinct;
pub mod stream;

pub use explain::describe_operator;
pub use optimize::{batch_optimizer, prepare};
pub use rows::row_expressions;
