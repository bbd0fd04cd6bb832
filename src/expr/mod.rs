//! Bound scalar expressions and aggregates over Arrow.

mod epoch_time;
mod error;
mod program;
mod row;

pub use epoch_time::EpochTime;
pub use program::{Program, Step};
pub use row::row_text;
