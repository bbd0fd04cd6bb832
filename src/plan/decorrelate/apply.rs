//! Where queries stand inside others, and what is put in their place.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, Expr, Filter, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Operator, Projection, Sort,
    Subquery,
};
use datafusion::optimizer::rewrite_set_comparison::RewriteSetComparison;
use datafusion::optimizer::{OptimizerContext, OptimizerRule};

use super::join::conditions;
use super::membership::Membership;
use super::names::Names;
use super::outer::Outer;
use super::{Purpose, lateral, membership, scalar, unsupported};

/// Does anything have to be done?
pub fn concerns(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply(|node| {
        found |= matches!(node, LogicalPlan::Subquery(_)) || has_subquery(node)?;
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

fn has_subquery(node: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    node.apply_expressions(|e| {
        found |= is_with_subquery(e)?;
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

fn is_with_subquery(expression: &Expr) -> Result<bool> {
    expression.exists(|e| {
        Ok(matches!(
            e,
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_)
        ))
    })
}

/// Puts joins in the place of subqueries.
pub struct Applier {
    pub purpose: Purpose,
    pub names: Names,
}

impl Applier {
    pub fn new(purpose: Purpose) -> Self {
        Applier { purpose, names: Names::default() }
    }

    /// The plan without subqueries; what it reads of queries around it stays.
    pub fn walk(&mut self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let walked = plan.transform_up(|node| {
            let node = match node {
                LogicalPlan::Join(join) => lateral::apply(self, join)?,
                other => other,
            };
            if !has_subquery(&node)? {
                return Ok(Transformed::yes(node));
            }
            Ok(Transformed::yes(self.node(node)?))
        })?;
        Ok(walked.data)
    }

    fn node(&mut self, node: LogicalPlan) -> Result<LogicalPlan> {
        let node = RewriteSetComparisonOnce::rewrite(node)?;
        match node {
            LogicalPlan::Filter(filter) => self.filter(filter),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Sort(sort) => {
                let columns = sort.input.schema().columns();
                only(self.single_input(LogicalPlan::Sort(with_read_columns(sort)?))?, columns)
            }
            LogicalPlan::TableScan(_) | LogicalPlan::Limit(_) | LogicalPlan::Extension(_) => {
                Err(unsupported(&format!("a subquery in {}", node.display())))
            }
            LogicalPlan::Values(values) => {
                let union = super::operator::rows_as_union(&values)?;
                let named = union.schema().columns().into_iter().zip(values.schema.iter());
                let columns: Vec<Expr> =
                    named.map(|(c, (q, f))| Expr::Column(c).alias_qualified(q.cloned(), f.name())).collect();
                let named = LogicalPlanBuilder::from(union).project(columns)?.build()?;
                self.walk(named)
            }
            node if node.inputs().len() == 1 => self.single_input(node),
            node => Err(unsupported(&format!("a subquery in {}", node.display()))),
        }
    }

    /// An operator whose expressions are over its one input.
    fn single_input(&mut self, node: LogicalPlan) -> Result<LogicalPlan> {
        let schema = node.schema().clone();
        let mut input = node.inputs()[0].clone();
        let names = NamePreserver::new(&node);
        let mut expressions = vec![];
        for expression in node.expressions() {
            let name = names.save(&expression);
            let (below, replaced) = self.attach(input, expression)?;
            input = below;
            expressions.push(name.restore(replaced));
        }
        let node = node.with_new_exprs(expressions, vec![input])?;
        only(node, schema.columns())
    }

    fn filter(&mut self, filter: Filter) -> Result<LogicalPlan> {
        let columns = filter.input.schema().columns();
        let mut input = Arc::unwrap_or_clone(filter.input);
        let mut rest = vec![];
        // What needs no subquery comes first: fewer rows are left to join.
        let (with, without): (Vec<Expr>, Vec<Expr>) = split_conjunction_owned(filter.predicate)
            .into_iter()
            .partition(|e| is_with_subquery(e).unwrap_or(true));
        if let Some(predicate) = conjunction(without) {
            input = LogicalPlan::Filter(Filter::try_new(predicate, Arc::new(input))?);
        }
        for conjunct in with {
            match member(conjunct) {
                Ok(test) => input = membership::keep(self, input, test)?,
                Err(other) => {
                    let (below, predicate) = self.attach_condition(input, other)?;
                    input = below;
                    rest.push(predicate);
                }
            }
        }
        if let Some(predicate) = conjunction(rest) {
            input = LogicalPlan::Filter(Filter::try_new(predicate, Arc::new(input))?);
        }
        only(input, columns)
    }

    /// Subqueries in ON: over an inner join they are a filter; else they must
    /// concern the side that is not kept whole.
    fn join(&mut self, join: Join) -> Result<LogicalPlan> {
        let schema = join.schema.clone();
        let (with, without): (Vec<Expr>, Vec<Expr>) =
            conditions(&join).into_iter().partition(|e| is_with_subquery(e).unwrap_or(true));
        let builder = |left: LogicalPlan, right: LogicalPlan| {
            LogicalPlanBuilder::from(left).join_on(right, join.join_type, without.clone())?.build()
        };
        if join.join_type == JoinType::Inner {
            let joined = builder(join.left.as_ref().clone(), join.right.as_ref().clone())?;
            let predicate = conjunction(with).expect("a subquery was found in it");
            return self.filter(Filter::try_new(predicate, Arc::new(joined))?);
        }
        let is_right_optional = matches!(
            join.join_type,
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark
        );
        let (kept, optional) =
            if is_right_optional { (&join.left, &join.right) } else { (&join.right, &join.left) };
        let kept_schema = kept.schema();
        let reads_kept = |e: &Expr| -> Result<bool> { super::outer::reads(e, kept_schema) };
        if join.join_type == JoinType::Full || with.iter().map(reads_kept).any(|r| r.unwrap_or(true)) {
            return Err(unsupported("a subquery over both sides in the ON of an outer join"));
        }
        let predicate = conjunction(with).expect("a subquery was found in it");
        let optional = self.filter(Filter::try_new(predicate, optional.clone())?)?;
        let kept = kept.as_ref().clone();
        let joined = if is_right_optional { builder(kept, optional)? } else { builder(optional, kept)? };
        only(joined, schema.columns())
    }

    /// A predicate that keeps rows where it is true: whether it is false or
    /// NULL elsewhere makes no difference.
    fn attach_condition(&mut self, input: LogicalPlan, predicate: Expr) -> Result<(LogicalPlan, Expr)> {
        match predicate {
            Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
                let (input, left) = self.attach_condition(input, *left)?;
                let (input, right) = self.attach_condition(input, *right)?;
                let both = BinaryExpr::new(Box::new(left), op, Box::new(right));
                Ok((input, Expr::BinaryExpr(both)))
            }
            other => match member(other) {
                Ok(test) => membership::mark(self, input, test, true),
                Err(other) => self.attach(input, other),
            },
        }
    }

    /// `expression` over `input` without subqueries; these are columns that
    /// `input` has in addition.
    fn attach(&mut self, mut input: LogicalPlan, expression: Expr) -> Result<(LogicalPlan, Expr)> {
        let attached = expression.transform_up(|e| {
            let subquery = matches!(e, Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_));
            if !subquery {
                return Ok(Transformed::no(e));
            }
            let below = std::mem::replace(&mut input, LogicalPlanBuilder::empty(false).build()?);
            let (below, value) = match e {
                Expr::ScalarSubquery(subquery) => scalar::attach(self, below, subquery)?,
                other => match member(other) {
                    Ok(test) => membership::mark(self, below, test, false)?,
                    Err(other) => (below, other),
                },
            };
            input = below;
            Ok(Transformed::yes(value))
        })?;
        Ok((input, attached.data))
    }

    /// A subquery's plan without subqueries in it.
    pub fn inner(&mut self, subquery: &Subquery) -> Result<LogicalPlan> {
        self.walk(subquery.subquery.as_ref().clone())
    }
}

/// Subqueries in ORDER BY read columns of FROM that the SELECT list need not
/// show: they are added to it.
fn with_read_columns(sort: Sort) -> Result<Sort> {
    let LogicalPlan::Projection(projection) = sort.input.as_ref() else { return Ok(sort) };
    let below = Outer { plan: projection.input.as_ref().clone() };
    let mut expressions = projection.expr.clone();
    for sort in &sort.expr {
        for column in below.references_with_subqueries(&sort.expr)? {
            let shown = projection.schema.has_column(&column);
            let column = Expr::Column(column);
            if !shown && !expressions.contains(&column) {
                expressions.push(column);
            }
        }
    }
    let input = LogicalPlan::Projection(Projection::try_new(expressions, projection.input.clone())?);
    Ok(Sort { input: Arc::new(input), ..sort })
}

/// `EXISTS`, `IN` and their negations.
fn member(expression: Expr) -> std::result::Result<Membership, Expr> {
    match expression {
        Expr::Exists(Exists { subquery, negated }) => Ok(Membership { value: None, subquery, negated }),
        Expr::InSubquery(InSubquery { expr, subquery, negated }) => {
            Ok(Membership { value: Some(*expr), subquery, negated })
        }
        Expr::Not(inner) => match member(*inner) {
            Ok(test) => Ok(Membership { negated: !test.negated, ..test }),
            Err(inner) => Err(Expr::Not(Box::new(inner))),
        },
        other => Err(other),
    }
}

/// The plan with these columns and no others.
pub fn only(plan: LogicalPlan, columns: Vec<Column>) -> Result<LogicalPlan> {
    if plan.schema().columns() == columns {
        return Ok(plan);
    }
    LogicalPlanBuilder::from(plan).project(columns.into_iter().map(Expr::Column))?.build()
}

/// `ANY` and `ALL` of one operator: `= ANY` is `IN`, `<> ALL` is `NOT IN`, the
/// others are tests for a row that decides.
struct RewriteSetComparisonOnce;

impl RewriteSetComparisonOnce {
    fn rewrite(node: LogicalPlan) -> Result<LogicalPlan> {
        use datafusion::logical_expr::expr::{SetComparison, SetQuantifier};
        let mut left = false;
        let node = node.map_expressions(|expression| {
            expression.transform_up(|e| match e {
                Expr::SetComparison(SetComparison { expr, subquery, op, quantifier }) => {
                    let negated = match (op, &quantifier) {
                        (Operator::Eq, SetQuantifier::Any) => false,
                        (Operator::NotEq, SetQuantifier::All) => true,
                        _ => {
                            left = true;
                            let same = SetComparison { expr, subquery, op, quantifier };
                            return Ok(Transformed::no(Expr::SetComparison(same)));
                        }
                    };
                    Ok(Transformed::yes(Expr::InSubquery(InSubquery { expr, subquery, negated })))
                }
                other => Ok(Transformed::no(other)),
            })
        })?;
        if !left {
            return Ok(node.data);
        }
        let context = OptimizerContext::new();
        Ok(RewriteSetComparison::new().rewrite(node.data, &context)?.data)
    }
}
