//! The answers to the binder's questions.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::sql::sqlparser::ast;
use parking_lot::Mutex;

use super::{late_events, operators, rejected_rows, sources, view_errors};
use crate::catalog::system::{
    SystemContext, build_table, functions, mentions_catalog, rewrite_catalog_query, system_table,
};
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::Handle;
use crate::session::Session;
use crate::session::names::RelationName;
use crate::sql::binder::SystemRelations;
use crate::types::{Error, Result, SqlState};

type Functions = Arc<HashMap<String, Arc<ScalarUDF>>>;

/// The catalogs' functions over the newest catalog: there are many, and nearly
/// no statement needs one.
#[derive(Clone, Default)]
pub(in crate::session) struct FunctionCache(Arc<Mutex<Option<(Arc<Snapshot>, u64, Functions)>>>);

/// What one statement sees.
pub(in crate::session) struct SystemTables {
    catalog: Arc<Snapshot>,
    handle: Handle,
    context: SystemContext,
    settings: u64,
    functions: FunctionCache,
}

impl Session {
    /// What this session sees beside the catalog's objects.
    pub(in crate::session) fn system_tables(&self, catalog: &Arc<Snapshot>) -> SystemTables {
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
            return match name {
                "ms_operators" => Some(operators::table(&self.catalog, &self.handle)),
                _ => sources::relation(name, &self.catalog, &self.handle),
            };
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
                require_watermark(&object)?;
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

    fn concerns(&self, query: &ast::Query) -> bool {
        mentions_catalog(query)
    }

    fn rewrite(&self, query: &mut ast::Query) {
        rewrite_catalog_query(query);
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

fn require_watermark(object: &Object) -> Result<()> {
    if object.watermark().is_some() {
        return Ok(());
    }
    let message =
        format!("{} \"{}\" has no watermark, so no row of it is late", object.kind_name(), object.name);
    Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message)
        .with_hint("Declare one when it is created: WATERMARK FOR ts AS ts - INTERVAL '5' SECOND."))
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
