//! LATERAL: a relation that is computed for each row of those before it.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder, lit};

use super::apply::{Applier, only};
use super::dependent::or_default;
use super::join::conditions;
use super::operator::Carrier;
use super::outer::Outer;
use super::scalar::side;
use super::unsupported;

/// The join without LATERAL, if one of its sides reads the other.
pub fn apply(applier: &mut Applier, join: Join) -> Result<LogicalPlan> {
    if !reads(&join.right, join.left.schema())? {
        return settled(join);
    }
    let outer = Outer { plan: join.left.as_ref().clone() };
    let mut part = Carrier { outer: &outer, names: &mut applier.names }.carry(&join.right)?;
    let conditions = conditions(&join);
    if !matches!(join.join_type, JoinType::Inner | JoinType::Left) {
        return Err(unsupported(&format!("LATERAL on the right of a {} join", join.join_type)));
    }
    let is_inner = join.join_type == JoinType::Inner;
    let trivial = conditions.iter().all(|c| *c == lit(true));
    if part.missing.is_some() && !is_inner && !trivial {
        part.settle(&outer, &mut applier.names)?;
    }
    let (right, mut on, names) = side(applier, &outer, &part)?;
    // With a row for every outer row, nothing is left without a partner.
    let kind = if part.missing.is_some() { JoinType::Left } else { join.join_type };
    let mut output: Vec<Expr> = join.left.schema().columns().into_iter().map(Expr::Column).collect();
    let shown = join.right.schema().columns();
    for column in &shown {
        let value = match &part.missing {
            Some(missing) => {
                let default = outer.at_home(missing[column].clone())?;
                or_default(&names.of(column), &default, &names.present)?
            }
            None => Expr::Column(names.of(column)),
        };
        output.push(value.alias_qualified(column.relation.clone(), &column.name));
    }
    if !is_inner {
        let own = |c: &datafusion::common::Column| shown.contains(c).then(|| Expr::Column(names.of(c)));
        for condition in &conditions {
            on.push(super::outer::with_columns(condition.clone(), &own)?);
        }
    }
    let on = if on.is_empty() { vec![lit(true)] } else { on };
    let joined = LogicalPlanBuilder::from(outer.plan).join_on(right, kind, on)?.project(output)?.build()?;
    let joined = match conjunction(conditions.into_iter().filter(|c| *c != lit(true))) {
        Some(predicate) if is_inner => LogicalPlanBuilder::from(joined).filter(predicate)?.build()?,
        _ => joined,
    };
    only(joined, join.schema.columns())
}

/// Does a LATERAL part of `plan` read columns of `schema`?
fn reads(plan: &LogicalPlan, schema: &DFSchema) -> Result<bool> {
    let mut found = false;
    plan.apply(|node| {
        if let LogicalPlan::Subquery(subquery) = node {
            found |= subquery
                .outer_ref_columns
                .iter()
                .any(|e| matches!(e, Expr::OuterReferenceColumn(_, column) if schema.has_column(column)));
        }
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// A join neither of whose sides reads the other. A LATERAL part that reads
/// nothing any more is a relation as any other.
fn settled(join: Join) -> Result<LogicalPlan> {
    let plan = LogicalPlan::Join(join);
    let freed = plan.transform_up(|node| match node {
        LogicalPlan::Subquery(subquery) if !super::operator::depends(&subquery.subquery)? => {
            Ok(Transformed::yes(std::sync::Arc::unwrap_or_clone(subquery.subquery)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(freed.data)
}
