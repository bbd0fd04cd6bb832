//! `CREATE SINK`.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast;

use super::relation::connector;
use super::view::{bind, dependencies};
use super::{Definition, Running, object_name, placeholder};
use crate::catalog::{Object, ObjectKind, SinkProperties, Snapshot};
use crate::coordinator::handle::Shared;
use crate::dataflow::{FormatSpec, SinkSpec, check_options};
use crate::plan::incremental::Planner;
use crate::sql::{CreateSink, SinkInput, Statement, parse};
use crate::types::{Error, Result, SqlState};

/// `CREATE SINK … FROM` or `AS`.
pub fn define_sink(
    statement: &CreateSink,
    sql: &str,
    catalog: &Arc<Snapshot>,
    shared: &Shared,
) -> Result<Definition> {
    let (schema, name) = object_name(&statement.name, catalog)?;
    let query = match &statement.input {
        SinkInput::Query(query) => query.clone(),
        SinkInput::From(relation) => all_of(relation)?,
    };
    let mut options = statement.options.clone();
    let wanted = options.remove("connector").ok_or_else(|| {
        Error::new(SqlState::INVALID_PARAMETER_VALUE, "option \"connector\" is missing")
            .with_hint("Write WITH (connector = '…', …).")
    })?;
    let connector = connector(&wanted, shared, true)?;
    check_options(connector.as_ref(), &options)?;
    let bound = bind(&query, sql, catalog)?;
    let depends_on = dependencies(&query, &bound, catalog);
    let output = bound.schema.clone();
    let plan = Planner::new(shared, statement.emit_on_window_close).plan(bound.plan)?;
    let format = statement.format.clone();
    let spec = SinkSpec {
        name: name.clone(),
        options: options.clone(),
        format: format.clone().map(|f| FormatSpec { format: f.format, encode: f.encode, options: f.options }),
        schema: output,
        append_only: plan.properties.append_only,
    };
    let sink = connector.sink(&spec)?;
    let properties = SinkProperties {
        connector: wanted,
        options,
        format: format.map(|f| (f.format, f.encode, f.options)),
        query: query.to_string(),
        emit_on_window_close: statement.emit_on_window_close,
    };
    let object = Object { depends_on, ..placeholder(schema, name, ObjectKind::Sink(properties), sql) };
    Ok(Definition { object, running: Running::Sink(Arc::new(plan), sink) })
}

fn all_of(relation: &ast::ObjectName) -> Result<Box<ast::Query>> {
    let parsed = parse(&format!("SELECT * FROM {relation}"))?;
    match parsed.into_iter().next().map(|p| p.statement) {
        Some(Statement::Query(query)) => Ok(query),
        _ => Err(Error::internal("SELECT * is a query")),
    }
}
