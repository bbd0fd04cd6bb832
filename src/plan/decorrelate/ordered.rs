//! Operators that look at the order of rows: once for each outer row means
//! once for each partition.

use std::sync::Arc;

use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, ExprFunctionExt, FetchType, Limit, LogicalPlan, LogicalPlanBuilder,
    Projection, SkipType, SortExpr, Window, lit,
};

use super::dependent::Dependent;
use super::operator::Carrier;
use super::outer::shared;
use super::unsupported;
use crate::expr::row_number;

/// The rows of a limit that is known, and the offset.
pub fn bounds(limit: &Limit) -> Result<(usize, Option<usize>)> {
    match (limit.get_skip_type()?, limit.get_fetch_type()?) {
        (SkipType::Literal(skip), FetchType::Literal(fetch)) => Ok((skip, fetch)),
        _ => Err(unsupported("a LIMIT or OFFSET that is not a constant in a correlated subquery")),
    }
}

/// `ORDER BY … LIMIT … OFFSET`, for each outer row.
pub fn limit(carrier: &mut Carrier<'_>, limit: &Limit) -> Result<Dependent> {
    let (skip, fetch) = bounds(limit)?;
    if let Some(below) = below_projection(limit) {
        return carrier.carry(&below?);
    }
    let (input, order) = match limit.input.as_ref() {
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => (&sort.input, sort.expr.clone()),
        _ => (&limit.input, vec![]),
    };
    let mut part = carrier.carry(input)?;
    if part.missing.is_some() {
        if skip == 0 && fetch != Some(0) {
            return Ok(part);
        }
        part.settle(carrier.outer, carrier.names)?;
    }
    bind_sort(carrier, &mut part, &order)?;
    let order = resolved_sort(&part, order)?;
    let number = carrier.names.fresh();
    let rank = row_number().partition_by(part.bound_columns()).order_by(order).build()?;
    let ranked = Window::try_new(vec![rank], shared(&part.plan))?;
    let ranked = LogicalPlan::Window(ranked);
    part.plan = keep_ranks(ranked, &number, skip, fetch)?;
    part.plan = carrier.with_bound(&part, input.schema())?;
    part.single |= fetch.is_some_and(|rows| rows <= 1);
    Ok(part)
}

/// The limit below a projection that hides what the rows are sorted by: it
/// gives a row for a row.
fn below_projection(limit: &Limit) -> Option<Result<LogicalPlan>> {
    let LogicalPlan::Projection(projection) = limit.input.as_ref() else { return None };
    let LogicalPlan::Sort(_) = projection.input.as_ref() else { return None };
    let limited = LogicalPlan::Limit(Limit { input: projection.input.clone(), ..limit.clone() });
    let (exprs, schema) = (projection.expr.clone(), projection.schema.clone());
    let plan = Projection::try_new_with_schema(exprs, Arc::new(limited), schema);
    Some(plan.map(LogicalPlan::Projection))
}

/// The rows whose rank, the last column, is in the range.
fn keep_ranks(plan: LogicalPlan, number: &Column, skip: usize, fetch: Option<usize>) -> Result<LogicalPlan> {
    let mut columns = plan.schema().columns();
    let last = columns.len() - 1;
    let mut output: Vec<Expr> = columns.drain(..last).map(Expr::Column).collect();
    output.extend(columns.into_iter().map(|c| Expr::Column(c).alias(&number.name)));
    let number = Expr::Column(number.clone());
    let mut builder = LogicalPlanBuilder::from(plan).project(output)?;
    if skip > 0 {
        builder = builder.filter(number.clone().gt(lit(skip as i64)))?;
    }
    if let Some(fetch) = fetch {
        builder = builder.filter(number.lt_eq(lit(skip.saturating_add(fetch) as i64)))?;
    }
    builder.build()
}

fn bind_sort(carrier: &mut Carrier<'_>, part: &mut Dependent, order: &[SortExpr]) -> Result<()> {
    let mut read = vec![];
    for sort in order {
        read.extend(carrier.outer.references(&sort.expr)?);
    }
    part.bind(&read, carrier.outer, carrier.names)
}

fn resolved_sort(part: &Dependent, order: Vec<SortExpr>) -> Result<Vec<SortExpr>> {
    order.into_iter().map(|s| Ok(SortExpr { expr: part.resolved(s.expr)?, ..s })).collect()
}

/// `DISTINCT ON`, for each outer row.
pub fn distinct_on(carrier: &mut Carrier<'_>, on: &DistinctOn) -> Result<Dependent> {
    let mut part = carrier.carry(&on.input)?;
    part.settle(carrier.outer, carrier.names)?;
    let order = on.sort_expr.clone().unwrap_or_default();
    let mut read = vec![];
    for expression in on.on_expr.iter().chain(&on.select_expr) {
        read.extend(carrier.outer.references(expression)?);
    }
    part.bind(&read, carrier.outer, carrier.names)?;
    bind_sort(carrier, &mut part, &order)?;
    let mut keys = part.bound_columns();
    let mut sorts: Vec<SortExpr> = keys.iter().map(|k| k.clone().sort(true, false)).collect();
    for key in &on.on_expr {
        keys.push(part.resolved(key.clone())?);
    }
    let mut selected = vec![];
    for (expression, (qualifier, field)) in on.select_expr.iter().zip(on.schema.iter()) {
        let resolved = part.resolved(expression.clone())?.unalias();
        selected.push(resolved.alias_qualified(qualifier.cloned(), field.name()));
    }
    selected.extend(part.bound_columns());
    sorts.extend(resolved_sort(&part, order)?);
    let sorts = on.sort_expr.is_some().then_some(sorts);
    let plan = DistinctOn::try_new(keys, selected, sorts, shared(&part.plan))?;
    part.plan = LogicalPlan::Distinct(Distinct::On(plan));
    Ok(part)
}

/// Window functions: a partition of one outer row is a partition.
pub fn window(carrier: &mut Carrier<'_>, window: &Window) -> Result<Dependent> {
    let mut part = carrier.carry(&window.input)?;
    part.settle(carrier.outer, carrier.names)?;
    let mut read = vec![];
    for expression in &window.window_expr {
        read.extend(carrier.outer.references(expression)?);
    }
    part.bind(&read, carrier.outer, carrier.names)?;
    let mut calls = vec![];
    for expression in &window.window_expr {
        let Expr::WindowFunction(call) = part.resolved(expression.clone())?.unalias() else {
            return Err(unsupported("a window function of this kind in a correlated subquery"));
        };
        calls.push(partitioned(*call, part.bound_columns()));
    }
    let below = part.plan.schema().fields().len();
    let ranked = LogicalPlan::Window(Window::try_new(calls, Arc::new(part.plan.clone()))?);
    let mut columns: Vec<Expr> = part.plan.schema().columns().into_iter().map(Expr::Column).collect();
    let shown = window.schema.iter().skip(window.input.schema().fields().len());
    for (column, (qualifier, field)) in ranked.schema().columns().into_iter().skip(below).zip(shown) {
        columns.push(Expr::Column(column).alias_qualified(qualifier.cloned(), field.name()));
    }
    part.plan = LogicalPlanBuilder::from(ranked).project(columns)?.build()?;
    Ok(part)
}

fn partitioned(mut call: WindowFunction, bound: Vec<Expr>) -> Expr {
    call.params.partition_by.extend(bound);
    Expr::WindowFunction(Box::new(call))
}
