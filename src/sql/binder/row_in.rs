//! `(a, b) IN (SELECT x, y …)` and `(a, b) = (SELECT x, y …)`, which DataFusion
//! knows for one value only.
//!
//! The first is true if a row is equal, NULL if one may be, and else false. The
//! second becomes a subquery that gives what the comparison with its row gives:
//!
//! ```sql
//! (SELECT (a, b) = (ms_c0, ms_c1) FROM (SELECT x, y …) AS ms_candidates (ms_c0, ms_c1))
//! ```

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArguments, Ident, Query, SelectItem, SetExpr, TableAlias,
    TableAliasColumnDef, TableFactor, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::row_comparison::row;
use crate::types::{Error, Result, SqlState};

/// Rewrites an expression in place, if it is one of these.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    if let Expr::Function(function) = expr
        && matches!(function.args, FunctionArguments::Subquery(_))
    {
        return Err(Error::unsupported(format!("{}(subquery)", function.name)));
    }
    if let Some((values, subquery, text)) = test(expr)? {
        let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(&text).and_then(|mut p| p.parse_expr());
        let mut test = parsed.map_err(|e| Error::internal(e.to_string()))?;
        let relation = relation(&subquery, values.len());
        let _ = VisitMut::visit(&mut test, &mut Substitute { values, relation });
        *expr = Expr::Nested(Box::new(test));
    }
    Ok(())
}

/// The values of the row, the subquery, and the text of what stands for their comparison.
fn test(expr: &Expr) -> Result<Option<(Vec<Expr>, Query, String)>> {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    let (value, subquery, make): (_, _, fn(usize, &str) -> String) = match expr {
        Expr::InSubquery { expr, subquery, negated } => {
            (expr, subquery, if *negated { not_found } else { found })
        }
        Expr::AnyOp { left, compare_op: Eq, right, .. } => match right.as_ref() {
            Expr::Subquery(subquery) => (left, subquery, found),
            _ => return Ok(None),
        },
        Expr::AllOp { left, compare_op: NotEq, right } => match right.as_ref() {
            Expr::Subquery(subquery) => (left, subquery, not_found),
            _ => return Ok(None),
        },
        Expr::BinaryOp { left, op: Eq | NotEq | Lt | LtEq | Gt | GtEq, right } => match right.as_ref() {
            Expr::Subquery(subquery) => (left, subquery, compared),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let Some(values) = row(value).filter(|values| values.len() > 1) else { return Ok(None) };
    check_width(subquery, values.len())?;
    let op = if let Expr::BinaryOp { op, .. } = expr { op.to_string() } else { String::new() };
    let text = make(values.len(), &op);
    Ok(Some((values, subquery.as_ref().clone(), text)))
}

fn found(width: usize, _: &str) -> String {
    let equal: Vec<String> = (0..width).map(|i| format!("ms_{i} = ms_c{i}")).collect();
    let equal = equal.join(" AND ");
    format!(
        "CASE WHEN EXISTS (SELECT 1 FROM ms_relation WHERE {equal}) THEN true \
         WHEN EXISTS (SELECT 1 FROM ms_relation WHERE ({equal}) IS NULL) THEN NULL ELSE false END"
    )
}

fn not_found(width: usize, op: &str) -> String {
    format!("NOT ({})", found(width, op))
}

fn compared(width: usize, op: &str) -> String {
    let names = |prefix: &str| (0..width).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>().join(", ");
    format!("(SELECT ({}) {op} ({}) FROM ms_relation)", names("ms_"), names("ms_c"))
}

/// As many columns as the row, as far as the text tells.
fn check_width(subquery: &Query, width: usize) -> Result<()> {
    let SetExpr::Select(select) = subquery.body.as_ref() else { return Ok(()) };
    let is_plain =
        |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. });
    if !select.projection.iter().all(is_plain) || select.projection.len() == width {
        return Ok(());
    }
    let word = if select.projection.len() < width { "few" } else { "many" };
    Err(Error::new(SqlState::SYNTAX_ERROR, format!("subquery has too {word} columns")))
}

/// The subquery as a relation whose columns have names of our own.
fn relation(subquery: &Query, columns: usize) -> TableFactor {
    let column = |i: usize| TableAliasColumnDef { name: Ident::new(format!("ms_c{i}")), data_type: None };
    let alias = TableAlias {
        explicit: true,
        name: Ident::new("ms_candidates"),
        columns: (0..columns).map(column).collect(),
        at: None,
    };
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(subquery.clone()),
        alias: Some(alias),
        sample: None,
    }
}

struct Substitute {
    values: Vec<Expr>,
    relation: TableFactor,
}

impl VisitorMut for Substitute {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(Ident { value, .. }) = expr
            && let Some(index) = value.strip_prefix("ms_").and_then(|n| n.parse::<usize>().ok())
            && let Some(value) = self.values.get(index)
        {
            *expr = value.clone();
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor
            && name.to_string() == "ms_relation"
        {
            *factor = self.relation.clone();
        }
        ControlFlow::Continue(())
    }
}
