//! Optimising and running a bound query.
//!
//! One engine serves all sessions: what is costly to build in DataFusion (the
//! function tables, the optimiser's rules) is built once and shared.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::common::ParamValues;
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::execution::context::SessionState;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionStateBuilder, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{Optimizer, OptimizerContext};
use datafusion::physical_plan::{ExecutionPlan, displayable, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};

use super::Snapshots;
use super::scan::attach;
use crate::catalog::Object;
use crate::expr::checked_plan;
use crate::sql::binder::{BoundQuery, display_plan};
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
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes)))
            .build_arc()?;
        let state = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).build();
        let task = state.task_ctx();
        let options = state.config_options().clone();
        Ok(Engine { state, task, options, optimizer: Optimizer::new() })
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

    async fn physical_plan(
        &self,
        query: &BoundQuery,
        snapshots: &Arc<dyn Snapshots>,
        parameters: &[ScalarValue],
        now: DateTime<Utc>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = with_parameters(query, parameters)?;
        let plan = self.optimize(attach(plan, snapshots)?, now)?;
        Ok(self.state.query_planner().create_physical_plan(&plan, &self.state).await?)
    }

    fn optimize(&self, plan: LogicalPlan, now: DateTime<Utc>) -> Result<LogicalPlan> {
        let plan = checked_plan(plan)?;
        let context = OptimizerContext::new_with_config_options(self.options.clone())
            .with_query_execution_start_time(now);
        Ok(self.optimizer.optimize(plan, &context, |_, _| {})?)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::{Fixture, error, rows};

    #[tokio::test]
    async fn reads_tables_and_expands_views() {
        let f = Fixture::flights();
        assert_eq!(rows(&f, "SELECT id, name FROM t WHERE id = 2").await, ["2|two"]);
        assert_eq!(rows(&f, "SELECT * FROM v ORDER BY 1").await, ["1|ONE", "2|TWO", "3|"]);
        assert_eq!(rows(&f, "SELECT b FROM v AS w(a, b) WHERE a = 1").await, ["ONE"]);
        assert_eq!(rows(&f, "SELECT count(*) FROM public.t").await, ["3"]);
    }

    #[tokio::test]
    async fn hidden_columns_are_seen_only_when_named() {
        let f = Fixture::flights();
        assert_eq!(f.columns("SELECT * FROM t"), ["id", "name", "v", "ts"]);
        assert_eq!(f.columns("SELECT *, _row_id FROM t"), ["id", "name", "v", "ts", "_row_id"]);
        assert_eq!(rows(&f, "SELECT _row_id FROM t ORDER BY 1").await, ["10", "11", "12"]);
        assert_eq!(
            f.columns("SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MINUTE)"),
            ["id", "name", "v", "ts", "window_start", "window_end"]
        );
    }

    #[tokio::test]
    async fn columns_are_named_as_in_postgresql() {
        let f = Fixture::flights();
        assert_eq!(f.columns("SELECT 1, 2, count(*), sum(v), v::bigint, upper(name), 'x'::text, CASE WHEN true THEN 1 END FROM t GROUP BY v, name"), [
            "?column?", "?column?", "count", "sum", "v", "upper", "text", "case"
        ]);
        assert_eq!(f.columns("SELECT id, id, t.id FROM t"), ["id", "id", "id"]);
        assert_eq!(rows(&f, "SELECT count FROM (SELECT count(*) FROM t)").await, ["3"]);
        assert_eq!(rows(&f, "SELECT v + 1, v + 2 FROM t ORDER BY 1, 2").await, ["11|12", "21|22", "31|32"]);
    }

    #[tokio::test]
    async fn numbers_have_postgresql_types() {
        let f = Fixture::flights();
        assert_eq!(
            f.types(
                "SELECT 1, 3000000000, 1.5, 1e3, v + 1, coalesce(v, 0), CASE WHEN true THEN 1 END FROM t"
            ),
            ["integer", "bigint", "numeric", "double precision", "integer", "integer", "integer"]
        );
        assert_eq!(rows(&f, "SELECT 7 / 2, -7 / 2, 0.1 + 0.2, 7 % 3").await, ["3|-3|0.3|1"]);
        assert_eq!(rows(&f, "SELECT round(2.567, 2), v FROM t ORDER BY 2 LIMIT 1").await, ["2.57|10"]);
        assert_eq!(
            rows(&f, "SELECT sum(v) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t ORDER BY id").await,
            ["10", "30", "50"]
        );
    }

    #[tokio::test]
    async fn arithmetic_fails_as_in_postgresql() {
        let f = Fixture::flights();
        for (sql, code) in [
            ("SELECT 1/0", "22012"),
            ("SELECT v / 0 FROM t", "22012"),
            ("SELECT 2147483647 + 1", "22003"),
            ("SELECT v + 2147483647 FROM t", "22003"),
            ("SELECT * FROM t WHERE v * 2147483647 > 0", "22003"),
            ("SELECT sum(v * 2147483647) FROM t", "22003"),
            ("SELECT 9223372036854775807 - -1", "22003"),
            ("SELECT 'x'::int", "22P02"),
            ("SELECT 3000000000::int", "22003"),
        ] {
            assert_eq!(error(&f, sql).await.code().0, code, "{sql}");
        }
        assert_eq!(rows(&f, "SELECT 2147483647 + 1::bigint").await, ["2147483648"]);
    }

    #[tokio::test]
    async fn wrong_names_are_told_with_place_and_hint() {
        let f = Fixture::flights();
        let relation = error(&f, "SELECT *\nFROM tt").await;
        assert_eq!(relation.message(), "relation \"tt\" does not exist");
        assert_eq!((relation.code().0, relation.position()), ("42P01", Some(15)));
        assert_eq!(relation.hint(), Some("Perhaps you meant to reference the relation \"t\"."));
        let column = error(&f, "SELECT nam FROM t").await;
        assert_eq!(column.message(), "column \"nam\" does not exist");
        assert_eq!((column.code().0, column.position()), ("42703", Some(8)));
        assert!(column.hint().unwrap().contains("name"));
        let function = error(&f, "SELECT frob(id, 'x') FROM t").await;
        assert_eq!(function.message(), "function frob(integer, text) does not exist");
        assert_eq!(function.code().0, "42883");
        let grouping = error(&f, "SELECT id, count(*) FROM t").await;
        assert_eq!(grouping.code().0, "42803");
        let ambiguous = error(&f, "SELECT id FROM t AS a, t AS b").await;
        assert_eq!(ambiguous.code().0, "42702");
    }

    #[tokio::test]
    async fn tumble_and_hop_add_windows() {
        let f = Fixture::flights();
        let tumble = "SELECT id, window_start, window_end FROM TUMBLE(t, ts, INTERVAL '1' MINUTE) ORDER BY 1";
        assert_eq!(
            rows(&f, tumble).await,
            ["1|2024-01-01T00:00:00|2024-01-01T00:01:00", "2|2024-01-01T00:01:00|2024-01-01T00:02:00"]
        );
        let offset =
            "SELECT window_start FROM TUMBLE(t, ts, INTERVAL '1' MINUTE, INTERVAL '10' SECOND) ORDER BY 1";
        assert_eq!(rows(&f, offset).await, ["2024-01-01T00:00:10", "2024-01-01T00:01:10"]);
        let hop = "SELECT h.id, window_start, window_end FROM HOP(t, ts, INTERVAL '30' SECOND, INTERVAL '1' MINUTE) h \
                   WHERE h.id = 1 ORDER BY 2";
        assert_eq!(
            rows(&f, hop).await,
            ["1|2023-12-31T23:59:30|2024-01-01T00:00:30", "1|2024-01-01T00:00:00|2024-01-01T00:01:00"]
        );
        let cte = "WITH c AS (SELECT id AS \"Id\", ts AS \"Time\" FROM t) \
                   SELECT count(*), c.window_start FROM TUMBLE(c, \"Time\", INTERVAL '1' DAY) GROUP BY 2";
        assert_eq!(rows(&f, cte).await, ["2|2024-01-01T00:00:00"]);
        let nested = "SELECT (SELECT count(*) FROM tumble(v2, ts, interval '1' minute)) AS n";
        assert_eq!(rows(&f, nested).await, ["2"]);
    }

    #[tokio::test]
    async fn wrong_windows_are_refused() {
        let f = Fixture::flights();
        for (sql, code) in [
            ("SELECT * FROM TUMBLE(t, ts)", "42883"),
            ("SELECT * FROM TUMBLE(t, name, INTERVAL '1' MINUTE)", "42883"),
            ("SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MONTH)", "0A000"),
            ("SELECT * FROM TUMBLE(t, ts, INTERVAL '0' MINUTE)", "22023"),
            ("SELECT * FROM HOP(t, ts, INTERVAL '2' MINUTE, INTERVAL '5' MINUTE)", "22023"),
            ("SELECT * FROM CUMULATE(t, ts, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)", "0A000"),
            ("SELECT * FROM TUMBLE(tt, ts, INTERVAL '1' MINUTE)", "42P01"),
            ("SELECT * FROM TUMBLE(t, tss, INTERVAL '1' MINUTE)", "42703"),
        ] {
            let error = f.bind(sql).map(|_| ()).unwrap_err();
            assert_eq!(error.code().0, code, "{sql}: {error}");
        }
        assert!(f.bind("SELECT * FROM TUMBLE(t, ts)").unwrap_err().hint().unwrap().contains("TUMBLE(bids"));
    }

    #[tokio::test]
    async fn parameters_are_inferred_and_replaced() {
        let f = Fixture::flights();
        let bound = f.bind("SELECT id + $2 FROM t WHERE name = $1 LIMIT $3").unwrap();
        assert_eq!(bound.parameter_types, [DataType::Utf8, DataType::Int32, DataType::Int64]);
        let values = [ScalarValue::from("two"), ScalarValue::Int64(Some(5)), ScalarValue::Int64(Some(1))];
        assert_eq!(f.run(&bound, &values).await.unwrap(), ["7"]);
        let bound = f.bind("SELECT $1").unwrap();
        assert_eq!(bound.parameter_types, [DataType::Utf8]);
        let few = f.run(&bound, &[]).await.unwrap_err();
        assert_eq!(few.code().0, "08P01");
    }

    #[tokio::test]
    async fn usual_postgresql_words_work() {
        let f = Fixture::flights();
        for (sql, expected) in [
            ("SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL", "t|t"),
            ("SELECT 'Abc' ILIKE 'a%', 'abc' ~ '^a.c$', 'abc' !~ 'x'", "t|t|t"),
            ("SELECT count(*) FROM t WHERE ts >= '2024-01-01 00:01:00'", "1"),
            ("SELECT now() = current_timestamp, now() > '2020-01-01'", "t|t"),
            ("SELECT proctime() = now()", "t"),
            ("SELECT INTERVAL '1 day 2 hours' > INTERVAL '1 day'", "t"),
            ("SELECT to_char(ts, 'YYYY-MM-DD HH24:MI:SS') FROM t WHERE id = 1", "2024-01-01 00:00:30"),
            ("SELECT split_part('a/b/c', '/', 2)", "b"),
            ("SELECT extract(hour from TIMESTAMP '2024-01-01 05:00:00')::int", "5"),
            ("SELECT date_trunc('day', TIMESTAMP '2024-01-01 05:00:00')", "2024-01-01T00:00:00"),
            ("SELECT sum(n) FROM generate_series(1, 10) AS g(n)", "55"),
            (
                "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT count(*) FROM r",
                "5",
            ),
            ("SELECT a.id FROM t a JOIN t b ON a.id = b.id + 1 ORDER BY 1 LIMIT 1", "2"),
            ("SELECT bool_and(v > 5), bool_or(v > 25), avg(v) FROM t", "t|t|20"),
            ("SELECT (ARRAY[1, 2, 3])[2]", "2"),
            ("SELECT DATE '2024-01-31' + INTERVAL '1 month'", "2024-02-29T00:00:00"),
            (
                "SELECT id FROM t WHERE id IN (SELECT id FROM v2) AND EXISTS (SELECT 1 FROM t) ORDER BY id LIMIT 1",
                "1",
            ),
        ] {
            assert_eq!(rows(&f, sql).await, [expected], "{sql}");
        }
    }

    #[tokio::test]
    async fn explain_shows_the_physical_plan_without_marks() {
        let f = Fixture::flights();
        let bound = f.bind("SELECT v, v, count(*) FROM t GROUP BY v").unwrap();
        let text = f.engine.explain(&bound, true).await.unwrap();
        assert!(text.contains("StreamingTableExec") && !text.contains('\u{1}'), "{text}");
    }

    #[tokio::test]
    async fn small_queries_are_fast() {
        let f = Fixture::flights();
        for sql in ["SELECT 1", "SELECT * FROM t WHERE id = 1"] {
            let mut best = u128::MAX;
            for _ in 0..50 {
                let started = std::time::Instant::now();
                rows(&f, sql).await;
                best = best.min(started.elapsed().as_micros());
            }
            println!("{sql}: {best} us");
            assert!(best < 5_000, "{sql} took {best} us");
        }
    }
}
