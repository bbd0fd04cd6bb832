//! `SESSION` in FROM, as a node of the logical plan.
//!
//! A view keeps it by an operator of its own; an ad-hoc query reads it as the
//! window functions that [`SessionWindow::as_window_functions`] gives.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalMonthDayNano, TimeUnit};
use datafusion::common::{DFSchema, DFSchemaRef, Result as PlanResult, ScalarValue, internal_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, ExprSchemable, Extension, LogicalPlan, LogicalPlanBuilder,
    UserDefinedLogicalNodeCore, WindowFunctionDefinition, cast, col, lit, when,
};

use crate::expr::registry;

/// The columns of `input`, then `window_start` and `window_end`, which are NULL
/// where the time is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionWindow {
    /// The rows.
    pub input: LogicalPlan,
    /// The column with their time.
    pub time: Expr,
    /// The columns of the partition.
    pub partition: Vec<Expr>,
    /// Microseconds without a row that end a session.
    pub gap: i64,
    schema: DFSchemaRef,
}

impl SessionWindow {
    /// `time` and `partition` are columns of `input`.
    pub fn new(input: LogicalPlan, time: Expr, partition: Vec<Expr>, gap: i64) -> PlanResult<Self> {
        let data_type = bound_type(&time, input.schema())?;
        let known = input.schema();
        let mut fields: Vec<_> =
            known.iter().map(|(qualifier, field)| (qualifier.cloned(), field.clone())).collect();
        for name in ["window_start", "window_end"] {
            fields.push((None, Arc::new(Field::new(name, data_type.clone(), true))));
        }
        let schema = Arc::new(DFSchema::new_with_metadata(fields, known.metadata().clone())?);
        Ok(SessionWindow { input, time, partition, gap, schema })
    }

    /// As a plan.
    pub fn into_plan(self) -> LogicalPlan {
        LogicalPlan::Extension(Extension { node: Arc::new(self) })
    }

    /// The same by window functions: a row begins a session when the one before
    /// is at least the gap away; the sum of these is the number of its session.
    pub fn as_window_functions(&self) -> PlanResult<LogicalPlan> {
        const STARTS: &str = "ms_session_starts";
        const NUMBER: &str = "ms_session_number";
        const FIRST: &str = "ms_session_first";
        const LAST: &str = "ms_session_last";
        let time = cast(self.time.clone(), bound_type(&self.time, self.input.schema())?);
        let gap = lit(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(
            0,
            (self.gap / DAY) as i32,
            self.gap % DAY * 1000,
        ))));
        let columns: Vec<Expr> = self.input.schema().columns().into_iter().map(Expr::Column).collect();
        let order = vec![self.time.clone().sort(true, false)];
        let before = self.window("lag", time.clone())?.order_by(order.clone());
        let before = before.partition_by(self.partition.clone()).build()?.alias(STARTS);
        let plan = LogicalPlanBuilder::from(self.input.clone()).window([before])?;
        let near = col(STARTS).is_not_null().and(time.clone().lt(col(STARTS) + gap.clone()));
        let starts = when(near, lit(0_i64)).otherwise(lit(1_i64))?.alias(STARTS);
        let plan = plan.project(columns.iter().cloned().chain([starts]))?;
        let number = self.window("sum", col(STARTS))?.order_by(order);
        let number = number.partition_by(self.partition.clone()).build()?.alias(NUMBER);
        let plan = plan.window([number])?;
        let session: Vec<Expr> = self.partition.iter().cloned().chain([col(NUMBER)]).collect();
        let first = self.window("min", time.clone())?.partition_by(session.clone()).build()?.alias(FIRST);
        let last = self.window("max", time)?.partition_by(session).build()?.alias(LAST);
        let plan = plan.window([first, last])?;
        let bounds = [col(FIRST).alias("window_start"), (col(LAST) + gap).alias("window_end")];
        plan.project(columns.into_iter().chain(bounds))?.build()
    }

    fn window(&self, name: &str, argument: Expr) -> PlanResult<Expr> {
        let known = registry();
        let function = match (known.window.get(name), known.aggregate.get(name)) {
            (Some(function), _) => WindowFunctionDefinition::WindowUDF(function.clone()),
            (_, Some(function)) => WindowFunctionDefinition::AggregateUDF(function.clone()),
            _ => return internal_err!("there is no function {name}"),
        };
        Ok(Expr::from(WindowFunction::new(function, vec![argument])))
    }
}

const DAY: i64 = 86_400_000_000;

/// The type of a session's ends: a timestamp, with the time's zone if it has one.
fn bound_type(time: &Expr, schema: &DFSchema) -> PlanResult<DataType> {
    Ok(match time.get_type(schema)? {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone),
        _ => DataType::Timestamp(TimeUnit::Microsecond, None),
    })
}

impl PartialOrd for SessionWindow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.input.partial_cmp(&other.input) {
            Some(Ordering::Equal) if self == other => Some(Ordering::Equal),
            Some(Ordering::Equal) => self.gap.partial_cmp(&other.gap).filter(|o| o.is_ne()),
            other => other,
        }
    }
}

impl UserDefinedLogicalNodeCore for SessionWindow {
    fn name(&self) -> &str {
        "Session"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        [&self.time].into_iter().chain(&self.partition).cloned().collect()
    }

    /// A whole partition may be left out below; anything else would change sessions.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let free: HashSet<&str> = self.partition.iter().filter_map(column_name).collect();
        let names = self.schema.fields().iter().map(|f| f.name().clone());
        names.filter(|name| !free.contains(name.as_str())).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Session: time={}, gap={} us, partition=[", self.time, self.gap)?;
        for (index, column) in self.partition.iter().enumerate() {
            write!(f, "{}{column}", if index > 0 { ", " } else { "" })?;
        }
        write!(f, "]")
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> PlanResult<Self> {
        let (mut exprs, mut inputs) = (exprs.into_iter(), inputs.into_iter());
        let (Some(time), Some(input)) = (exprs.next(), inputs.next()) else {
            return internal_err!("a session has a time and an input");
        };
        SessionWindow::new(input, time, exprs.collect(), self.gap)
    }

    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let width = self.input.schema().fields().len();
        Some(vec![output.iter().copied().filter(|column| *column < width).collect()])
    }
}

fn column_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Column(column) => Some(&column.name),
        _ => None,
    }
}
