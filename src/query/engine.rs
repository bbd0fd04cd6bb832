//! Optimising and running a bound query.
//!
//! One engine serves all sessions: what is costly to build in DataFusion (the
//! function tables, the optimiser's rules) is built once and shared.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{ParamValues, Result as PlanResult};
use datafusion::execution::context::SessionState;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionStateBuilder, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::optimizer::{Optimizer, OptimizerContext};
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::{ExecutionPlan, displayable, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};

use super::Snapshots;
use super::filter_in_turn::filter_in_turn;
use super::plan_tree::{Shown, logical_tree, physical_tree};
use super::scan::{attach, known_nodes};
use crate::catalog::Object;
use crate::expr::checked_plan;
use crate::plan::explain::PlanTree;
use crate::plan::{batch_optimizer, prepare};
use crate::sql::binder::{AsOfNow, BoundQuery, display_plan};
use crate::types::{Error, Result, SqlState};

/// Rows in a batch of a result.
const BATCH_ROWS: usize = 8192;

/// Rows on their way; nothing more is computed once it is dropped.
pub type RowStream = BoxStream<'static, Result<RecordBatch>>;

/// Runs ad-hoc queries within one bound of memory.
pub struct Engine {
    state: SessionState,
    task: Arc<TaskContext>,
    options: Arc<ConfigOptions>,
    optimizer: Optimizer,
}

impl Engine {
    /// An engine whose queries together hold at most `memory_bytes`. What can
    /// spill goes to temporary files; what cannot fails with 53200.
    pub fn new(memory_bytes: usize) -> Result<Engine> {
        let mut config = SessionConfig::new().with_target_partitions(1).with_batch_size(BATCH_ROWS);
        config.options_mut().execution.time_zone = Some("UTC".to_string());
        // The optimiser sometimes knows better than an aggregate that a column is not NULL.
        config.options_mut().execution.skip_physical_aggregate_schema_check = true;
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes)))
            .build_arc()?;
        // The check takes two equal calls of a function for different orders, and
        // refuses the sort that was put in for them. Our relations have no
        // statistics; aggregates of constants lose columns by the second rule. The
        // third moves a condition below a join by the names of columns, to the wrong
        // side where both have one of that name; the logical plan has moved it before.
        let left_out = ["SanityCheckPlan", "aggregate_statistics", "FilterPushdown"];
        let rules = PhysicalOptimizer::new().rules.into_iter();
        let rules = rules.filter(|rule| !left_out.contains(&rule.name())).collect();
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_physical_optimizer_rules(rules)
            .build();
        let task = state.task_ctx();
        let options = state.config_options().clone();
        Ok(Engine { state, task, options, optimizer: batch_optimizer() })
    }

    /// Runs a query. `parameters` are the values of `$1`, `$2`, …; `now` is the
    /// statement's time. All relations are read from `snapshots`, as far as and
    /// when the stream is polled.
    pub async fn execute(
        &self,
        query: &BoundQuery,
        snapshots: Arc<dyn Snapshots>,
        parameters: &[ScalarValue],
        now: DateTime<Utc>,
    ) -> Result<(SchemaRef, RowStream)> {
        let plan = self.physical_plan(query, &snapshots, parameters, now).await?;
        let schema = shown_schema(&query.schema, &plan.schema());
        let rows = execute_stream(plan, self.task.clone())?;
        let shown = schema.clone();
        let rows = rows.map_err(Error::from).map(move |batch| rename(batch?, &shown));
        Ok((schema, rows.boxed()))
    }

    /// The plan as text, one operator a line; `verbose` adds the steps to it.
    pub async fn explain(&self, query: &BoundQuery, verbose: bool) -> Result<String> {
        let plan = self.optimize(query.plan.clone(), Utc::now())?;
        let nothing: Arc<dyn Snapshots> = Arc::new(Nothing);
        let physical = self.physical_plan(query, &nothing, &[], Utc::now());
        let mut text = String::new();
        if verbose {
            text.push_str(&format!("Bound plan:\n{}\n", query.plan.display_indent()));
            text.push_str(&format!("Optimised plan:\n{}\n", plan.display_indent()));
            text.push_str("Physical plan:\n");
        }
        match physical.await {
            Ok(physical) => text.push_str(&displayable(physical.as_ref()).indent(verbose).to_string()),
            Err(_) if !query.parameter_types.is_empty() => text.push_str(&plan.display_indent().to_string()),
            Err(error) => return Err(error),
        }
        Ok(display_plan(text.trim_end()))
    }

    /// The plan as a tree.
    pub async fn plan_tree(&self, query: &BoundQuery, verbose: bool) -> Result<PlanTree> {
        let nothing: Arc<dyn Snapshots> = Arc::new(Nothing);
        let shown = Shown { verbose, ran: false, timing: false };
        match self.physical_plan(query, &nothing, &[], Utc::now()).await {
            Ok(plan) => Ok(physical_tree(plan.as_ref(), shown)),
            Err(_) if !query.parameter_types.is_empty() => {
                Ok(logical_tree(&self.optimize(query.plan.clone(), Utc::now())?))
            }
            Err(error) => Err(error),
        }
    }

    /// Runs a query to its end, and the plan as a tree with what each operator
    /// did; with `timing`, how long that took.
    pub async fn analyze(
        &self,
        query: &BoundQuery,
        snapshots: Arc<dyn Snapshots>,
        parameters: &[ScalarValue],
        now: DateTime<Utc>,
        shown: Shown,
    ) -> Result<PlanTree> {
        let plan = self.physical_plan(query, &snapshots, parameters, now).await?;
        let mut rows = execute_stream(plan.clone(), self.task.clone())?;
        while let Some(batch) = rows.next().await {
            batch?;
        }
        Ok(physical_tree(plan.as_ref(), shown))
    }

    async fn physical_plan(
        &self,
        query: &BoundQuery,
        snapshots: &Arc<dyn Snapshots>,
        parameters: &[ScalarValue],
        now: DateTime<Utc>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = attach(self.optimized(query, parameters, now)?, snapshots)?;
        let plan = self.state.query_planner().create_physical_plan(&plan, &self.state).await?;
        let plan = plan.transform_up(interruptible)?.data;
        Ok(plan.transform_up(filter_in_turn)?.data)
    }

    /// The plan to run. It is made once if neither parameters nor the time go into it.
    fn optimized(
        &self,
        query: &BoundQuery,
        parameters: &[ScalarValue],
        now: DateTime<Utc>,
    ) -> Result<LogicalPlan> {
        if let Some(plan) = query.optimized.get() {
            return Ok(plan.clone());
        }
        let plan = self.optimize(with_parameters(query, parameters)?, now)?;
        if query.parameter_types.is_empty() && is_timeless(&query.plan)? {
            return Ok(query.optimized.get_or_init(|| plan).clone());
        }
        Ok(plan)
    }

    fn optimize(&self, plan: LogicalPlan, now: DateTime<Utc>) -> Result<LogicalPlan> {
        let plan = checked_plan(prepare(AsOfNow::removed(known_nodes(plan)?)?)?)?;
        let context = OptimizerContext::new_with_config_options(self.options.clone())
            .with_query_execution_start_time(now);
        Ok(self.optimizer.optimize(plan, &context, |_, _| {})?)
    }
}

