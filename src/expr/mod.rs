//! Bound scalar expressions and aggregates over Arrow.

mod error;
mod text;

pub use text::{TextPrinter, push_calendar_date, push_clock_time};
