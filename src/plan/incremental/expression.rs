//! Logical expressions become physical ones that are right inside a view.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, create_physical_expr};

use super::planner::in_view;
use crate::expr::{EpochTime, checked};
use crate::types::Result;

const NOW_HINT: &str = "Compare it with a time in WHERE, for example WHERE ts > now() - INTERVAL '1 hour'. \
    For the time of arrival use proctime() in a generated column of a source.";

/// Builds the expressions of one program, all with one clock.
#[derive(Default)]
pub struct ExpressionBuilder {
    clock: EpochTime,
}

impl ExpressionBuilder {
    /// The clock that `proctime()` reads in the expressions built here.
    pub fn clock(&self) -> EpochTime {
        self.clock.clone()
    }

    /// The expression over rows of `schema`: integer arithmetic fails on
    /// overflow, `proctime()` is the epoch's time.
    pub fn build(&mut self, expression: &Expr, schema: &DFSchema) -> Result<Arc<dyn PhysicalExpr>> {
        reject_unstable(expression)?;
        let props = ExecutionProps::new();
        let physical = create_physical_expr(expression, schema, &props, &PhysicalPlanningContext::default())?;
        let clocked = checked(physical, schema.as_arrow()).transform_up(|node| {
            let is_proctime =
                node.downcast_ref::<ScalarFunctionExpr>().is_some_and(|f| f.fun().name() == "proctime");
            Ok(if is_proctime {
                Transformed::yes(Arc::new(self.clock.clone()) as Arc<dyn PhysicalExpr>)
            } else {
                Transformed::no(node)
            })
        })?;
        Ok(clocked.data)
    }
}

/// What would give another answer when asked again has no place in a view.
fn reject_unstable(expression: &Expr) -> Result<()> {
    let mut found = Ok(());
    expression.apply(|node| {
        found = match node {
            Expr::ScalarFunction(call) => {
                let name = call.func.name();
                match call.func.signature().volatility {
                    Volatility::Volatile => Err(in_view(&format!("the volatile function {name}()"))),
                    Volatility::Stable if matches!(name, "now" | "current_date" | "current_time") => {
                        Err(in_view(&format!("{name}()")).with_hint(NOW_HINT))
                    }
                    _ => Ok(()),
                }
            }
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_) => {
                Err(in_view("a subquery in an expression"))
            }
            Expr::OuterReferenceColumn(..) => Err(in_view("a correlated subquery")),
            Expr::Placeholder(_) => Err(in_view("a parameter")),
            _ => Ok(()),
        };
        Ok(if found.is_err() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    found
}
