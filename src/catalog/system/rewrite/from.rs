//! What stands in FROM: system relations and functions.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Query, SelectItem, SetExpr, TableAlias, TableAliasColumnDef,
    TableFactor, Value,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::{call, cast, object_name, strip_schema};
use crate::catalog::system::relation::system_table;
use crate::catalog::system::simplify::name_parts;

/// Functions that DataFusion knows in FROM.
const TABLE_FUNCTIONS: [&str; 3] = ["generate_series", "range", "unnest"];

/// Qualifies system relations, and makes functions such as DataFusion takes.
pub fn rewrite_factor(factor: &mut TableFactor) {
    let TableFactor::Table { name, args, alias, .. } = factor else { return };
    let (schema, last) = name_parts(name);
    let schema = schema.filter(|s| s != "pg_catalog");
    let relation = system_table(schema.as_deref(), &last);
    let without_arguments = args.as_ref().is_none_or(|a| a.args.is_empty());
    if let Some(relation) = relation.filter(|_| without_arguments) {
        *name = object_name(&[relation.schema, relation.name]);
        *args = None;
        return;
    }
    let Some(given) = args else { return };
    strip_schema(name);
    if !TABLE_FUNCTIONS.contains(&last.as_str()) {
        if let Some(derived) = scalar_in_from(&last, &given.args, alias.as_ref()) {
            *factor = derived;
        }
        return;
    }
    if last == "generate_series" {
        given.args.iter_mut().for_each(widen);
    }
    name_column(alias);
}

/// `f(x) AS a` names the column, too.
fn name_column(alias: &mut Option<TableAlias>) {
    if let Some(alias) = alias
        && alias.columns.is_empty()
    {
        alias.columns = vec![TableAliasColumnDef::from_name(alias.name.value.clone())];
    }
}

/// DataFusion's series are of BIGINT alone.
fn widen(argument: &mut FunctionArg) {
    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument {
        let literal = matches!(expr, Expr::Value(v) if matches!(v.value, Value::Number(..)));
        if !literal {
            *expr = cast::cast_to_bigint(super::take(expr));
        }
    }
}

/// `FROM f(x) AS a` of a scalar function is `FROM (SELECT f(x) AS a) AS a`.
fn scalar_in_from(name: &str, args: &[FunctionArg], alias: Option<&TableAlias>) -> Option<TableFactor> {
    let args = args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    });
    let expr = call(name, args.collect::<Option<Vec<Expr>>>()?);
    let alias = alias?.clone();
    let mut query = select_one()?;
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    select.projection = vec![SelectItem::ExprWithAlias { expr, alias: alias.name.clone() }];
    Some(TableFactor::Derived { lateral: false, subquery: Box::new(query), alias: Some(alias), sample: None })
}

/// `SELECT 1`, to be filled.
fn select_one() -> Option<Query> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql("SELECT 1").ok()?;
    parser.parse_query().ok().map(|query| *query)
}
