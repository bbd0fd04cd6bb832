//! Outputs, one outside system a file.

mod blackhole;

pub use blackhole::Blackhole;
