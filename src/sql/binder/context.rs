//! What DataFusion's planner asks while it resolves names.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result as PlanResult, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner, RelationPlanner, TypePlanner};
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, LogicalPlanBuilder, ScalarUDF, TableSource, WindowUDF,
};

use super::asof_condition;
use super::error::external;
use super::on_conflict::EXCLUDED;
use super::query::Binder;
use super::relation::{InlineSource, RelationSource};
use super::types::Types;
use super::user_function::UserFunction;
use super::window_table::WindowTables;
use crate::catalog::{Object, ObjectKind};
use crate::expr::functions::{self, undefined};
use crate::expr::{nearest, registry};
use crate::types::{Error, Result, SqlState};

/// How deep views may lie on views.
const VIEW_DEPTH_MAX: usize = 64;

/// One statement's view of the names.
pub(super) struct Context<'a> {
    binder: &'a Binder,
    /// Hidden columns that the statement names; only these are visible.
    hidden: &'a HashSet<String>,
    relation_planners: Vec<Arc<dyn RelationPlanner>>,
}

impl<'a> Context<'a> {
    pub fn new(binder: &'a Binder, hidden: &'a HashSet<String>) -> Self {
        Context { binder, hidden, relation_planners: vec![Arc::new(WindowTables)] }
    }

    fn source(&self, name: &TableReference) -> Result<Arc<dyn TableSource>> {
        self.check_database(name)?;
        if let Some(plan) = &self.binder.given
            && name.schema().is_none()
            && name.table() == EXCLUDED
        {
            return Ok(Arc::new(InlineSource { plan: plan.as_ref().clone() }));
        }
        if let Some(object) = self.binder.catalog.find(name.schema(), name.table()) {
            return self.object_source(object);
        }
        match self.binder.system.relation(name.schema(), name.table()) {
            Some(provider) => Ok(provider_as_source(provider)),
            None => Err(self.undefined_relation(name)),
        }
    }

    fn check_database(&self, name: &TableReference) -> Result<()> {
        match name.catalog() {
            Some(database) if database != self.binder.settings.database => {
                Err(Error::unsupported(format!("cross-database reference \"{name}\"")))
            }
            _ => Ok(()),
        }
    }

    fn object_source(&self, object: &Arc<Object>) -> Result<Arc<dyn TableSource>> {
        match &object.kind {
            ObjectKind::View(view) => {
                let plan = self.expand(object, &view.query)?;
                Ok(Arc::new(InlineSource { plan }))
            }
            ObjectKind::Function(_) => Err(Error::internal("a function is no relation")),
            ObjectKind::Sink(_) => Err(Error::new(
                SqlState::WRONG_OBJECT_TYPE,
                format!("\"{}\" is a sink and cannot be read", object.name),
            )),
            _ => self.leaf(object),
        }
    }

    /// The scan of an object, without the hidden columns that nobody names.
    fn leaf(&self, object: &Arc<Object>) -> Result<Arc<dyn TableSource>> {
        let source: Arc<dyn TableSource> = Arc::new(RelationSource::new(object.clone()));
        let shown: Vec<usize> = (0..object.columns.len())
            .filter(|i| !object.columns[*i].hidden || self.hidden.contains(&object.columns[*i].name))
            .collect();
        if shown.len() == object.columns.len() {
            return Ok(source);
        }
        let plan = LogicalPlanBuilder::scan(object.name.clone(), source, Some(shown))?.build()?;
        Ok(Arc::new(InlineSource { plan }))
    }

    /// The plan of a view's query under the view's column names.
    fn expand(&self, object: &Object, query: &str) -> Result<LogicalPlan> {
        if self.binder.depth >= VIEW_DEPTH_MAX {
            return Err(Error::new(
                SqlState::STATEMENT_TOO_COMPLEX,
                format!("view \"{}\" is nested more than {VIEW_DEPTH_MAX} views deep", object.name),
            ));
        }
        let plan = self.binder.deeper().plan_text(query)?;
        let columns: Vec<_> = plan.schema().columns();
        if columns.len() != object.columns.len() {
            return Err(Error::internal(format!("view \"{}\" has changed its columns", object.name)));
        }
        let renamed = columns.into_iter().zip(&object.columns).map(|(c, o)| Expr::Column(c).alias(&o.name));
        Ok(LogicalPlanBuilder::from(plan).project(renamed)?.build()?)
    }

    fn undefined_relation(&self, name: &TableReference) -> Error {
        let full =
            name.schema().map_or(name.table().to_string(), |schema| format!("{schema}.{}", name.table()));
        let error = Error::new(SqlState::UNDEFINED_TABLE, format!("relation \"{full}\" does not exist"));
        let readable = self.binder.catalog.objects().filter(|o| o.is_relation());
        match nearest(name.table(), readable.map(|o| o.name.as_str())) {
            Some(near) => error.with_hint(format!("Perhaps you meant to reference the relation \"{near}\".")),
            None => error,
        }
    }

    fn is_function(name: &str) -> bool {
        let known = registry();
        known.aggregate.contains_key(name)
            || known.window.contains_key(name)
            || known.higher_order.contains_key(name)
            || matches!(name, "struct" | "grouping" | "unnest")
    }
}

impl ContextProvider for Context<'_> {
    fn get_table_source(&self, name: TableReference) -> PlanResult<Arc<dyn TableSource>> {
        self.source(&name).map_err(external)
    }

    fn get_table_function_source(&self, name: &str, args: Vec<Expr>) -> PlanResult<Arc<dyn TableSource>> {
        let name = name.to_lowercase();
        let provider = self.binder.system.table_function(&name, &args).map_err(external)?;
        match provider {
            Some(provider) => Ok(provider_as_source(provider)),
            None => super::window_table::builtin_table_function(&name, &args).map_err(external),
        }
    }

    fn create_cte_work_table(&self, name: &str, schema: SchemaRef) -> PlanResult<Arc<dyn TableSource>> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &registry().planners
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        &self.relation_planners
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        Some(Arc::new(Types))
    }

    /// An unknown name gives a function that fails once its argument types are
    /// known, so that the message can name them.
    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        let name = name.strip_prefix("pg_catalog.").unwrap_or(name);
        if !functions::is_declared(name)
            && let Some(function) = self.binder.system.function(name)
        {
            return Some(function);
        }
        let (schema, bare) = name.rsplit_once('.').map_or((None, name), |(s, n)| (Some(s), n));
        let made = self.binder.catalog.functions(schema, bare);
        if !made.is_empty() {
            return Some(UserFunction::udf(bare, made));
        }
        match registry().scalar.get(name) {
            Some(function) => Some(function.clone()),
            None if name == asof_condition::MARK => Some(asof_condition::udf()),
            None if Context::is_function(name) => None,
            None => Some(undefined::udf(name)),
        }
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        registry().higher_order.get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        registry().aggregate.get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        registry().window.get(name).cloned()
    }

    fn get_variable_type(&self, _names: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        super::query::config()
    }

    fn udf_names(&self) -> Vec<String> {
        registry().scalar.keys().cloned().collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        registry().higher_order.keys().cloned().collect()
    }

    fn udaf_names(&self) -> Vec<String> {
        registry().aggregate.keys().cloned().collect()
    }

    fn udwf_names(&self) -> Vec<String> {
        registry().window.keys().cloned().collect()
    }
}
