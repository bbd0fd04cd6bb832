//! What PostgreSQL means by syntax that DataFusion reads otherwise.
//!
//! - An output column without a name is called after its function, its cast
//!   type or `?column?`. DataFusion wants the names of one SELECT to differ, so
//!   a repeated one carries a mark that [`display_name`] takes off again.
//! - A number in an expression is `integer`, `bigint` or `numeric`, the first
//!   that holds it.
//! - `*` leaves hidden columns out even when the statement names one.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    self, BinaryOperator, ExcludeSelectItem, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    LimitClause, ObjectName, Query, Select, SelectItem, TableFactor, TableWithJoins, UnaryOperator, Value,
    Visit, VisitMut, Visitor, VisitorMut, WindowType,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::asof_condition::{mark_nested, mark_select};
use super::rewriting;
use super::types::fold;
use super::window_name;
use super::{select_list, spelled};
use crate::catalog::{Object, Snapshot};
use crate::types::{Error, Result, SqlState};

/// Separates a column's name from the number that makes it unique.
const MARK: char = '\u{1}';

/// A column's name as clients see it.
pub(super) fn display_name(name: &str) -> &str {
    name.split(MARK).next().unwrap_or(name)
}

/// A plan's text without the marks.
pub(crate) fn display_plan(text: &str) -> String {
    let mut pieces = text.split(MARK);
    let mut shown = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        shown.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    shown
}

/// The hidden columns that a query names.
pub(super) fn named_hidden(query: &Query, catalog: &Snapshot) -> HashSet<String> {
    let mut known = catalog.objects().flat_map(|o| &o.columns).filter(|c| c.hidden).peekable();
    if known.peek().is_none() {
        return HashSet::new();
    }
    let known: HashSet<&str> = known.map(|c| c.name.as_str()).collect();
    let mut named = Named { names: HashSet::new() };
    let _ = Visit::visit(query, &mut named);
    named.names.retain(|n| known.contains(n.as_str()));
    named.names
}

/// Is there a SELECT list with a star and something else?
pub(super) fn has_star_beside_columns(query: &Query) -> bool {
    Visit::visit(query, &mut StarBesideColumns).is_break()
}

/// Rewrites a query in place, in which these hidden columns may be named.
/// `mark_all` makes the names of plain columns differ from those that a star
/// beside them shows. What DataFusion would silently leave out is `0A000`.
pub(super) fn rewrite(
    query: &mut Query,
    catalog: &Snapshot,
    hidden: &HashSet<String>,
    mark_all: bool,
) -> Result<()> {
    match VisitMut::visit(query, &mut Rewrite { catalog, hidden, mark_all }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Rewrites one expression in place, for example a default.
pub(super) fn rewrite_expr(expr: &mut Expr, catalog: &Snapshot) -> Result<()> {
    match VisitMut::visit(expr, &mut Rewrite { catalog, hidden: &HashSet::new(), mark_all: false }) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// `SELECT items FROM from WHERE condition`.
pub(super) fn select(items: Vec<SelectItem>, from: TableWithJoins, condition: Option<Expr>) -> Query {
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, "SELECT 1").map(|mut all| all.pop());
    let Ok(Some(ast::Statement::Query(mut query))) = parsed else { unreachable!("a constant text") };
    if let ast::SetExpr::Select(select) = query.body.as_mut() {
        select.projection = items;
        select.from = vec![from];
        select.selection = condition;
    }
    *query
}

/// A relation by its name.
pub(super) fn table_factor(name: ObjectName) -> TableFactor {
    TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: vec![],
        version: None,
        with_ordinality: false,
        partitions: vec![],
        json_path: None,
        sample: None,
        index_hints: vec![],
    }
}

/// What a statement calls the table that it writes to.
pub(super) fn table_alias(relation: &TableFactor, table: &Object) -> Ident {
    match relation {
        TableFactor::Table { alias: Some(alias), .. } => alias.name.clone(),
        _ => Ident::with_quote('"', &table.name),
    }
}

/// `"table"."column"`
pub(super) fn column_of(table: &Ident, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![table.clone(), Ident::with_quote('"', column)])
}

