//! Our own rewrites of logical plans, one rule a file.
//!
//! Each takes a part of SQL that has no operator of its own to parts that have
//! one, and changes no answer.

mod grouping_sets;

pub use grouping_sets::expand_grouping_sets;
