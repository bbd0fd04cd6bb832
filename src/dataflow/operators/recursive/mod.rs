//! `WITH RECURSIVE`, kept incrementally.
//!
//! [`body`] runs the recursion's body by hand, [`levels`] knows at which level
//! each row of a `UNION` is, [`operator`] drives the two: an epoch's changes go
//! through the body level by level until none are left.

mod body;
mod levels;
mod operator;

pub use operator::RecursiveOperator;