/// A join can work for minutes on one batch of its input: let it stop for
/// breath after so many batches of its output, so that it can be canceled.
fn interruptible(plan: Arc<dyn ExecutionPlan>) -> PlanResult<Transformed<Arc<dyn ExecutionPlan>>> {
    if !plan.name().contains("Join") {
        return Ok(Transformed::no(plan));
    }
    Ok(Transformed::yes(Arc::new(CooperativeExec::new(plan))))
}

/// Is what the optimiser makes of the plan the same at any time? Functions that
/// are not immutable may be computed by it.
fn is_timeless(plan: &LogicalPlan) -> Result<bool> {
    let mut timeless = true;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                let Expr::ScalarFunction(call) = part else { return Ok(TreeNodeRecursion::Continue) };
                timeless &= call.func.signature().volatility == Volatility::Immutable;
                Ok(if timeless { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
            })
        })
    })?;
    Ok(timeless)
}

/// The plan with values in the place of parameters.
fn with_parameters(query: &BoundQuery, values: &[ScalarValue]) -> Result<LogicalPlan> {
    let types = &query.parameter_types;
    if types.len() != values.len() {
        let message =
            format!("{} parameters were given, but the statement needs {}", values.len(), types.len());
        return Err(Error::new(SqlState::PROTOCOL_VIOLATION, message));
    }
    if values.is_empty() {
        return Ok(query.plan.clone());
    }
    let values = values.iter().zip(types).map(|(value, data_type)| parameter(value, data_type));
    let values = ParamValues::from(values.collect::<Result<Vec<_>>>()?);
    Ok(query.plan.clone().replace_params_with_values(&values)?)
}

fn parameter(value: &ScalarValue, data_type: &DataType) -> Result<ScalarValue> {
    if value.data_type() == *data_type { Ok(value.clone()) } else { Ok(value.cast_to(data_type)?) }
}

/// The names that clients see with the types that are computed. Everything may
/// be NULL as far as clients are concerned.
fn shown_schema(shown: &Schema, computed: &Schema) -> SchemaRef {
    let fields = shown.fields().iter().zip(computed.fields());
    let fields = fields.map(|(s, c)| Field::new(s.name(), c.data_type().clone(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn rename(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let rows = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema.clone(), batch.columns().to_vec(), &rows)?)
}

/// For plans that are only shown.
struct Nothing;

impl Snapshots for Nothing {
    fn read(&self, _object: &Arc<Object>, _projection: Option<&[usize]>) -> RowStream {
        futures::stream::empty().boxed()
    }
}
