//! Operators that mean something else in PostgreSQL than in DataFusion, seen
//! while an expression is planned: those of `jsonb`, of `numeric`, and
//! comparisons with constant text.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::functions::numeric_operator::{NARROW_SCALE, Operation, multiplies, udf as numeric};
use super::{agreement, json, literals};
use crate::types::logical;

/// Comes before DataFusion's planners.
#[derive(Debug)]
pub struct TypeOperators;

impl ExprPlanner for TypeOperators {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(expr));
        };
        if let Some(op) = compares(&expr.op) {
            agreement::check_planned((&expr.left, &left), &op.to_string(), (&expr.right, &right))?;
        }
        let planned = json::operators::plan(&expr, &left, &right)
            .or_else(|| arithmetic(&expr, &left, &right))
            .or_else(|| wide(&expr, &left, &right))
            .or_else(|| comparison(&expr, &left, &right));
        Ok(match planned {
            Some(planned) => PlannerResult::Planned(planned),
            None => PlannerResult::Original(expr),
        })
    }
}

/// A call of a function that is not in the registry by that name alone.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Option<Expr> {
    let function = super::registry().scalar.get(name)?.clone();
    Some(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)))
}

/// `*`, `/` and `%` of exact numbers, one of them a numeric.
pub(super) fn arithmetic(expr: &RawBinaryExpr, left: &DataType, right: &DataType) -> Option<Expr> {
    let is_number = |t: &DataType| t.is_decimal() || t.is_integer();
    let exact = is_number(left) && is_number(right) && (left.is_decimal() || right.is_decimal());
    if !exact {
        return None;
    }
    let is_wide = |t: &DataType| matches!(t, DataType::Decimal256(..));
    let operation = match expr.op {
        BinaryOperator::Divide => Operation::Divide,
        BinaryOperator::Multiply if !multiplies(left, right) => Operation::Multiply,
        BinaryOperator::Modulo if is_wide(left) || is_wide(right) || is_narrow(left, right) => {
            Operation::Remainder
        }
        _ => return None,
    };
    let arguments = vec![expr.left.clone(), expr.right.clone()];
    Some(Expr::ScalarFunction(ScalarFunction::new_udf(numeric(operation), arguments)))
}

/// `+`, `-` and comparisons of numerics that no type holds both of with all
/// their digits: they keep the places behind the point, and a value that has too
/// many before it overflows.
fn wide(expr: &RawBinaryExpr, left: &DataType, right: &DataType) -> Option<Expr> {
    let op = match expr.op {
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        _ => compares(&expr.op)?,
    };
    let ((p, s), (q, t)) = (digits(left)?, digits(right)?);
    let before = (i32::from(p) - i32::from(s)).max(i32::from(q) - i32::from(t));
    let scale = s.max(t);
    let fits = before + i32::from(scale) <= i32::from(logical::NUMERIC_PRECISION);
    let wide = [left, right].iter().filter(|t| matches!(t, DataType::Decimal256(..))).count();
    if wide == 2 || (wide == 1 && fits) || (wide == 0 && !is_narrow(left, right)) {
        return None;
    }
    // A sum has one digit more, and must not be one of the reserved types.
    let common = DataType::Decimal256(logical::NUMERIC_PRECISION - 2, scale);
    Some(binary_expr(cast(expr.left.clone(), common.clone()), op, cast(expr.right.clone(), common)))
}

/// Would 128 bits leave too few digits before the point of one of these?
fn is_narrow(left: &DataType, right: &DataType) -> bool {
    let (Some((p, s)), Some((q, t))) = (digits(left), digits(right)) else { return false };
    let before = (i32::from(p) - i32::from(s)).max(i32::from(q) - i32::from(t));
    s.max(t) > NARROW_SCALE && before + i32::from(s.max(t)) > 38
}

/// Precision and scale of an exact number.
fn digits(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            Some((*precision, *scale))
        }
        DataType::Int64 => Some((20, 0)),
        DataType::Int16 | DataType::Int32 => Some((10, 0)),
        _ => None,
    }
}

/// The comparison that an operator is, if it is one.
fn compares(op: &BinaryOperator) -> Option<Operator> {
    Some(match op {
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        _ => return None,
    })
}

fn comparison(expr: &RawBinaryExpr, left: &DataType, right: &DataType) -> Option<Expr> {
    let op = compares(&expr.op)?;
    let (a, b) = (expr.left.clone(), expr.right.clone());
    // A float and a numeric are compared as floats.
    if left.is_floating() && right.is_decimal() {
        return Some(binary_expr(a, op, cast(b, DataType::Float64)));
    }
    if left.is_decimal() && right.is_floating() {
        return Some(binary_expr(cast(a, DataType::Float64), op, b));
    }
    if literals::is_text(&a) && literals::takes_literals(right) {
        return comparison_of(op, literals::as_type(&a, right.clone()), b, right);
    }
    if literals::is_text(&b) && literals::takes_literals(left) {
        return comparison_of(op, a, literals::as_type(&b, left.clone()), left);
    }
    (*left == logical::jsonb() && left == right).then(|| comparison_of(op, a, b, left)).flatten()
}

/// Documents have an order of their own; equal ones have equal bytes.
fn comparison_of(op: Operator, a: Expr, b: Expr, data_type: &DataType) -> Option<Expr> {
    if *data_type != logical::jsonb() || matches!(op, Operator::Eq | Operator::NotEq) {
        return Some(binary_expr(a, op, b));
    }
    Some(binary_expr(call("ms_jsonb_compare", vec![a, b])?, op, lit(ScalarValue::Int32(Some(0)))))
}
