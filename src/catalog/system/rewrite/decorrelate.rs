//! Scalar subqueries about the row at hand, turned into joins.
//!
//! DataFusion plans a correlated scalar subquery only if it is an aggregate with
//! plain equalities. Clients like `(SELECT d.adbin FROM pg_attrdef d WHERE
//! d.adrelid = a.attrelid AND a.atthasdef)`: at most one row is found for each
//! outer row, so that a LEFT JOIN says the same. The relations inside are all
//! system relations, whose columns are known; nothing else is touched.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, Query, Select,
    SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value, Visit, VisitMut, Visitor,
    VisitorMut,
};

use super::take;
use crate::catalog::system::relation::{SystemRelation, system_table};
use crate::catalog::system::simplify::{fold, has_aggregate, is_empty_query, name_parts};

/// Turns correlated scalar subqueries of this SELECT into joins, where that is
/// needed and possible. `made` counts the joins of the whole query.
pub fn decorrelate(select: &mut Select, made: &mut usize) {
    if !can_take_joins(select) {
        return;
    }
    let mut finder = Finder { depth: 0, made, joins: Vec::new() };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            let _ = VisitMut::visit(expr, &mut finder);
        }
    }
    if let Some(selection) = &mut select.selection {
        let _ = VisitMut::visit(selection, &mut finder);
    }
    let joins = finder.joins;
    if joins.is_empty() {
        return;
    }
    let mut from = std::mem::take(&mut select.from).into_iter();
    let Some(mut first) = from.next() else { return };
    for TableWithJoins { relation, joins } in from {
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        first.joins.push(Join { relation, global: false, join_operator });
        first.joins.extend(joins);
    }
    first.joins.extend(joins);
    select.from = vec![first];
}

/// A join added to FROM must neither widen `*` nor fall under a grouping.
fn can_take_joins(select: &Select) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(e, _) if e.is_empty());
    let starred = select.projection.iter().any(|item| matches!(item, SelectItem::Wildcard(_)));
    let outer = |join: &Join| {
        use JoinOperator::{FullOuter, Right, RightOuter};
        matches!(join.join_operator, Right(_) | RightOuter(_) | FullOuter(_))
    };
    let lopsided = select.from.len() > 1 && select.from.iter().any(|f| f.joins.iter().any(outer));
    !grouped && !starred && !lopsided && !select.from.is_empty() && !has_aggregate(select)
}

struct Finder<'a> {
    /// How many queries deep: those inside have their own turn.
    depth: usize,
    made: &'a mut usize,
    joins: Vec<Join>,
}

impl VisitorMut for Finder<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Subquery(query) = expr
            && self.depth == 0
            && !is_empty_query(query)
            && let Some((join, value)) = join_for(query, *self.made + 1)
        {
            *self.made += 1;
            self.joins.push(join);
            *expr = value;
        }
        ControlFlow::Continue(())
    }
}

/// The join that replaces a subquery, and the expression of its value.
fn join_for(query: &Query, number: usize) -> Option<(Join, Expr)> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let plain = query.with.is_none() && query.limit_clause.is_none() && query.fetch.is_none();
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(e, _) if e.is_empty());
    if !plain || grouped || has_aggregate(select) {
        return None;
    }
    let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] =
        select.projection.as_slice()
    else {
        return None;
    };
    let mut scope =
        Scope { relations: inner_relations(select)?, alias: format!("ms_q{number}"), columns: vec![] };
    let mut value = value.clone();
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for condition in conjuncts(select.selection.as_ref()?) {
        match scope.references(condition)? {
            References { outer: 0, .. } => inner.push(condition.clone()),
            _ => outer.push(condition.clone()),
        }
    }
    if outer.is_empty() {
        return None;
    }
    scope.references(&value)?;
    scope.rename(&mut value);
    outer.iter_mut().for_each(|condition| scope.rename(condition));

    let mut derived = query.clone();
    derived.order_by = None;
    let SetExpr::Select(select) = derived.body.as_mut() else { return None };
    select.distinct = None;
    select.projection = scope.projection();
    select.selection = all_of(inner);
    let relation = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(derived),
        alias: Some(TableAlias { name: Ident::new(&scope.alias), columns: vec![], explicit: true, at: None }),
        sample: None,
    };
    let on = JoinConstraint::On(all_of(outer)?);
    let join = Join { relation, global: false, join_operator: JoinOperator::LeftOuter(on) };
    Some((join, if_found(&scope.alias, value)))
}

