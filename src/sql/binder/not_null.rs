//! NOT NULL, checked on rows that are about to be stored.

use arrow::array::{Array, RecordBatch};

use crate::catalog::Object;
use crate::expr::TextPrinter;
use crate::types::{Error, Result, SqlState};

/// `23502` for the first row of `rows` (all columns of `table`) with a NULL
/// where none may be.
pub fn check_not_null(table: &Object, rows: &RecordBatch) -> Result<()> {
    for (column, values) in table.columns.iter().zip(rows.columns()) {
        if column.nullable || values.null_count() == 0 {
            continue;
        }
        let Some(row) = (0..values.len()).find(|row| values.is_null(*row)) else { continue };
        let message = format!(
            "null value in column \"{}\" of relation \"{}\" violates not-null constraint",
            column.name, table.name
        );
        let error = Error::new(SqlState::NOT_NULL_VIOLATION, message);
        return Err(error.with_detail(format!("Failing row contains {}.", failing_row(table, rows, row)?)));
    }
    Ok(())
}

/// `(1, null, text)`, without hidden columns.
fn failing_row(table: &Object, rows: &RecordBatch, row: usize) -> Result<String> {
    let mut out = String::from("(");
    for (_, values) in table.columns.iter().zip(rows.columns()).filter(|(c, _)| !c.hidden) {
        if out.len() > 1 {
            out.push_str(", ");
        }
        if !TextPrinter::new(values)?.write(row, &mut out) {
            out.push_str("null");
        }
    }
    out.push(')');
    Ok(out)
}
