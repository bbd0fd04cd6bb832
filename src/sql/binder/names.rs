//! What plain names mean where DataFusion takes them for something else.
//!
//! - `JOIN … USING` and NATURAL make one column of two: the left one's value, the
//!   right one's in a RIGHT JOIN, the one that there is in a FULL JOIN. The join
//!   gets a condition, and the value stands wherever the column is named; a star
//!   shows it once, before the others.
//! - A name that two relations of a subquery have is ambiguous, even when a query
//!   outside has one such column.
//! - `t.c` is the column of relation `t`, though a nearer relation has a column `t`.
//!
//! Nothing is done where the columns of a relation are not known from the text.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, OrderByKind, Query, Select, SelectItem,
    SetExpr, TableFactor, TableWithJoins, Value, Visit, VisitMut, Visitor, VisitorMut,
};

use super::error::position;
use super::rewriting::call;
use super::scope::{Column, Columns, CommonTables, Meaning, Scope, is_plain, is_window_table, relation_name};
use super::types::fold;
use crate::catalog::Snapshot;
use crate::types::{Error, Result, SqlState};

/// Gives the names of a query, and of those in it, their meaning. `text` is what
/// the query was parsed from.
pub(super) fn resolve(query: &mut Query, catalog: &Snapshot, text: Option<&str>) -> Result<()> {
    if Visit::visit(query, &mut Questions::default()).is_continue() {
        return Ok(());
    }
    Names { catalog, text }.query(query, &vec![], None)
}

/// Finds the first thing that may have to be resolved: a second query, a merged column.
#[derive(Default)]
struct Questions {
    queries: usize,
}

impl Visitor for Questions {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries += 1;
        if self.queries > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let mut joins = select.from.iter().flat_map(|from| &from.joins);
        match joins.any(|join| merging(&join.join_operator).is_some()) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::NestedJoin { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// The condition of a join that merges columns.
fn merging(operator: &JoinOperator) -> Option<&JoinConstraint> {
    constraint(operator).filter(|c| matches!(c, JoinConstraint::Using(_) | JoinConstraint::Natural))
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(c)
        | JoinOperator::Inner(c)
        | JoinOperator::Left(c)
        | JoinOperator::LeftOuter(c)
        | JoinOperator::Right(c)
        | JoinOperator::RightOuter(c)
        | JoinOperator::FullOuter(c) => Some(c),
        _ => None,
    }
}

fn constraint_mut(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    match operator {
        JoinOperator::Join(c)
        | JoinOperator::Inner(c)
        | JoinOperator::Left(c)
        | JoinOperator::LeftOuter(c)
        | JoinOperator::Right(c)
        | JoinOperator::RightOuter(c)
        | JoinOperator::FullOuter(c) => Some(c),
        _ => None,
    }
}

/// Walks through queries, each before the one around it is looked at.
struct Names<'a> {
    catalog: &'a Snapshot,
    text: Option<&'a str>,
}

/// FROM as far as it has been read.
#[derive(Default)]
struct From {
    /// `None`: some are not known.
    columns: Option<Vec<Column>>,
    relations: Vec<String>,
}

impl From {
    fn scope<'p>(&'p self, outer: Option<&'p Scope<'p>>) -> Scope<'p> {
        Scope { columns: self.columns.as_deref(), relations: &self.relations, outer }
    }
}