/// Collects column names that begin like hidden ones do.
struct Named {
    names: HashSet<String>,
}

impl Visitor for Named {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => drop(self.names.insert(fold(ident))),
            Expr::CompoundIdentifier(idents) => self.names.extend(idents.last().map(fold)),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

struct StarBesideColumns;

impl Visitor for StarBesideColumns {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let is_star =
            |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
        match select.projection.len() > 1 && select.projection.iter().any(is_star) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

struct Rewrite<'a> {
    catalog: &'a Snapshot,
    hidden: &'a HashSet<String>,
    mark_all: bool,
}

impl VisitorMut for Rewrite<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        if let Err(error) = limit_and_locks(query).and_then(|()| window_name::resolve_order(query)) {
            return ControlFlow::Break(error);
        }
        select_list::name_outside(query);
        if let ast::SetExpr::Values(values) = query.body.as_mut() {
            spelled::type_values(values);
            let is_short = values.rows.len() < 100;
            for value in values.rows.iter_mut().flat_map(|row| &mut row.content) {
                if is_short { type_number(value) } else { type_exact_number(value) }
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Error> {
        if select.into.is_some() {
            return ControlFlow::Break(Error::unsupported("SELECT INTO"));
        }
        if let Err(error) = mark_select(select).and_then(|()| window_name::resolve(select)) {
            return ControlFlow::Break(error);
        }
        name_columns(&mut select.projection, self.mark_all);
        self.exclude_hidden(select);
        select_list::tell_apart(select);
        for item in &mut select.projection {
            if let SelectItem::ExprWithAlias { expr, .. } = item {
                type_number(expr);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Error> {
        spelled::respell_table(factor);
        stopped(mark_nested(factor).and_then(|()| super::table_function::rewrite(factor)))
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        stopped(super::row_in::rewrite(expr))
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        spelled::respell(expr);
        type_operands(expr);
        stopped(rewriting::rewrite(expr))
    }
}

fn stopped(result: Result<()>) -> ControlFlow<Error> {
    result.map_or_else(ControlFlow::Break, ControlFlow::Continue)
}

/// `FETCH FIRST n ROWS ONLY` is `LIMIT n`; row locks are not built.
fn limit_and_locks(query: &mut Query) -> Result<()> {
    if !query.locks.is_empty() {
        return Err(Error::unsupported("row locking (FOR UPDATE)"));
    }
    let Some(fetch) = query.fetch.take() else { return Ok(()) };
    if fetch.with_ties || fetch.percent {
        return Err(Error::unsupported("FETCH … WITH TIES"));
    }
    let limit = fetch
        .quantity
        .unwrap_or_else(|| Expr::Value(Value::Number("1".to_string(), false).with_empty_span()));
    match &mut query.limit_clause {
        Some(LimitClause::LimitOffset { limit: none @ None, .. }) => *none = Some(limit),
        None => {
            let clause = LimitClause::LimitOffset { limit: Some(limit), offset: None, limit_by: vec![] };
            query.limit_clause = Some(clause);
        }
        Some(_) => return Err(Error::new(SqlState::SYNTAX_ERROR, "multiple LIMIT clauses not allowed")),
    }
    Ok(())
}

impl Rewrite<'_> {
    /// `SELECT *, _row_id FROM t`: the star leaves out what is named beside it.
    fn exclude_hidden(&self, select: &mut Select) {
        let [from] = select.from.as_slice() else { return };
        let TableFactor::Table { name, args: None, .. } = &from.relation else { return };
        let Some(table) = name.0.last().and_then(|part| part.as_ident()).map(fold) else { return };
        let Some(object) = self.catalog.objects().find(|o| o.name == table) else { return };
        let named = |name: &String| object.columns.iter().any(|c| c.hidden && c.name == *name);
        let excluded: Vec<ObjectName> =
            self.hidden.iter().filter(|n| named(n)).map(|n| vec![Ident::with_quote('"', n)].into()).collect();
        if excluded.is_empty() {
            return;
        }
        for item in &mut select.projection {
            if let SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) = item
                && options.opt_exclude.is_none()
            {
                options.opt_exclude = Some(ExcludeSelectItem::Multiple(excluded.clone()));
            }
        }
    }
}

/// Gives each expression without a name PostgreSQL's, and makes names differ.
fn name_columns(items: &mut [SelectItem], mark_all: bool) {
    let mut taken: HashSet<String> = HashSet::new();
    for (i, item) in items.iter_mut().enumerate() {
        let name = match item {
            SelectItem::ExprWithAlias { alias, .. } => fold(alias),
            SelectItem::UnnamedExpr(expr) => output_name(expr),
            _ => continue,
        };
        let repeated = !taken.insert(name.clone());
        let plain =
            matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(_) | Expr::CompoundIdentifier(_)));
        let unnamed = matches!(item, SelectItem::UnnamedExpr(_));
        let marked = repeated || (plain && mark_all);
        if (unnamed && !plain) || marked {
            let name = if marked { format!("{name}{MARK}{i}") } else { name };
            rename(item, name);
        }
    }
}

fn rename(item: &mut SelectItem, name: String) {
    let alias = Ident::with_quote('"', name);
    match item {
        SelectItem::ExprWithAlias { alias: old, .. } => *old = alias,
        SelectItem::UnnamedExpr(expr) => {
            let expr = std::mem::replace(expr, Expr::Identifier(alias.clone()));
            *item = SelectItem::ExprWithAlias { expr, alias };
        }
        _ => {}
    }
}

/// What PostgreSQL's `FigureColname` gives.
pub(super) fn output_name(expr: &Expr) -> String {
    strong_name(expr).unwrap_or_else(|| weak_name(expr))
}

fn strong_name(expr: &Expr) -> Option<String> {
    Some(match expr {
        Expr::Identifier(ident) => fold(ident),
        Expr::CompoundIdentifier(idents) => fold(idents.last()?),
        Expr::Function(function) => fold(function.name.0.last()?.as_ident()?),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => return strong_name(inner),
        Expr::Cast { expr, .. } => return strong_name(expr),
        Expr::Extract { .. } => "extract".to_string(),
        Expr::Substring { .. } => "substring".to_string(),
        Expr::Position { .. } => "position".to_string(),
        Expr::Overlay { .. } => "overlay".to_string(),
        Expr::Ceil { .. } => "ceil".to_string(),
        Expr::Floor { .. } => "floor".to_string(),
        Expr::Trim { trim_where, .. } => match trim_where {
            Some(ast::TrimWhereField::Leading) => "ltrim".to_string(),
            Some(ast::TrimWhereField::Trailing) => "rtrim".to_string(),
            _ => "btrim".to_string(),
        },
        Expr::AtTimeZone { .. } => "timezone".to_string(),
        Expr::Array(_) => "array".to_string(),
        Expr::Exists { .. } => "exists".to_string(),
        Expr::Subquery(query) => return subquery_name(query),
        _ => return None,
    })
}

fn weak_name(expr: &Expr) -> String {
    match expr {
        Expr::Cast { data_type, .. } => type_name(data_type),
        Expr::TypedString(typed) => type_name(&typed.data_type),
        Expr::Interval(_) => "interval".to_string(),
        Expr::Case { .. } => "case".to_string(),
        Expr::Nested(inner) => weak_name(inner),
        Expr::Tuple(_) => "row".to_string(),
        Expr::Value(value) if matches!(value.value, Value::Boolean(_)) => "bool".to_string(),
        _ => "?column?".to_string(),
    }
}

fn subquery_name(query: &Query) -> Option<String> {
    let ast::SetExpr::Select(select) = query.body.as_ref() else { return None };
    match select.projection.first()? {
        SelectItem::UnnamedExpr(expr) => strong_name(expr),
        SelectItem::ExprWithAlias { alias, .. } => Some(fold(alias)),
        _ => None,
    }
}

/// The name that PostgreSQL's catalog has for a type.
fn type_name(sql: &ast::DataType) -> String {
    let name = match super::types::data_type(sql) {
        Ok(arrow) => crate::expr::sql_name(&arrow),
        Err(_) => return sql.to_string().to_lowercase(),
    };
    let short = match name.as_str() {
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "text" if !matches!(sql, ast::DataType::Text) => "varchar",
        other => other.trim_end_matches("[]"),
    };
    short.to_string()
}

/// Types the numbers directly below an expression whose own type follows from
/// theirs. Comparisons are left alone: they are boolean whatever is compared.
fn type_operands(expr: &mut Expr) {
    match expr {
        Expr::BinaryOp { left, right, op } if is_arithmetic(op) => {
            type_number(left);
            type_number(right);
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr: operand } => match operand.as_mut() {
            operand if rewriting::is_least(operand) => *expr = rewriting::least(operand),
            operand => type_number(operand),
        },
        Expr::UnaryOp { expr, .. } | Expr::Nested(expr) => type_number(expr),
        Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => type_number(expr),
        Expr::Cast { expr, .. } => type_exact_number(expr),
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter_mut().for_each(|when| type_number(&mut when.result));
            else_result.iter_mut().for_each(|e| type_number(e));
        }
        Expr::AnyOp { left, .. } | Expr::AllOp { left, .. } => type_number(left),
        Expr::Array(array) => array.elem.iter_mut().for_each(type_number),
        Expr::Function(function) if takes_any(function) => {
            let FunctionArguments::List(list) = &mut function.args else { return };
            for argument in &mut list.args {
                if let FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) = argument {
                    type_number(e);
                }
            }
        }
        _ => {}
    }
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(
        op,
        Plus | Minus
            | Multiply
            | Divide
            | Modulo
            | BitwiseAnd
            | BitwiseOr
            | BitwiseXor
            | PGBitwiseXor
            | PGBitwiseShiftLeft
            | PGBitwiseShiftRight
            | PGExp
            | StringConcat
    )
}