/// Only a found row has a value, whatever the expression makes of NULLs.
fn if_found(alias: &str, value: Expr) -> Expr {
    let found = Expr::CompoundIdentifier(vec![Ident::new(alias), Ident::new(FOUND)]);
    let case = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: found, result: value }],
        else_result: None,
    };
    Expr::Nested(Box::new(case))
}

const FOUND: &str = "ms_found";

/// The relations of a FROM by alias; `None` unless all are system relations.
fn inner_relations(select: &Select) -> Option<Vec<(String, &'static SystemRelation)>> {
    let joined = |from: &'_ TableWithJoins| -> Vec<TableFactor> {
        let rest = from.joins.iter().map(|join| join.relation.clone());
        std::iter::once(from.relation.clone()).chain(rest).collect()
    };
    let factors = select.from.iter().flat_map(joined);
    factors
        .map(|factor| {
            let TableFactor::Table { name, alias, args: None, .. } = factor else { return None };
            let (schema, name) = name_parts(&name);
            let relation = system_table(schema.as_deref(), &name)?;
            Some((alias.map_or(name, |a| fold(&a.name)), relation))
        })
        .collect()
}

fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        Expr::Nested(inner) => conjuncts(inner),
        other => vec![other],
    }
}

fn all_of(conditions: Vec<Expr>) -> Option<Expr> {
    conditions.into_iter().reduce(|left, right| Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(left))),
        op: BinaryOperator::And,
        right: Box::new(Expr::Nested(Box::new(right))),
    })
}

/// The relations inside a subquery, and which of their columns are used outside.
struct Scope {
    relations: Vec<(String, &'static SystemRelation)>,
    /// The name of the derived table.
    alias: String,
    /// The columns it must give: (relation's alias, column).
    columns: Vec<(String, String)>,
}

/// What an expression refers to.
#[derive(Default)]
struct References {
    inner: Vec<(String, String)>,
    outer: usize,
    nested: bool,
}

impl Scope {
    /// The inner column that an identifier means, if it means one.
    fn resolve(&self, expr: &Expr) -> Option<(String, String)> {
        let (alias, column) = match expr {
            Expr::Identifier(ident) => (None, fold(ident)),
            Expr::CompoundIdentifier(parts) => {
                let ([alias, column] | [_, alias, column]) = parts.as_slice() else { return None };
                (Some(fold(alias)), fold(column))
            }
            _ => return None,
        };
        let has = |relation: &SystemRelation| relation.columns.iter().any(|c| c.name == column);
        let found = self.relations.iter().find(|(name, relation)| match &alias {
            Some(alias) => alias == name,
            None => has(relation),
        })?;
        Some((found.0.clone(), column))
    }

    /// Notes the inner columns of an expression; `None` if it holds a query.
    fn references(&mut self, expr: &Expr) -> Option<References> {
        struct Collect<'a>(&'a Scope, References);
        impl Visitor for Collect<'_> {
            type Break = ();
            fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
                self.1.nested = true;
                ControlFlow::Break(())
            }
            fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
                if let Expr::Identifier(_) | Expr::CompoundIdentifier(_) = expr {
                    match self.0.resolve(expr) {
                        Some(column) => self.1.inner.push(column),
                        None => self.1.outer += 1,
                    }
                }
                ControlFlow::Continue(())
            }
        }
        let mut collect = Collect(self, References::default());
        let _ = Visit::visit(expr, &mut collect);
        let references = collect.1;
        for column in &references.inner {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        (!references.nested).then_some(references)
    }

    /// Makes inner columns those of the derived table.
    fn rename(&self, expr: &mut Expr) {
        struct Rename<'a>(&'a Scope);
        impl VisitorMut for Rename<'_> {
            type Break = ();
            fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
                if let Some(column) = self.0.resolve(expr)
                    && let Some(index) = self.0.columns.iter().position(|c| *c == column)
                {
                    let parts = [self.0.alias.clone(), format!("ms_c{index}")];
                    *expr = Expr::CompoundIdentifier(parts.iter().map(Ident::new).collect());
                }
                ControlFlow::Continue(())
            }
        }
        let mut renamed = take(expr);
        let _ = VisitMut::visit(&mut renamed, &mut Rename(self));
        *expr = renamed;
    }

    fn projection(&self) -> Vec<SelectItem> {
        let found =
            SelectItem::ExprWithAlias { expr: Expr::value(Value::Boolean(true)), alias: Ident::new(FOUND) };
        let columns =
            self.columns.iter().enumerate().map(|(index, (alias, column))| SelectItem::ExprWithAlias {
                expr: Expr::CompoundIdentifier(vec![Ident::new(alias), Ident::new(column)]),
                alias: Ident::new(format!("ms_c{index}")),
            });
        std::iter::once(found).chain(columns).collect()
    }
}
