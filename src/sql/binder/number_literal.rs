//! Literal numbers: `integer`, `bigint` or `numeric`, the first that holds them.

use datafusion::sql::sqlparser::ast::{
    self, BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
    WindowType,
};

use super::rewriting;
use super::types::fold;
use crate::catalog::Snapshot;

/// Types the numbers directly below an expression whose own type follows from
/// theirs. In a comparison an integer may stay what it is, but a numeric must not
/// be read as a float.
pub(super) fn type_operands(expr: &mut Expr, catalog: &Snapshot) {
    match expr {
        Expr::BinaryOp { left, right, op } if is_comparison(op) => {
            type_exact_number(left);
            type_exact_number(right);
        }
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            type_exact_number(left);
            type_exact_number(right);
        }
        Expr::Between { expr, low, high, .. } => {
            [expr, low, high].into_iter().for_each(|e| type_exact_number(e));
        }
        Expr::InList { expr, list, .. } => {
            type_exact_number(expr);
            list.iter_mut().for_each(type_exact_number);
        }
        Expr::InSubquery { expr, .. } => type_number(expr),
        Expr::BinaryOp { left, right, op } if is_arithmetic(op) => {
            type_number(left);
            type_number(right);
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: operand } => match operand.as_mut() {
            operand if rewriting::is_least(operand) => *expr = rewriting::least(operand),
            operand => type_number(operand),
        },
        Expr::UnaryOp { expr, .. } | Expr::Nested(expr) => type_number(expr),
        Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => type_number(expr),
        Expr::Cast { expr, .. } => type_exact_number(expr),
        Expr::Case { operand, conditions, else_result, .. } => {
            if let Some(operand) = operand {
                type_exact_number(operand);
                conditions.iter_mut().for_each(|when| type_exact_number(&mut when.condition));
            }
            conditions.iter_mut().for_each(|when| type_number(&mut when.result));
            else_result.iter_mut().for_each(|e| type_number(e));
        }
        Expr::AnyOp { left, .. } | Expr::AllOp { left, .. } => type_number(left),
        Expr::Array(array) => array.elem.iter_mut().for_each(type_number),
        Expr::Function(function) if takes_any(function, catalog) => {
            let FunctionArguments::List(list) = &mut function.args else { return };
            for argument in &mut list.args {
                if let FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) = argument {
                    type_number(e);
                }
            }
        }
        _ => {}
    }
}

fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(
        op,
        Plus | Minus
            | Multiply
            | Divide
            | Modulo
            | BitwiseAnd
            | BitwiseOr
            | BitwiseXor
            | PGBitwiseXor
            | PGBitwiseShiftLeft
            | PGBitwiseShiftRight
            | PGExp
            | StringConcat
    )
}

/// Functions whose result has the type of their arguments, and those of users.
fn takes_any(function: &ast::Function, catalog: &Snapshot) -> bool {
    let Some(name) = function.name.0.last().and_then(|part| part.as_ident()) else { return false };
    let windowed = matches!(&function.over, Some(WindowType::WindowSpec(_) | WindowType::NamedWindow(_)));
    let names = [
        "coalesce",
        "greatest",
        "least",
        "nullif",
        "sum",
        "min",
        "max",
        "avg",
        "abs",
        "mod",
        "round",
        "array_agg",
        "any_value",
        "to_jsonb",
        "to_json",
        "jsonb_build_array",
        "jsonb_build_object",
        "json_build_array",
        "json_build_object",
        "jsonb_agg",
        "jsonb_object_agg",
    ];
    let name = fold(name);
    let made = || catalog.objects().any(|o| o.name == name && o.function().is_some());
    !windowed && (names.contains(&name.as_str()) || crate::expr::functions::is_declared(&name) || made())
}

/// A literal number gets the type that PostgreSQL gives it.
pub(super) fn type_number(expr: &mut Expr) {
    let Expr::Value(value) = expr else { return };
    let Value::Number(text, _) = &value.value else { return };
    let Some(data_type) = number_type(text) else { return };
    let is_numeric = matches!(data_type, ast::DataType::Numeric(_));
    let mut value = value.clone();
    if is_numeric && let Value::Number(text, _) = &value.value {
        value.value = Value::SingleQuotedString(text.clone());
    }
    *expr = Expr::Cast {
        kind: ast::CastKind::Cast,
        expr: Box::new(Expr::Value(value)),
        data_type,
        array: false,
        format: None,
    };
}

/// Like [`type_number`], for numbers that an integer cannot hold.
pub(super) fn type_exact_number(expr: &mut Expr) {
    if let Expr::UnaryOp { expr, .. } = expr {
        return type_exact_number(expr);
    }
    let Expr::Value(value) = expr else { return };
    if matches!(&value.value, Value::Number(text, _) if text.parse::<i64>().is_err()) {
        type_number(expr);
    }
}

/// `None`: DataFusion's own reading (bigint) holds, or it is no plain number.
fn number_type(text: &str) -> Option<ast::DataType> {
    if text.parse::<i32>().is_ok() {
        return Some(ast::DataType::Int4(None));
    }
    if text.parse::<i64>().is_ok() || text.contains(['x', 'X', '_']) {
        return None;
    }
    rewriting::exact(text)
}
