//! Is there at most one row for each outer row?

use datafusion::common::{Column, Result};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Distinct, Expr, LogicalPlan, Operator};

use super::dependent::Dependent;
use super::outer::Outer;
use crate::catalog::ObjectKind;
use crate::sql::RelationSource;

/// Provably so; `false` means that it is not known.
pub fn at_most_one(part: &Dependent, outer: &Outer) -> Result<bool> {
    if part.plan.max_rows().is_some_and(|rows| rows <= 1) {
        return Ok(true);
    }
    let mut fixed: Vec<Column> = part.bound.values().map(|b| b.column.clone()).collect();
    for predicate in &part.pending {
        if let Some((_, Expr::Column(column))) = outer.equality(predicate, part.plan.schema())? {
            fixed.push(column);
        }
    }
    Ok(is_key(&part.plan, fixed))
}

/// Can no two rows of `plan` be equal in these columns?
fn is_key(plan: &LogicalPlan, mut fixed: Vec<Column>) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => {
            let named = projection.schema.columns().into_iter().zip(&projection.expr);
            let below = named.filter(|(c, _)| fixed.contains(c)).filter_map(|(_, e)| column_of(e).cloned());
            is_key(&projection.input, below.collect())
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let named = alias.schema.columns().into_iter().zip(alias.input.schema().columns());
            let below = named.filter(|(c, _)| fixed.contains(c)).map(|(_, below)| below);
            is_key(&alias.input, below.collect())
        }
        LogicalPlan::Filter(filter) => {
            for predicate in split_conjunction(&filter.predicate) {
                fixed.extend(constant(predicate));
            }
            is_key(&filter.input, fixed)
        }
        LogicalPlan::Distinct(Distinct::All(input)) => {
            input.schema().columns().iter().all(|c| fixed.contains(c)) || is_key(input, fixed)
        }
        LogicalPlan::Aggregate(aggregate) => {
            let keys = aggregate.schema.columns().into_iter().take(aggregate.group_expr.len());
            !matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)])
                && keys.into_iter().all(|c| fixed.contains(&c))
        }
        LogicalPlan::TableScan(scan) => {
            let Some(source) = scan.source.downcast_ref::<RelationSource>() else { return false };
            let ObjectKind::Table(table) = &source.object().kind else { return false };
            let name = |index: &usize| source.object().columns.get(*index).map(|c| c.name.as_str());
            let is_fixed = |key: &usize| fixed.iter().any(|c| Some(c.name.as_str()) == name(key));
            !table.primary_key.is_empty() && table.primary_key.iter().all(is_fixed)
        }
        _ => false,
    }
}

fn column_of(expression: &Expr) -> Option<&Column> {
    match expression {
        Expr::Column(column) => Some(column),
        Expr::Alias(alias) => column_of(&alias.expr),
        _ => None,
    }
}

/// The column that a predicate says to be one value.
fn constant(predicate: &Expr) -> Option<Column> {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = predicate else { return None };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Column(column), Expr::Literal(..)) | (Expr::Literal(..), Expr::Column(column)) => {
            Some(column.clone())
        }
        _ => None,
    }
}
