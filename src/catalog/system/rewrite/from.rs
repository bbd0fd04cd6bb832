//! Functions of the catalogs in FROM.
//!
//! PostgreSQL lets any function stand there; the binder knows those that give
//! rows for every query, and these are the catalogs' own: relations that are
//! functions, too, functions of one value, and options with their values.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, SelectItem, SetExpr, TableAlias, TableAliasColumnDef, TableFactor,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::{call, mention, name_parts, plain, strip_schema};
use crate::catalog::system::relation::system_table;

/// Makes a call in FROM a relation that can be bound.
pub fn rewrite_factor(factor: &mut TableFactor) {
    let (name, args, alias) = match factor {
        TableFactor::Table { name, args: Some(args), alias, .. } => (name, &args.args, alias),
        TableFactor::Function { name, args, alias, .. } => (name, &*args, alias),
        _ => return,
    };
    let (schema, last) = name_parts(name);
    if args.is_empty() && system_table(schema.as_deref(), &last).is_some() {
        if let TableFactor::Table { args, .. } = factor {
            *args = None;
        }
        return;
    }
    strip_schema(name);
    let Some(args) = args.iter().map(|a| plain(a).cloned()).collect::<Option<Vec<Expr>>>() else { return };
    let alias = alias.clone().unwrap_or_else(|| named(&last));
    if last == "pg_options_to_table" {
        *factor = options(args, alias);
    } else if mention::is_catalog_function(&last) {
        *factor = one_value(&last, args, alias);
    }
}

fn named(name: &str) -> TableAlias {
    TableAlias { explicit: true, name: Ident::new(name), columns: vec![], at: None }
}

/// `pg_options_to_table(o)`: the names before `=` and the values behind it.
fn options(args: Vec<Expr>, mut alias: TableAlias) -> TableFactor {
    for name in ["option_name", "option_value"].into_iter().skip(alias.columns.len()) {
        alias.columns.push(TableAliasColumnDef::from_name(name));
    }
    let lists = ["ms_option_names", "ms_option_values"];
    TableFactor::UNNEST {
        alias: Some(alias),
        array_exprs: lists.into_iter().map(|list| call(list, args.clone())).collect(),
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    }
}

/// `FROM f(x) AS a` is `FROM LATERAL (SELECT f(x) AS a) AS a`.
fn one_value(name: &str, args: Vec<Expr>, alias: TableAlias) -> TableFactor {
    let mut query = select_one();
    if let SetExpr::Select(select) = query.body.as_mut() {
        let expr = call(name, args);
        select.projection = vec![SelectItem::ExprWithAlias { expr, alias: alias.name.clone() }];
    }
    TableFactor::Derived { lateral: true, subquery: Box::new(query), alias: Some(alias), sample: None }
}

/// `SELECT 1`, to be filled.
fn select_one() -> Query {
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql("SELECT 1");
    *parsed.and_then(|mut parser| parser.parse_query()).expect("a constant text")
}
