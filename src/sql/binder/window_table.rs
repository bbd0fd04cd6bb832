//! `TUMBLE`, `HOP` and `CUMULATE` in FROM.
//!
//! Each becomes a derived table over its relation (a table, a view, a common
//! table expression or a subquery) that adds `window_start` and `window_end`:
//!
//! ```sql
//! SELECT *, window_start + size AS window_end FROM
//!   (SELECT *, ms_tumble_start(ts, size, offset) AS window_start FROM rel WHERE ts IS NOT NULL)
//! SELECT *, window_start + size AS window_end FROM
//!   (SELECT *, unnest(ms_hop_starts(ts, slide, size, offset)) AS window_start FROM rel WHERE ts IS NOT NULL)
//! SELECT *, unnest(ms_cumulate_ends(ts, step, size, offset)) AS window_end FROM
//!   (SELECT *, ms_tumble_start(ts, size, offset) AS window_start FROM rel WHERE ts IS NOT NULL)
//! ```
//!
//! `SESSION` becomes a [`SessionWindow`], `changelog` a [`Changelog`].
//!
//! A row whose time is NULL belongs to no window and is left out of all.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, IntervalUnit, Schema};
use datafusion::catalog::TableFunctionArgs;
use datafusion::common::{DFSchema, Result as PlanResult};
use datafusion::datasource::provider_as_source;
use datafusion::execution::context::ExecutionProps;
use datafusion::execution::{SessionStateBuilder, SessionStateDefaults};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    Expr as PlanExpr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, TableSource,
};
use datafusion::physical_expr::create_physical_expr;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, Statement, TableAlias,
    TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::as_of_now::{self, AsOfNow};
use super::changelog::Changelog;
use super::error::external;
use super::session_window::SessionWindow;
use super::table_query::table_factor;
use super::types::fold;
use crate::expr::functions::{interval_micros, window_type};
use crate::types::{Error, Result, SqlState};

const TUMBLE: &str = "SELECT *, window_start + ms_1 AS window_end FROM \
    (SELECT *, ms_tumble_start(ms_0, ms_1, ms_2) AS window_start FROM ms_relation WHERE ms_0 IS NOT NULL)";
const HOP: &str = "SELECT *, window_start + ms_2 AS window_end FROM \
    (SELECT *, unnest(ms_hop_starts(ms_0, ms_1, ms_2, ms_3)) AS window_start FROM ms_relation \
    WHERE ms_0 IS NOT NULL)";
const CUMULATE: &str = "SELECT *, unnest(ms_cumulate_ends(ms_0, ms_1, ms_2, ms_3)) AS window_end FROM \
    (SELECT *, ms_tumble_start(ms_0, ms_2, ms_3) AS window_start FROM ms_relation WHERE ms_0 IS NOT NULL)";
const TUMBLE_FORM: &str = "Write TUMBLE(relation, time_column, size [, offset]), \
    for example TUMBLE(bids, ts, INTERVAL '1' MINUTE).";
const HOP_FORM: &str = "Write HOP(relation, time_column, slide, size [, offset]), \
    for example HOP(bids, ts, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE).";
const CUMULATE_FORM: &str = "Write CUMULATE(relation, time_column, step, size [, offset]), \
    for example CUMULATE(bids, ts, INTERVAL '1' MINUTE, INTERVAL '1' HOUR).";
const SESSION_FORM: &str = "Write SESSION(relation, time_column, gap [, PARTITION BY columns]), \
    for example SESSION(clicks, ts, INTERVAL '5' MINUTE, PARTITION BY user_id).";

/// Plans the table functions of event-time windows.
#[derive(Debug)]
pub(super) struct WindowTables;

