//! Operators that are PostgreSQL's and not DataFusion's, planned as calls.
//!
//! A quoted literal beside a value of another type is read as that type, as
//! PostgreSQL resolves what it calls unknown.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Placeholder, ScalarFunction};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, GetFieldAccess, ScalarUDF, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::agreement::{is_unknown, no_operator};
use super::functions::{days, declared};
use super::input::literal_numeric;
use super::literals::takes_literals;
use super::type_operators;
use crate::types::logical::is_text;

/// Comes before DataFusion's planners.
#[derive(Debug)]
pub struct Operators;

/// Does DataFusion find no type for a value of this type and NULL?
fn lacks_common_type(data_type: &DataType) -> bool {
    *data_type == DataType::Binary || takes_literals(data_type)
}

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let RawBinaryExpr { op, left, right } = with_text(expr, schema);
        let (Ok(left_type), Ok(right_type)) = (left.get_type(schema), right.get_type(schema)) else {
            return Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }));
        };
        let (left, left_type) = known(&op, left, left_type, &right_type);
        let (right, right_type) = known(&op, right, right_type, &left_type);
        check_text(&op, (&left, &left_type), (&right, &right_type))?;
        let planned = plan(&op, (&left, &left_type), (&right, &right_type));
        let expr = RawBinaryExpr { op, left, right };
        // What was a literal may now be a numeric.
        Ok(match planned.or_else(|| type_operators::arithmetic(&expr, &left_type, &right_type)) {
            Some(planned) => PlannerResult::Planned(planned),
            None => PlannerResult::Original(expr),
        })
    }

    /// A NULL beside elements of a type that DataFusion has no common type for.
    fn plan_array_literal(&self, exprs: Vec<Expr>, schema: &DFSchema) -> Result<PlannerResult<Vec<Expr>>> {
        let known = exprs.iter().filter_map(|e| e.get_type(schema).ok()).find(lacks_common_type);
        let Some(known) = known else { return Ok(PlannerResult::Original(exprs)) };
        let typed = |e: Expr| match e {
            Expr::Literal(ScalarValue::Null, _) => cast(e, known.clone()),
            other => other,
        };
        Ok(PlannerResult::Original(exprs.into_iter().map(typed).collect()))
    }

    fn plan_field_access(
        &self,
        expr: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let is_list = matches!(expr.expr.get_type(schema), Ok(DataType::List(_)));
        Ok(match expr.field_access {
            GetFieldAccess::ListIndex { key } if is_list => {
                PlannerResult::Planned(call(declared("ms_element"), vec![expr.expr, *key]))
            }
            GetFieldAccess::ListRange { start, stop, .. } if is_list => {
                PlannerResult::Planned(call(declared("ms_slice"), vec![expr.expr, *start, *stop]))
            }
            field_access => PlannerResult::Original(RawFieldAccessExpr { field_access, ..expr }),
        })
    }

    fn plan_extract(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(call(declared("extract"), args)))
    }

    fn plan_substring(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(call(declared("substring"), args)))
    }

    fn plan_position(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(call(declared("position"), args)))
    }

    fn plan_overlay(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(call(declared("overlay"), args)))
    }
}

/// A parameter that is joined to a value of any type but an array or the like is a text.
fn with_text(expr: RawBinaryExpr, schema: &DFSchema) -> RawBinaryExpr {
    let is_unknown = |e: &Expr| matches!(e, Expr::Placeholder(parameter) if parameter.field.is_none());
    let is_plain = |e: &Expr| {
        e.get_type(schema)
            .is_ok_and(|t| !matches!(t, DataType::Binary) && !takes_literals(&t) && !t.is_null())
    };
    let typed = |e: Expr| match e {
        Expr::Placeholder(parameter) => {
            let field = Some(Arc::new(Field::new("", DataType::Utf8, true)));
            Expr::Placeholder(Placeholder { field, ..parameter })
        }
        other => other,
    };
    let RawBinaryExpr { op, left, right } = expr;
    match (op == BinaryOperator::StringConcat, is_unknown(&left), is_unknown(&right)) {
        (true, true, false) if is_plain(&right) => RawBinaryExpr { op, left: typed(left), right },
        (true, false, true) if is_plain(&left) => RawBinaryExpr { op, left, right: typed(right) },
        _ => RawBinaryExpr { op, left, right },
    }
}

fn call(function: Arc<ScalarUDF>, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))
}

/// A quoted literal as the type that its neighbour gives it.
fn known(op: &BinaryOperator, expr: Expr, own: DataType, other: &DataType) -> (Expr, DataType) {
    use BinaryOperator::*;
    let is_unknown = is_text(&own) && matches!(expr, Expr::Literal(..));
    if let DataType::Duration(_) = own {
        let interval = DataType::Interval(IntervalUnit::MonthDayNano);
        // Only the difference of two times keeps its own type, for DataFusion's aggregates.
        return match op {
            Plus | Minus | Multiply | Divide => (call(days::udf(), vec![expr]), interval),
            _ => (expr, own),
        };
    }
    if !is_unknown || is_text(other) || *other == DataType::Null {
        return (expr, own);
    }
    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
    let to = match (op, other) {
        (Eq | NotEq | Lt | LtEq | Gt | GtEq, DataType::Duration(_)) => interval,
        (Eq | NotEq | Lt | LtEq | Gt | GtEq, other) => other.clone(),
        (Plus, DataType::Timestamp(..)) => interval,
        (Plus | Minus, other) => other.clone(),
        (Multiply | Divide | Modulo, other) if other.is_numeric() => other.clone(),
        (StringConcat | AtArrow | ArrowAt | PGOverlap, DataType::List(_)) => other.clone(),
        (StringConcat, DataType::Binary) => other.clone(),
        _ => return (expr, own),
    };
    // A number's scale is that of the text.
    let to = match (&to, &expr) {
        (to, Expr::Literal(ScalarValue::Utf8(Some(text)), _)) if to.is_decimal() => {
            literal_numeric(text).unwrap_or_else(|| to.clone())
        }
        _ => to,
    };
    (cast(expr, to.clone()), to)
}

