//! What PostgreSQL means by syntax that DataFusion reads otherwise.
//!
//! - An output column without a name is called after its function, its cast
//!   type or `?column?`. DataFusion wants the names of one SELECT to differ, so
//!   a repeated one carries a mark that [`display_name`] takes off again.
//! - A number in an expression has the type that [`super::number_literal`] gives it.
//! - `*` leaves hidden columns out even when the statement names one.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    self, ExcludeSelectItem, Expr, Ident, ObjectName, Query, Select, SelectItem, TableFactor, TableWithJoins,
    Value, Visit, VisitMut, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::asof_condition::{mark_nested, mark_select};
use super::number_literal::{type_exact_number, type_number, type_operands};
use super::types::fold;
use super::{
    limit, record_set, rewriting, select_list, spelled, table_query, user_function, whole_row, window_name,
};
use crate::catalog::{Object, Snapshot};
use crate::types::{Error, Result};

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

/// Gives each output of each SELECT PostgreSQL's name.
pub(super) fn name_outputs(query: &mut Query) {
    struct Outputs;
    impl VisitorMut for Outputs {
        type Break = ();

        fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
            name_columns(&mut select.projection, false);
            ControlFlow::Continue(())
        }
    }
    let _ = VisitMut::visit(query, &mut Outputs);
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
        if let Err(error) = limit::limit_and_locks(query).and_then(|()| window_name::resolve_order(query)) {
            return ControlFlow::Break(error);
        }
        table_query::rewrite(&mut query.body);
        whole_row::rewrite_order(query, self.catalog);
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
        whole_row::rewrite(select, self.catalog);
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
        let respelled = record_set::rewrite(factor).map(|()| spelled::respell_table(factor));
        let marked = respelled.and_then(|()| mark_nested(factor));
        stopped(marked.and_then(|()| super::table_function::rewrite(factor, self.catalog)))
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        super::grouping::rewrite(expr);
        super::percentiles::rewrite(expr);
        let rewritten = super::array_subquery::rewrite(expr)
            .and_then(|()| super::hypothetical::rewrite(expr))
            .and_then(|()| super::row_in::rewrite(expr))
            .and_then(|()| super::row_comparison::rewrite(expr))
            .and_then(|()| super::session_frame::mark(expr));
        stopped(rewritten)
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        spelled::respell(expr);
        if let Err(error) = user_function::plain_call(expr, self.catalog) {
            return ControlFlow::Break(error);
        }
        type_operands(expr, self.catalog);
        stopped(rewriting::rewrite(expr))
    }
}

fn stopped(result: Result<()>) -> ControlFlow<Error> {
    result.map_or_else(ControlFlow::Break, ControlFlow::Continue)
}

impl Rewrite<'_> {
    /// `SELECT *, _row_id FROM t`: the star leaves out what is named beside it.
    fn exclude_hidden(&self, select: &mut Select) {
        let [from] = select.from.as_slice() else { return };
        let TableFactor::Table { name, args: None, .. } = &from.relation else { return };
        let Some(table) = name.0.last().and_then(|part| part.as_ident()).map(fold) else { return };
        let Some(object) = self.catalog.objects().find(|o| o.name == table && o.is_relation()) else {
            return;
        };
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
        Expr::CompoundFieldAccess { root, access_chain } => {
            let field = access_chain.iter().rev().find_map(|access| match access {
                ast::AccessExpr::Dot(Expr::Identifier(field)) => Some(fold(field)),
                _ => None,
            });
            return field.or_else(|| strong_name(root));
        }
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
        Expr::Case { else_result: Some(otherwise), .. } => return strong_name(otherwise),
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
    if let Some(name) = super::types::catalog_type(sql) {
        return name;
    }
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
