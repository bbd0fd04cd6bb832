//! A row as text, for messages and fault lists.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::TextPrinter;
use crate::types::Result;

/// Types that Arrow prints as bytes.
fn is_ours(data_type: &DataType) -> bool {
    use DataType::*;
    matches!(data_type, FixedSizeBinary(16) | LargeBinary | BinaryView | Decimal256(..))
}

/// One row as PostgreSQL prints a record: `(1,abc,)`.
pub fn row_text(rows: &RecordBatch, row: usize) -> Result<String> {
    let options = FormatOptions::default();
    let mut text = String::from("(");
    for (index, column) in rows.columns().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if column.is_valid(row) && is_ours(column.data_type()) {
            TextPrinter::new(column)?.write(row, &mut text);
        } else if column.is_valid(row) {
            text.push_str(&ArrayFormatter::try_new(column.as_ref(), &options)?.value(row).to_string());
        }
    }
    text.push(')');
    Ok(text)
}
