//! `(a, b) IN (SELECT x, y …)`, which DataFusion knows for one value only.
//!
//! It is true if a row is equal, NULL if one may be, and else false.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, TableAlias, TableAliasColumnDef, TableFactor, UnaryOperator, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::types::{Error, Result};

/// Rewrites an expression in place, if it is one of these.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::InSubquery { expr: value, subquery, negated } = expr else { return Ok(()) };
    let Expr::Tuple(values) = value.as_ref() else { return Ok(()) };
    if values.len() < 2 {
        return Ok(());
    }
    let equal: Vec<String> = (0..values.len()).map(|i| format!("ms_{i} = ms_c{i}")).collect();
    let equal = equal.join(" AND ");
    let text = format!(
        "CASE WHEN EXISTS (SELECT 1 FROM ms_relation WHERE {equal}) THEN true \
         WHEN EXISTS (SELECT 1 FROM ms_relation WHERE ({equal}) IS NULL) THEN NULL ELSE false END"
    );
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(&text).and_then(|mut p| p.parse_expr());
    let mut test = parsed.map_err(|e| Error::internal(e.to_string()))?;
    let mut substitute = Substitute { values: values.clone(), relation: relation(subquery, values.len()) };
    let _ = VisitMut::visit(&mut test, &mut substitute);
    let test = Expr::Nested(Box::new(test));
    *expr = if *negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(test) } } else { test };
    Ok(())
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
