//! What the process says about itself: logs and measurements.

mod histogram;
mod logs;

pub use histogram::Histogram;
pub use logs::init_logs;
