//! The binder, and binding of queries.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, Result as PlanResult};
use datafusion::logical_expr::{InvariantLevel, LogicalPlan};
use datafusion::optimizer::Analyzer;
use datafusion::sql::planner::{PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast;

use super::asof_condition;
use super::bound::BoundQuery;
use super::coercion;
use super::context::Context;
use super::error::locate;
use super::frame;
use super::from_clause;
use super::names;
use super::output;
use super::parameter;
use super::relation::RelationSource;
use super::select_list;
use super::session_frame;
use super::syntax::{self, display_name};
use super::system::SystemRelations;
use super::{ties, with_ties, zeros};
use crate::catalog::{Object, Snapshot};
use crate::expr::{postgres_plan, resolve};
use crate::sql::{Statement, parse};
use crate::types::{Error, Result, SqlState};

/// What of a session's settings binding depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The database that the client is connected to.
    pub database: String,
    /// Who asks.
    pub user: String,
    /// Schemas in which names without one are looked up.
    pub search_path: Vec<String>,
    /// The session's time zone, for clients; instants are computed in UTC.
    pub time_zone: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            database: "dev".to_string(),
            user: "root".to_string(),
            search_path: vec!["public".to_string()],
            time_zone: "UTC".to_string(),
        }
    }
}

/// Binds the statements of one client against one catalog snapshot.
#[derive(Clone)]
pub struct Binder {
    pub(super) catalog: Arc<Snapshot>,
    pub(super) settings: Arc<Settings>,
    pub(super) system: Arc<dyn SystemRelations>,
    /// The statement, for positions in error messages.
    pub(super) text: Option<Arc<str>>,
    /// What `excluded` is, in ON CONFLICT.
    pub(super) given: Option<Arc<LogicalPlan>>,
    /// How many views the query at hand lies in.
    pub(super) depth: usize,
    /// Does GROUP BY of a primary key group by all columns of its table?
    pub(super) by_keys: bool,
}

impl Binder {
    /// A binder over a snapshot of the catalog.
    pub fn new(catalog: Arc<Snapshot>, settings: Arc<Settings>, system: Arc<dyn SystemRelations>) -> Self {
        Binder { catalog, settings, system, text: None, given: None, depth: 0, by_keys: false }
    }

