//! Constant text beside a value of another type is a value of that type.
//!
//! PostgreSQL's literals have no type until they are compared with something;
//! DataFusion's are text, and text is not compared with a uuid, a jsonb or an
//! array. So such a literal is cast before types are coerced.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, Cast, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};

use super::checked::rewrite;

/// The same plan, its types not yet coerced.
pub fn typed_literals(plan: LogicalPlan) -> Result<LogicalPlan> {
    let concerned = |e: &Expr| matches!(e, Expr::BinaryExpr(_) | Expr::InList(_) | Expr::Between(_));
    rewrite(plan, &concerned, &typed)
}

fn typed(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    let wanted = |e: &Expr| e.get_type(schema).ok().filter(takes_literals);
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(*op) => {
            let cast = match (is_text(left), is_text(right)) {
                (true, false) => (as_type(left, wanted(right)?), (**right).clone()),
                (false, true) => ((**left).clone(), as_type(right, wanted(left)?)),
                _ => return None,
            };
            Some(Expr::BinaryExpr(BinaryExpr::new(Box::new(cast.0), *op, Box::new(cast.1))))
        }
        Expr::InList(InList { expr, list, negated }) if list.iter().any(is_text) => {
            let data_type = wanted(expr)?;
            let item = |e: &Expr| if is_text(e) { as_type(e, data_type.clone()) } else { e.clone() };
            Some(Expr::InList(InList::new(expr.clone(), list.iter().map(item).collect(), *negated)))
        }
        Expr::Between(Between { expr, negated, low, high }) if is_text(low) || is_text(high) => {
            let data_type = wanted(expr)?;
            let bound =
                |e: &Expr| Box::new(if is_text(e) { as_type(e, data_type.clone()) } else { e.clone() });
            Some(Expr::Between(Between::new(expr.clone(), *negated, bound(low), bound(high))))
        }
        _ => None,
    }
}

fn compares(op: Operator) -> bool {
    use Operator::*;
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

pub(super) fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Utf8(Some(_)), _))
}

pub(super) fn takes_literals(data_type: &DataType) -> bool {
    use DataType::*;
    matches!(
        data_type,
        FixedSizeBinary(16)
            | LargeBinary
            | BinaryView
            | List(_)
            | Struct(_)
            | Map(..)
            | Interval(_)
            | Timestamp(_, Some(_))
    )
}

pub(super) fn as_type(literal: &Expr, data_type: DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(literal.clone()), data_type))
}
