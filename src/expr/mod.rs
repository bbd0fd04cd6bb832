//! Bound scalar expressions and aggregates over Arrow.

mod error;
mod text;

pub use text::TextPrinter;
