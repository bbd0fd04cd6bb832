//! A part of a query that depends on the rows of another, on its way to not
//! depending on them.
//!
//! Invariant: for an outer row `o`, the dependent part is what is left of
//! `plan` where every `bound` column is the same as its outer column in `o`
//! (NULL is the same as NULL) and every `pending` predicate is true of `o`. If
//! nothing is left and there is a `missing` row, that row is the part.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::{Column, Result};
use datafusion::logical_expr::{
    BinaryExpr, Distinct, Expr, ExprSchemable, Filter, JoinType, LogicalPlan, LogicalPlanBuilder, Operator,
    Projection, lit, when,
};

use super::names::Names;
use super::outer::{Outer, replaced};

/// The part.
#[derive(Clone, Debug)]
pub struct Dependent {
    /// Reads nothing of the outer row.
    pub plan: LogicalPlan,
    /// Which column of `plan` stands for which outer column.
    pub bound: BTreeMap<Column, Binding>,
    /// Predicates over columns of `plan` and outer references.
    pub pending: Vec<Expr>,
    /// Columns of `plan` and their values in the row that is there for an outer
    /// row that nothing in `plan` belongs to: that of an aggregate over nothing.
    pub missing: Option<BTreeMap<Column, Expr>>,
}

/// A column that stands for an outer column.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The column.
    pub column: Column,
    /// It may be NULL, where the outer column is.
    pub nullable: bool,
}

impl Binding {
    /// Is this column the same as `outer`?
    pub fn is(&self, outer: Expr) -> Expr {
        same(outer, Expr::Column(self.column.clone()), self.nullable)
    }
}

