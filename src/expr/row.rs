//! A row as text, for messages and fault lists.

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::types::Result;

/// One row as PostgreSQL prints a record: `(1,abc,)`.
pub fn row_text(rows: &RecordBatch, row: usize) -> Result<String> {
    let options = FormatOptions::default();
    let mut text = String::from("(");
    for (index, column) in rows.columns().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if column.is_valid(row) {
            text.push_str(&ArrayFormatter::try_new(column.as_ref(), &options)?.value(row).to_string());
        }
    }
    text.push(')');
    Ok(text)
}
