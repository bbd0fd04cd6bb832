//! Makes queries that clients send about the catalogs fit for DataFusion.
//!
//! The result means the same. Only queries that mention a system relation, one
//! of the catalogs' functions or a `reg…` type are touched.

mod cast;
mod decorrelate;
mod from;
mod like;
mod mention;
mod naming;
mod subquery;

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, Query, Select, SelectItem, SetExpr, TableFactor,
    Value, ValueWithSpan, VisitMut, VisitorMut,
};

use super::relation::system_table;
use super::simplify::{fold, is_empty_query, is_empty_select, name_parts, simplify_empty_select};

/// Rewrites a query about the catalogs in place; leaves any other as it is.
pub fn rewrite_catalog_query(query: &mut Query) {
    if !mention::mentions_catalog(query) {
        return;
    }
    let mut rewriter = Rewriter { relations: HashMap::new(), joins: 0 };
    let _ = VisitMut::visit(query, &mut rewriter);
    show_names(&mut query.body);
}

struct Rewriter {
    /// The OIDs of the system relations in FROM, by alias, for `tableoid`.
    relations: HashMap<String, u32>,
    /// How many subqueries became joins.
    joins: usize,
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if is_empty_query(query) {
            query.order_by = None;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        naming::name_columns(select);
        if is_empty_select(select) {
            simplify_empty_select(select);
        }
        for from in &select.from {
            self.note_relation(&from.relation);
            from.joins.iter().for_each(|join| self.note_relation(&join.relation));
        }
        subquery::count_existing(select);
        decorrelate::decorrelate(select, &mut self.joins);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        from::rewrite_factor(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        subquery::rewrite(expr);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.rewrite_expr(expr);
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::EscapedStringLiteral(text) = &mut value.value {
            value.value = Value::SingleQuotedString(std::mem::take(text));
        }
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
            Expr::Collate { expr: inner, .. } => *expr = take(inner),
            Expr::Cast { .. } => cast::rewrite_cast(expr),
            Expr::BinaryOp { op, .. } => {
                rewrite_operator(op);
                cast::compare_oids(expr);
            }
            Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
                like::use_backslash(pattern, escape_char);
            }
            Expr::CompoundFieldAccess { .. } => rewrite_field_access(expr),
            Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } => cast::rewrite_array_literal(right),
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
                    *expr = number(u64::from(*oid));
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

/// Functions are found by their bare names; a few need another form.
fn rewrite_function(expr: &mut Expr) {
    let Expr::Function(function) = expr else { return };
    strip_schema(&mut function.name);
    if matches!(function.args, FunctionArguments::None) {
        function.args = argument_list(vec![]);
    }
    let (_, name) = name_parts(&function.name);
    let arguments: Vec<Expr> = super::simplify::arguments(&function.args).into_iter().cloned().collect();
    match (name.as_str(), arguments.as_slice()) {
        ("generate_subscripts", [array, ..]) => {
            let length = cast::cast_to_bigint(call("array_length", vec![array.clone()]));
            *expr = call("unnest", vec![call("generate_series", vec![number(1), length])]);
        }
        ("_pg_expandarray", [array]) => {
            *expr = call("unnest", vec![call("ms_expand_array", vec![array.clone()])]);
        }
        ("coalesce", [array, empty]) if is_text(empty, "{}") => {
            *expr = call("ms_array_or_empty", vec![array.clone()]);
        }
        _ => {}
    }
}

fn is_text(expr: &Expr, text: &str) -> bool {
    matches!(expr, Expr::Value(v) if matches!(&v.value, Value::SingleQuotedString(t) if t == text))
}

/// `(f(x)).field`
fn rewrite_field_access(expr: &mut Expr) {
    let Expr::CompoundFieldAccess { root, access_chain } = expr else { return };
    let [AccessExpr::Dot(Expr::Identifier(field))] = access_chain.as_slice() else { return };
    let name = Expr::value(Value::SingleQuotedString(fold(field)));
    *expr = call("get_field", vec![take(root), name]);
}

fn strip_schema(name: &mut ObjectName) {
    if let (Some(schema), last) = name_parts(name)
        && ["pg_catalog", "information_schema"].contains(&schema.as_str())
    {
        *name = object_name(&[&last]);
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

/// Takes an expression out of its place, leaving NULL.
fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, super::simplify::null())
}

/// A call of a function.
fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: object_name(&[name]),
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

fn object_name(parts: &[&str]) -> ObjectName {
    ObjectName(parts.iter().map(|part| ObjectNamePart::Identifier(Ident::new(*part))).collect())
}

fn number(value: u64) -> Expr {
    Expr::value(Value::Number(value.to_string(), false))
}
