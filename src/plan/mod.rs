//! Bound query to incremental plan.

pub mod incremental;
mod optimize;
pub mod stream;
