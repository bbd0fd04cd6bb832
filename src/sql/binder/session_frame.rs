//! `OVER (PARTITION BY u ORDER BY ts SESSION WITH GAP INTERVAL '5' MINUTE)`.
//!
//! The frame of a row is its session: the rows of its partition that follow on
//! one another with less than the gap between them, as in `SESSION(…)` in FROM.
//! So the window becomes one over whole partitions, which are the sessions:
//!
//! ```sql
//! f(x) OVER (PARTITION BY u, window_end ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
//! FROM SESSION(input, ts, gap, PARTITION BY u)
//! ```
//!
//! A session's end tells it from the others of its partition, and follows the
//! watermark, which closes it. Rows without a time are in a session of their
//! own. Functions that do not look at frames, such as `rank()`, do not look at
//! this one either.
//!
//! The syntax tree carries the frame as `RANGE BETWEEN session <microseconds>
//! PRECEDING …`, which no user can write ([`mark`]); the plan is rewritten
//! before its types are coerced ([`planned`]).

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Window, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::sql::sqlparser::ast;

use arrow::datatypes::{DataType, IntervalMonthDayNano};

use super::error::external;
use super::rewriting::{interval_value, string_of};
use super::session_window::SessionWindow;
use super::types::fold;
use crate::expr::input::read_interval_fields;
use crate::expr::sql_name;
use crate::types::{Error, Result, SqlState};

/// What the number of a marked frame begins with.
const MARK: &str = "session ";
const FORM: &str =
    "Write for example OVER (PARTITION BY u ORDER BY ts SESSION WITH GAP INTERVAL '5' MINUTE).";
const DAY: i64 = 86_400_000_000;

/// Gives a frame that the parser made of `SESSION WITH GAP` its gap in microseconds.
pub(super) fn mark(expr: &mut ast::Expr) -> Result<()> {
    let ast::Expr::Function(function) = expr else { return Ok(()) };
    let Some(ast::WindowType::WindowSpec(spec)) = &mut function.over else { return Ok(()) };
    let Some(ast::WindowFrame { start_bound: ast::WindowFrameBound::Preceding(Some(start)), .. }) =
        &mut spec.window_frame
    else {
        return Ok(());
    };
    let Some(gap) = gap_syntax(start) else { return Ok(()) };
    let micros = gap_micros(gap)?;
    if spec.order_by.len() != 1 {
        let message = "a SESSION frame needs an ORDER BY with exactly one expression";
        return Err(Error::new(SqlState::WINDOWING_ERROR, message).with_hint(FORM));
    }
    let number = ast::Value::Number(format!("{MARK}{micros}"), false);
    **start = ast::Expr::Value(number.with_empty_span());
    Ok(())
}

/// The argument of `ms_session_gap`.
fn gap_syntax(bound: &ast::Expr) -> Option<&ast::Expr> {
    let ast::Expr::Function(call) = bound else { return None };
    let name = call.name.0.last().and_then(|part| part.as_ident()).map(fold)?;
    let ast::FunctionArguments::List(list) = &call.args else { return None };
    match list.args.as_slice() {
        [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(gap))] if name == "ms_session_gap" => Some(gap),
        _ => None,
    }
}

fn gap_micros(gap: &ast::Expr) -> Result<i64> {
    let wrong = |message: &str| Error::new(SqlState::INVALID_PARAMETER_VALUE, message).with_hint(FORM);
    let value = literal(gap)?.ok_or_else(|| wrong("the session gap must be a literal interval"))?;
    if value.months != 0 {
        return Err(wrong("the session gap must not have months, which are not equally long"));
    }
    let micros = i64::from(value.days).checked_mul(DAY);
    let micros = micros.and_then(|days| days.checked_add(value.nanoseconds / 1000));
    match micros {
        Some(micros) if micros > 0 => Ok(micros),
        Some(_) => Err(wrong("the session gap must be positive")),
        None => Err(wrong("the session gap is out of range")),
    }
}

