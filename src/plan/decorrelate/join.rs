//! Joins inside a dependent part.

use std::collections::BTreeMap;

use datafusion::common::{Column, NullEquality, Result};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder};

use super::dependent::{Binding, Dependent, same};
use super::operator::Carrier;

/// Carries out a join.
pub fn carry(carrier: &mut Carrier<'_>, join: &Join) -> Result<Dependent> {
    let (left, right) = (carrier.carry(&join.left)?, carrier.carry(&join.right)?);
    let conditions = conditions(join);
    match join.join_type {
        JoinType::Inner => inner(carrier, left, right, conditions),
        JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => {
            one_sided(carrier, left, right, conditions, join.join_type)
        }
        JoinType::Right => one_sided(carrier, right, left, conditions, JoinType::Left),
        JoinType::RightSemi => one_sided(carrier, right, left, conditions, JoinType::LeftSemi),
        JoinType::RightAnti => one_sided(carrier, right, left, conditions, JoinType::LeftAnti),
        JoinType::RightMark => one_sided(carrier, right, left, conditions, JoinType::LeftMark),
        JoinType::Full => full(carrier, left, right, conditions),
    }
}

/// All that a join asks of a pair, as predicates.
pub fn conditions(join: &Join) -> Vec<Expr> {
    let null_is_null = join.null_equality == NullEquality::NullEqualsNull;
    let equal = |(left, right): &(Expr, Expr)| {
        let equal = same(left.clone(), right.clone(), null_is_null);
        // NULL on either side of NOT IN is a pair that may be there.
        if join.null_aware { equal.is_not_false() } else { equal }
    };
    let mut found: Vec<Expr> = join.on.iter().map(equal).collect();
    if let Some(filter) = &join.filter {
        let filter = if join.null_aware { filter.clone().is_not_false() } else { filter.clone() };
        found.extend(split_conjunction_owned(filter));
    }
    found
}

fn joined(
    left: LogicalPlan,
    right: LogicalPlan,
    kind: JoinType,
    conditions: Vec<Expr>,
) -> Result<LogicalPlan> {
    LogicalPlanBuilder::from(left).join_on(right, kind, conditions)?.build()
}

fn inner(
    carrier: &mut Carrier<'_>,
    mut left: Dependent,
    mut right: Dependent,
    conditions: Vec<Expr>,
) -> Result<Dependent> {
    left.settle(carrier.outer, carrier.names)?;
    right.settle(carrier.outer, carrier.names)?;
    let mut now = vec![];
    for (column, binding) in &right.bound {
        if let Some(other) = left.bound.get(column) {
            now.push(both(other, binding));
        }
    }
    let mut bound = right.bound.clone();
    bound.extend(left.bound.clone());
    let mut part = Dependent { plan: left.plan, bound, pending: vec![], missing: None, single: false };
    for predicate in conditions.into_iter().chain(left.pending).chain(right.pending) {
        let predicate = part.resolved(predicate)?;
        if carrier.outer.references(&predicate)?.is_empty() {
            now.push(predicate);
        } else {
            part.pending.push(predicate);
        }
    }
    part.plan = joined(part.plan, right.plan, JoinType::Inner, now)?;
    Ok(part)
}

fn both(left: &Binding, right: &Binding) -> Expr {
    same(
        Expr::Column(left.column.clone()),
        Expr::Column(right.column.clone()),
        left.nullable && right.nullable,
    )
}

/// A join that keeps rows of its left side whatever is on the right: what the
/// right side reads of the outer row must be known on the left.
fn one_sided(
    carrier: &mut Carrier<'_>,
    mut left: Dependent,
    mut right: Dependent,
    conditions: Vec<Expr>,
    kind: JoinType,
) -> Result<Dependent> {
    left.settle(carrier.outer, carrier.names)?;
    right.settle(carrier.outer, carrier.names)?;
    let mut read: Vec<Column> = right.bound.keys().cloned().collect();
    for predicate in conditions.iter().chain(&right.pending) {
        read.extend(carrier.outer.references(predicate)?);
    }
    if !read.is_empty() {
        left.bind(&read, carrier.outer, carrier.names)?;
    }
    let mut on = vec![];
    for (column, binding) in &right.bound {
        on.push(both(&left.bound[column], binding));
    }
    for predicate in conditions.into_iter().chain(right.pending) {
        on.push(left.resolved(predicate)?);
    }
    left.plan = joined(left.plan, right.plan, kind, on)?;
    left.single &= kind != JoinType::Left;
    Ok(left)
}

fn full(
    carrier: &mut Carrier<'_>,
    mut left: Dependent,
    mut right: Dependent,
    conditions: Vec<Expr>,
) -> Result<Dependent> {
    left.settle(carrier.outer, carrier.names)?;
    right.settle(carrier.outer, carrier.names)?;
    let mut read: Vec<Column> = left.bound.keys().chain(right.bound.keys()).cloned().collect();
    for predicate in conditions.iter().chain(&left.pending).chain(&right.pending) {
        read.extend(carrier.outer.references(predicate)?);
    }
    left.bind(&read, carrier.outer, carrier.names)?;
    right.bind(&read, carrier.outer, carrier.names)?;
    let mut on = vec![];
    for (column, binding) in &right.bound {
        on.push(both(&left.bound[column], binding));
    }
    for predicate in conditions {
        on.push(left.resolved(predicate)?);
    }
    let plan = joined(left.plan, right.plan, JoinType::Full, on)?;
    let mut columns: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let mut bound = BTreeMap::new();
    for (column, binding) in left.bound {
        let name = carrier.names.fresh();
        let other = right.bound[&column].column.clone();
        columns.push(coalesce(vec![Expr::Column(binding.column), Expr::Column(other)]).alias(&name.name));
        bound.insert(column, Binding { column: name, nullable: true });
    }
    let plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
    Ok(Dependent { plan, bound, pending: vec![], missing: None, single: false })
}
