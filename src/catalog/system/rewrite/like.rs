//! `LIKE … ESCAPE '/'`: DataFusion knows the backslash alone.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Value, ValueWithSpan};

/// Writes a constant pattern with the backslash as its escape character.
pub fn use_backslash(pattern: &mut Expr, escape_char: &mut Option<ValueWithSpan>) {
    let Some(Value::SingleQuotedString(escape)) = escape_char.as_ref().map(|e| &e.value) else { return };
    let (Some(escape), Some(text)) = (escape.chars().next(), constant_text(pattern)) else { return };
    let mut rewritten = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == escape {
            rewritten.push('\\');
            rewritten.extend(chars.next());
        } else if c == '\\' {
            rewritten.push_str("\\\\");
        } else {
            rewritten.push(c);
        }
    }
    *pattern = Expr::value(Value::SingleQuotedString(rewritten));
    *escape_char = None;
}

/// A string, or strings put together with `||`.
fn constant_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } => {
            Some(constant_text(left)? + &constant_text(right)?)
        }
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => constant_text(inner),
        _ => None,
    }
}
