//! `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast;

use super::{Definition, Running, object_name, placeholder};
use crate::catalog::{Column, Object, ObjectKind, Snapshot, ViewProperties};
use crate::coordinator::handle::Shared;
use crate::plan::incremental::Planner;
use crate::sql::binder::{Binder, BoundQuery, NoSystemRelations, Settings};
use crate::sql::{CreateView, query_text};
use crate::types::{Error, ObjectId, Result, SqlState};

/// `CREATE [MATERIALIZED] VIEW`.
pub fn define_view(
    statement: &CreateView,
    sql: &str,
    catalog: &Arc<Snapshot>,
    shared: &Shared,
) -> Result<Definition> {
    let (schema, name) = object_name(&statement.name, catalog)?;
    if let Some(option) = statement.options.keys().next() {
        let message = format!("unknown option \"{option}\" of a view");
        return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
    }
    let bound = bind(&statement.query, sql, catalog)?;
    let columns = view_columns(&bound, &statement.columns)?;
    let properties = ViewProperties {
        query: query_text(&statement.query),
        emit_on_window_close: statement.emit_on_window_close,
    };
    let depends_on = dependencies(&statement.query, &bound, catalog);
    if !statement.materialized {
        if statement.emit_on_window_close {
            return Err(Error::new(
                SqlState::SYNTAX_ERROR,
                "EMIT ON WINDOW CLOSE belongs to a materialized view",
            ));
        }
        let object =
            Object { columns, depends_on, ..placeholder(schema, name, ObjectKind::View(properties), sql) };
        return Ok(Definition { object, running: Running::View });
    }
    let plan = Planner::new(shared, statement.emit_on_window_close).plan(bound.plan)?;
    let kind = ObjectKind::MaterializedView(properties);
    let object = Object { columns, depends_on, ..placeholder(schema, name, kind, sql) };
    Ok(Definition { object, running: Running::MaterializedView(Arc::new(plan)) })
}

/// Binds a query that will be kept: it sees user's relations only, and time is UTC.
pub fn bind(query: &ast::Query, sql: &str, catalog: &Arc<Snapshot>) -> Result<BoundQuery> {
    let binder = Binder::new(catalog.clone(), Arc::new(Settings::default()), Arc::new(NoSystemRelations));
    let bound = binder.with_text(sql).bind_query(query, &[])?;
    if !bound.parameter_types.is_empty() {
        return Err(Error::new(SqlState::UNDEFINED_PARAMETER, "a view cannot have parameters"));
    }
    Ok(bound)
}

fn view_columns(bound: &BoundQuery, names: &[String]) -> Result<Vec<Column>> {
    let fields = bound.schema.fields();
    if names.len() > fields.len() {
        let message = "CREATE VIEW specifies more column names than columns";
        return Err(Error::new(SqlState::SYNTAX_ERROR, message));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let name = names.get(index).unwrap_or(field.name()).clone();
        if columns.iter().any(|c| c.name == name) {
            let message = format!("column \"{name}\" specified more than once");
            return Err(Error::new(SqlState::DUPLICATE_COLUMN, message)
                .with_hint("Give each column a name of its own with AS."));
        }
        if matches!(field.data_type(), DataType::Null) {
            let message = format!("column \"{name}\" has no type");
            return Err(Error::new(SqlState::INDETERMINATE_DATATYPE, message)
                .with_hint("Cast it, for example NULL::INT."));
        }
        let data_type = field.data_type().clone();
        columns.push(Column {
            name,
            data_type,
            nullable: true,
            default: None,
            generated: None,
            hidden: false,
        });
    }
    Ok(columns)
}

/// What the query reads: its leaves, and the views that it names.
pub fn dependencies(query: &ast::Query, bound: &BoundQuery, catalog: &Snapshot) -> Vec<ObjectId> {
    let mut found: Vec<ObjectId> = bound.relations.iter().map(|o| o.id).collect();
    found.extend(&bound.functions);
    let _ = ast::visit_relations(query, |name| {
        let parts: Vec<&str> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.as_str()).collect();
        let object = match parts.as_slice() {
            [name] => catalog.find(None, name),
            [.., schema, name] => catalog.find(Some(schema), name),
            [] => None,
        };
        found.extend(object.map(|o| o.id));
        ControlFlow::<()>::Continue(())
    });
    found.sort_unstable();
    found.dedup();
    found
}
