//! State that outlives an epoch.
//!
//! [`arrangement`] holds what tables and views contain: versioned, shared
//! between the one worker that writes it and any number of readers.

pub mod arrangement;

pub use arrangement::{Arrangement, ArrangementWriter};
