//! Functions that stand for relations: `generate_series`, `unnest` and the like in FROM.
//!
//! As in PostgreSQL they see what stands before them in FROM, their column is
//! called as their alias, and `WITH ORDINALITY` numbers their rows. All of it
//! is said to DataFusion in terms of its `UNNEST`, which is LATERAL already.
//! Only a series between whole numbers stays a function of DataFusion's, which
//! makes its rows as they are needed; they are made integers where PostgreSQL's are.
//! A function of one value gives one row.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, SelectItem, SetExpr, TableAlias,
    TableAliasColumnDef, TableFactor, TableWithJoins, UnaryOperator, Value,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::rewriting::call;
use super::syntax::select;
use super::table_query;
use super::types::fold;
use crate::catalog::Snapshot;
use crate::expr::functions;
use crate::types::{Error, Result};

/// What a series is called inside the query that makes integers of it.
const NUMBERS: &str = "ms_numbers";

/// Rewrites one relation of FROM in place.
pub(super) fn rewrite(factor: &mut TableFactor, catalog: &Snapshot) -> Result<()> {
    let (name, args, alias, numbered) = match factor {
        TableFactor::UNNEST { alias, array_exprs, with_ordinality, with_offset: false, .. } => {
            let arrays = std::mem::take(array_exprs);
            *factor = unnest("unnest", arrays, alias.take(), *with_ordinality)?;
            return Ok(());
        }
        TableFactor::Table { name, args: Some(args), alias, with_ordinality, .. } => {
            (name.clone(), args.args.clone(), alias.clone(), *with_ordinality)
        }
        TableFactor::Function { name, args, alias, with_ordinality, .. } => {
            (name.clone(), args.clone(), alias.clone(), *with_ordinality)
        }
        _ => return Ok(()),
    };
    let Some(arguments) = args.iter().map(plain).collect::<Option<Vec<Expr>>>() else { return Ok(()) };
    match called(&name).as_deref() {
        Some("unnest") => *factor = unnest("unnest", arguments, alias, numbered)?,
        Some("generate_series") if is_made(alias.as_ref()) => {}
        Some("generate_series") if !numbered && arguments.iter().all(is_whole_number) => {
            let alias = Some(named("generate_series", alias, 1, false));
            sign_numbers(factor);
            if arguments.iter().all(is_integer) {
                let subquery = Box::new(as_integers(factor.clone())?);
                *factor = TableFactor::Derived { lateral: false, subquery, alias, sample: None };
            } else if let TableFactor::Table { alias: place, .. }
            | TableFactor::Function { alias: place, .. } = factor
            {
                *place = alias;
            }
        }
        Some(function) => {
            if let Some(list) = list_of(function) {
                *factor = unnest(function, vec![call(list, arguments)], alias, numbered)?;
            } else if !numbered && (functions::is_declared(function) || is_users(&name, function, catalog)) {
                *factor = one_value(name, arguments, named(function, alias, 1, false));
            }
        }
        _ => {}
    }
    Ok(())
}

fn is_users(name: &ObjectName, function: &str, catalog: &Snapshot) -> bool {
    let schema = name.0.iter().rev().nth(1).and_then(|part| part.as_ident()).map(fold);
    !catalog.functions(schema.as_deref(), function).is_empty()
}

/// `FROM f(x) AS a` as `FROM LATERAL (SELECT f(x)) AS a (a)`.
fn one_value(name: ObjectName, arguments: Vec<Expr>, alias: TableAlias) -> TableFactor {
    let mut value = call("f", arguments);
    if let Expr::Function(function) = &mut value {
        function.name = name;
    }
    let relation = table_query::table_factor(ObjectName::from(vec![Ident::new("ms_nothing")]));
    let from = TableWithJoins { relation, joins: vec![] };
    let mut query = select(vec![SelectItem::UnnamedExpr(value)], from, None);
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.from.clear();
    }
    TableFactor::Derived { lateral: true, subquery: Box::new(query), alias: Some(alias), sample: None }
}

fn called(name: &ObjectName) -> Option<String> {
    name.0.last().and_then(|part| part.as_ident()).map(fold)
}

fn plain(argument: &FunctionArg) -> Option<Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    }
}

/// The function that gives the rows of another as an array.
pub(super) fn list_of(function: &str) -> Option<&'static str> {
    Some(match function {
        "generate_series" => "ms_series",
        "generate_subscripts" => "ms_subscripts",
        "string_to_table" => "string_to_array",
        "regexp_split_to_table" => "regexp_split_to_array",
        "regexp_matches" => "ms_matches",
        _ => return None,
    })
}

fn is_whole_number(argument: &Expr) -> bool {
    whole_number(argument).is_some()
}