    /// Errors will carry their position in this text, which the syntax trees
    /// given later were parsed from.
    pub fn with_text(mut self, text: impl Into<Arc<str>>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Binds a query. A parameter's type that is not given is inferred.
    pub fn bind_query(&self, query: &ast::Query, parameter_types: &[Option<DataType>]) -> Result<BoundQuery> {
        let plan = self.plan_query(query.clone(), parameter_types, None)?;
        self.finish(plan, parameter_types)
    }

    /// Binds a query that is kept as text, for example a view's.
    pub fn bind_text(&self, query: &str) -> Result<BoundQuery> {
        let binder = Binder { text: Some(query.into()), ..self.clone() };
        binder.bind_query(&*parse_query(query)?, &[])
    }

    /// Syntax to plan, names resolved, types not yet coerced. `values` gives
    /// the types that `VALUES` must have.
    pub(super) fn plan_query(
        &self,
        mut query: ast::Query,
        parameter_types: &[Option<DataType>],
        values: Option<DFSchema>,
    ) -> Result<LogicalPlan> {
        if self.system.concerns(&query) {
            // The rewriting changes what columns are called after.
            syntax::name_outputs(&mut query);
            self.system.rewrite(&mut query);
        }
        let hidden = syntax::named_hidden(&query, &self.catalog);
        let mut context = PlannerContext::new().with_prepare_param_data_types(fields(parameter_types));
        context.set_table_schema(values.map(Arc::new));
        self.plan_syntax(query, &hidden, context)
    }

    /// Like [`plan_query`](Self::plan_query), but the scan of `table` has its
    /// hidden columns too.
    pub(super) fn plan_all_columns(
        &self,
        query: ast::Query,
        table: &Object,
        parameter_types: &[Option<DataType>],
    ) -> Result<LogicalPlan> {
        let hidden = table.columns.iter().filter(|c| c.hidden).map(|c| c.name.clone()).collect();
        let context = PlannerContext::new().with_prepare_param_data_types(fields(parameter_types));
        self.plan_syntax(query, &hidden, context)
    }

    /// What is not grouped by may follow from a primary key that is. That is
    /// asked only where it matters.
    fn plan_syntax(
        &self,
        query: ast::Query,
        hidden: &HashSet<String>,
        context: PlannerContext,
    ) -> Result<LogicalPlan> {
        let again = (!self.by_keys && select_list::groups(&query)).then(|| query.clone());
        match (self.plan_named(query, hidden, context.clone()), again) {
            (Err(error), Some(query)) if error.code() == SqlState::GROUPING_ERROR => {
                let by_keys = Binder { by_keys: true, ..self.clone() };
                by_keys.plan_named(query, hidden, context).map_err(|_| error)
            }
            (result, _) => result,
        }
    }

    /// A star may show a column that stands beside it, under one name. That is
    /// found out late, and then every name in the list is made to differ.
    fn plan_named(
        &self,
        mut query: ast::Query,
        hidden: &HashSet<String>,
        context: PlannerContext,
    ) -> Result<LogicalPlan> {
        from_clause::check(&query, self.text.as_deref())?;
        names::resolve(&mut query, &self.catalog, self.text.as_deref())?;
        let again = syntax::has_star_beside_columns(&query).then(|| query.clone());
        syntax::rewrite(&mut query, &self.catalog, hidden, false)?;
        let plan = |query: ast::Query| {
            self.with_planner(hidden, |planner| {
                let statement = ast::Statement::Query(Box::new(query));
                planner.sql_statement_to_plan_with_context(statement, &mut context.clone())
            })
        };
        match (plan(query), again) {
            (Err(error), Some(mut query)) if error.message().contains("unique expression names") => {
                syntax::rewrite(&mut query, &self.catalog, hidden, true)?;
                plan(query)
            }
            (result, _) => result,
        }
    }

    pub(super) fn with_planner<T>(
        &self,
        hidden: &HashSet<String>,
        f: impl FnOnce(&SqlToRel<'_, Context<'_>>) -> PlanResult<T>,
    ) -> Result<T> {
        let context = Context::new(self, hidden);
        f(&SqlToRel::new(&context)).map_err(|e| locate(e, self.text.as_deref()))
    }

    /// The plan of a view's query; errors in it have no position.
    pub(super) fn plan_text(&self, query: &str) -> Result<LogicalPlan> {
        self.plan_query(*parse_query(query)?, &[], None)
    }

    /// The binder for what a view reads.
    pub(super) fn deeper(&self) -> Binder {
        Binder { text: None, given: None, depth: self.depth + 1, ..self.clone() }
    }

    /// Coerces types and looks up what the plan says about itself.
    pub(super) fn finish(
        &self,
        plan: LogicalPlan,
        parameter_types: &[Option<DataType>],
    ) -> Result<BoundQuery> {
        let located = |e| locate(e, self.text.as_deref());
        let (plan, functions) = self.inline(plan)?;
        let plan = parameter::defaulted(plan).map_err(located)?;
        let plan = session_frame::planned(plan).map_err(located)?;
        let plan = with_ties::planned(plan).map_err(located)?;
        let plan = resolve(plan).and_then(parameter::agreed).map_err(located)?;
        let plan = frame::by_peers(plan).map_err(located)?;
        let plan = analyzed(plan).and_then(asof_condition::joined).map_err(located)?;
        let plan = output::canonical(plan).map_err(located)?;
        let plan = postgres_plan(plan, &self.settings.time_zone).map_err(located)?;
        let plan = zeros::equal(plan).map_err(located)?;
        let plan = ties::determined(plan).map_err(located)?;
        let parameter_types = self.parameters(&plan, parameter_types)?;
        let relations = relations(&plan)?;
        let fields = plan.schema().fields().iter();
        let shown =
            fields.map(|f| Field::new(display_name(f.name()), f.data_type().clone(), f.is_nullable()));
        let schema = Arc::new(Schema::new(shown.collect::<Vec<_>>()));
        Ok(BoundQuery { plan, schema, relations, parameter_types, functions, optimized: OnceLock::new() })
    }

    fn parameters(&self, plan: &LogicalPlan, given: &[Option<DataType>]) -> Result<Vec<DataType>> {
        let found = plan.get_parameter_types()?;
        let mut types: Vec<Option<DataType>> = given.to_vec();
        for (name, found) in found {
            let number = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
            let Some(index) = number.and_then(|n| n.checked_sub(1)) else {
                let error =
                    Error::new(SqlState::UNDEFINED_PARAMETER, format!("there is no parameter {name}"));
                return Err(error);
            };
            if index >= types.len() {
                types.resize(index + 1, None);
            }
            types[index] = types[index].take().or(found);
        }
        let known = types.into_iter().enumerate().map(|(i, t)| {
            t.ok_or_else(|| {
                let message = format!("could not determine data type of parameter ${}", i + 1);
                Error::new(SqlState::INDETERMINATE_DATATYPE, message)
            })
        });
        known.collect()
    }
}

/// Every rule of ours about SQL that DataFusion has as a setting.
pub(super) fn config() -> &'static Arc<ConfigOptions> {
    static CONFIG: OnceLock<Arc<ConfigOptions>> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let mut config = ConfigOptions::default();
        config.sql_parser.collect_spans = true;
        config.sql_parser.map_string_types_to_utf8view = false;
        config.execution.time_zone = Some("UTC".to_string());
        Arc::new(config)
    })
}

/// Types are coerced, names are unique. DataFusion's own check would refuse
/// correlated subqueries that are planned here.
fn analyzed(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    plan.check_invariants(InvariantLevel::Always)?;
    let mut plan = plan;
    for rule in &ANALYZER.get_or_init(Analyzer::new).rules {
        plan = match rule.name() {
            "type_coercion" => coercion::coerced(plan)?,
            _ => rule.analyze(plan, config())?,
        };
    }
    plan.check_invariants(InvariantLevel::Always)?;
    Ok(plan)
}

/// A stored query.
fn parse_query(text: &str) -> Result<Box<ast::Query>> {
    let mut parsed = parse(text)?;
    match (parsed.pop().map(|p| p.statement), parsed.is_empty()) {
        (Some(Statement::Query(query)), true) => Ok(query),
        _ => Err(Error::internal("a stored query is not a query")),
    }
}

fn fields(types: &[Option<DataType>]) -> Vec<Option<FieldRef>> {
    types.iter().map(|t| t.as_ref().map(|t| Arc::new(Field::new("", t.clone(), true)))).collect()
}

/// The catalog's objects that a plan reads, each once.
pub(super) fn relations(plan: &LogicalPlan) -> Result<Vec<Arc<Object>>> {
    let mut found: Vec<Arc<Object>> = vec![];
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(source) = scan.source.downcast_ref::<RelationSource>()
            && !found.iter().any(|o| o.id == source.object().id)
        {
            found.push(source.object().clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}
