//! What only queries about the catalogs say, in words that can be bound.
//!
//! A query about the catalogs is bound, planned and run as any other, subqueries
//! and all. Left are the things that have no meaning elsewhere: types and
//! operators of `pg_catalog` by their names ([`cast`]), `tableoid`, functions of
//! the catalogs in FROM ([`from`]) and under a schema's name. They stand in the
//! syntax and not in a plan, because a name that is to be an OID must be told
//! from a text before it gets a type. Any other query is left as it is
//! ([`mention`]): there the same words are the user's own, or an error.

mod cast;
mod from;
mod mention;

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem, SetExpr, TableFactor, Value, VisitMut,
    VisitorMut,
};

pub use mention::mentions_catalog;

use super::relation::system_table;

/// Rewrites a query about the catalogs in place.
pub fn rewrite_catalog_query(query: &mut Query) {
    let _ = VisitMut::visit(query, &mut Rewriter { relations: HashMap::new() });
    show_names(&mut query.body);
}

struct Rewriter {
    /// The OIDs of the system relations in FROM, by alias, for `tableoid`.
    relations: HashMap<String, u32>,
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for from in &select.from {
            self.note_relation(&from.relation);
            from.joins.iter().for_each(|join| self.note_relation(&join.relation));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        from::rewrite_factor(factor);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.rewrite_expr(expr);
        ControlFlow::Continue(())
    }
}

impl Rewriter {
    fn note_relation(&mut self, factor: &TableFactor) {
        let TableFactor::Table { name, alias, .. } = factor else { return };
        let (schema, name) = name_parts(name);
        if let Some(relation) = system_table(schema.as_deref(), &name) {
            let alias = alias.as_ref().map_or(name, |a| fold(&a.name));
            self.relations.insert(alias, relation.oid);
        }
    }

    fn rewrite_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Cast { .. } => cast::rewrite_cast(expr),
            Expr::BinaryOp { op, .. } => {
                rewrite_operator(op);
                cast::compare_oids(expr);
            }
            Expr::Function(_) => rewrite_function(expr),
            Expr::Identifier(ident) => {
                if ident.quote_style.is_none() && is_special_register(&ident.value) {
                    *expr = call(&ident.value.to_lowercase(), vec![]);
                }
            }
            Expr::CompoundIdentifier(parts) => {
                let [.., alias, column] = parts.as_slice() else { return };
                let relation = self.relations.get(&fold(alias));
                if let (true, Some(oid)) = (fold(column) == "tableoid", relation) {
                    *expr = Expr::value(Value::Number(oid.to_string(), false));
                }
            }
            _ => {}
        }
    }
}

/// Registers that are written without parentheses.
fn is_special_register(name: &str) -> bool {
    ["current_schema", "current_catalog", "current_role", "session_user"]
        .iter()
        .any(|n| n.eq_ignore_ascii_case(name))
}

/// `OPERATOR(pg_catalog.~)` is `~`.
fn rewrite_operator(op: &mut BinaryOperator) {
    let BinaryOperator::PGCustomBinaryOperator(parts) = op else { return };
    let plain = match parts.last().map(String::as_str) {
        Some("~") => BinaryOperator::PGRegexMatch,
        Some("~*") => BinaryOperator::PGRegexIMatch,
        Some("!~") => BinaryOperator::PGRegexNotMatch,
        Some("!~*") => BinaryOperator::PGRegexNotIMatch,
        Some("~~") => BinaryOperator::PGLikeMatch,
        Some("!~~") => BinaryOperator::PGNotLikeMatch,
        Some("=") => BinaryOperator::Eq,
        Some("<>" | "!=") => BinaryOperator::NotEq,
        Some("<") => BinaryOperator::Lt,
        Some("<=") => BinaryOperator::LtEq,
        Some(">") => BinaryOperator::Gt,
        Some(">=") => BinaryOperator::GtEq,
        Some("||") => BinaryOperator::StringConcat,
        Some("+") => BinaryOperator::Plus,
        Some("-") => BinaryOperator::Minus,
        _ => return,
    };
    *op = plain;
}

/// Functions are found by their bare names; one gives a row for each element.
fn rewrite_function(expr: &mut Expr) {
    let Expr::Function(function) = expr else { return };
    strip_schema(&mut function.name);
    if matches!(function.args, FunctionArguments::None) {
        function.args = argument_list(vec![]);
    }
    if let ("_pg_expandarray", [array]) =
        (name_parts(&function.name).1.as_str(), arguments(&function.args).as_slice())
    {
        *expr = call("unnest", vec![call("ms_expand_array", vec![(*array).clone()])]);
    }
}

fn strip_schema(name: &mut ObjectName) {
    if let (Some(schema), last) = name_parts(name)
        && ["pg_catalog", "information_schema"].contains(&schema.as_str())
    {
        *name = object_name(&last);
    }
}

/// `SELECT 't'::regclass` shows a name, although the cast is a number everywhere else.
fn show_names(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            for item in &mut select.projection {
                if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                    cast::show_name(expr);
                }
            }
        }
        SetExpr::SetOperation { left, right, .. } => {
            show_names(left);
            show_names(right);
        }
        SetExpr::Query(query) => show_names(&mut query.body),
        _ => {}
    }
}

/// The schema, if written, and the name, folded as the parser would.
fn name_parts(name: &ObjectName) -> (Option<String>, String) {
    let mut parts = name.0.iter().rev().map(|part| part.as_ident().map(fold).unwrap_or_default());
    let last = parts.next().unwrap_or_default();
    (parts.next(), last)
}

/// An identifier as the catalog knows it.
fn fold(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// The plain arguments of a call.
fn arguments(arguments: &FunctionArguments) -> Vec<&Expr> {
    let FunctionArguments::List(list) = arguments else { return Vec::new() };
    list.args.iter().filter_map(plain).collect()
}

fn plain(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

/// Takes an expression out of its place, leaving NULL.
fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::value(Value::Null))
}

/// A call of a function.
fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: object_name(name),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: argument_list(args),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

fn argument_list(args: Vec<Expr>) -> FunctionArguments {
    FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: args.into_iter().map(|a| FunctionArg::Unnamed(FunctionArgExpr::Expr(a))).collect(),
        clauses: vec![],
    })
}

fn object_name(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))])
}
