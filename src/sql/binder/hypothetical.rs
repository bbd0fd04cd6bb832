//! `rank(v) WITHIN GROUP (ORDER BY x)`: the place that a row would have which is
//! not there. It follows from how many rows come before it:
//!
//! ```sql
//! count(*) FILTER (WHERE x < v) + 1
//! ```

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, OrderByExpr, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::types::fold;
use crate::types::{Error, Result, SqlState};

/// Rewrites one expression in place.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let Expr::Function(function) = expr else { return Ok(()) };
    let Some(name) = function.name.0.last().and_then(|part| part.as_ident()).map(fold) else { return Ok(()) };
    let is_hypothetical = matches!(name.as_str(), "rank" | "dense_rank" | "percent_rank" | "cume_dist");
    if !is_hypothetical || function.within_group.is_empty() {
        return Ok(());
    }
    let text = place(&name, function)?;
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(&text).and_then(|mut p| p.parse_expr());
    *expr = Expr::Nested(Box::new(parsed.map_err(|e| Error::internal(e.to_string()))?));
    Ok(())
}

/// The place as an expression of counts.
fn place(name: &str, function: &Function) -> Result<String> {
    let keys = &function.within_group;
    let values = values(name, function)?;
    let chosen = function.filter.as_ref().map_or("true".to_string(), |filter| format!("({filter})"));
    let (before, equal) = (before(keys, &values), equal(keys, &values));
    let rows = format!("count(*) FILTER (WHERE {chosen})");
    let ahead = format!("count(*) FILTER (WHERE {chosen} AND ({before}))");
    Ok(match name {
        "rank" => format!("{ahead} + 1"),
        "percent_rank" => {
            format!("CASE WHEN {rows} = 0 THEN 0::float8 ELSE {ahead}::float8 / {rows}::float8 END")
        }
        "cume_dist" => {
            let until = format!("count(*) FILTER (WHERE {chosen} AND (({before}) OR ({equal})))");
            format!("({until} + 1)::float8 / ({rows} + 1)::float8")
        }
        _ => {
            let [key] = keys.as_slice() else {
                return Err(Error::unsupported("dense_rank of several columns WITHIN GROUP"));
            };
            // NULL is a value like others here, but not to count(DISTINCT).
            let key = &key.expr;
            format!(
                "count(DISTINCT {key}) FILTER (WHERE {chosen} AND ({before})) + 1 + CASE WHEN \
                 count(*) FILTER (WHERE {chosen} AND ({key}) IS NULL AND ({before})) > 0 THEN 1 ELSE 0 END"
            )
        }
    })
}

/// The row's values, one for each column of the order.
fn values(name: &str, function: &Function) -> Result<Vec<String>> {
    let FunctionArguments::List(list) = &function.args else { return Ok(vec![]) };
    if list.args.len() != function.within_group.len() {
        let message = format!("function {name} WITHIN GROUP needs a value for each column of its order");
        return Err(Error::new(SqlState::UNDEFINED_FUNCTION, message).with_hint(
            "To use the hypothetical-set aggregate, the number of values and of columns of ORDER BY must be the same.",
        ));
    }
    let value = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) if value.visit(&mut Names).is_continue() => {
            Ok(format!("({value})"))
        }
        _ => Err(Error::unsupported(format!("{name} WITHIN GROUP of what is not constant"))),
    };
    list.args.iter().map(value).collect()
}

/// Stops at a column.
struct Names;

impl Visitor for Names {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> std::ops::ControlFlow<()> {
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) => {
                std::ops::ControlFlow::Break(())
            }
            _ => std::ops::ControlFlow::Continue(()),
        }
    }
}

/// Does a row come before the one with these values?
fn before(keys: &[OrderByExpr], values: &[String]) -> String {
    let ([key, keys @ ..], [value, values @ ..]) = (keys, values) else { return "false".to_string() };
    let ascending = key.options.asc.unwrap_or(true);
    let expr = format!("({})", key.expr);
    let op = if ascending { "<" } else { ">" };
    let apart = match key.options.nulls_first.unwrap_or(!ascending) {
        true => format!("{expr} IS NULL AND {value} IS NOT NULL"),
        false => format!("{value} IS NULL AND {expr} IS NOT NULL"),
    };
    let first = format!("{expr} {op} {value} OR ({apart})");
    if keys.is_empty() {
        return first;
    }
    format!("{first} OR ({expr} IS NOT DISTINCT FROM {value} AND ({}))", before(keys, values))
}

fn equal(keys: &[OrderByExpr], values: &[String]) -> String {
    let same = |(key, value): (&OrderByExpr, &String)| format!("({}) IS NOT DISTINCT FROM {value}", key.expr);
    keys.iter().zip(values).map(same).collect::<Vec<_>>().join(" AND ")
}