impl Names<'_> {
    fn query(&self, query: &mut Query, common: &CommonTables, outer: Option<&Scope<'_>>) -> Result<()> {
        let mut common = common.clone();
        if let Some(with) = &mut query.with {
            for table in &mut with.cte_tables {
                if with.recursive {
                    let names = self.columns(&common).of_common_table(&table.alias, &table.query);
                    common.push((fold(&table.alias.name), names));
                }
                self.query(&mut table.query, &common, outer)?;
                let names = self.columns(&common).of_common_table(&table.alias, &table.query);
                common.push((fold(&table.alias.name), names));
            }
        }
        let order = query.order_by.as_mut().map(|order| &mut order.kind);
        match (query.body.as_mut(), order) {
            (SetExpr::Select(select), Some(OrderByKind::Expressions(order))) => {
                let outputs = outputs(&select.projection);
                self.select(select, &common, outer, |scope| {
                    for item in order {
                        let is_output = |name: &Ident| outputs.contains(&fold(name));
                        if !matches!(&item.expr, Expr::Identifier(name) if is_output(name)) {
                            self.within(&mut item.expr, &common, scope, false)?;
                        }
                    }
                    Ok(())
                })
            }
            (body, _) => self.body(body, &common, outer),
        }
    }

    fn body(&self, body: &mut SetExpr, common: &CommonTables, outer: Option<&Scope<'_>>) -> Result<()> {
        match body {
            SetExpr::Select(select) => self.select(select, common, outer, |_| Ok(())),
            SetExpr::Query(query) => self.query(query, common, outer),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left, common, outer)?;
                self.body(right, common, outer)
            }
            other => self.within(other, common, &Scope { columns: Some(&[]), relations: &[], outer }, false),
        }
    }

    /// One SELECT, and what else names its columns.
    fn select(
        &self,
        select: &mut Select,
        common: &CommonTables,
        outer: Option<&Scope<'_>>,
        also: impl FnOnce(&Scope<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut from = From { columns: Some(vec![]), relations: vec![] };
        // Columns are merged only where all of a SELECT's are known.
        let known = self.known(&select.from, common);
        for item in &mut select.from {
            self.item(item, common, outer, &mut from, known)?;
        }
        let scope = from.scope(outer);
        if let Some(columns) = scope.columns.filter(|columns| columns.iter().any(|c| c.merged)) {
            expand_stars(&mut select.projection, columns)?;
        }
        let inner = outer.is_some();
        self.within(&mut select.projection, common, &scope, inner)?;
        self.within(&mut select.selection, common, &scope, inner)?;
        self.within(&mut select.distinct, common, &scope, false)?;
        self.within(&mut select.group_by, common, &scope, false)?;
        self.within(&mut select.having, common, &scope, false)?;
        self.within(&mut select.named_window, common, &scope, false)?;
        also(&scope)
    }

    fn columns<'s>(&'s self, common: &'s CommonTables) -> Columns<'s> {
        Columns { catalog: self.catalog, common }
    }

    fn known(&self, from: &[TableWithJoins], common: &CommonTables) -> bool {
        let columns = self.columns(common);
        let mut factors = from
            .iter()
            .flat_map(|item| std::iter::once(&item.relation).chain(item.joins.iter().map(|j| &j.relation)));
        factors.all(|factor| columns.of_factor(factor).is_some())
    }

    /// One item of FROM: its relations join those before it.
    fn item(
        &self,
        item: &mut TableWithJoins,
        common: &CommonTables,
        outer: Option<&Scope<'_>>,
        before: &mut From,
        known: bool,
    ) -> Result<()> {
        let mut from = self.factor(&mut item.relation, common, outer, before)?;
        for join in &mut item.joins {
            let seen = joined(before, &from);
            let right = self.factor(&mut join.relation, common, outer, &seen)?;
            let merges = !join.global && merging(&join.join_operator).is_some();
            match (merges, from.columns.take(), right.columns) {
                (true, Some(left), Some(right)) if known => {
                    from.columns = Some(self.merge(join, left, right)?);
                }
                (true, ..) => unmerged(&join.join_operator)?,
                (false, left, right) => from.columns = left.zip(right).map(|(l, r)| [l, r].concat()),
            }
            from.relations.extend(right.relations);
            if let Some(JoinConstraint::On(condition)) = constraint_mut(&mut join.join_operator) {
                self.within(condition, common, &joined(before, &from).scope(outer), false)?;
            }
        }
        *before = joined(before, &from);
        Ok(())
    }

    fn factor(
        &self,
        factor: &mut TableFactor,
        common: &CommonTables,
        outer: Option<&Scope<'_>>,
        before: &From,
    ) -> Result<From> {
        match factor {
            TableFactor::Derived { lateral, subquery, .. } => {
                let beside =
                    Scope { columns: before.columns.as_deref(), relations: &before.relations, outer };
                self.query(subquery, common, if *lateral { Some(&beside) } else { outer })?;
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                let mut from = From { columns: Some(vec![]), relations: vec![] };
                let known = self.known(std::slice::from_ref(table_with_joins), common);
                self.item(table_with_joins, common, outer, &mut from, known)?;
                return Ok(from);
            }
            // What a function is given may be columns of what stands before it.
            TableFactor::Function { args, .. } => self.within(args, common, &before.scope(outer), false)?,
            TableFactor::UNNEST { array_exprs, .. } => {
                self.within(array_exprs, common, &before.scope(outer), false)?;
            }
            TableFactor::Table { name, args: Some(args), .. } if !is_window_table(name) => {
                self.within(&mut args.args, common, &before.scope(outer), false)?;
            }
            _ => {}
        }
        Ok(From {
            columns: self.columns(common).of_factor(factor),
            relations: relation_name(factor).into_iter().collect(),
        })
    }

    /// Gives a join that merges columns its condition; the columns after it.
    fn merge(&self, join: &mut Join, left: Vec<Column>, right: Vec<Column>) -> Result<Vec<Column>> {
        let names: Vec<Ident> = match merging(&join.join_operator) {
            Some(JoinConstraint::Using(columns)) => {
                columns.iter().filter_map(|c| c.0.last()?.as_ident().cloned()).collect()
            }
            _ => {
                let shared = left.iter().filter(|l| !l.hidden && !l.replaced);
                let shared =
                    shared.filter(|l| right.iter().any(|r| r.name == l.name && !r.hidden && !r.replaced));
                shared.map(|l| Ident::with_quote('"', &l.name)).collect()
            }
        };
        let (mut left, mut right) = (left, right);
        let (mut merged, mut condition) = (vec![], None);
        for name in &names {
            let l = self.side(&mut left, name, "left")?;
            let r = self.side(&mut right, name, "right")?;
            let equal = Expr::BinaryOp {
                left: Box::new(l.clone()),
                op: BinaryOperator::Eq,
                right: Box::new(r.clone()),
            };
            condition = Some(match condition {
                None => equal,
                Some(before) => {
                    Expr::BinaryOp { left: Box::new(before), op: BinaryOperator::And, right: Box::new(equal) }
                }
            });
            let value = match &join.join_operator {
                JoinOperator::Right(_) | JoinOperator::RightOuter(_) => r,
                JoinOperator::FullOuter(_) => call("coalesce", vec![l, r]),
                _ => l,
            };
            merged.push(Column { name: fold(name), value, hidden: false, merged: true, replaced: false });
        }
        let always = || Expr::Value(Value::Boolean(true).with_empty_span());
        if let Some(constraint) = constraint_mut(&mut join.join_operator) {
            *constraint = JoinConstraint::On(condition.unwrap_or_else(always));
        }
        Ok([merged, left, right].concat())
    }

    /// The value of the column that one side brings, which the merged one replaces.
    fn side(&self, columns: &mut [Column], name: &Ident, which: &str) -> Result<Expr> {
        let plain = fold(name);
        let mut named = columns.iter_mut().filter(|c| c.name == plain && !c.replaced);
        match (named.next(), named.next()) {
            (Some(column), None) => {
                column.replaced = true;
                Ok(column.value.clone())
            }
            (None, _) => {
                let message =
                    format!("column \"{plain}\" specified in USING clause does not exist in {which} table");
                Err(self.placed(Error::new(SqlState::UNDEFINED_COLUMN, message), name))
            }
            _ => {
                let message =
                    format!("common column name \"{plain}\" appears more than once in {which} table");
                Err(self.placed(Error::new(SqlState::AMBIGUOUS_COLUMN, message), name))
            }
        }
    }

    fn placed(&self, error: Error, name: &Ident) -> Error {
        let start = name.span.start;
        let place = self.text.filter(|_| start.line > 0);
        match place.and_then(|text| position(text, start.line, start.column)) {
            Some(at) => error.at(at),
            None => error,
        }
    }

    /// The names in a clause; `strict` refuses those that are ambiguous.
    fn within(
        &self,
        clause: &mut impl VisitMut,
        common: &CommonTables,
        scope: &Scope<'_>,
        strict: bool,
    ) -> Result<()> {
        let mut within = Within { names: self, common, scope, strict, depth: 0 };
        match clause.visit(&mut within) {
            ControlFlow::Break(error) => Err(error),
            ControlFlow::Continue(()) => Ok(()),
        }
    }
}

