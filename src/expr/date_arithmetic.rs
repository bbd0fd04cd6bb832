//! `+` and `-` on dates as PostgreSQL has them: a date and an interval give a
//! timestamp, a date and an integer a date, two dates an integer.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, cast};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::functions::declared;

/// Comes before DataFusion's planners, which keep the date's type.
#[derive(Debug)]
pub struct DateArithmetic;

impl ExprPlanner for DateArithmetic {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let op = match expr.op {
            BinaryOperator::Plus => Operator::Plus,
            BinaryOperator::Minus => Operator::Minus,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(expr));
        };
        Ok(match plan(op, (&expr.left, &left), (&expr.right, &right)) {
            Some(planned) => PlannerResult::Planned(planned),
            None => PlannerResult::Original(expr),
        })
    }
}

fn plan(op: Operator, left: (&Expr, &DataType), right: (&Expr, &DataType)) -> Option<Expr> {
    use DataType::{Date32, Interval};
    let midnight = |e: &Expr| cast(e.clone(), DataType::Timestamp(TimeUnit::Microsecond, None));
    let both = |name: &str| {
        let arguments = vec![left.0.clone(), right.0.clone()];
        Expr::ScalarFunction(ScalarFunction::new_udf(declared(name), arguments))
    };
    let swapped = |name: &str| {
        let arguments = vec![right.0.clone(), left.0.clone()];
        Expr::ScalarFunction(ScalarFunction::new_udf(declared(name), arguments))
    };
    Some(match (op, left, right) {
        (_, (l, Date32), (r, Interval(_))) => binary_expr(midnight(l), op, r.clone()),
        (Operator::Plus, (l, Interval(_)), (r, Date32)) => binary_expr(midnight(r), op, l.clone()),
        (Operator::Plus, (_, Date32), (_, t)) if t.is_integer() => both("ms_plus"),
        (Operator::Plus, (_, t), (_, Date32)) if t.is_integer() => swapped("ms_plus"),
        (Operator::Minus, (_, Date32), (_, t)) if t.is_integer() => both("ms_minus"),
        (Operator::Minus, (_, Date32), (_, Date32)) => both("ms_minus"),
        _ => return None,
    })
}
