//! DataFusion's logical rules that are right for changing collections.
//!
//! Left out: rules that fold the query's time into the plan, rules about
//! limits, and rewrites (such as the one for a single DISTINCT) that the
//! incremental operators do better themselves.

use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::common_subexpr_eliminate::CommonSubexprEliminate;
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::eliminate_duplicated_expr::EliminateDuplicatedExpr;
use datafusion::optimizer::eliminate_filter::EliminateFilter;
use datafusion::optimizer::eliminate_join::EliminateJoin;
use datafusion::optimizer::eliminate_outer_join::EliminateOuterJoin;
use datafusion::optimizer::optimize_projections::OptimizeProjections;
use datafusion::optimizer::optimize_unions::OptimizeUnions;
use datafusion::optimizer::propagate_empty_relation::PropagateEmptyRelation;
use datafusion::optimizer::replace_distinct_aggregate::ReplaceDistinctWithAggregate;
use datafusion::optimizer::{Optimizer, OptimizerContext, OptimizerRule};

use super::computed_partition::compute_partitions;
use super::decorrelate::{Purpose, decorrelate};
use super::incremental::plan_has_now;
use super::rule::{EquijoinKeys, FilterPushdown, Simplify, count_set_operations, expand_grouping_sets};
use crate::types::Result;

static OPTIMIZER: LazyLock<Optimizer> = LazyLock::new(|| {
    let rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![
        Arc::new(OptimizeUnions::new()),
        Arc::new(Simplify::default()),
        Arc::new(ReplaceDistinctWithAggregate::new()),
        Arc::new(EliminateJoin::new()),
        Arc::new(EquijoinKeys::default()),
        Arc::new(EliminateFilter::new()),
        Arc::new(EliminateCrossJoin::new()),
        Arc::new(PropagateEmptyRelation::new()),
        Arc::new(EliminateOuterJoin::new()),
        Arc::new(FilterPushdown::default()),
        Arc::new(EliminateDuplicatedExpr::new()),
        Arc::new(CommonSubexprEliminate::new()),
        Arc::new(OptimizeProjections::new()),
    ];
    Optimizer::with_rules(rules)
});

/// Conditions on `now()` must stay whole.
static WITHOUT_COMMON_PARTS: LazyLock<Optimizer> = LazyLock::new(|| {
    let common = CommonSubexprEliminate::new();
    let kept = OPTIMIZER.rules.iter().filter(|rule| rule.name() != common.name());
    Optimizer::with_rules(kept.cloned().collect())
});

/// The same query with less work in it.
pub fn optimize(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = count_set_operations(expand_grouping_sets(plan)?)?;
    let plan = decorrelate(plan, Purpose::Kept)?;
    let optimizer = if plan_has_now(&plan) { &WITHOUT_COMMON_PARTS } else { &OPTIMIZER };
    let context = OptimizerContext::new().without_query_execution_start_time();
    Ok(optimizer.optimize(plan, &context, |_, _| {})?)
}

/// The plan of one answer without the parts that DataFusion has no operators
/// for, or wrong ones.
pub fn prepare(plan: LogicalPlan) -> Result<LogicalPlan> {
    compute_partitions(decorrelate(count_set_operations(expand_grouping_sets(plan)?)?, Purpose::Once)?)
}

/// DataFusion's own rules, with ours in the place of those that are wrong.
pub fn batch_optimizer() -> Optimizer {
    let mut optimizer = Optimizer::new();
    // The rule for a single DISTINCT sums sums, which have other types than what is summed.
    for rule in &mut optimizer.rules {
        if rule.name() == "single_distinct_aggregation_to_group_by" {
            *rule = Arc::new(super::single_distinct::SingleDistinct::default());
        }
    }
    for rule in &mut optimizer.rules {
        match rule.name() {
            "extract_equijoin_predicate" => *rule = Arc::new(EquijoinKeys::default()),
            "push_down_filter" => *rule = Arc::new(FilterPushdown::default()),
            "simplify_expressions" => *rule = Arc::new(Simplify::default()),
            _ => {}
        }
    }
    optimizer
}
