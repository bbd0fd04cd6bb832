//! What a temporal filter is told.

use arrow::datatypes::SchemaRef;

/// Rows that are there for a time: while `from <= now() < until`.
#[derive(Clone, Debug)]
pub struct TemporalSpec {
    /// The column with the first moment; always there before if `None` or NULL.
    pub from: Option<usize>,
    /// The column with the first moment no more; for ever if `None` or NULL.
    pub until: Option<usize>,
    /// The columns of the input that are passed on.
    pub output: Vec<usize>,
    /// Names and types of the output.
    pub schema: SchemaRef,
}
