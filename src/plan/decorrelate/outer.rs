//! The side that a dependent part reads from, and references to it.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};

/// The outer side.
#[derive(Clone, Debug)]
pub struct Outer {
    /// Its rows.
    pub plan: LogicalPlan,
}

impl Outer {
    /// Is this column one of the outer side's?
    pub fn has(&self, column: &Column) -> bool {
        self.plan.schema().has_column(column)
    }

    /// The outer columns that an expression reads.
    pub fn references(&self, expression: &Expr) -> Result<Vec<Column>> {
        let mut found = vec![];
        expression.apply(|e| {
            if let Expr::OuterReferenceColumn(_, column) = e
                && self.has(column)
                && !found.contains(column)
            {
                found.push(column.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(found)
    }

    /// The outer columns that a plan reads anywhere.
    pub fn references_in(&self, plan: &LogicalPlan) -> Result<Vec<Column>> {
        let mut found: Vec<Column> = vec![];
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|e| {
                for column in self.references(e)? {
                    if !found.contains(&column) {
                        found.push(column);
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(found)
    }

    /// The outer columns that an expression or the subqueries in it read.
    pub fn references_with_subqueries(&self, expression: &Expr) -> Result<Vec<Column>> {
        let mut found = self.references(expression)?;
        expression.apply(|e| {
            if let Some(plan) = subquery_of(e) {
                found.extend(self.references_in(plan)?);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// `c = value` or `value = c`, where `c` is an outer column and `value` is
    /// of the same type and over columns of `inner` alone.
    pub fn equality(&self, predicate: &Expr, inner: &DFSchema) -> Result<Option<(Column, Expr)>> {
        let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = predicate else {
            return Ok(None);
        };
        for (reference, value) in [(left, right), (right, left)] {
            if let Expr::OuterReferenceColumn(field, column) = reference.as_ref()
                && self.has(column)
                && self.references(value)?.is_empty()
                && !columns_of(value).is_empty()
                && !value.is_volatile()
                && value.get_type(inner)? == *field.data_type()
            {
                return Ok(Some((column.clone(), value.as_ref().clone())));
            }
        }
        Ok(None)
    }

    /// `expression`, read where the outer side's columns are at hand.
    pub fn at_home(&self, expression: Expr) -> Result<Expr> {
        replaced(expression, &|column| self.has(column).then(|| Expr::Column(column.clone())))
    }
}

/// `expression` with outer references replaced where `by` gives something.
pub fn replaced(expression: Expr, by: &dyn Fn(&Column) -> Option<Expr>) -> Result<Expr> {
    let done = expression.transform(|e| match &e {
        Expr::OuterReferenceColumn(_, column) => match by(column) {
            Some(new) => Ok(Transformed::yes(new)),
            None => Ok(Transformed::no(e)),
        },
        _ => Ok(Transformed::no(e)),
    })?;
    Ok(done.data)
}

/// `expression` with columns replaced where `by` gives something.
pub fn with_columns(expression: Expr, by: &dyn Fn(&Column) -> Option<Expr>) -> Result<Expr> {
    let done = expression.transform(|e| match &e {
        Expr::Column(column) => match by(column) {
            Some(new) => Ok(Transformed::new(new, true, TreeNodeRecursion::Jump)),
            None => Ok(Transformed::no(e)),
        },
        _ => Ok(Transformed::no(e)),
    })?;
    Ok(done.data)
}

/// The columns that an expression reads, outer references apart.
pub fn columns_of(expression: &Expr) -> Vec<Column> {
    let mut columns: Vec<Column> = expression.column_refs().into_iter().cloned().collect();
    columns.sort();
    columns
}

/// Shares a plan.
pub fn shared(plan: &LogicalPlan) -> Arc<LogicalPlan> {
    Arc::new(plan.clone())
}

/// Does an expression, or a subquery in it, read columns of `schema`?
pub fn reads(expression: &Expr, schema: &DFSchema) -> Result<bool> {
    let mut found = columns_of(expression).iter().any(|c| schema.has_column(c));
    expression.apply(|e| {
        let Some(plan) = subquery_of(e) else { return Ok(TreeNodeRecursion::Continue) };
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|inner| {
                found |= inner.exists(|e| {
                    Ok(matches!(e, Expr::OuterReferenceColumn(_, column) if schema.has_column(column)))
                })?;
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

fn subquery_of(expression: &Expr) -> Option<&LogicalPlan> {
    match expression {
        Expr::ScalarSubquery(subquery) => Some(&subquery.subquery),
        Expr::InSubquery(test) => Some(&test.subquery.subquery),
        Expr::Exists(test) => Some(&test.subquery.subquery),
        Expr::SetComparison(test) => Some(&test.subquery.subquery),
        _ => None,
    }
}
