//! Names inside one SELECT that DataFusion would take for one another.
//!
//! - A position inside `ROLLUP`, `CUBE` and `GROUPING SETS` is the output
//!   column of that number.
//! - DataFusion calls `CAST(x AS t)` by the name of `x`, and wants the columns
//!   of a grouped SELECT to have names of their own: there a cast is told to
//!   have one.
//! - `SELECT a + 1 AS k, unnest(ARRAY[k])` means the input's `k`; DataFusion
//!   also looks at the output's. The output gets its names one SELECT further
//!   out.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    self, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr,
    Ident, ObjectName, Query, Select, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value,
    Visit, VisitMut, Visitor, VisitorMut,
};

use super::types::fold;
use super::{syntax, table_query};
use crate::expr::functions::SAME;

/// The columns of a SELECT that got its names further out.
const COLUMN: &str = "ms_column_";

/// Grouping by positions, and casts that differ in their type only.
pub(super) fn tell_apart(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &mut select.group_by else { return };
    if keys.is_empty() {
        return;
    }
    for key in keys.iter_mut() {
        if let Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) = key {
            sets.iter_mut().flatten().for_each(|e| resolve_position(e, &select.projection));
        }
        expand_tuples(key);
        let _ = VisitMut::visit(key, &mut NamedCasts);
    }
    let _ = VisitMut::visit(&mut select.projection, &mut NamedCasts);
    let _ = VisitMut::visit(&mut select.having, &mut NamedCasts);
}

/// Is there a GROUP BY?
pub(super) fn groups(query: &Query) -> bool {
    Visit::visit(query, &mut Groups).is_break()
}

struct Groups;

impl Visitor for Groups {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        match &select.group_by {
            GroupByExpr::Expressions(keys, _) if keys.is_empty() => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// `ROLLUP ((a, b), c)` and `CUBE` of such parts, as the sets that they stand for.
fn expand_tuples(key: &mut Expr) {
    let sets = match key {
        Expr::Rollup(parts) if parts.iter().any(|part| part.len() > 1) => {
            (0..=parts.len()).rev().map(|kept| parts[..kept].concat()).collect()
        }
        Expr::Cube(parts) if parts.iter().any(|part| part.len() > 1) && parts.len() <= 12 => {
            let chosen = |mask: usize| parts.iter().enumerate().filter(move |(i, _)| mask & (1 << i) != 0);
            let set = |mask: usize| chosen(mask).flat_map(|(_, part)| part.clone()).collect();
            (0..1usize << parts.len()).rev().map(set).collect()
        }
        _ => return,
    };
    *key = Expr::GroupingSets(sets);
}

fn resolve_position(key: &mut Expr, items: &[SelectItem]) {
    let Expr::Value(value) = key else { return };
    let Value::Number(number, _) = &value.value else { return };
    let item = number.parse::<usize>().ok().and_then(|n| items.get(n.checked_sub(1)?));
    if let Some(SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr)) = item {
        *key = expr.clone();
    }
}

/// Puts a function around casts of columns that has the type in its name.
struct NamedCasts;

impl VisitorMut for NamedCasts {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Cast { expr: inner, data_type, .. } = expr
            && Visit::visit(inner.as_ref(), &mut FindColumn).is_break()
        {
            let name = Value::SingleQuotedString(data_type.to_string()).with_empty_span();
            let cast = std::mem::replace(expr, Expr::Value(name.clone()));
            *expr = call(SAME, vec![cast, Expr::Value(name)]);
        }
        ControlFlow::Continue(())
    }
}

struct FindColumn;

impl Visitor for FindColumn {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|a| FunctionArg::Unnamed(FunctionArgExpr::Expr(a))).collect();
    let args = FunctionArgumentList { duplicate_treatment: None, args, clauses: vec![] };
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(args),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

/// Gives the output of a SELECT with `unnest` its names one SELECT further out.
pub(super) fn name_outside(query: &mut Query) {
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    if query.order_by.is_some() || !unnests_beside_a_name(select) {
        return;
    }
    let mut outer = vec![];
    for (i, item) in select.projection.iter_mut().enumerate() {
        let (expr, name) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (expr.clone(), alias.clone()),
            SelectItem::UnnamedExpr(expr) => {
                (expr.clone(), Ident::with_quote('"', syntax::output_name(expr)))
            }
            _ => return,
        };
        let inner = Ident::new(format!("{COLUMN}{i}"));
        *item = SelectItem::ExprWithAlias { expr, alias: inner.clone() };
        outer.push(SelectItem::ExprWithAlias { expr: Expr::Identifier(inner), alias: name });
    }
    let mut derived = syntax::select(vec![], TableWithJoins { relation: nothing(), joins: vec![] }, None);
    derived.body = Box::new(SetExpr::Select(select.clone()));
    let relation = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(derived),
        alias: Some(TableAlias {
            explicit: true,
            name: Ident::new("ms_unnested"),
            columns: vec![],
            at: None,
        }),
        sample: None,
    };
    let outside = syntax::select(outer, TableWithJoins { relation, joins: vec![] }, None);
    query.body = outside.body;
}

fn nothing() -> TableFactor {
    table_query::table_factor(ObjectName::from(vec![Ident::new("ms_nothing")]))
}

fn unnests_beside_a_name(select: &Select) -> bool {
    let own = |alias: &Ident| !alias.value.starts_with(COLUMN);
    let named = |item: &SelectItem| matches!(item, SelectItem::ExprWithAlias { alias, .. } if own(alias));
    let unnests = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => is_unnest(expr),
        _ => false,
    };
    select.projection.len() > 1
        && select.projection.iter().any(named)
        && select.projection.iter().any(unnests)
}

fn is_unnest(expr: &Expr) -> bool {
    let Expr::Function(function) = expr else { return false };
    let name = function.name.0.last().and_then(|part: &ast::ObjectNamePart| part.as_ident()).map(fold);
    name.is_some_and(|name| name == "unnest")
}
