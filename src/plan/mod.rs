//! Bound query to incremental plan.

pub mod stream;
