//! A row as text, for messages and fault lists.

use arrow::array::RecordBatch;

use super::TextPrinter;
use crate::types::Result;

/// One row as PostgreSQL prints a record: `(1,abc,)`.
pub fn row_text(rows: &RecordBatch, row: usize) -> Result<String> {
    let mut text = String::from("(");
    let mut field = String::new();
    for (index, column) in rows.columns().iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        field.clear();
        let printer = TextPrinter::new(column)?;
        if !printer.is_null(row) {
            printer.write(row, &mut field);
            push_field(&mut text, &field);
        }
    }
    text.push(')');
    Ok(text)
}

/// A field that could be misread is quoted.
fn push_field(text: &mut String, field: &str) {
    let special = |c: char| matches!(c, '"' | '\\' | '(' | ')' | ',') || c.is_ascii_whitespace();
    if !field.is_empty() && !field.contains(special) {
        text.push_str(field);
        return;
    }
    text.push('"');
    for c in field.chars() {
        if matches!(c, '"' | '\\') {
            text.push(c);
        }
        text.push(c);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, StringArray};

    use super::*;

    #[test]
    fn fields_are_quoted_where_postgresql_does() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a b"), Some(""), None, Some("q\"x")]));
        let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true, false]));
        let rows =
            RecordBatch::try_from_iter_with_nullable([("t", texts, true), ("b", flags, true)]).unwrap();
        let shown: Vec<String> = (0..4).map(|row| row_text(&rows, row).unwrap()).collect();
        assert_eq!(shown, [r#"("a b",t)"#, r#"("",f)"#, "(,t)", r#"("q""x",f)"#]);
    }
}
