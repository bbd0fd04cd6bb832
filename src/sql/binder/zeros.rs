//! Zeros of either sign are equal.
//!
//! `-0.0` equals `0.0` in PostgreSQL wherever values are compared. Operators,
//! joins and grouping do so here as well; sorting, and what is built on it, tells
//! them apart. So an order or a partition by a float goes by a value that has
//! one zero only, and so do the values of a DISTINCT aggregate. `CASE x WHEN` and
//! `nullif` become comparisons.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Alias, Case, Sort as SortExpr};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Aggregate, Distinct, DistinctOn, Expr, ExprSchemable, LogicalPlan, Sort, Window, lit, when,
};

use crate::expr::functions::declared;

/// The plan with one zero. Types are coerced already.
pub(super) fn equal(plan: LogicalPlan) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(|node| choices(node)?.transform_data(ordered))?.data)
}

/// `CASE x WHEN` and `nullif` of floats as comparisons.
fn choices(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let is_choice = |e: &Expr| Ok(matches!(e, Expr::Case(case) if case.expr.is_some()) || is_nullif(e));
    if !node.expressions().iter().any(|e| e.exists(is_choice).unwrap_or(false)) {
        return Ok(Transformed::no(node));
    }
    let schema = merge_schema(&node.inputs());
    let names = NamePreserver::new(&node);
    node.map_expressions(|expr| {
        let name = names.save(&expr);
        Ok(expr.transform_up(|e| compared(e, &schema))?.update_data(|e| name.restore(e)))
    })
}

fn is_nullif(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if call.func.name() == "nullif" && call.args.len() == 2)
}

fn compared(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::Case(Case { expr: Some(operand), when_then_expr, else_expr }) if is_float(&operand, schema) => {
            let branches = when_then_expr.into_iter();
            let branches =
                branches.map(|(value, then)| (Box::new(operand.as_ref().clone().eq(*value)), then));
            let case = Case { expr: None, when_then_expr: branches.collect(), else_expr };
            Ok(Transformed::yes(Expr::Case(case)))
        }
        Expr::ScalarFunction(mut call) if call.func.name() == "nullif" && call.args.len() == 2 => {
            if !is_float(&call.args[0], schema) {
                return Ok(Transformed::no(Expr::ScalarFunction(call)));
            }
            let (Some(other), Some(value)) = (call.args.pop(), call.args.pop()) else {
                return Ok(Transformed::no(Expr::ScalarFunction(call)));
            };
            let null = lit(ScalarValue::try_from(value.get_type(schema)?)?);
            let case = when(value.clone().eq(other), null).otherwise(value)?;
            Ok(Transformed::yes(case))
        }
        other => Ok(Transformed::no(other)),
    }
}

fn is_float(expr: &Expr, schema: &DFSchema) -> bool {
    matches!(expr.get_type(schema), Ok(DataType::Float32 | DataType::Float64))
}

/// The value with one zero, if it is a float.
fn with_one_zero(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    match &expr {
        Expr::Literal(..) => Transformed::no(expr),
        _ if is_float(&expr, schema) => Transformed::yes(declared("ms_one_zero").call(vec![expr])),
        _ => Transformed::no(expr),
    }
}

fn all_with_one_zero(all: Vec<Expr>, schema: &DFSchema) -> Transformed<Vec<Expr>> {
    let mut changed = false;
    let mapped = all.into_iter().map(|expr| {
        let mapped = with_one_zero(expr, schema);
        changed |= mapped.transformed;
        mapped.data
    });
    let mapped: Vec<Expr> = mapped.collect();
    if changed { Transformed::yes(mapped) } else { Transformed::no(mapped) }
}

fn sorted(order: Vec<SortExpr>, schema: &DFSchema) -> Transformed<Vec<SortExpr>> {
    let mut changed = false;
    let mapped = order.into_iter().map(|key| {
        let mapped = with_one_zero(key.expr, schema);
        changed |= mapped.transformed;
        SortExpr::new(mapped.data, key.asc, key.nulls_first)
    });
    let mapped: Vec<SortExpr> = mapped.collect();
    if changed { Transformed::yes(mapped) } else { Transformed::no(mapped) }
}

