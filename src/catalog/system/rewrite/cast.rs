//! Casts to `regclass` and its kin.
//!
//! Such a value is a number that is read and shown as a name. No type of Arrow's
//! is that, so each place says by a call which of the two is meant.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr, Value};

use super::{arguments, call, name_parts, take};
use crate::catalog::system::regtype::REG_TYPES;

/// One cast, whose operand has been rewritten already.
pub fn rewrite_cast(expr: &mut Expr) {
    let Expr::Cast { expr: operand, data_type, .. } = expr else { return };
    if let Some((_, to_oid, to_name)) = reg_type(data_type) {
        let operand = take(operand);
        *expr = if is_name(&operand) { call(to_oid, vec![operand]) } else { call(to_name, vec![operand]) };
        return;
    }
    if is_oid(data_type)
        && let Some(oid) = named_oid(operand)
    {
        **operand = oid;
    } else if is_text(data_type) && is_oid_call(operand) {
        show_name(operand);
    }
}

/// `oid::regclass = 't'::regclass` and `oid = to_regtype('t')` compare OIDs, not names.
pub fn compare_oids(expr: &mut Expr) {
    let Expr::BinaryOp { left, op, right } = expr else { return };
    if !matches!(op, BinaryOperator::Eq | BinaryOperator::NotEq) {
        return;
    }
    if (is_oid_call(right) || is_lookup(left))
        && let Some(oid) = named_oid(left)
    {
        **left = oid;
    }
    if (is_oid_call(left) || is_lookup(right))
        && let Some(oid) = named_oid(right)
    {
        **right = oid;
    }
}

/// `to_regclass('t')` and the like: names that may not exist.
fn is_lookup(expr: &Expr) -> bool {
    called(expr).is_some_and(|f| f.starts_with("to_reg"))
}

/// A number that stands for a name is shown as the name.
pub fn show_name(expr: &mut Expr) {
    if let Some(to_name) = called(expr).and_then(|f| REG_TYPES.iter().find(|r| r.1 == f)).map(|r| r.2) {
        *expr = call(to_name, vec![take(expr)]);
    }
}

fn reg_type(data_type: &DataType) -> Option<(&'static str, &'static str, &'static str)> {
    let name = match data_type {
        DataType::Regclass => "regclass".to_string(),
        DataType::Custom(name, _) => name_parts(name).1,
        _ => return None,
    };
    REG_TYPES.into_iter().find(|(reg, ..)| *reg == name)
}

fn is_oid(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Custom(name, _) if name_parts(name).1 == "oid")
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Text | DataType::Varchar(_) => true,
        DataType::Custom(name, _) => matches!(name_parts(name).1.as_str(), "text" | "name" | "varchar"),
        _ => false,
    }
}

/// A string or a parameter: something that is looked up by name.
fn is_name(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => {
            matches!(&value.value, Value::SingleQuotedString(_) | Value::Placeholder(_))
        }
        Expr::Nested(inner) => is_name(inner),
        Expr::Cast { expr: inner, data_type, .. } => is_text(data_type) && is_name(inner),
        _ => false,
    }
}

/// The name of the function that is called, if it is a call.
fn called(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Function(function) => Some(name_parts(&function.name).1),
        Expr::Nested(inner) => called(inner),
        _ => None,
    }
}

fn is_oid_call(expr: &Expr) -> bool {
    called(expr).is_some_and(|f| REG_TYPES.iter().any(|r| r.1 == f))
}

/// The OID of which an expression shows the name: `oid::regclass`, `to_regclass('t')`.
fn named_oid(expr: &Expr) -> Option<Expr> {
    let function = called(expr)?;
    let Expr::Function(call_of) = strip_parentheses(expr) else { return None };
    let argument = arguments(&call_of.args).first().map(|a| (*a).clone());
    if REG_TYPES.iter().any(|r| r.2 == function) {
        return argument;
    }
    let reg = function.strip_prefix("to_")?;
    let to_oid = REG_TYPES.iter().find(|r| r.0 == reg)?.1;
    Some(call(to_oid, vec![expr.clone()]))
}

fn strip_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => strip_parentheses(inner),
        other => other,
    }
}
