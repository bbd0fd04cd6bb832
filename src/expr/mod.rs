//! Bound scalar expressions and aggregates over Arrow.

mod error;