impl RelationPlanner for WindowTables {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> PlanResult<RelationPlanning> {
        if let Some(relation) = as_of_now::unmarked(&relation) {
            let plan = AsOfNow::over(context.plan(relation)?);
            return Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))));
        }
        check_supported(&relation).map_err(external)?;
        let (name, args, alias) = match &relation {
            TableFactor::Table { name, args: Some(args), alias, .. } => (name, &args.args, alias),
            TableFactor::Function { name, args, alias, .. } => (name, args, alias),
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let Some(name) = name.0.last().and_then(|part| part.as_ident()).map(fold) else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let derived = match name.as_str() {
            "tumble" => window_table(args, alias, TUMBLE, 2, TUMBLE_FORM, "tumble"),
            "hop" => window_table(args, alias, HOP, 3, HOP_FORM, "hop"),
            "cumulate" => window_table(args, alias, CUMULATE, 3, CUMULATE_FORM, "cumulate"),
            "session" => return planned(session(args, context), alias.clone().or_else(|| named(args))),
            "ms_changelog" => return planned(changelog(args, context), alias.clone()),
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let plan = context.plan(derived.map_err(external)?)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

fn planned(plan: Result<LogicalPlan>, alias: Option<TableAlias>) -> PlanResult<RelationPlanning> {
    let planned = PlannedRelation::new(plan.map_err(external)?, alias);
    Ok(RelationPlanning::Planned(Box::new(planned)))
}

/// The name of the relation in the first argument.
fn named(args: &[FunctionArg]) -> Option<TableAlias> {
    own_name(&relation(plain(args.first()?)?)?)
}

/// `SESSION(relation, time, gap [, ms_partition(columns)])`.
fn session(args: &[FunctionArg], context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let syntax = |message: &str| Error::new(SqlState::SYNTAX_ERROR, message).with_hint(SESSION_FORM);
    let wrong = || {
        let message = format!("function session with {} arguments does not exist", args.len());
        Error::new(SqlState::UNDEFINED_FUNCTION, message).with_hint(SESSION_FORM)
    };
    let values: Vec<Expr> = args.iter().map(plain).collect::<Option<_>>().ok_or_else(wrong)?;
    let (relation_name, time, gap, partition) = match values.as_slice() {
        [relation, time, gap] => (relation, time, gap, vec![]),
        [relation, time, gap, partition] => {
            (relation, time, gap, partition_columns(partition).ok_or_else(wrong)?)
        }
        _ => return Err(wrong()),
    };
    let relation = relation(relation_name.clone())
        .ok_or_else(|| syntax("the first argument of session must name a relation"))?;
    let input = context.plan(relation)?;
    let mut column = |expr: Expr, what: &str| match context.sql_to_expr(expr, input.schema())? {
        PlanExpr::Column(column) => Ok(PlanExpr::Column(column)),
        _ => Err(syntax(&format!("the {what} of session must be a column"))),
    };
    let time = column(time.clone(), "time")?;
    let partition = partition.into_iter().map(|c| column(c, "partition")).collect::<Result<Vec<_>>>()?;
    let gap = session_gap(&context.sql_to_expr(gap.clone(), &DFSchema::empty())?)?;
    let data_type = time.get_type(input.schema())?;
    window_type("session", &[data_type, DataType::Interval(IntervalUnit::MonthDayNano)], 1)?;
    let input = LogicalPlanBuilder::from(input).filter(time.clone().is_not_null())?.build()?;
    Ok(SessionWindow::new(input, time, partition, gap)?.into_plan())
}

/// The arguments of `ms_partition`, which the parser makes of `PARTITION BY`.
fn partition_columns(expr: &Expr) -> Option<Vec<Expr>> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    if !function.name.to_string().eq_ignore_ascii_case("ms_partition") {
        return None;
    }
    list.args.iter().map(plain).collect()
}

fn session_gap(gap: &PlanExpr) -> Result<i64> {
    if gap.any_column_refs() || gap.is_volatile() {
        let message = "the session gap must be a constant interval";
        return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message).with_hint(SESSION_FORM));
    }
    let (props, planning) = (ExecutionProps::new(), PhysicalPlanningContext::default());
    let gap = create_physical_expr(gap, &DFSchema::empty(), &props, &planning)?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let nothing = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options)?;
    let gap = interval_micros(&gap.evaluate(&nothing)?, "session gap")?;
    if gap <= 0 {
        return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "the session gap must be positive"));
    }
    Ok(gap)
}

/// `ms_changelog(relation)`, which the parser makes of `AS changelog FROM relation`.
fn changelog(args: &[FunctionArg], context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let relation = args.first().and_then(plain).and_then(relation);
    let relation = relation.ok_or_else(|| {
        let message = "changelog must be of a table, source or view";
        Error::new(SqlState::SYNTAX_ERROR, message).with_hint("Write WITH c AS changelog FROM t SELECT …")
    })?;
    Ok(Changelog::new(context.plan(relation)?)?.into_plan())
}

/// What DataFusion would read over without a word.
fn check_supported(relation: &TableFactor) -> Result<()> {
    match relation {
        TableFactor::Table { version: Some(version), .. } => {
            Err(Error::unsupported(format!("{version} in FROM"))
                .with_hint("Only the present can be looked up: FOR SYSTEM_TIME AS OF PROCTIME()."))
        }
        TableFactor::Table { sample: Some(_), .. } => Err(Error::unsupported("TABLESAMPLE")),
        TableFactor::Table { with_ordinality: true, .. } => Err(Error::unsupported("WITH ORDINALITY")),
        _ => Ok(()),
    }
}

