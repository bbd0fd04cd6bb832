//! One answer where SQL allows several.
//!
//! `ORDER BY price LIMIT 10` and `row_number() OVER (ORDER BY price)` leave open
//! which of several rows with one price comes first. Here the remaining columns
//! decide (a unique key, if one is known), so that a query gives the same answer
//! each time, and the same as a materialized view. `DISTINCT ON` becomes a filter
//! on `row_number()`. `LIMIT` without any order is left alone: an ad-hoc query
//! need not read more than it shows.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::{Sort as SortExpr, WindowFunction};
use datafusion::logical_expr::{
    Aggregate, Distinct, DistinctOn, Expr, ExprFunctionExt, Limit, LogicalPlan, LogicalPlanBuilder,
    Projection, Sort, SubqueryAlias, Window, WindowFrameUnits, lit,
};
use datafusion::optimizer::optimize_projections::OptimizeProjections;
use datafusion::optimizer::{Optimizer, OptimizerContext};

use super::relation::RelationSource;
use crate::catalog::ObjectKind;
use crate::expr::row_number;

/// The same query with one answer only.
pub(super) fn determined(plan: LogicalPlan) -> Result<LogicalPlan> {
    let (mut open, mut subqueries) = (false, false);
    plan.apply_with_subqueries(|node| {
        open |= leaves_open(node);
        node.apply_expressions(|e| {
            e.apply(|e| {
                subqueries |= is_subquery(e);
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    if !open {
        return Ok(plan);
    }
    // Columns that nobody asks for need not decide anything, nor be kept.
    let plan = if subqueries { plan } else { without_unused_columns(plan)? };
    Ok(plan.transform_up_with_subqueries(determined_node)?.data)
}

fn without_unused_columns(plan: LogicalPlan) -> Result<LogicalPlan> {
    static OPTIMIZER: LazyLock<Optimizer> =
        LazyLock::new(|| Optimizer::with_rules(vec![Arc::new(OptimizeProjections::new())]));
    let plan = plan.transform_up(|node| match node {
        LogicalPlan::Distinct(Distinct::On(distinct)) => distinct_on(distinct).map(Transformed::yes),
        other => Ok(Transformed::no(other)),
    })?;
    let context = OptimizerContext::new().without_query_execution_start_time().with_max_passes(1);
    OPTIMIZER.optimize(plan.data, &context, |_, _| {})
}

fn is_subquery(expression: &Expr) -> bool {
    use Expr::{Exists, InSubquery, OuterReferenceColumn, ScalarSubquery, SetComparison};
    matches!(
        expression,
        Exists(_) | InSubquery(_) | OuterReferenceColumn(..) | ScalarSubquery(_) | SetComparison(_)
    )
}

fn leaves_open(node: &LogicalPlan) -> bool {
    match node {
        LogicalPlan::Distinct(Distinct::On(_)) => true,
        LogicalPlan::Limit(limit) => sort_below(&limit.input).is_some(),
        LogicalPlan::Window(window) => window.window_expr.iter().any(depends_on_ties),
        _ => false,
    }
}

fn determined_node(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    match node {
        LogicalPlan::Distinct(Distinct::On(distinct)) => {
            let plan = distinct_on(distinct)?;
            Ok(Transformed::yes(plan.transform_up(determined_node)?.data))
        }
        LogicalPlan::Limit(limit) if sort_below(&limit.input).is_some() => {
            let input = Arc::new(with_ties(Arc::unwrap_or_clone(limit.input))?);
            Ok(Transformed::yes(LogicalPlan::Limit(Limit { input, ..limit })))
        }
        LogicalPlan::Window(window) if window.window_expr.iter().any(depends_on_ties) => {
            determined_window(window).map(Transformed::yes)
        }
        other => Ok(Transformed::no(other)),
    }
}

/// The sort whose order a limit sees.
fn sort_below(plan: &LogicalPlan) -> Option<&Sort> {
    match plan {
        LogicalPlan::Sort(sort) => Some(sort),
        LogicalPlan::Projection(projection) => sort_below(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => sort_below(&alias.input),
        _ => None,
    }
}

fn with_ties(plan: LogicalPlan) -> Result<LogicalPlan> {
    Ok(match plan {
        LogicalPlan::Sort(mut sort) => {
            let ties = ties(&sort.input, &[], &sort.expr);
            sort.expr.extend(ties);
            LogicalPlan::Sort(sort)
        }
        LogicalPlan::Projection(projection) => {
            let input = Arc::new(with_ties(Arc::unwrap_or_clone(projection.input))?);
            LogicalPlan::Projection(Projection::try_new_with_schema(
                projection.expr,
                input,
                projection.schema,
            )?)
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let input = Arc::new(with_ties(Arc::unwrap_or_clone(alias.input))?);
            LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(input, alias.alias)?)
        }
        other => other,
    })
}

/// The first row of each group, as a filter on `row_number()`.
pub(super) fn distinct_on(distinct: DistinctOn) -> Result<LogicalPlan> {
    let DistinctOn { on_expr, select_expr, sort_expr, input, .. } = distinct;
    let sort = sort_expr.unwrap_or_default();
    let within: Vec<SortExpr> = sort.iter().filter(|s| !on_expr.contains(&s.expr)).cloned().collect();
    let number = row_number().partition_by(on_expr).order_by(within).build()?;
    let number = number.alias(NUMBER);
    let first = Expr::Column(Column::new_unqualified(NUMBER)).eq(lit(1_i64));
    let plan = LogicalPlanBuilder::from(input).window(vec![number])?.filter(first)?;
    let plan = if sort.is_empty() { plan } else { plan.sort(sort)? };
    plan.project(select_expr)?.build()
}

/// The column that numbers the rows of a `DISTINCT ON` group.
const NUMBER: &str = "ms_distinct_on";

/// Does the result of a window function depend on which of two rows comes
/// first that are equal in its order? It does not for ranks, and for frames by
/// value all of them are in the frame.
fn depends_on_ties(expression: &Expr) -> bool {
    let function: &WindowFunction = match expression {
        Expr::WindowFunction(function) => function,
        Expr::Alias(alias) => return depends_on_ties(&alias.expr),
        _ => return false,
    };
    let by_place = matches!(function.fun.name(), "row_number" | "ntile" | "lag" | "lead");
    let shares_rank = matches!(function.fun.name(), "rank" | "dense_rank" | "percent_rank" | "cume_dist");
    by_place || (!shares_rank && function.params.window_frame.units == WindowFrameUnits::Rows)
}

/// Functions that depend on ties get the whole order; the others, which must
/// not see it, are computed below them.
fn determined_window(window: Window) -> Result<LogicalPlan> {
    let schema = window.schema.clone();
    let width = window.input.schema().fields().len();
    let (open, fixed): (Vec<(usize, Expr)>, Vec<(usize, Expr)>) =
        window.window_expr.into_iter().enumerate().partition(|(_, e)| depends_on_ties(e));
    let extended = open.iter().map(|(_, e)| with_whole_order(e.clone(), &window.input));
    let extended = extended.collect::<Result<Vec<Expr>>>()?;
    if extended.iter().eq(open.iter().map(|(_, e)| e)) && fixed.is_empty() {
        return Ok(LogicalPlan::Window(Window::try_new(extended, window.input)?));
    }
    let input = match fixed.is_empty() {
        true => window.input,
        false => {
            let fixed = fixed.iter().map(|(_, e)| e.clone()).collect();
            Arc::new(LogicalPlan::Window(Window::try_new(fixed, window.input)?))
        }
    };
    let plan = LogicalPlan::Window(Window::try_new(extended, input)?);
    // Where each column of the old output is in the new one.
    let place = |column: usize| match column.checked_sub(width) {
        None => column,
        Some(call) => match fixed.iter().position(|(c, _)| *c == call) {
            Some(index) => width + index,
            None => width + fixed.len() + open.iter().position(|(c, _)| *c == call).unwrap_or_default(),
        },
    };
    let columns = (0..schema.fields().len()).map(|column| {
        let (qualifier, field) = plan.schema().qualified_field(place(column));
        let (old_qualifier, old) = schema.qualified_field(column);
        let expression = Expr::Column(Column::from((qualifier, field)));
        match (qualifier, field.name()) == (old_qualifier, old.name()) {
            true => expression,
            false => expression.alias_qualified(old_qualifier.cloned(), old.name()),
        }
    });
    let columns: Vec<Expr> = columns.collect();
    Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(plan))?))
}

fn with_whole_order(expression: Expr, input: &LogicalPlan) -> Result<Expr> {
    Ok(match expression {
        Expr::WindowFunction(mut function) => {
            let ties = ties(input, &function.params.partition_by, &function.params.order_by);
            function.params.order_by.extend(ties);
            Expr::WindowFunction(function)
        }
        Expr::Alias(mut alias) => {
            alias.expr = Box::new(with_whole_order(*alias.expr, input)?);
            Expr::Alias(alias)
        }
        other => other,
    })
}

/// What decides between rows of `input` that are equal in `partition` and
/// `order`: a unique key, or all the other columns.
fn ties(input: &LogicalPlan, partition: &[Expr], order: &[SortExpr]) -> Vec<SortExpr> {
    let schema = input.schema();
    let columns = unique_key(input).unwrap_or_else(|| (0..schema.fields().len()).collect());
    let columns = columns.into_iter().filter(|c| has_order(schema.field(*c).data_type()));
    let expressions = columns.map(|c| Expr::Column(Column::from(schema.qualified_field(c))));
    let open = |e: &Expr| !partition.contains(e) && order.iter().all(|s| s.expr != *e);
    expressions.filter(open).map(|e| e.sort(true, false)).collect()
}

/// Columns that are different in every row.
fn unique_key(plan: &LogicalPlan) -> Option<Vec<usize>> {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let object = scan.source.downcast_ref::<RelationSource>()?.object();
            let ObjectKind::Table(table) = &object.kind else { return None };
            let place = |column: &usize| match &scan.projection {
                None => Some(*column),
                Some(projection) => projection.iter().position(|p| p == column),
            };
            let key: Option<Vec<usize>> = table.primary_key.iter().map(place).collect();
            key.filter(|key| !key.is_empty())
        }
        LogicalPlan::Filter(filter) => unique_key(&filter.input),
        LogicalPlan::Sort(sort) => unique_key(&sort.input),
        LogicalPlan::Limit(limit) => unique_key(&limit.input),
        LogicalPlan::SubqueryAlias(alias) => unique_key(&alias.input),
        LogicalPlan::Window(window) => unique_key(&window.input),
        LogicalPlan::Aggregate(Aggregate { group_expr, .. }) => {
            let plain = group_expr.iter().all(|e| !matches!(e, Expr::GroupingSet(_)));
            // The optimiser leaves keys that it found to be the same; the schema has each once.
            let keys = (0..group_expr.len()).filter(|k| !group_expr[..*k].contains(&group_expr[*k])).count();
            (plain && keys > 0).then(|| (0..keys).collect())
        }
        LogicalPlan::Projection(projection) => {
            let below = unique_key(&projection.input)?;
            let schema = projection.input.schema();
            let passes = |e: &Expr| match e.clone().unalias() {
                Expr::Column(column) => schema.maybe_index_of_column(&column),
                _ => None,
            };
            let passed: Vec<Option<usize>> = projection.expr.iter().map(passes).collect();
            below.iter().map(|key| passed.iter().position(|p| *p == Some(*key))).collect()
        }
        _ => None,
    }
}

/// Types that a query can be sorted by.
fn has_order(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) => has_order(item.data_type()),
        DataType::Struct(fields) => fields.iter().all(|f| has_order(f.data_type())),
        DataType::Map(..) | DataType::Union(..) => false,
        _ => true,
    }
}
