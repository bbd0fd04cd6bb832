//! Quoted literals beside values of another type in `CASE`, `COALESCE` and the like,
//! and casts that PostgreSQL does not have.
//!
//! It works on a plan whose types are not yet coerced.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, cast};

use crate::expr::sql_name;
use crate::types::{Error, SqlState};

/// The plan with such literals cast to their neighbours' type.
pub(super) fn resolve(plan: LogicalPlan) -> Result<LogicalPlan> {
    let resolved = plan.transform_up_with_subqueries(|node| {
        let concerned = |e: &Expr| Ok(matches!(e, Expr::Case(_) | Expr::Cast(_)) || is_choice(e));
        if !node.expressions().iter().any(|e| e.exists(concerned).unwrap_or(true)) {
            return Ok(Transformed::no(node));
        }
        let schema = merge_schema(&node.inputs());
        let names = NamePreserver::new(&node);
        let mapped = node.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|e| one(e, &schema))?;
            Ok(expr.update_data(|e| name.restore(e)))
        })?;
        if mapped.transformed { mapped.map_data(LogicalPlan::recompute_schema) } else { Ok(mapped) }
    })?;
    Ok(resolved.data)
}

fn is_choice(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if matches!(call.name(), "coalesce" | "greatest" | "least" | "nullif"))
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
        Expr::ScalarFunction(call) if is_choice_name(call.name()) => {
            let changed = agree(call.args.iter_mut().collect(), schema);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        Expr::Case(case) => {
            let results = case.when_then_expr.iter_mut().map(|(_, then)| then.as_mut());
            let results: Vec<&mut Expr> = results.chain(case.else_expr.as_deref_mut()).collect();
            let changed = agree(results, schema);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        _ => Ok(Transformed::no(expr)),
    }
}

fn is_choice_name(name: &str) -> bool {
    matches!(name, "coalesce" | "greatest" | "least" | "nullif")
}

/// Casts quoted literals to the type of the first value that is no text; says whether it did.
fn agree(values: Vec<&mut Expr>, schema: &DFSchema) -> bool {
    let is_text = |t: &DataType| matches!(t, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
    let types: Vec<Option<DataType>> = values.iter().map(|v| v.get_type(schema).ok()).collect();
    let known = types.iter().flatten().find(|t| !is_text(t) && **t != DataType::Null).cloned();
    let literal = |v: &Expr| matches!(v, Expr::Literal(..));
    let texts_are_literals =
        values.iter().zip(&types).all(|(v, t)| t.as_ref().is_some_and(|t| !is_text(t)) || literal(v));
    let Some(known) = known.filter(|_| texts_are_literals) else { return false };
    let mut changed = false;
    for (value, data_type) in values.into_iter().zip(types) {
        if literal(value) && data_type.as_ref().is_some_and(is_text) {
            *value = cast(std::mem::take(value), known.clone());
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
