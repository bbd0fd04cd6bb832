//! `EMIT ON WINDOW CLOSE` over rows that nothing groups, such as those of a join
//! of windows: they are grouped by all their columns. So a row is told when one of
//! its windows is behind the watermark, as often as it is there then.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, UnnestOptions};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::functions_nested::expr_fn::gen_series;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, lit};

use super::aggregate::plan_aggregate;
use super::planner::Planner;
use crate::catalog::{Object, ObjectKind};
use crate::plan::stream::{AggregateSpec, Monotone, StreamNode, StreamOperator};
use crate::types::{Error, Result, SqlState};

/// Does an operator tell its results when their window is closed?
pub(super) fn closes_windows(node: &StreamNode) -> bool {
    let here = match &node.operator {
        StreamOperator::Aggregate(spec) => spec.emit_on_window_close,
        StreamOperator::TopN(spec) => spec.emit_on_window_close,
        StreamOperator::Over(spec) => spec.emit_on_window_close,
        StreamOperator::Session(spec) => spec.emit_on_window_close,
        _ => false,
    };
    here || node.inputs.iter().any(|input| closes_windows(input))
}

/// The rows of `node`, which `plan` gives, each when its window is closed. An
/// error where no window ever closes.
pub(super) fn told_when_closed(
    planner: &Planner<'_>,
    plan: &LogicalPlan,
    node: &StreamNode,
) -> Result<StreamNode> {
    if let Some(error) = without_watermark(node) {
        return Err(error);
    }
    if node.properties.event_times.is_empty() {
        return Err(Error::unsupported(
            "EMIT ON WINDOW CLOSE of rows without a window or an event-time column",
        )
        .with_hint("Select window_start of TUMBLE or HOP over a source or table with a WATERMARK."));
    }
    let columns: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let copies = Column::new_unqualified("__ms_copies");
    let is_distinct = node.properties.key.is_some();
    let counts = if is_distinct { vec![] } else { vec![count(lit(1i64)).alias(&copies.name)] };
    let grouped = Aggregate::try_new(Arc::new(plan.clone()), columns.clone(), counts)?;
    let closing = by_windows(plan_aggregate(planner, planner.node(plan)?, &grouped, true)?);
    if is_distinct {
        return Ok(closing);
    }
    let grouped = LogicalPlan::Aggregate(grouped);
    planner.take_for(grouped.clone(), closing);
    let each = gen_series(lit(1i64), Expr::Column(copies.clone()), lit(1i64)).alias(&copies.name);
    let told = LogicalPlanBuilder::from(grouped)
        .project(columns.iter().cloned().chain([each]))?
        .unnest_columns_with_options(vec![copies], UnnestOptions::new().with_preserve_nulls(false))?
        .project(columns)?;
    Ok(Arc::unwrap_or_clone(planner.node(&told.build()?)?))
}

/// A row is closed by its windows, if it has any, not by the time within them.
fn by_windows(mut node: StreamNode) -> StreamNode {
    if let StreamOperator::Aggregate(spec) = &node.operator {
        let is_window = |m: &Monotone| matches!(m, Monotone::Floor { .. } | Monotone::FirstHop { .. });
        let windows: Vec<_> =
            spec.event_times.iter().filter(|time| time.bound.0.iter().any(is_window)).cloned().collect();
        if !windows.is_empty() {
            let spec = AggregateSpec { event_times: windows, ..spec.as_ref().clone() };
            node.operator = StreamOperator::Aggregate(Arc::new(spec));
        }
    }
    node
}

/// `42P16` if no input has a watermark: then no window ever closes.
fn without_watermark(node: &StreamNode) -> Option<Error> {
    let mut inputs = vec![];
    imported(node, &mut inputs);
    let first = inputs.first()?;
    let timed = |o: &Arc<Object>| {
        o.watermark().is_some() || !matches!(o.kind, ObjectKind::Table(_) | ObjectKind::Source(_))
    };
    if inputs.iter().any(timed) {
        return None;
    }
    let message =
        format!("{} \"{}\" has no WATERMARK, so no window of it ever closes", first.kind_name(), first.name);
    let time = first.columns.iter().find(|c| matches!(c.data_type, DataType::Timestamp(..)));
    let time = time.map_or("ts", |c| c.name.as_str());
    Some(Error::new(SqlState::INVALID_TABLE_DEFINITION, message).with_hint(format!(
        "Declare one when it is created: WATERMARK FOR {time} AS {time} - INTERVAL '5' SECOND, among its columns."
    )))
}

fn imported(node: &StreamNode, objects: &mut Vec<Arc<Object>>) {
    if let StreamOperator::Import { object, .. } = &node.operator {
        objects.push(object.clone());
    }
    node.inputs.iter().for_each(|input| imported(input, objects));
}