/// `left = right`; with `nullable`, NULL is the same as NULL.
pub fn same(left: Expr, right: Expr, nullable: bool) -> Expr {
    let op = if nullable { Operator::IsNotDistinctFrom } else { Operator::Eq };
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

impl Dependent {
    /// A part that depends on nothing.
    pub fn free(plan: LogicalPlan) -> Self {
        Dependent { plan, bound: BTreeMap::new(), pending: vec![], missing: None }
    }

    /// The columns that stand for outer ones.
    pub fn bound_columns(&self) -> Vec<Expr> {
        self.bound.values().map(|b| Expr::Column(b.column.clone())).collect()
    }

    /// `expression` with bound columns in the place of outer references.
    pub fn resolved(&self, expression: Expr) -> Result<Expr> {
        replaced(expression, &|outer| self.bound.get(outer).map(|b| Expr::Column(b.column.clone())))
    }

    /// Adds a predicate: applied now if it can be, else later.
    pub fn filter(&mut self, predicate: Expr, outer: &Outer) -> Result<()> {
        let predicate = self.resolved(predicate)?;
        if outer.references(&predicate)?.is_empty() {
            let input = Arc::new(self.plan.clone());
            self.plan = LogicalPlan::Filter(Filter::try_new(predicate, input)?);
        } else {
            self.pending.push(predicate);
        }
        Ok(())
    }

    /// Makes `columns` of the outer row, and all that pending predicates read,
    /// columns of the plan, so that nothing is pending.
    pub fn bind(&mut self, columns: &[Column], outer: &Outer, names: &mut Names) -> Result<()> {
        let mut needed: Vec<Column> = columns.to_vec();
        for predicate in &self.pending {
            needed.extend(outer.references(predicate)?);
        }
        needed.sort();
        needed.dedup();
        needed.retain(|c| !self.bound.contains_key(c));
        if needed.is_empty() {
            return Ok(());
        }
        if self.missing.is_none() && self.bind_by_equality(&needed, outer, names)? {
            return Ok(());
        }
        self.bind_by_domain(needed, outer, names)
    }

    /// `outer.c = e` says what `c` is in every row that counts. Values that no
    /// outer row has do no harm: nothing will meet them.
    fn bind_by_equality(&mut self, needed: &[Column], outer: &Outer, names: &mut Names) -> Result<bool> {
        let mut found: BTreeMap<Column, Expr> = BTreeMap::new();
        for predicate in &self.pending {
            if let Some((column, value)) = outer.equality(predicate, self.plan.schema())? {
                found.entry(column).or_insert(value);
            }
        }
        if !needed.iter().all(|c| found.contains_key(c)) {
            return Ok(false);
        }
        let mut columns: Vec<Expr> = self.plan.schema().columns().into_iter().map(Expr::Column).collect();
        let mut present = vec![];
        for column in needed {
            let value = found[column].clone();
            if value.nullable(self.plan.schema())? {
                present.push(value.clone().is_not_null());
            }
            let name = names.fresh();
            columns.push(value.alias(&name.name));
            self.bound.insert(column.clone(), Binding { column: name, nullable: false });
        }
        let mut rest = std::mem::take(&mut self.pending);
        for predicate in &mut rest {
            let filled = replaced(predicate.clone(), &|c| found.get(c).cloned())?;
            *predicate = filled;
        }
        rest.retain(|p| !is_trivial(p));
        let builder = LogicalPlanBuilder::from(self.plan.clone());
        let builder = match present.into_iter().chain(rest).reduce(Expr::and) {
            Some(predicate) => builder.filter(self.resolved(predicate)?)?,
            None => builder,
        };
        self.plan = builder.project(columns)?.build()?;
        Ok(true)
    }

    /// Joins with the distinct values that outer rows have.
    fn bind_by_domain(&mut self, needed: Vec<Column>, outer: &Outer, names: &mut Names) -> Result<()> {
        let before = std::mem::take(&mut self.bound);
        let mut columns = needed;
        columns.extend(before.keys().cloned());
        let mut selected = vec![];
        for column in &columns {
            let name = names.fresh();
            selected.push(Expr::Column(column.clone()).alias(&name.name));
            let nullable = Expr::Column(column.clone()).nullable(outer.plan.schema())?;
            self.bound.insert(column.clone(), Binding { column: name, nullable });
        }
        let values = Projection::try_new(selected, Arc::new(outer.plan.clone()))?;
        let domain = LogicalPlan::Distinct(Distinct::All(Arc::new(LogicalPlan::Projection(values))));
        let mut conditions: Vec<Expr> =
            before.iter().map(|(c, old)| old.is(Expr::Column(self.bound[c].column.clone()))).collect();
        for predicate in std::mem::take(&mut self.pending) {
            conditions.push(self.resolved(predicate)?);
        }
        let missing = self.missing.take();
        let Some(missing) = missing else {
            self.plan = LogicalPlanBuilder::from(domain)
                .join_on(self.plan.clone(), JoinType::Inner, conditions)?
                .build()?;
            return Ok(());
        };
        let present = names.fresh();
        let marked: Vec<Expr> = (self.plan.schema().columns().into_iter().map(Expr::Column))
            .chain([lit(true).alias(&present.name)])
            .collect();
        let marked = LogicalPlanBuilder::from(self.plan.clone()).project(marked)?.build()?;
        let joined = LogicalPlanBuilder::from(domain).join_on(marked, JoinType::Left, conditions)?.build()?;
        let mut output = self.bound_columns();
        for (column, default) in &missing {
            let value = or_default(column, default, &present)?;
            output.push(value.alias_qualified(column.relation.clone(), &column.name));
        }
        self.plan = LogicalPlanBuilder::from(joined).project(output)?.build()?;
        Ok(())
    }

    /// The part with its missing row in the plan.
    pub fn settle(&mut self, outer: &Outer, names: &mut Names) -> Result<()> {
        if self.missing.is_some() {
            let columns: Vec<Column> = self.bound.keys().cloned().collect();
            self.bind_by_domain_again(columns, outer, names)?;
        }
        Ok(())
    }

    fn bind_by_domain_again(&mut self, columns: Vec<Column>, outer: &Outer, names: &mut Names) -> Result<()> {
        let mut needed = columns;
        for predicate in &self.pending {
            needed.extend(outer.references(predicate)?);
        }
        needed.sort();
        needed.dedup();
        needed.retain(|c| !self.bound.contains_key(c));
        self.bind_by_domain(needed, outer, names)
    }
}

/// A column of the right side of a left join, or what it is where `present` of
/// that side is NULL.
pub fn or_default(column: &Column, default: &Expr, present: &Column) -> Result<Expr> {
    let value = Expr::Column(column.clone());
    if matches!(default, Expr::Literal(null, _) if null.is_null()) {
        return Ok(value);
    }
    when(Expr::Column(present.clone()).is_null(), default.clone()).otherwise(value)
}

/// `e = e` of a column that is known to be there.
fn is_trivial(predicate: &Expr) -> bool {
    matches!(predicate, Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) if left == right)
}
