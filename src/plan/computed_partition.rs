//! Windows partitioned by what is no column (`PARTITION BY - x`), for one answer.
//!
//! DataFusion takes the order by `- x` for one by `x` and then misses it; it
//! misses the order by `date_trunc('day', x)` that it has sorted by, and that by
//! a function whose values differ each time. So such partitions are computed in
//! a projection below the window.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection, Window};

use crate::types::Result;

/// The plan with such partitions as columns.
pub fn compute_partitions(plan: LogicalPlan) -> Result<LogicalPlan> {
    let computed = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Window(window) if window.window_expr.iter().any(has_computed_partition) => {
            computed(&window).map(Transformed::yes)
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(computed.data)
}

fn has_computed_partition(call: &Expr) -> bool {
    match call {
        Expr::WindowFunction(function) => function.params.partition_by.iter().any(is_computed),
        Expr::Alias(alias) => has_computed_partition(&alias.expr),
        _ => false,
    }
}

fn is_computed(expression: &Expr) -> bool {
    !matches!(expression, Expr::Column(_) | Expr::Literal(..) | Expr::OuterReferenceColumn(..))
}

fn computed(window: &Window) -> datafusion::common::Result<LogicalPlan> {
    let width = window.input.schema().fields().len();
    let mut keys: Vec<Expr> = vec![];
    let calls = window.window_expr.iter().map(|call| by_columns(call.clone(), &mut keys)).collect();
    let columns = window.input.schema().columns().into_iter().map(Expr::Column);
    let named = keys.iter().enumerate().map(|(index, key)| key.clone().alias(name(index)));
    let below = columns.chain(named).collect::<Vec<_>>();
    let below = LogicalPlanBuilder::from(window.input.as_ref().clone()).project(below)?.build()?;
    let plan = LogicalPlan::Window(Window::try_new(calls, Arc::new(below))?);
    let shown = (0..window.schema.fields().len()).map(|index| {
        let place = if index < width { index } else { index + keys.len() };
        Expr::Column(Column::from(plan.schema().qualified_field(place)))
    });
    let shown: Vec<Expr> = shown.collect();
    Ok(LogicalPlan::Projection(Projection::try_new(shown, Arc::new(plan))?))
}

fn name(index: usize) -> String {
    format!("ms_partition_{index}")
}

/// The call with the columns of its computed partitions, under the name that it had.
fn by_columns(call: Expr, keys: &mut Vec<Expr>) -> Expr {
    let shown = call.schema_name().to_string();
    let (call, relation) = match call {
        Expr::Alias(Alias { expr, relation, .. }) => (*expr, relation),
        call => (call, None),
    };
    let Expr::WindowFunction(mut function) = call else { return call };
    for key in function.params.partition_by.iter_mut().filter(|key| is_computed(key)) {
        let index = keys.iter().position(|k| k == key).unwrap_or_else(|| {
            keys.push(key.clone());
            keys.len() - 1
        });
        *key = Expr::Column(Column::new_unqualified(name(index)));
    }
    Expr::WindowFunction(function).alias_qualified(relation, shown)
}