/// `INTERVAL '5' MINUTE`, `'5 minutes'::interval`, `'5 minutes'`.
fn literal(gap: &ast::Expr) -> Result<Option<IntervalMonthDayNano>> {
    match gap {
        ast::Expr::Interval(interval) => interval_value(interval),
        ast::Expr::Nested(inner) => literal(inner),
        ast::Expr::Cast { expr, data_type: ast::DataType::Interval { .. }, .. } => literal(expr),
        text => string_of(text).map(|text| read_interval_fields(text, None)).transpose(),
    }
}

/// The plan without session frames.
pub(super) fn planned(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let planned = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Window(window) if window.window_expr.iter().any(|e| gap_of(e).is_some()) => {
            over_sessions(&window).map(Transformed::yes)
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(planned.data)
}

fn function_of(expr: &Expr) -> Option<&WindowFunction> {
    match expr {
        Expr::WindowFunction(function) => Some(function),
        Expr::Alias(alias) => function_of(&alias.expr),
        _ => None,
    }
}

fn gap_of(expr: &Expr) -> Option<i64> {
    match &function_of(expr)?.params.window_frame.start_bound {
        WindowFrameBound::Preceding(ScalarValue::Utf8(Some(text))) => text.strip_prefix(MARK)?.parse().ok(),
        _ => None,
    }
}

/// Does the function look at the rows of its frame?
fn has_frame(function: &WindowFunction) -> bool {
    match &function.fun {
        WindowFunctionDefinition::AggregateUDF(_) => true,
        WindowFunctionDefinition::WindowUDF(udf) => {
            matches!(udf.name(), "first_value" | "last_value" | "nth_value")
        }
    }
}

/// The columns of the plan that is being built: those of the window's input, under
/// names that differ, then what sessions need.
struct Columns {
    expressions: Vec<Expr>,
    names: Vec<String>,
}

impl Columns {
    fn of(input: &LogicalPlan) -> Self {
        let schema = input.schema();
        let expressions: Vec<Expr> = schema.columns().into_iter().map(Expr::Column).collect();
        let fields = schema.fields();
        let is_free = |name: &str| {
            !matches!(name, "window_start" | "window_end")
                && fields.iter().filter(|f| f.name() == name).count() == 1
        };
        let named = fields.iter().enumerate().map(|(index, field)| match is_free(field.name()) {
            true => field.name().clone(),
            false => format!("ms_column_{index}"),
        });
        Columns { names: named.collect(), expressions }
    }

    /// The column that holds an expression over the input.
    fn index_of(&mut self, expression: &Expr) -> usize {
        if let Some(index) = self.expressions.iter().position(|e| e == expression) {
            return index;
        }
        self.names.push(format!("ms_column_{}", self.expressions.len()));
        self.expressions.push(expression.clone());
        self.expressions.len() - 1
    }

    fn column(&self, index: usize) -> Expr {
        Expr::Column(Column::new_unqualified(&self.names[index]))
    }

    /// An expression over the input, over these columns instead.
    fn renamed(&self, expression: Expr, input: &LogicalPlan) -> PlanResult<Expr> {
        let renamed = expression.transform(|e| match &e {
            Expr::Column(column) => {
                let index = input.schema().index_of_column(column)?;
                Ok(Transformed::yes(self.column(index)))
            }
            _ => Ok(Transformed::no(e)),
        })?;
        Ok(renamed.data)
    }
}

/// Sessions of one time, partition and gap.
#[derive(PartialEq)]
struct Sessions {
    time: usize,
    partition: Vec<usize>,
    gap: i64,
}

fn over_sessions(window: &Window) -> PlanResult<LogicalPlan> {
    let input = window.input.as_ref();
    let mut columns = Columns::of(input);
    let mut sessions: Vec<Sessions> = vec![];
    let mut session_of: Vec<Option<usize>> = vec![];
    for expression in &window.window_expr {
        let function = function_of(expression).filter(|f| has_frame(f));
        session_of.push(match (function, gap_of(expression)) {
            (Some(function), Some(gap)) => Some(session(function, gap, &mut columns, &mut sessions)?),
            _ => None,
        });
    }
    let named =
        (0..columns.expressions.len()).map(|i| columns.expressions[i].clone().alias(&columns.names[i]));
    let mut plan = LogicalPlanBuilder::from(input.clone()).project(named.collect::<Vec<_>>())?.build()?;
    for (number, session) in sessions.iter().enumerate() {
        plan = with_end(plan, session, &columns, number)?;
    }
    let mut calls: Vec<Expr> = vec![];
    for (expression, session) in window.window_expr.iter().zip(&session_of) {
        calls.push(call(&columns.renamed(expression.clone(), input)?, *session));
    }
    let mut distinct: Vec<Expr> = vec![];
    calls.iter().for_each(|call| {
        if !distinct.contains(call) {
            distinct.push(call.clone());
        }
    });
    let plan = LogicalPlanBuilder::window_plan(plan, distinct)?;
    under_old_names(plan, window, &columns, &calls)
}

/// The sessions that a function asks for.
fn session(
    function: &WindowFunction,
    gap: i64,
    columns: &mut Columns,
    sessions: &mut Vec<Sessions>,
) -> PlanResult<usize> {
    let params = &function.params;
    let Some(order) = params.order_by.first() else {
        let message = "a SESSION frame needs an ORDER BY with exactly one expression";
        return Err(external(Error::new(SqlState::WINDOWING_ERROR, message).with_hint(FORM)));
    };
    let time = columns.index_of(&order.expr);
    let partition = params.partition_by.iter().map(|e| columns.index_of(e)).collect();
    let wanted = Sessions { time, partition, gap };
    let found = sessions.iter().position(|s| *s == wanted);
    Ok(found.unwrap_or_else(|| {
        sessions.push(wanted);
        sessions.len() - 1
    }))
}

fn end_name(session: usize) -> String {
    format!("ms_session_end_{session}")
}

/// `plan` with one more column: the end of each row's session.
fn with_end(
    plan: LogicalPlan,
    session: &Sessions,
    columns: &Columns,
    number: usize,
) -> PlanResult<LogicalPlan> {
    let time = columns.column(session.time);
    let data_type = time.get_type(plan.schema())?;
    if !matches!(data_type, DataType::Timestamp(..) | DataType::Date32) {
        let message = format!(
            "a SESSION frame orders by a timestamp, timestamptz or date, not by type {}",
            sql_name(&data_type)
        );
        return Err(external(Error::new(SqlState::DATATYPE_MISMATCH, message).with_hint(FORM)));
    }
    let kept: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let partition = session.partition.iter().map(|c| columns.column(*c)).collect();
    let plan = SessionWindow::new(plan, time, partition, session.gap)?.into_plan();
    let end = Expr::Column(Column::new_unqualified("window_end")).alias(end_name(number));
    LogicalPlanBuilder::from(plan).project(kept.into_iter().chain([end]).collect::<Vec<_>>())?.build()
}

/// The call over the whole of its session, or, if it looks at no frame, as it is without one.
fn call(expression: &Expr, session: Option<usize>) -> Expr {
    let mut function = match function_of(expression) {
        Some(function) => function.clone(),
        None => return expression.clone(),
    };
    let params = &mut function.params;
    if let Some(session) = session {
        params.partition_by.push(Expr::Column(Column::new_unqualified(end_name(session))));
        params.window_frame = WindowFrame::new_bounds(
            WindowFrameUnits::Rows,
            WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
            WindowFrameBound::Following(ScalarValue::UInt64(None)),
        );
    } else if gap_of(expression).is_some() {
        params.window_frame = WindowFrame::new(Some(true));
    }
    Expr::WindowFunction(Box::new(function))
}

/// The columns that `window` has, of those of `plan`.
fn under_old_names(
    plan: LogicalPlan,
    window: &Window,
    columns: &Columns,
    calls: &[Expr],
) -> PlanResult<LogicalPlan> {
    let width = window.input.schema().fields().len();
    let shown = (0..window.schema.fields().len()).map(|index| {
        let (qualifier, field) = window.schema.qualified_field(index);
        let column = match index.checked_sub(width) {
            None => columns.column(index),
            Some(call) => Expr::Column(Column::new_unqualified(calls[call].schema_name().to_string())),
        };
        column.alias_qualified(qualifier.cloned(), field.name())
    });
    LogicalPlanBuilder::from(plan).project(shown.collect::<Vec<_>>())?.build()
}
