//! Operators that mean something else in PostgreSQL than in DataFusion, seen
//! while an expression is planned: those of `jsonb`, of `numeric`, and
//! comparisons with constant text.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, binary_expr, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::functions::numeric_operator::{Operation, multiplies, udf as numeric};
use super::{json, literals};
use crate::types::logical;

/// Comes before DataFusion's planners.
#[derive(Debug)]
pub struct TypeOperators;

impl ExprPlanner for TypeOperators {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(expr));
        };
        let planned = json::operators::plan(&expr, &left, &right)
            .or_else(|| arithmetic(&expr, &left, &right))
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
        BinaryOperator::Modulo if is_wide(left) || is_wide(right) => Operation::Remainder,
        _ => return None,
    };
    let arguments = vec![expr.left.clone(), expr.right.clone()];
    Some(Expr::ScalarFunction(ScalarFunction::new_udf(numeric(operation), arguments)))
}

fn comparison(expr: &RawBinaryExpr, left: &DataType, right: &DataType) -> Option<Expr> {
    use datafusion::logical_expr::Operator;
    let op = match expr.op {
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        _ => return None,
    };
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
fn comparison_of(
    op: datafusion::logical_expr::Operator,
    a: Expr,
    b: Expr,
    data_type: &DataType,
) -> Option<Expr> {
    use datafusion::logical_expr::Operator;
    if *data_type != logical::jsonb() || matches!(op, Operator::Eq | Operator::NotEq) {
        return Some(binary_expr(a, op, b));
    }
    Some(binary_expr(call("ms_jsonb_compare", vec![a, b])?, op, lit(ScalarValue::Int32(Some(0)))))
}
