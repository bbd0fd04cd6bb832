//! Subqueries in places where DataFusion does not take them.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, GroupByExpr, OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor,
    UnaryOperator, Value, VisitMut, VisitorMut,
};

use super::{call, number, take};
use crate::catalog::system::simplify::{fold, has_aggregate, is_empty_query, name_parts, null};

/// One subquery expression, before its inside is looked at.
pub fn rewrite(expr: &mut Expr) {
    match expr {
        Expr::Subquery(query) if is_empty_query(query) => *expr = null(),
        Expr::Exists { subquery, negated } if is_empty_query(subquery) => {
            *expr = Expr::value(Value::Boolean(*negated));
        }
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
            if let Expr::Subquery(query) = right.as_mut() {
                let subquery = query.clone();
                *expr = Expr::InSubquery { expr: Box::new(take(left)), subquery, negated: false };
            }
        }
        Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => {
            if let Expr::Subquery(query) = right.as_mut() {
                let subquery = query.clone();
                *expr = Expr::InSubquery { expr: Box::new(take(left)), subquery, negated: true };
            }
        }
        Expr::Function(function) => {
            if let Some(array) = array_of_subquery(function) {
                *expr = array;
            }
        }
        _ => {}
    }
}

/// `ARRAY(SELECT x …)` is `array_agg`, but an empty array instead of NULL.
fn array_of_subquery(function: &mut Function) -> Option<Expr> {
    let FunctionArguments::Subquery(query) = &mut function.args else { return None };
    if name_parts(&function.name).1 != "array" {
        return None;
    }
    let empty = || Some(call("ms_empty_text_array", vec![]));
    if is_empty_query(query) || unnests_options(query) {
        return empty();
    }
    let order = query.order_by.take();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let (SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }) =
        select.projection.first_mut()?
    else {
        return None;
    };
    let item = take(item);
    let mut aggregate = call("array_agg", vec![item.clone()]);
    if let Expr::Function(Function { args: FunctionArguments::List(list), .. }) = &mut aggregate {
        if select.distinct.take().is_some() {
            list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
        }
        if let Some(OrderByKind::Expressions(mut keys)) = order.map(|o| o.kind) {
            // `ORDER BY 1` means the selected expression.
            for key in &mut keys {
                if matches!(&key.expr, Expr::Value(v) if matches!(v.value, Value::Number(..))) {
                    key.expr = item.clone();
                }
            }
            list.clauses.push(FunctionArgumentClause::OrderBy(keys));
        }
    }
    select.projection = vec![SelectItem::UnnamedExpr(aggregate)];
    Some(call("ms_array_or_empty", vec![Expr::Subquery(query.clone())]))
}

/// Does it read the elements of a column of options? Such columns are always NULL here.
fn unnests_options(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    select.from.iter().any(|from| match &from.relation {
        TableFactor::Table { args: Some(args), .. } => args.args.iter().any(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => is_options_column(expr),
            _ => false,
        }),
        TableFactor::UNNEST { array_exprs, .. } => array_exprs.iter().any(is_options_column),
        _ => false,
    })
}

fn is_options_column(expr: &Expr) -> bool {
    let name = match expr {
        Expr::Identifier(ident) => fold(ident),
        Expr::CompoundIdentifier(parts) => parts.last().map(fold).unwrap_or_default(),
        _ => return false,
    };
    name.ends_with("options") || name.ends_with("acl") || name.ends_with("config")
}

/// `ARRAY(SELECT …)`
fn array(query: Box<Query>) -> Expr {
    let mut array = call("array", vec![]);
    if let Expr::Function(function) = &mut array {
        function.args = FunctionArguments::Subquery(query);
    }
    array
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

/// EXISTS and IN are only planned in conditions: elsewhere, rows are counted or
/// looked through.
pub fn count_existing(select: &mut Select) {
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            let _ = VisitMut::visit(expr, &mut CountExisting { depth: 0 });
        }
    }
}

struct CountExisting {
    /// How many queries deep: those inside have their own turn.
    depth: usize,
}

impl VisitorMut for CountExisting {
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
        if let Expr::Exists { subquery, negated } = expr
            && self.depth == 0
            && !is_empty_query(subquery)
            && let Some(counted) = count_rows(subquery)
        {
            let op = if *negated { BinaryOperator::Eq } else { BinaryOperator::Gt };
            let comparison = Expr::BinaryOp { left: Box::new(counted), op, right: Box::new(number(0)) };
            *expr = Expr::Nested(Box::new(comparison));
        } else if let Expr::InSubquery { expr: value, subquery, negated } = expr
            && self.depth == 0
        {
            let found = call("array_has", vec![array(subquery.clone()), take(value)]);
            *expr = if *negated { not(found) } else { found };
        }
        ControlFlow::Continue(())
    }
}

/// `(SELECT count(*) …)` of a plain SELECT.
fn count_rows(query: &Query) -> Option<Expr> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    let plain = matches!(&select.group_by, GroupByExpr::Expressions(e, _) if e.is_empty());
    if !plain || query.limit_clause.is_some() || has_aggregate(select) {
        return None;
    }
    let mut counting = query.clone();
    counting.order_by = None;
    let SetExpr::Select(select) = counting.body.as_mut() else { return None };
    select.distinct = None;
    select.projection = vec![SelectItem::UnnamedExpr(call("count", vec![number(1)]))];
    Some(call("coalesce", vec![Expr::Subquery(Box::new(counting)), number(0)]))
}
