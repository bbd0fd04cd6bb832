//! State that outlives an epoch.
//!
//! [`arrangement`] holds what tables and views contain: versioned, shared
//! between the one worker that writes it and any number of readers. [`rows`]
//! is what an operator of one worker remembers of rows by key, and what the
//! coordinator remembers of tables.

pub mod arrangement;
pub mod rows;

pub use arrangement::{Arrangement, ArrangementWriter};