/// Operators of text that PostgreSQL does not have for these operands.
fn check_text(op: &BinaryOperator, left: (&Expr, &DataType), right: (&Expr, &DataType)) -> Result<()> {
    use BinaryOperator::*;
    let is_text = |(expr, t): (&Expr, &DataType)| is_text(t) || is_unknown(expr) || *t == DataType::Null;
    let is_joined = |t: &DataType| {
        matches!(t, DataType::List(_) | DataType::Binary | DataType::LargeBinary | DataType::Map(..))
    };
    let exists = match op {
        PGRegexMatch | PGRegexIMatch | PGRegexNotMatch | PGRegexNotIMatch => is_text(left) && is_text(right),
        StringConcat => is_text(left) || is_text(right) || is_joined(left.1) || is_joined(right.1),
        _ => true,
    };
    if exists { Ok(()) } else { Err(no_operator(left, &op.to_string(), right)) }
}

fn plan(op: &BinaryOperator, left: (&Expr, &DataType), right: (&Expr, &DataType)) -> Option<Expr> {
    use BinaryOperator::*;
    let both = |name: &str| Some(call(declared(name), vec![left.0.clone(), right.0.clone()]));
    let swapped = |name: &str| Some(call(declared(name), vec![right.0.clone(), left.0.clone()]));
    let lists = (matches!(left.1, DataType::List(_)), matches!(right.1, DataType::List(_)));
    match op {
        Plus | Minus | Multiply | Divide => arithmetic(op, left, right),
        PGExp => both("power"),
        PGStartsWith => both("starts_with"),
        PGRegexMatch => Some(regex(left.0, right.0, "")),
        PGRegexIMatch => Some(regex(left.0, right.0, "i")),
        PGRegexNotMatch => Some(Expr::Not(Box::new(regex(left.0, right.0, "")))),
        PGRegexNotIMatch => Some(Expr::Not(Box::new(regex(left.0, right.0, "i")))),
        AtArrow if lists == (true, true) => both("ms_contains"),
        ArrowAt if lists == (true, true) => swapped("ms_contains"),
        PGOverlap if lists == (true, true) => both("ms_array_overlaps"),
        StringConcat => concatenation(left, right, lists),
        _ => None,
    }
}

fn regex(text: &Expr, pattern: &Expr, flags: &str) -> Expr {
    call(declared("ms_regex"), vec![text.clone(), pattern.clone(), lit(flags)])
}

fn concatenation(left: (&Expr, &DataType), right: (&Expr, &DataType), lists: (bool, bool)) -> Option<Expr> {
    let both = |name: &str| Some(call(declared(name), vec![left.0.clone(), right.0.clone()]));
    let depth = |mut data_type: &DataType| {
        let mut depth = 0;
        while let DataType::List(item) = data_type {
            (depth, data_type) = (depth + 1, item.data_type());
        }
        depth
    };
    let is_null = |t: &DataType| *t == DataType::Null;
    match lists {
        (true, true) if depth(left.1) == depth(right.1) => both("array_cat"),
        (true, _) if is_null(right.1) => both("array_cat"),
        (_, true) if is_null(left.1) => both("array_cat"),
        (true, _) if depth(left.1) > depth(right.1) => both("array_append"),
        (_, true) => both("array_prepend"),
        _ if is_null(left.1) || is_null(right.1) => None,
        _ if *left.1 == DataType::Binary && *right.1 == DataType::Binary => both("ms_concat"),
        _ if is_text(left.1) != is_text(right.1) => both("ms_concat"),
        _ => None,
    }
}

/// Intervals and times of day.
fn arithmetic(op: &BinaryOperator, left: (&Expr, &DataType), right: (&Expr, &DataType)) -> Option<Expr> {
    use BinaryOperator::{Divide, Minus, Multiply, Plus};
    use DataType::{Date32, Interval, Time64};
    let both = |name: &str| Some(call(declared(name), vec![left.0.clone(), right.0.clone()]));
    let swapped = |name: &str| Some(call(declared(name), vec![right.0.clone(), left.0.clone()]));
    match (op, left.1, right.1) {
        (Multiply, Interval(_), n) if n.is_numeric() => both("ms_times"),
        (Multiply, n, Interval(_)) if n.is_numeric() => swapped("ms_times"),
        (Divide, Interval(_), n) if n.is_numeric() => both("ms_over"),
        (Plus, Time64(_), Interval(_)) => both("ms_plus"),
        (Plus, Interval(_), Time64(_)) => swapped("ms_plus"),
        (Minus, Time64(_), Interval(_) | Time64(_)) => both("ms_minus"),
        (Plus, Date32, Time64(_)) => both("ms_plus"),
        (Plus, Time64(_), Date32) => swapped("ms_plus"),
        _ => None,
    }
}