/// Functions whose result has the type of their arguments.
fn takes_any(function: &ast::Function) -> bool {
    let Some(name) = function.name.0.last().and_then(|part| part.as_ident()) else { return false };
    let windowed = matches!(&function.over, Some(WindowType::WindowSpec(_) | WindowType::NamedWindow(_)));
    let names = [
        "coalesce",
        "greatest",
        "least",
        "nullif",
        "sum",
        "min",
        "max",
        "avg",
        "abs",
        "mod",
        "round",
        "array_agg",
        "any_value",
        "to_jsonb",
        "to_json",
        "jsonb_build_array",
        "jsonb_build_object",
        "json_build_array",
        "json_build_object",
        "jsonb_agg",
        "jsonb_object_agg",
    ];
    let name = fold(name);
    !windowed && (names.contains(&name.as_str()) || crate::expr::functions::is_declared(&name))
}

/// A literal number gets the type that PostgreSQL gives it.
pub(super) fn type_number(expr: &mut Expr) {
    let Expr::Value(value) = expr else { return };
    let Value::Number(text, _) = &value.value else { return };
    let Some(data_type) = number_type(text) else { return };
    let is_numeric = matches!(data_type, ast::DataType::Numeric(_));
    let mut value = value.clone();
    if is_numeric && let Value::Number(text, _) = &value.value {
        value.value = Value::SingleQuotedString(text.clone());
    }
    *expr = Expr::Cast {
        kind: ast::CastKind::Cast,
        expr: Box::new(Expr::Value(value)),
        data_type,
        array: false,
        format: None,
    };
}

/// Like [`type_number`], for numbers that an integer cannot hold.
pub(super) fn type_exact_number(expr: &mut Expr) {
    if let Expr::UnaryOp { expr, .. } = expr {
        return type_exact_number(expr);
    }
    let Expr::Value(value) = expr else { return };
    if matches!(&value.value, Value::Number(text, _) if text.parse::<i64>().is_err()) {
        type_number(expr);
    }
}

/// `None`: DataFusion's own reading (bigint) holds, or it is no plain number.
fn number_type(text: &str) -> Option<ast::DataType> {
    if text.parse::<i32>().is_ok() {
        return Some(ast::DataType::Int4(None));
    }
    if text.parse::<i64>().is_ok() || text.contains(['x', 'X', '_']) {
        return None;
    }
    rewriting::exact(text)
}
