//! Conditions move towards the tables, but not below a total.
//!
//! An aggregate without keys gives its one row whatever its input is. DataFusion
//! moves a condition that names no column below it (`HAVING (SELECT 1) > 2`),
//! where it empties the input and leaves the row. Here it stays above. Below an
//! ASOF join, only what is said of the left moves.

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use crate::sql::binder::AsofJoin;

/// The rule.
#[derive(Debug, Default)]
pub struct FilterPushdown {
    plain: PushDownFilter,
}

impl OptimizerRule for FilterPushdown {
    fn name(&self) -> &str {
        "filter_pushdown"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.plain.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::Aggregate(total) = filter.input.as_ref()
            && total.group_expr.is_empty()
        {
            return Ok(Transformed::no(plan));
        }
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::Extension(extension) = filter.input.as_ref()
            && let Some(asof) = extension.node.as_any().downcast_ref::<AsofJoin>()
        {
            return Ok(asof.filtered(&filter.predicate)?.map_or(Transformed::no(plan), Transformed::yes));
        }
        self.plain.rewrite(plan, config)
    }
}
