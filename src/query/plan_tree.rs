//! The plan of a query that runs once, as a tree to show.

use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::metrics::MetricValue;
use datafusion::physical_plan::{ExecutionPlan, displayable};
use serde_json::Value;

use crate::plan::explain::{Fact, PlanTree};
use crate::sql::binder::display_plan;

/// What is shown of each operator besides what it does.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Its columns with their types, and all that it counted.
    pub verbose: bool,
    /// It has run: how many rows left it.
    pub ran: bool,
    /// How long it took.
    pub timing: bool,
}

/// The tree of a plan as it is executed.
pub(super) fn physical_tree(plan: &dyn ExecutionPlan, shown: Shown) -> PlanTree {
    let mut next = 0;
    physical(plan, shown, &mut next)
}

fn physical(plan: &dyn ExecutionPlan, shown: Shown, next: &mut usize) -> PlanTree {
    let line = display_plan(displayable(plan).one_line().to_string().trim());
    let name = plan.name().trim_end_matches("Exec").to_string();
    let mut tree = PlanTree { name, line, id: *next, ..PlanTree::default() };
    *next += 1;
    let schema = plan.schema();
    let column = |f: &arrow::datatypes::FieldRef| match shown.verbose {
        true => format!("{}:{}", f.name(), f.data_type()),
        false => f.name().clone(),
    };
    let columns: Vec<String> = schema.fields().iter().map(column).collect();
    if shown.verbose {
        tree.remarks.push(format!("output: {}", columns.join(", ")));
    }
    tree.facts.push(("Output", Value::from(columns)));
    if shown.ran {
        counted(plan, shown, &mut tree);
    }
    tree.inputs = plan.children().into_iter().map(|input| physical(input.as_ref(), shown, next)).collect();
    tree
}

/// What an operator did.
fn counted(plan: &dyn ExecutionPlan, shown: Shown, tree: &mut PlanTree) {
    let Some(metrics) = plan.metrics().map(|m| m.aggregate_by_name()) else { return };
    let mut parts = vec![];
    let mut facts: Vec<Fact> = vec![];
    if let Some(rows) = metrics.output_rows() {
        parts.push(format!("rows={rows}"));
        facts.push(("Actual Rows", Value::from(rows)));
    }
    if let Some(nanos) = metrics.elapsed_compute().filter(|_| shown.timing) {
        let millis = nanos as f64 / 1e6;
        parts.push(format!("time={millis:.3} ms"));
        facts.push(("Actual Total Time", Value::from((millis * 1000.0).round() / 1000.0)));
    }
    if !parts.is_empty() {
        tree.line.push_str(&format!("  (actual {})", parts.join(" ")));
    }
    if shown.verbose {
        let counts = metrics.iter().filter_map(|metric| match metric.value() {
            MetricValue::Count { name, count } if count.value() > 0 => {
                Some(format!("{name}={}", count.value()))
            }
            MetricValue::SpilledRows(count) if count.value() > 0 => {
                Some(format!("spilled_rows={}", count.value()))
            }
            _ => None,
        });
        let counts: Vec<String> = counts.collect();
        if !counts.is_empty() {
            tree.remarks.push(format!("counted: {}", counts.join(", ")));
        }
    }
    tree.facts.extend(facts);
}

/// The tree of a plan that cannot be executed yet, since its parameters have no values.
pub(super) fn logical_tree(plan: &LogicalPlan) -> PlanTree {
    let mut next = 0;
    logical(plan, &mut next)
}

fn logical(plan: &LogicalPlan, next: &mut usize) -> PlanTree {
    let line = display_plan(&plan.display().to_string());
    let name = line.split([':', ' ']).next().unwrap_or_default().to_string();
    let mut tree = PlanTree { name, line, id: *next, ..PlanTree::default() };
    *next += 1;
    let columns: Vec<String> = plan.schema().fields().iter().map(|f| f.name().clone()).collect();
    tree.facts.push(("Output", Value::from(columns)));
    tree.inputs = plan.inputs().into_iter().map(|input| logical(input, next)).collect();
    tree
}
