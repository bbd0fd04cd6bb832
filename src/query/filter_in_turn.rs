//! Conditions asked one after the other.
//!
//! `WHERE v <> 0 AND 60 / v > 3` must not divide by zero. DataFusion asks both
//! sides of an AND for a whole batch; here a condition that can fail becomes a
//! filter of its own, over the rows that those before it have left.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{
    BinaryExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr, Literal, NotExpr,
};
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};

/// A filter as several, if parts of its condition can fail.
pub fn filter_in_turn(plan: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let Some(filter) = plan.downcast_ref::<FilterExec>() else { return Ok(Transformed::no(plan)) };
    let mut groups: Vec<Vec<Arc<dyn PhysicalExpr>>> = vec![];
    for part in split_conjunction(filter.predicate()) {
        match groups.last_mut() {
            Some(group) if !can_fail(part) => group.push(part.clone()),
            _ => groups.push(vec![part.clone()]),
        }
    }
    let Some(last) = groups.pop().filter(|_| !groups.is_empty()) else { return Ok(Transformed::no(plan)) };
    let mut input = filter.input().clone();
    for group in groups {
        input = Arc::new(FilterExecBuilder::new(conjunction(group), input).build()?);
    }
    let top = FilterExecBuilder::from(filter).with_predicate(conjunction(last)).with_input(input).build()?;
    Ok(Transformed::yes(Arc::new(top)))
}

/// Is there anything in it besides columns, constants and comparisons?
fn can_fail(expression: &Arc<dyn PhysicalExpr>) -> bool {
    let mut found = false;
    let visited = expression.apply(|e| {
        found |= !is_harmless(e);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found || visited.is_err()
}

fn is_harmless(e: &Arc<dyn PhysicalExpr>) -> bool {
    if let Some(binary) = e.downcast_ref::<BinaryExpr>() {
        use Operator::{And, Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq, Or};
        let op = binary.op();
        return matches!(
            op,
            And | Or | Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
        );
    }
    let e = e.as_ref();
    e.is::<Column>()
        || e.is::<Literal>()
        || e.is::<IsNullExpr>()
        || e.is::<IsNotNullExpr>()
        || e.is::<NotExpr>()
        || e.is::<InListExpr>()
        || e.is::<LikeExpr>()
}
