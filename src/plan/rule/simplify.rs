//! Expressions are simplified, but a cast that a value may not fit stays, and a
//! product keeps its type.
//!
//! `CAST(x AS SMALLINT) > 3` fails where x is 100000; see
//! [`shelter`](crate::expr::shelter). Where there is nothing to hide, this is
//! DataFusion's rule.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::simplify_expressions::{ExprSimplifier, SimplifyExpressions};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use crate::expr::shelter::{hide, may_need_shelter, needs_shelter, restore};

/// The rule.
#[derive(Debug, Default)]
pub struct Simplify {
    plain: SimplifyExpressions,
}

impl OptimizerRule for Simplify {
    fn name(&self) -> &str {
        self.plain.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.plain.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if !any(&plan, may_need_shelter)? {
            return self.plain.rewrite(plan, config);
        }
        let schema = Arc::new(schema_below(&plan)?);
        if !any(&plan, |e| needs_shelter(e, &schema))? {
            return self.plain.rewrite(plan, config);
        }
        let context = SimplifyContext::builder()
            .with_schema(schema.clone())
            .with_config_options(config.options())
            .with_query_execution_start_time(config.query_execution_start_time())
            .build();
        let simplifier = ExprSimplifier::new(context);
        // The two sides of a join's key must stay where they are.
        let simplifier = simplifier.with_canonicalize(!matches!(plan, LogicalPlan::Join(_)));
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            let simplified = simplified(expr, &simplifier, &schema)?;
            Ok(simplified.update_data(|e| name.restore(e)))
        })
    }
}

fn any(plan: &LogicalPlan, is_met: impl Fn(&Expr) -> Result<bool>) -> Result<bool> {
    let mut met = false;
    plan.apply_expressions(|expr| {
        met = met || is_met(expr)?;
        Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
    })?;
    Ok(met)
}

/// What the expressions of a node are about.
fn schema_below(plan: &LogicalPlan) -> Result<DFSchema> {
    match plan {
        LogicalPlan::TableScan(scan) => {
            DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())
        }
        plan => Ok(merge_schema(&plan.inputs())),
    }
}

/// Of a grouping set and an aggregate only what is inside: they stay what they are.
fn simplified(expr: Expr, simplifier: &ExprSimplifier, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::GroupingSet(_) | Expr::AggregateFunction(_) | Expr::Alias(_) => {
            expr.map_children(|inner| simplified(inner, simplifier, schema))
        }
        expr => {
            let simple = simplifier.simplify_with_cycle_count_transformed(hide(expr, schema)?)?.0;
            simple.map_data(restore)
        }
    }
}
