//! Constant text beside a value of another type is a value of that type; casts that
//! PostgreSQL does not have are refused.
//!
//! PostgreSQL's literals have no type until they are compared with something or
//! share a `CASE` or `COALESCE` with it; DataFusion's are text, and text is not
//! compared with a uuid, a jsonb or an array. So such a literal is cast before
//! types are coerced.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, Cast, InList, Placeholder};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};

use super::{agreement, set_types, sql_name};
use crate::types::logical;
use crate::types::{Error, SqlState};

/// The plan with such literals cast to their neighbours' type.
pub fn resolve(plan: LogicalPlan) -> Result<LogicalPlan> {
    let resolved = set_types::agreed(plan)?.transform_up_with_subqueries(|node| {
        let concerned = |e: &Expr| Ok(is_concerned(e) || agreement::is_concerned(e));
        if !node.expressions().iter().any(|e| e.exists(concerned).unwrap_or(true)) {
            return Ok(Transformed::no(node));
        }
        let schema = merge_schema(&node.inputs());
        let names = NamePreserver::new(&node);
        let mapped = node.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|e| {
                let resolved = one(e, &schema)?;
                agreement::check(&resolved.data, &schema)?;
                Ok(resolved)
            })?;
            Ok(expr.update_data(|e| name.restore(e)))
        })?;
        if mapped.transformed { mapped.map_data(LogicalPlan::recompute_schema) } else { Ok(mapped) }
    })?;
    Ok(resolved.data)
}

fn is_concerned(expr: &Expr) -> bool {
    match expr {
        Expr::ScalarFunction(call) => is_choice(call.name()),
        Expr::BinaryExpr(binary) => compares(binary.op),
        Expr::Case(_) | Expr::Cast(_) | Expr::InList(_) | Expr::Between(_) => true,
        _ => false,
    }
}

fn one(mut expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match &mut expr {
        Expr::Cast(cast) => {
            // A bare number is an integer, whatever DataFusion takes it for.
            let is_number = matches!(cast.expr.as_ref(), Expr::Literal(ScalarValue::Int64(_), _));
            let to_boolean = *cast.field.data_type() == DataType::Boolean;
            if let Ok(from) = cast.expr.get_type(schema)
                && !(is_number && to_boolean)
            {
                check_cast(&from, cast.field.data_type())?;
            }
            Ok(Transformed::no(expr))
        }
        Expr::ScalarFunction(call) if is_choice(call.name()) => {
            let changed = agree(call.args.iter_mut().collect(), schema);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        Expr::Case(case) => {
            let results = case.when_then_expr.iter_mut().map(|(_, then)| then.as_mut());
            let results: Vec<&mut Expr> = results.chain(case.else_expr.as_deref_mut()).collect();
            let changed = agree(results, schema);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        _ => Ok(match compared(&expr, schema) {
            Some(new) => Transformed::yes(new),
            None => Transformed::no(expr),
        }),
    }
}

fn is_choice(name: &str) -> bool {
    matches!(name, "coalesce" | "greatest" | "least" | "nullif")
}

/// Comparisons of a literal with a value of a type that text is not coerced to.
fn compared(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
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

pub(in crate::expr) fn takes_literals(data_type: &DataType) -> bool {
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

/// A literal cast to a type; a parameter is of that type.
pub(super) fn as_type(literal: &Expr, data_type: DataType) -> Expr {
    if let Expr::Placeholder(parameter) = literal {
        let field = Some(Arc::new(Field::new("", data_type, true)));
        return Expr::Placeholder(Placeholder { field, ..parameter.clone() });
    }
    Expr::Cast(Cast::new(Box::new(literal.clone()), data_type))
}

/// Casts quoted literals to the type of the first value that is no text; says whether it did.
fn agree(values: Vec<&mut Expr>, schema: &DFSchema) -> bool {
    let types: Vec<Option<DataType>> = values.iter().map(|v| v.get_type(schema).ok()).collect();
    let known = types.iter().flatten().find(|t| !logical::is_text(t) && **t != DataType::Null).cloned();
    let literal = agreement::is_unknown;
    let texts_are_literals = values
        .iter()
        .zip(&types)
        .all(|(v, t)| t.as_ref().is_some_and(|t| !logical::is_text(t)) || literal(v));
    let Some(known) = known.filter(|_| texts_are_literals) else { return false };
    let mut changed = false;
    for (value, data_type) in values.into_iter().zip(types) {
        if literal(value) && data_type.as_ref().is_some_and(logical::is_text) {
            *value = as_type(value, known.clone());
            changed = true;
        }
    }
    changed
}

/// `42846` for a pair of types between which PostgreSQL has no cast.
fn check_cast(from: &DataType, to: &DataType) -> Result<()> {
    use DataType::*;
    let is_number = |t: &DataType| t.is_numeric();
    let is_time = |t: &DataType| matches!(t, Date32 | Timestamp(..) | Time64(_) | Interval(_));
    let missing = match (from, to) {
        (Boolean, t) => is_number(t) && *t != Int32 || is_time(t),
        (f, Boolean) => is_number(f) && *f != Int32 && *f != UInt32 || is_time(f),
        (f, t) if is_number(f) && is_time(t) => true,
        (f, t) if is_time(f) && is_number(t) => true,
        (f, List(_)) => is_number(f) || is_time(f),
        _ => false,
    };
    if !missing {
        return Ok(());
    }
    let message = format!("cannot cast type {} to {}", sql_name(from), sql_name(to));
    Err(DataFusionError::External(Box::new(Error::new(SqlState("42846"), message))))
}
