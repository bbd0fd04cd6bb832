//! Session windows: rows of a partition that follow each other closely.
//!
//! [`sessions`] keeps which rows form a session, a slab what is in them, and
//! [`operator`] decides which of them are told.

mod operator;
mod sessions;
#[cfg(test)]
mod tests;

pub use operator::SessionOperator;
