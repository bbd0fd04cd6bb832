//! Our own rewrites of logical plans, one rule a file.
//!
//! Each takes a part of SQL that has no operator of its own to parts that have
//! one, and changes no answer.

mod equijoin;
mod filter_pushdown;
mod grouping_sets;
mod set_operation;
mod simplify;

pub use equijoin::EquijoinKeys;
pub use filter_pushdown::FilterPushdown;
pub use grouping_sets::expand_grouping_sets;
pub use set_operation::count_set_operations;
pub use simplify::Simplify;