fn whole_number(argument: &Expr) -> Option<i64> {
    match argument {
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => whole_number(expr)?.checked_neg(),
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// `-1` as one number: DataFusion wants literals.
fn sign_numbers(series: &mut TableFactor) {
    let args = match series {
        TableFactor::Table { args: Some(args), .. } => &mut args.args,
        TableFactor::Function { args, .. } => args,
        _ => return,
    };
    for argument in args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument
            && let Some(number) = whole_number(expr)
        {
            *expr = Expr::Value(Value::Number(number.to_string(), false).with_empty_span());
        }
    }
}

/// Is it a literal of type integer? What comes between two of them is one as well.
fn is_integer(argument: &Expr) -> bool {
    whole_number(argument).is_some_and(|number| i32::try_from(number).is_ok())
}

fn is_made(alias: Option<&TableAlias>) -> bool {
    alias.is_some_and(|alias| alias.name.value == NUMBERS)
}

/// `SELECT CAST(value AS INTEGER) FROM generate_series(…)`
fn as_integers(mut series: TableFactor) -> Result<Query> {
    if let TableFactor::Table { alias, .. } | TableFactor::Function { alias, .. } = &mut series {
        let name = Ident::with_quote('"', NUMBERS);
        *alias = Some(TableAlias { explicit: true, name, columns: vec![], at: None });
    }
    let number = parsed("CAST(value AS INTEGER)", &[])?;
    Ok(select(
        vec![SelectItem::UnnamedExpr(number)],
        TableWithJoins { relation: series, joins: vec![] },
        None,
    ))
}

/// The relation of the elements of arrays, side by side.
fn unnest(
    name: &str,
    mut arrays: Vec<Expr>,
    alias: Option<TableAlias>,
    numbered: bool,
) -> Result<TableFactor> {
    let alias = named(name, alias, arrays.len(), numbered);
    arrays.iter_mut().for_each(array_as_call);
    if numbered {
        let [first] = arrays.as_slice() else {
            return Err(Error::unsupported("WITH ORDINALITY over several arrays"));
        };
        arrays.push(parsed("ms_series(1::bigint, cardinality(ms_0)::bigint)", std::slice::from_ref(first))?);
    }
    Ok(TableFactor::UNNEST {
        alias: Some(alias),
        array_exprs: arrays,
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    })
}

/// `ARRAY[…]` as a call: DataFusion's literal does not see what stands before.
fn array_as_call(expr: &mut Expr) {
    if let Expr::Array(array) = expr
        && !array.elem.iter().any(|e| matches!(e, Expr::Array(_)))
    {
        *expr = call("make_array", std::mem::take(&mut array.elem));
    }
}

/// The alias with a name for every column: one column alone is called as the
/// relation is.
fn named(function: &str, alias: Option<TableAlias>, columns: usize, numbered: bool) -> TableAlias {
    let given = alias.is_some();
    let mut alias = alias.unwrap_or_else(|| TableAlias {
        explicit: true,
        name: Ident::with_quote('"', function),
        columns: vec![],
        at: None,
    });
    let column = |name: Ident| TableAliasColumnDef { name, data_type: None };
    let first = if given && columns == 1 { alias.name.clone() } else { Ident::with_quote('"', function) };
    for index in alias.columns.len()..columns {
        // Several columns of one name cannot be told apart.
        let name =
            if index == 0 { first.clone() } else { Ident::with_quote('"', format!("{function}_{index}")) };
        alias.columns.push(column(name));
    }
    if numbered && alias.columns.len() == columns {
        alias.columns.push(column(Ident::with_quote('"', "ordinality")));
    }
    alias
}

/// An expression with `arguments` in the place of `ms_0`, `ms_1`, …
fn parsed(text: &str, arguments: &[Expr]) -> Result<Expr> {
    use datafusion::sql::sqlparser::ast::{VisitMut, VisitorMut};
    use std::ops::ControlFlow;

    struct Substitute<'a>(&'a [Expr]);
    impl VisitorMut for Substitute<'_> {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Expr::Identifier(Ident { value, .. }) = expr
                && let Some(index) = value.strip_prefix("ms_").and_then(|n| n.parse::<usize>().ok())
                && let Some(argument) = self.0.get(index)
            {
                *expr = argument.clone();
            }
            ControlFlow::Continue(())
        }
    }
    let dialect = PostgreSqlDialect {};
    let parsed = Parser::new(&dialect).try_with_sql(text).and_then(|mut p| p.parse_expr());
    let mut expr = parsed.map_err(|e| Error::internal(e.to_string()))?;
    let _ = VisitMut::visit(&mut expr, &mut Substitute(arguments));
    Ok(expr)
}
