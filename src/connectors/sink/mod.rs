//! Outputs, one outside system a file.

mod blackhole;
mod print;

pub use blackhole::Blackhole;
pub use print::Print;
