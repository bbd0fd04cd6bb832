//! What session windows are told.

use arrow::datatypes::SchemaRef;

use super::event_time::EventTime;

/// Adds `window_start` and `window_end` to each row: the session it is in. Rows
/// of a partition are in one session while the gap between one and the next is
/// shorter than `gap`. For a row without a time both are NULL.
#[derive(Clone, Debug)]
pub struct SessionSpec {
    /// The partition; also the exchange key.
    pub partition: Vec<usize>,
    /// The time column.
    pub time: usize,
    /// Microseconds without a row that end a session.
    pub gap: i64,
    /// The input is insert-only.
    pub append_only: bool,
    /// The watermark that the time column follows.
    pub event_time: Option<EventTime>,
    /// Rows appear when their session is over, not before.
    pub emit_on_window_close: bool,
    /// The input's columns, then `window_start` and `window_end`.
    pub schema: SchemaRef,
}
