//! Values on their way into a table's columns: assignment casts, defaults and
//! generated columns.

use std::collections::HashSet;

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, cast};
use datafusion::sql::planner::PlannerContext;
use datafusion::sql::sqlparser::ast;

use super::query::Binder;
use super::syntax;
use crate::catalog::{Column, Object};
use crate::expr::{nearest, sql_name};
use crate::sql::{Statement, parse};
use crate::types::{Error, Result, SqlState};

/// `expr`, a column of `plan`, as the value of `column`; `42804` where
/// PostgreSQL wants an explicit cast.
pub(super) fn assign(expr: Expr, plan: &LogicalPlan, column: &Column) -> Result<Expr> {
    let from = expr.get_type(plan.schema())?;
    if from == column.data_type {
        return Ok(expr);
    }
    if !is_assignable(&from, &column.data_type) && !is_constant_text(&expr, plan) {
        let message = format!(
            "column \"{}\" is of type {} but expression is of type {}",
            column.name,
            sql_name(&column.data_type),
            sql_name(&from)
        );
        return Err(Error::new(SqlState::DATATYPE_MISMATCH, message)
            .with_hint("You will need to rewrite or cast the expression."));
    }
    Ok(cast(expr, column.data_type.clone()))
}

fn as_column(expr: Expr, column: &Column, schema: &DFSchema) -> Result<Expr> {
    let same = expr.get_type(schema)? == column.data_type;
    Ok(if same { expr } else { cast(expr, column.data_type.clone()) })
}

/// Assignment casts of PostgreSQL's `pg_cast`, and everything to text.
pub(super) fn is_assignable(from: &DataType, to: &DataType) -> bool {
    use DataType::*;
    let is_text = |t: &DataType| matches!(t, Utf8 | LargeUtf8 | Utf8View);
    let is_date = |t: &DataType| matches!(t, Date32 | Date64 | Timestamp(..));
    match (from, to) {
        (Null, _) => true,
        (_, to) if is_text(to) => true,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (from, to) if is_date(from) && is_date(to) => true,
        (Timestamp(..) | Interval(_), Time64(_)) => true,
        (Time64(_), Interval(_)) => true,
        (LargeBinary | BinaryView, LargeBinary | BinaryView) => true,
        (List(from) | LargeList(from) | FixedSizeList(from, _), List(to)) => {
            is_assignable(from.data_type(), to.data_type())
        }
        (Struct(from), Struct(to)) => {
            from.len() == to.len()
                && from.iter().zip(to).all(|(f, t)| is_assignable(f.data_type(), t.data_type()))
        }
        (from, to) => from == to,
    }
}

/// A string literal has no type of its own until it is assigned.
pub(super) fn is_constant_text(expr: &Expr, plan: &LogicalPlan) -> bool {
    match (expr, plan) {
        (Expr::Literal(ScalarValue::Utf8(_), _) | Expr::Placeholder(_), _) => true,
        (Expr::Alias(alias), plan) => is_constant_text(&alias.expr, plan),
        (Expr::Column(column), LogicalPlan::Projection(projection)) => {
            let index = projection.schema.maybe_index_of_column(column);
            index.is_some_and(|i| is_constant_text(&projection.expr[i], &projection.input))
        }
        (column, LogicalPlan::Sort(sort)) => is_constant_text(column, &sort.input),
        (column, LogicalPlan::Limit(limit)) => is_constant_text(column, &limit.input),
        _ => false,
    }
}

impl Binder {
    /// The default of a column as an expression without columns; NULL if none.
    pub(super) fn default_of(&self, column: &Column) -> Result<Expr> {
        let empty = DFSchema::empty();
        let expr = match &column.default {
            None => Expr::Literal(ScalarValue::Null, None),
            Some(text) => self.bind_expr(parse_expr(text)?, &empty)?,
        };
        as_column(expr, column, &empty)
    }

    /// A generated column over the other columns.
    pub(super) fn generated(&self, column: &Column, text: &str, schema: &DFSchema) -> Result<Expr> {
        let expr = self.bind_expr(parse_expr(text)?, schema)?;
        as_column(expr, column, schema)
    }

    /// Binds an expression over `schema`; types are not yet coerced.
    pub(super) fn bind_expr(&self, mut expr: ast::Expr, schema: &DFSchema) -> Result<Expr> {
        syntax::rewrite_expr(&mut expr, &self.catalog)?;
        let binder = Binder { text: None, ..self.clone() };
        binder.with_planner(&HashSet::new(), |planner| {
            planner.sql_to_expr(expr, schema, &mut PlannerContext::new())
        })
    }
}

/// A stored expression.
fn parse_expr(text: &str) -> Result<ast::Expr> {
    let statement = parse(&format!("SELECT ({text})"))?.pop().map(|p| p.statement);
    if let Some(Statement::Query(query)) = statement
        && let ast::SetExpr::Select(select) = *query.body
        && let Some(ast::SelectItem::UnnamedExpr(ast::Expr::Nested(expr))) =
            select.projection.into_iter().next()
    {
        return Ok(*expr);
    }
    Err(Error::internal(format!("a stored expression is not an expression: {text}")))
}

/// A column's default in the place of the keyword DEFAULT; NULL if none.
pub(super) fn default_syntax(column: &Column) -> Result<ast::Expr> {
    match &column.default {
        Some(text) => parse_expr(text),
        None => Ok(ast::Expr::Value(ast::Value::Null.with_empty_span())),
    }
}

/// The index of a column that a statement writes to.
pub(super) fn target(table: &Object, name: &str) -> Result<usize> {
    let Some(index) = table.columns.iter().position(|c| c.name == name && !c.hidden) else {
        let message = format!("column \"{name}\" of relation \"{}\" does not exist", table.name);
        let error = Error::new(SqlState::UNDEFINED_COLUMN, message);
        let shown = table.columns.iter().filter(|c| !c.hidden).map(|c| c.name.as_str());
        return Err(match nearest(name, shown) {
            Some(near) => error.with_hint(format!("Perhaps you meant to reference the column \"{near}\".")),
            None => error,
        });
    };
    Ok(index)
}

/// `428C9` for a generated column that a statement gives a value.
pub(super) fn check_not_generated(table: &Object, index: usize, verb: &str) -> Result<()> {
    let column = &table.columns[index];
    if column.generated.is_none() {
        return Ok(());
    }
    let (code, message) = match verb {
        "INSERT" => {
            (SqlState("428C9"), format!("cannot insert a non-DEFAULT value into column \"{}\"", column.name))
        }
        _ => (SqlState("428C9"), format!("column \"{}\" can only be updated to DEFAULT", column.name)),
    };
    let detail = format!("Column \"{}\" is a generated column.", column.name);
    Err(Error::new(code, message).with_detail(detail))
}

/// Is this the keyword DEFAULT in the place of a value?
pub(super) fn is_default(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Identifier(i) if i.quote_style.is_none() && i.value.eq_ignore_ascii_case("default"))
}
