//! `ARRAY(SELECT x … ORDER BY y)` as an aggregate over the subquery, which keeps its order:
//!
//! ```sql
//! ms_list_or_empty((SELECT array_agg(ms_value ORDER BY ms_key_0)
//!                   FROM (SELECT x, y AS ms_key_0 …) AS ms_list (ms_value, ms_key_0)))
//! ```
//!
//! `array_agg` of no rows is NULL, the array of no rows is empty.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArgumentClause, FunctionArguments, Ident, OrderBy, OrderByExpr, OrderByKind,
    Query, Select, SelectItem, SetExpr, TableAlias, TableAliasColumnDef, TableFactor, TableWithJoins, Value,
};

use super::rewriting::call;
use super::syntax::{output_name, select};
use super::types::fold;
use crate::types::{Error, Result, SqlState};

const VALUE: &str = "ms_value";

/// Rewrites one expression before its subqueries are looked at.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::Function(Function { name, args: FunctionArguments::Subquery(query), .. }) = expr else {
        return Ok(());
    };
    if name.0.last().and_then(|part| part.as_ident()).map(fold).as_deref() != Some("array") {
        return Ok(());
    }
    let aggregate = aggregated(query.as_ref().clone())?;
    *expr = call("ms_list_or_empty", vec![Expr::Subquery(Box::new(aggregate))]);
    Ok(())
}

/// `SELECT array_agg(…) FROM (query)`
fn aggregated(mut query: Query) -> Result<Query> {
    let order = match query.order_by.take() {
        Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }) => keys,
        Some(_) => return Err(Error::unsupported("ORDER BY ALL")),
        None => vec![],
    };
    one_column(&query.body)?;
    let mut columns = vec![VALUE.to_string()];
    let mut keys = Vec::with_capacity(order.len());
    for key in &order {
        let column = key_column(&mut query, &key.expr, columns.len())?;
        if !columns.contains(&column) {
            columns.push(column.clone());
        }
        keys.push(OrderByExpr { expr: Expr::Identifier(Ident::new(column)), ..key.clone() });
    }
    if !order.is_empty() && needs_order(&query) {
        query.order_by = Some(OrderBy { kind: OrderByKind::Expressions(order), interpolate: None });
    }
    let mut aggregate = call("array_agg", vec![Expr::Identifier(Ident::new(VALUE))]);
    if let Expr::Function(Function { args: FunctionArguments::List(list), .. }) = &mut aggregate
        && !keys.is_empty()
    {
        list.clauses.push(FunctionArgumentClause::OrderBy(keys));
    }
    let columns = columns.into_iter().map(|name| TableAliasColumnDef::from_name(name));
    let alias =
        TableAlias { explicit: true, name: Ident::new("ms_list"), columns: columns.collect(), at: None };
    let relation =
        TableFactor::Derived { lateral: false, subquery: Box::new(query), alias: Some(alias), sample: None };
    let from = TableWithJoins { relation, joins: vec![] };
    Ok(select(vec![SelectItem::UnnamedExpr(aggregate)], from, None))
}

/// Does the order decide which rows there are?
fn needs_order(query: &Query) -> bool {
    query.limit_clause.is_some()
        || query.fetch.is_some()
        || matches!(query.body.as_ref(), SetExpr::Select(select) if is_distinct(select))
}

fn is_distinct(select: &Select) -> bool {
    use datafusion::sql::sqlparser::ast::Distinct;
    matches!(&select.distinct, Some(Distinct::Distinct | Distinct::On(_)))
}

fn one_column(body: &SetExpr) -> Result<()> {
    match first_select(body) {
        Some(select) if select.projection.len() != 1 => {
            Err(Error::new(SqlState::SYNTAX_ERROR, "subquery must return only one column"))
        }
        _ => Ok(()),
    }
}

fn first_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::SetOperation { left, .. } => first_select(left),
        SetExpr::Query(query) => first_select(&query.body),
        _ => None,
    }
}

/// The column of the subquery that a key of its order is; a new one where it
/// is not the value itself.
fn key_column(query: &mut Query, key: &Expr, next: usize) -> Result<String> {
    if let Expr::Value(value) = key
        && let Value::Number(place, _) = &value.value
    {
        if place == "1" {
            return Ok(VALUE.to_string());
        }
        let message = format!("ORDER BY position {place} is not in select list");
        return Err(Error::new(SqlState::INVALID_COLUMN_REFERENCE, message));
    }
    if first_select(&query.body).is_some_and(|select| is_value(&select.projection[0], key)) {
        return Ok(VALUE.to_string());
    }
    let plain = match query.body.as_mut() {
        SetExpr::Select(select) => Some(select),
        _ => None,
    };
    use datafusion::sql::sqlparser::ast::Distinct;
    match plain {
        Some(select) if !matches!(select.distinct, Some(Distinct::Distinct)) => {
            let name = format!("ms_key_{next}");
            let alias = Ident::new(&name);
            select.projection.push(SelectItem::ExprWithAlias { expr: key.clone(), alias });
            Ok(name)
        }
        Some(_) => {
            let message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
            Err(Error::new(SqlState::INVALID_COLUMN_REFERENCE, message))
        }
        None => Err(Error::unsupported("ORDER BY of an expression over a UNION, INTERSECT or EXCEPT")
            .with_hint("Order by the name of the column.")),
    }
}

/// Does a key name the value, or say it again?
fn is_value(item: &SelectItem, key: &Expr) -> bool {
    let (expr, name) = match item {
        SelectItem::UnnamedExpr(expr) => (expr, output_name(expr)),
        SelectItem::ExprWithAlias { expr, alias } => (expr, fold(alias)),
        _ => return false,
    };
    expr == key || matches!(key, Expr::Identifier(ident) if fold(ident) == name)
}
