//! Queries over relations that are always empty.
//!
//! Clients ask about policies, publications, inheritance and much else that
//! does not exist here, in SQL that DataFusion cannot always plan. A SELECT
//! that joins an always-empty relation gives no rows whatever its expressions
//! are, so these can be replaced by NULL before anyone tries to plan them.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArguments, GroupByExpr, Ident, JoinOperator, ObjectName, Query, Select, SelectItem,
    SetExpr, TableFactor, TableWithJoins, Value,
};

use super::relation::system_table;
use super::table::filler;

/// Does the query give no rows, whatever exists?
pub fn is_empty_query(query: &Query) -> bool {
    match query.body.as_ref() {
        SetExpr::Select(select) => query.with.is_none() && is_empty_select(select),
        SetExpr::Query(inner) => is_empty_query(inner),
        _ => false,
    }
}

/// Does the SELECT give no rows, whatever exists?
pub fn is_empty_select(select: &Select) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(e, m) if e.is_empty() && m.is_empty());
    !grouped && !has_aggregate(select) && select.from.iter().any(is_empty_join)
}

/// Replaces what an empty SELECT computes by NULL, and its condition by false.
pub fn simplify_empty_select(select: &mut Select) {
    for item in &mut select.projection {
        match item {
            SelectItem::UnnamedExpr(expr) if !is_plain(expr) => *expr = null(),
            SelectItem::ExprWithAlias { expr, .. } if !is_plain(expr) => *expr = null(),
            _ => {}
        }
    }
    select.selection = Some(Expr::value(Value::Boolean(false)));
}

/// NULL.
pub fn null() -> Expr {
    Expr::value(Value::Null)
}

fn is_plain(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_))
}

fn is_empty_join(from: &TableWithJoins) -> bool {
    let mut empty = is_empty_factor(&from.relation);
    for join in &from.joins {
        let right = is_empty_factor(&join.relation);
        empty = match join.join_operator {
            JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => empty,
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) => right,
            JoinOperator::FullOuter(_) => empty && right,
            JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_) => empty || right,
            _ => false,
        };
    }
    empty
}

fn is_empty_factor(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::Table { name, args: None, .. } => is_empty_relation(name),
        TableFactor::Derived { subquery, .. } => is_empty_query(subquery),
        TableFactor::NestedJoin { table_with_joins, .. } => is_empty_join(table_with_joins),
        _ => false,
    }
}

fn is_empty_relation(name: &ObjectName) -> bool {
    let (schema, name) = name_parts(name);
    system_table(schema.as_deref(), &name).is_some_and(|relation| filler(relation).is_none())
}

/// The schema, if written, and the name, folded as the parser would.
pub fn name_parts(name: &ObjectName) -> (Option<String>, String) {
    let mut parts = name.0.iter().rev().map(|part| part.as_ident().map(fold).unwrap_or_default());
    let last = parts.next().unwrap_or_default();
    (parts.next(), last)
}

/// An identifier as the catalog knows it.
pub fn fold(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

const AGGREGATES: [&str; 9] =
    ["count", "sum", "min", "max", "avg", "string_agg", "array_agg", "bool_and", "bool_or"];

/// Does the projection hold an aggregate of this SELECT itself?
pub fn has_aggregate(select: &Select) -> bool {
    select.projection.iter().any(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => calls_aggregate(expr),
        _ => false,
    })
}

/// Looks through the expressions in which clients wrap aggregates.
fn calls_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => {
            let (_, name) = name_parts(&function.name);
            AGGREGATES.contains(&name.as_str()) && function.over.is_none()
                || arguments(&function.args).into_iter().any(calls_aggregate)
        }
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::Cast { expr: inner, .. } => {
            calls_aggregate(inner)
        }
        Expr::BinaryOp { left, right, .. } => calls_aggregate(left) || calls_aggregate(right),
        _ => false,
    }
}

/// The plain arguments of a call.
pub fn arguments(arguments: &FunctionArguments) -> Vec<&Expr> {
    use datafusion::sql::sqlparser::ast::{FunctionArg, FunctionArgExpr};
    let FunctionArguments::List(list) = arguments else { return Vec::new() };
    let plain = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    plain.collect()
}
