//! Bound query to incremental plan.

pub mod incremental;
mod optimize;
mod rows;
pub mod stream;

pub use rows::row_expressions;