fn ordered(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    match node {
        LogicalPlan::Sort(Sort { expr, input, fetch }) => {
            let order = sorted(expr, input.schema());
            Ok(order.update_data(|expr| LogicalPlan::Sort(Sort { expr, input, fetch })))
        }
        LogicalPlan::Window(Window { window_expr, input, schema }) => {
            let calls = named(window_expr, input.schema(), &window_call);
            match calls.transformed {
                true => Ok(Transformed::yes(LogicalPlan::Window(Window::try_new(calls.data, input)?))),
                false => Ok(Transformed::no(LogicalPlan::Window(Window {
                    window_expr: calls.data,
                    input,
                    schema,
                }))),
            }
        }
        LogicalPlan::Aggregate(aggregate) => {
            let calls = named(aggregate.aggr_expr.clone(), aggregate.input.schema(), &aggregate_call);
            match calls.transformed {
                true => Ok(Transformed::yes(LogicalPlan::Aggregate(Aggregate::try_new(
                    aggregate.input,
                    aggregate.group_expr,
                    calls.data,
                )?))),
                false => Ok(Transformed::no(LogicalPlan::Aggregate(aggregate))),
            }
        }
        LogicalPlan::Distinct(Distinct::On(distinct)) => {
            let schema = distinct.input.schema().clone();
            let on = all_with_one_zero(distinct.on_expr.clone(), &schema);
            let order = sorted(distinct.sort_expr.clone().unwrap_or_default(), &schema);
            if !on.transformed && !order.transformed {
                return Ok(Transformed::no(LogicalPlan::Distinct(Distinct::On(distinct))));
            }
            let order = distinct.sort_expr.is_some().then_some(order.data);
            let distinct = DistinctOn { on_expr: on.data, sort_expr: order, ..distinct };
            Ok(Transformed::yes(LogicalPlan::Distinct(Distinct::On(distinct))))
        }
        other => Ok(Transformed::no(other)),
    }
}

/// Calls of functions of several rows, under the names that they had.
fn named(
    calls: Vec<Expr>,
    schema: &Arc<DFSchema>,
    one: &dyn Fn(Expr, &DFSchema) -> Transformed<Expr>,
) -> Transformed<Vec<Expr>> {
    let mut changed = false;
    let mapped = calls.into_iter().map(|call| {
        let name = call.schema_name().to_string();
        let (call, relation) = match call {
            Expr::Alias(Alias { expr, relation, .. }) => (*expr, relation),
            call => (call, None),
        };
        let bare = call.schema_name().to_string() == name && relation.is_none();
        let call = one(call, schema);
        changed |= call.transformed;
        match bare && !call.transformed {
            true => call.data,
            false => call.data.alias_qualified(relation, name),
        }
    });
    let mapped: Vec<Expr> = mapped.collect();
    if changed { Transformed::yes(mapped) } else { Transformed::no(mapped) }
}

fn window_call(call: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let Expr::WindowFunction(mut function) = call else { return Transformed::no(call) };
    let params = &mut function.params;
    let partition = all_with_one_zero(std::mem::take(&mut params.partition_by), schema);
    let order = sorted(std::mem::take(&mut params.order_by), schema);
    let mut changed = partition.transformed || order.transformed;
    (params.partition_by, params.order_by) = (partition.data, order.data);
    if params.distinct {
        let arguments = all_with_one_zero(std::mem::take(&mut params.args), schema);
        changed |= arguments.transformed;
        params.args = arguments.data;
    }
    let call = Expr::WindowFunction(function);
    if changed { Transformed::yes(call) } else { Transformed::no(call) }
}

/// The order of an ordered-set aggregate holds its values, and stays.
fn aggregate_call(call: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let Expr::AggregateFunction(mut function) = call else { return Transformed::no(call) };
    let params = &mut function.params;
    let mut changed = false;
    if !function.func.supports_within_group_clause() {
        let order = sorted(std::mem::take(&mut params.order_by), schema);
        changed |= order.transformed;
        params.order_by = order.data;
    }
    if params.distinct {
        let arguments = all_with_one_zero(std::mem::take(&mut params.args), schema);
        changed |= arguments.transformed;
        params.args = arguments.data;
    }
    let call = Expr::AggregateFunction(function);
    if changed { Transformed::yes(call) } else { Transformed::no(call) }
}
