//! Relations and functions that are not in the catalog, as one statement sees
//! them: PostgreSQL's catalogs, and the engine's own records.
//!
//! `late_events('s')`, `rejected_rows('s')` and `view_errors('mv')` are functions
//! in FROM, `ms_catalog` a schema. What they show is asked of the coordinator
//! when the query gets to it, so a kept plan does not grow old.

mod asked_table;
mod late_events;
mod rejected_rows;
mod sources;
mod view_errors;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::sql::sqlparser::ast;
use parking_lot::Mutex;

use super::Session;
use super::names::RelationName;
use crate::catalog::system::{SystemContext, build_table, functions, rewrite_catalog_query, system_table};
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::Handle;
use crate::sql::binder::SystemRelations;
use crate::types::{Error, Result, SqlState};

type Functions = Arc<HashMap<String, Arc<ScalarUDF>>>;

/// The catalogs' functions over the newest catalog: there are many, and nearly
/// no statement needs one.
#[derive(Clone, Default)]
pub(super) struct FunctionCache(Arc<Mutex<Option<(Arc<Snapshot>, u64, Functions)>>>);

/// See the page.
pub(super) struct SystemTables {
    catalog: Arc<Snapshot>,
    handle: Handle,
    context: SystemContext,
    settings: u64,
    functions: FunctionCache,
}

impl Session {
    /// What this session sees beside the catalog's objects.
    pub(super) fn system_tables(&self, catalog: &Arc<Snapshot>) -> SystemTables {
        let context = SystemContext {
            database: self.client.database.clone(),
            user: self.client.user.clone(),
            search_path: vec!["public".to_string()],
            settings: self.settings.all(),
            backend_pid: self.client.backend_pid,
            started_at: self.db.started_at,
            now: self.now.timestamp_micros(),
        };
        SystemTables {
            catalog: catalog.clone(),
            handle: self.db.handle.clone(),
            context,
            settings: self.settings.version(),
            functions: self.functions.clone(),
        }
    }
}

impl SystemTables {
    fn functions(&self) -> Functions {
        let mut cache = self.functions.0.lock();
        if let Some((catalog, settings, known)) = &*cache
            && Arc::ptr_eq(catalog, &self.catalog)
            && *settings == self.settings
        {
            return known.clone();
        }
        let all = functions(&self.catalog, &self.context).into_iter();
        let all: Functions = Arc::new(all.map(|f| (f.name().to_string(), Arc::new(f))).collect());
        *cache = Some((self.catalog.clone(), self.settings, all.clone()));
        all
    }

    /// The object that a function's only argument names.
    fn argument(&self, function: &str, arguments: &[Expr]) -> Result<Arc<Object>> {
        let [Expr::Literal(value, _)] = arguments else { return Err(usage(function)) };
        let (ScalarValue::Utf8(Some(name))
        | ScalarValue::Utf8View(Some(name))
        | ScalarValue::LargeUtf8(Some(name))) = value
        else {
            return Err(usage(function));
        };
        RelationName::parse(name).resolve(&self.catalog)
    }
}

impl SystemRelations for SystemTables {
    fn relation(&self, schema: Option<&str>, name: &str) -> Option<Arc<dyn TableProvider>> {
        if schema == Some("ms_catalog") {
            return sources::relation(name, &self.catalog, &self.handle);
        }
        let relation = system_table(schema, name)?;
        build_table(relation, &self.catalog, &self.context)
            .inspect_err(|error| tracing::error!("{name}: {error}"))
            .ok()
    }

    fn function(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.functions().get(name).cloned()
    }

    fn table_function(&self, name: &str, arguments: &[Expr]) -> Result<Option<Arc<dyn TableProvider>>> {
        let provider: Arc<dyn TableProvider> = match name {
            "late_events" => {
                let object = self.argument(name, arguments)?;
                require_input(name, &object)?;
                late_events::table(object, &self.handle)
            }
            "rejected_rows" => {
                let object = self.argument(name, arguments)?;
                require_input(name, &object)?;
                rejected_rows::table(&object, &self.handle)
            }
            "view_errors" => {
                let object = self.argument(name, arguments)?;
                require_view(name, &object)?;
                view_errors::table(&object, &self.handle)
            }
            _ => return Ok(None),
        };
        Ok(Some(provider))
    }

    fn rewrite(&self, query: &mut ast::Query) -> Result<()> {
        rewrite_catalog_query(query);
        Ok(())
    }
}

fn usage(function: &str) -> Error {
    Error::new(SqlState::UNDEFINED_FUNCTION, format!("function {function} takes one name in quotes"))
        .with_hint(format!("For example SELECT * FROM {function}('name')."))
}

fn require_input(function: &str, object: &Object) -> Result<()> {
    match object.kind {
        ObjectKind::Table(_) | ObjectKind::Source(_) => Ok(()),
        _ => Err(wrong_kind(function, object, "sources and tables")),
    }
}

fn require_view(function: &str, object: &Object) -> Result<()> {
    match object.kind {
        ObjectKind::MaterializedView(_) | ObjectKind::Sink(_) => Ok(()),
        _ => Err(wrong_kind(function, object, "materialized views and sinks")),
    }
}

fn wrong_kind(function: &str, object: &Object, of: &str) -> Error {
    let message = format!("\"{}\" is a {}; {function} is about {of}", object.name, object.kind_name());
    Error::new(SqlState::WRONG_OBJECT_TYPE, message)
}