/// A join that still says USING takes the left one's value.
fn unmerged(operator: &JoinOperator) -> Result<()> {
    match operator {
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_) => {
            let part =
                "USING or NATURAL in a RIGHT or FULL JOIN over a function or a relation without a name";
            Err(Error::unsupported(part))
        }
        _ => Ok(()),
    }
}

fn joined(left: &From, right: &From) -> From {
    From {
        columns: left.columns.as_ref().zip(right.columns.as_ref()).map(|(l, r)| [&l[..], &r[..]].concat()),
        relations: [&left.relations[..], &right.relations[..]].concat(),
    }
}

fn outputs(items: &[SelectItem]) -> Vec<String> {
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(fold(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(fold(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(fold),
        _ => None,
    };
    items.iter().filter_map(name).collect()
}

/// `*` and merged columns in a SELECT list, by name.
fn expand_stars(items: &mut Vec<SelectItem>, columns: &[Column]) -> Result<()> {
    for item in std::mem::take(items) {
        match item {
            SelectItem::Wildcard(options) if is_plain(&options) => {
                let shown = columns.iter().filter(|c| !c.hidden && !c.replaced);
                items.extend(shown.map(|c| SelectItem::ExprWithAlias {
                    expr: c.value.clone(),
                    alias: Ident::with_quote('"', &c.name),
                }));
            }
            SelectItem::Wildcard(_) => {
                return Err(Error::unsupported("* with EXCLUDE, REPLACE or RENAME over JOIN … USING"));
            }
            SelectItem::UnnamedExpr(Expr::Identifier(name))
                if columns.iter().any(|c| c.merged && c.name == fold(&name)) =>
            {
                items.push(SelectItem::ExprWithAlias { expr: Expr::Identifier(name.clone()), alias: name });
            }
            other => items.push(other),
        }
    }
    Ok(())
}

/// The names of one clause; those in a query inside belong to that first.
struct Within<'a> {
    names: &'a Names<'a>,
    common: &'a CommonTables,
    scope: &'a Scope<'a>,
    strict: bool,
    depth: usize,
}

impl VisitorMut for Within<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        if self.depth > 1 {
            return ControlFlow::Continue(());
        }
        self.names
            .query(query, self.common, Some(self.scope))
            .map_or_else(ControlFlow::Break, ControlFlow::Continue)
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Identifier(name) => match self.plain(name) {
                Ok(None) => {}
                Ok(Some(value)) => *expr = value,
                Err(error) => return ControlFlow::Break(error),
            },
            Expr::CompoundIdentifier(parts) if parts.len() == 2 && self.is_taken_for_field(parts) => {
                parts.insert(0, Ident::new("public"));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Within<'_> {
    /// What stands for a plain name.
    fn plain(&self, name: &Ident) -> Result<Option<Expr>> {
        let plain = fold(name);
        let mut scope = Some(self.scope);
        while let Some(here) = scope {
            match here.meaning(&plain) {
                None => return Ok(None),
                Some(Meaning::Nothing) => scope = here.outer,
                Some(Meaning::One(column)) => return Ok(column.merged.then(|| column.value.clone())),
                Some(Meaning::Several) if self.strict => {
                    let message = format!("column reference \"{plain}\" is ambiguous");
                    return Err(self.names.placed(Error::new(SqlState::AMBIGUOUS_COLUMN, message), name));
                }
                Some(Meaning::Several) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Does a nearer relation have a column that is called as the relation?
    fn is_taken_for_field(&self, parts: &[Ident]) -> bool {
        let relation = fold(&parts[0]);
        let (mut scope, mut hidden) = (Some(self.scope), false);
        while let Some(here) = scope {
            if here.relations.contains(&relation) {
                return hidden;
            }
            let Some(columns) = here.columns else { return false };
            hidden |= columns.iter().any(|c| c.name == relation);
            scope = here.outer;
        }
        false
    }
}
