//! `FOR SYSTEM_TIME AS OF PROCTIME()`: a relation as it is now.
//!
//! In a view a join looks such a relation up when a row comes, and never comes
//! back to it. For one query alone every relation is as it is now, and the mark
//! means nothing.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchemaRef, DataFusionError, Result as PlanResult};
use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use datafusion::sql::sqlparser::ast::{Expr, TableFactor, TableVersion};

/// Its input, looked up as it is at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AsOfNow {
    input: LogicalPlan,
}

impl AsOfNow {
    /// The mark over a plan.
    pub(super) fn over(input: LogicalPlan) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(AsOfNow { input }) })
    }

    /// What is marked, if this plan is a mark.
    pub fn marked(plan: &LogicalPlan) -> Option<&LogicalPlan> {
        match plan {
            LogicalPlan::Extension(extension) => {
                extension.node.as_any().downcast_ref::<AsOfNow>().map(|mark| &mark.input)
            }
            _ => None,
        }
    }

    /// The same plan without marks.
    pub fn removed(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
        let removed = plan.transform_up_with_subqueries(|node| {
            Ok(match AsOfNow::marked(&node).cloned() {
                Some(input) => Transformed::yes(input),
                None => Transformed::no(node),
            })
        })?;
        Ok(removed.data)
    }
}

impl PartialOrd for AsOfNow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self == other).then_some(Ordering::Equal)
    }
}

impl UserDefinedLogicalNodeCore for AsOfNow {
    fn name(&self) -> &str {
        "AsOfNow"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<PlanExpr> {
        vec![]
    }

    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("AsOfNow")
    }

    fn with_exprs_and_inputs(&self, _: Vec<PlanExpr>, mut inputs: Vec<LogicalPlan>) -> PlanResult<Self> {
        let input = inputs.pop();
        let input = input.ok_or_else(|| DataFusionError::Internal("a mark over nothing".to_string()))?;
        Ok(AsOfNow { input })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![output_columns.to_vec()])
    }
}

/// The relation without its `FOR SYSTEM_TIME AS OF PROCTIME()`, if it has one.
pub(super) fn unmarked(relation: &TableFactor) -> Option<TableFactor> {
    let TableFactor::Table { version: Some(TableVersion::ForSystemTimeAsOf(Expr::Function(call))), .. } =
        relation
    else {
        return None;
    };
    if !call.to_string().eq_ignore_ascii_case("proctime()") {
        return None;
    }
    let mut plain = relation.clone();
    if let TableFactor::Table { version, .. } = &mut plain {
        *version = None;
    }
    Some(plain)
}