/// A table function of DataFusion's, for example `generate_series`.
pub(super) fn builtin_table_function(name: &str, args: &[PlanExpr]) -> Result<Arc<dyn TableSource>> {
    let known = SessionStateDefaults::default_table_functions();
    match known.iter().find(|f| f.name() == name) {
        Some(function) => {
            let session = SessionStateBuilder::new().build();
            let args = TableFunctionArgs::new(args, &session);
            Ok(provider_as_source(function.create_table_provider_with_args(args)?))
        }
        None => {
            Err(Error::new(SqlState::UNDEFINED_FUNCTION, format!("function {name} does not exist in FROM")))
        }
    }
}

/// `template` with the call's arguments put in. `times` counts the arguments
/// after the relation that must be there: the time column and the intervals.
fn window_table(
    args: &[FunctionArg],
    alias: &Option<TableAlias>,
    template: &'static str,
    times: usize,
    form: &str,
    name: &str,
) -> Result<TableFactor> {
    let wrong = || {
        let count = args.len();
        Error::new(
            SqlState::UNDEFINED_FUNCTION,
            format!("function {name} with {count} arguments does not exist"),
        )
        .with_hint(form)
    };
    let mut values: Vec<Expr> = args.iter().map(plain).collect::<Option<_>>().ok_or_else(wrong)?;
    if values.len() != times + 1 && values.len() != times + 2 {
        return Err(wrong());
    }
    let relation = relation(values.remove(0)).ok_or_else(|| {
        Error::new(SqlState::SYNTAX_ERROR, format!("the first argument of {name} must name a relation"))
            .with_hint(form)
    })?;
    if values.len() == times {
        values.push(zero_interval());
    }
    let alias = alias.clone().or_else(|| own_name(&relation));
    let mut subquery = parsed(template).clone();
    let _ = subquery.visit(&mut Substitute { relation, values });
    Ok(TableFactor::Derived { lateral: false, subquery, alias, sample: None })
}

fn plain(argument: &FunctionArg) -> Option<Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    }
}

/// The first argument, read as an expression by the parser, as a relation.
fn relation(expr: Expr) -> Option<TableFactor> {
    let name = match expr {
        Expr::Identifier(name) => vec![name],
        Expr::CompoundIdentifier(names) => names,
        Expr::Subquery(subquery) => {
            return Some(TableFactor::Derived { lateral: false, subquery, alias: None, sample: None });
        }
        _ => return None,
    };
    Some(table_factor(ObjectName::from(name)))
}

fn own_name(relation: &TableFactor) -> Option<TableAlias> {
    let TableFactor::Table { name, .. } = relation else { return None };
    let name = name.0.last()?.as_ident()?.clone();
    Some(TableAlias { explicit: true, name, columns: vec![], at: None })
}

fn zero_interval() -> Expr {
    static ZERO: OnceLock<Expr> = OnceLock::new();
    ZERO.get_or_init(|| {
        let dialect = PostgreSqlDialect {};
        let parsed =
            Parser::new(&dialect).try_with_sql("INTERVAL '0' SECOND").and_then(|mut p| p.parse_expr());
        parsed.expect("a constant text that parses")
    })
    .clone()
}

fn parsed(template: &'static str) -> Box<Query> {
    let statement = Parser::parse_sql(&PostgreSqlDialect {}, template).ok().and_then(|mut all| all.pop());
    let Some(Statement::Query(query)) = statement else { unreachable!("a constant text that is a query") };
    query
}

/// Puts arguments in the place of `ms_0`, `ms_1`, … and the relation in the
/// place of `ms_relation`.
struct Substitute {
    relation: TableFactor,
    values: Vec<Expr>,
}

impl VisitorMut for Substitute {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(Ident { value, .. }) if value.starts_with("ms_") => {
                let index = value[3..].parse::<usize>().ok();
                if let Some(value) = index.and_then(|i| self.values.get(i)) {
                    *expr = value.clone();
                }
            }
            Expr::Identifier(ident) => ident.span = no_span(),
            Expr::Value(value) if matches!(value.value, Value::Number(..)) => value.span = no_span(),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor
            && name.to_string() == "ms_relation"
        {
            *factor = self.relation.clone();
        }
        ControlFlow::Continue(())
    }
}

fn no_span() -> datafusion::sql::sqlparser::tokenizer::Span {
    datafusion::sql::sqlparser::tokenizer::Span::empty()
}
