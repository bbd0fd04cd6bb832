//! OVER: a projection of what window functions ask for, then one operator for
//! each partition and order.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction};
use datafusion::logical_expr::{
    Expr, Window, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, WindowExpr};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr, expressions};
use datafusion::physical_plan::windows::create_window_expr;

use super::columns::Columns;
use super::planner::{Planner, in_view, mapped, nullable};
use crate::expr::{EpochTime, Program, Step};
use crate::plan::stream::{
    ClosedBy, Closing, Distance, EventTime, FrameEnd, Monotone, OverCall, OverSpec, Properties, Reach,
    Running, StreamNode, StreamOperator,
};
use crate::types::{Error, Result, SqlState};

/// Aggregates whose partial state has a fixed size: they can go on from it.
const RESUMABLE: [&str; 16] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "bool_and",
    "bool_or",
    "bit_and",
    "bit_or",
    "bit_xor",
    "stddev",
    "stddev_pop",
    "var",
    "var_pop",
    "corr",
    "covar_samp",
];

/// Plans the window functions of one logical node over `input`.
pub fn plan_over(
    planner: &Planner<'_>,
    input: Arc<StreamNode>,
    window: &Window,
    emit_on_window_close: bool,
) -> Result<StreamNode> {
    let below = window.input.schema();
    let mut columns = Columns::new(below.columns().into_iter().map(Expr::Column).collect());
    let width = columns.expressions().len();
    let functions = window.window_expr.iter().map(function_of).collect::<Result<Vec<_>>>()?;
    let planned: Vec<PlannedCall> = functions.into_iter().map(|f| plan_call(f, &mut columns)).collect();
    let schema = nullable(window.schema.as_ref());
    let mut node = if columns.expressions().len() == width {
        input
    } else {
        let wider = columns.schema(below)?;
        Arc::new(planner.projected(input, columns.expressions(), below, wider)?)
    };
    // Calls in the order of the query, each with its column in the output.
    let mut places = vec![0; planned.len()];
    let mut done = vec![false; planned.len()];
    while let Some(first) = done.iter().position(|d| !d) {
        let same = |call: &PlannedCall| {
            call.partition == planned[first].partition && call.order == planned[first].order
        };
        let members: Vec<usize> = (first..planned.len()).filter(|i| same(&planned[*i])).collect();
        for (offset, index) in members.iter().enumerate() {
            places[*index] = node.schema.fields().len() + offset;
            done[*index] = true;
        }
        let calls = members.iter().map(|i| (&planned[*i], schema.field(width + i)));
        node = Arc::new(over(node, calls.collect(), emit_on_window_close)?);
    }
    let kept: Vec<usize> = (0..width).chain(places).collect();
    picked(node, &kept, schema)
}

/// One operator for calls with the same partition and order.
fn over(
    input: Arc<StreamNode>,
    calls: Vec<(&PlannedCall, &Field)>,
    emit_on_window_close: bool,
) -> Result<StreamNode> {
    let below = &input.schema;
    let (partition, order) = (calls[0].0.partition.clone(), calls[0].0.order.clone());
    let mut fields: Vec<Field> = below.fields().iter().map(|f| f.as_ref().clone()).collect();
    if let Some(field) = fields.iter().find(|f| !has_row_format(f.data_type())) {
        return Err(in_view(&format!("a window over rows with a column of type {}", field.data_type())));
    }
    let mut finished = Vec::with_capacity(calls.len());
    for (call, field) in calls {
        let call = call.finish(below, field.name())?;
        fields.push(Field::new(field.name(), call.window.field()?.data_type().clone(), true));
        finished.push(call);
    }
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let closing = closing(&input.properties, &partition, &order, &finished);
    let emit_on_window_close = emit_on_window_close && closing.is_some();
    let properties = properties_of(&input.properties, &partition, closing.as_ref(), &finished);
    let is_final = emit_on_window_close
        && input.properties.append_only
        && closing.as_ref().is_some_and(|closing| closing.lateness == 0);
    let properties = Properties { append_only: is_final, ..properties };
    let spec = OverSpec {
        partition,
        order,
        calls: finished,
        append_only: input.properties.append_only,
        closing,
        emit_on_window_close,
        schema: schema.clone(),
    };
    Ok(StreamNode { operator: StreamOperator::Over(Arc::new(spec)), inputs: vec![input], schema, properties })
}

fn has_row_format(data_type: &DataType) -> bool {
    RowConverter::supports_fields(&[SortField::new(data_type.clone())])
}

/// The column by which a watermark closes partitions, or rows of them.
fn closing(
    input: &Properties,
    partition: &[usize],
    order: &[(usize, SortOptions)],
    calls: &[OverCall],
) -> Option<Closing> {
    let closed = |e: &EventTime, by: ClosedBy| Closing {
        by,
        column: e.column,
        source: e.source,
        bound: e.bound.clone(),
        lateness: e.lateness,
    };
    if let Some(time) = input.event_times.iter().find(|e| partition.contains(&e.column)) {
        return Some(closed(time, ClosedBy::Partition));
    }
    let (first, options) = order.first()?;
    let grows = !options.descending && !options.nulls_first;
    if !grows || calls.iter().any(|c| matches!(c.reach, Reach::Partition)) {
        return None;
    }
    input.event_times.iter().find(|e| e.column == *first).map(|time| closed(time, ClosedBy::Order))
}

/// A change reaches no further than its partition, and in the order not much
/// ahead: what these columns have to come, those of the results have as well.
fn properties_of(
    input: &Properties,
    partition: &[usize],
    closing: Option<&Closing>,
    calls: &[OverCall],
) -> Properties {
    let followed = input.event_times.iter().filter(|e| partition.contains(&e.column));
    let mut event_times: Vec<EventTime> = followed.cloned().collect();
    if let Some(closing) = closing.filter(|c| c.by == ClosedBy::Order && input.append_only)
        && let Some(micros) = calls.iter().try_fold(0, |far, call| Some(behind(call)?.max(far)))
    {
        let Closing { column, source, bound, lateness, .. } = closing.clone();
        let bound = if micros > 0 { bound.then(Monotone::Add(-micros)) } else { bound };
        event_times.push(EventTime { column, source, bound, lateness });
    }
    Properties { append_only: false, event_times, key: input.key.clone() }
}

/// How long ahead of a row there can be another that depends on it; microseconds.
fn behind(call: &OverCall) -> Option<i64> {
    match &call.reach {
        Reach::Running(_) => Some(0),
        Reach::Partition => None,
        Reach::Near { behind, .. } => match behind {
            Distance::Rows(0) | Distance::Groups(0) => Some(0),
            Distance::Range(ScalarValue::IntervalMonthDayNano(Some(interval))) if interval.months == 0 => {
                Some(i64::from(interval.days) * 86_400_000_000 + interval.nanoseconds / 1000)
            }
            _ => None,
        },
    }
}

/// These columns of `input`, under the names of `schema`.
fn picked(input: Arc<StreamNode>, columns: &[usize], schema: SchemaRef) -> Result<StreamNode> {
    if columns.iter().copied().eq(0..input.schema.fields().len()) {
        let mut node = Arc::unwrap_or_clone(input);
        if let StreamOperator::Over(spec) = &mut node.operator {
            *spec = Arc::new(OverSpec { schema: schema.clone(), ..spec.as_ref().clone() });
        }
        node.schema = schema;
        return Ok(node);
    }
    let column = |c: &usize| {
        Arc::new(expressions::Column::new(input.schema.field(*c).name(), *c)) as Arc<dyn PhysicalExpr>
    };
    let step = Step::Project(columns.iter().map(column).collect(), schema.clone());
    let properties = input.properties.through(columns);
    mapped(input, Program::new(vec![step], EpochTime::default()), schema, properties)
}

fn function_of(expression: &Expr) -> Result<&WindowFunction> {
    match expression {
        Expr::WindowFunction(function) => Ok(function),
        Expr::Alias(alias) => function_of(&alias.expr),
        other => Err(Error::internal(format!("{other} where a window function was expected"))),
    }
}

/// A window function whose arguments have their columns.
struct PlannedCall {
    function: WindowFunction,
    arguments: Vec<Argument>,
    partition: Vec<usize>,
    order: Vec<(usize, SortOptions)>,
    filter: Option<usize>,
}

/// Offsets and defaults must be constant, so constants stay where they are.
enum Argument {
    Column(usize),
    Literal(ScalarValue),
}

fn plan_call(function: &WindowFunction, columns: &mut Columns) -> PlannedCall {
    let params = &function.params;
    let mut argument = |e: &Expr| match e {
        Expr::Literal(value, _) => Argument::Literal(value.clone()),
        other => Argument::Column(columns.index_of(other)),
    };
    let arguments = params.args.iter().map(&mut argument).collect();
    let partition = params.partition_by.iter().filter(|e| !matches!(e, Expr::Literal(..)));
    let mut partition: Vec<usize> = partition.map(|e| columns.index_of(e)).collect();
    partition.sort_unstable();
    partition.dedup();
    let options = |asc: bool, nulls_first: bool| SortOptions { descending: !asc, nulls_first };
    let sorted = params.order_by.iter();
    let order = sorted.map(|s| (columns.index_of(&s.expr), options(s.asc, s.nulls_first))).collect();
    let filter = params.filter.as_ref().map(|f| columns.index_of(f));
    PlannedCall { function: function.clone(), arguments, partition, order, filter }
}

impl PlannedCall {
    fn finish(&self, below: &SchemaRef, name: &str) -> Result<OverCall> {
        let params = &self.function.params;
        check_frame(&params.window_frame)?;
        let column =
            |c: usize| Arc::new(expressions::Column::new(below.field(c).name(), c)) as Arc<dyn PhysicalExpr>;
        let argument = |a: &Argument| match a {
            Argument::Column(index) => column(*index),
            Argument::Literal(value) => Arc::new(expressions::Literal::new(value.clone())),
        };
        let arguments: Vec<_> = self.arguments.iter().map(argument).collect();
        let partition: Vec<_> = self.partition.iter().map(|c| column(*c)).collect();
        let sorted = self.order.iter().map(|(c, options)| PhysicalSortExpr::new(column(*c), *options));
        let window = create_window_expr(
            &self.function.fun,
            name.to_string(),
            &arguments,
            &partition,
            &sorted.collect::<Vec<_>>(),
            Arc::new(params.window_frame.clone()),
            below.clone(),
            self.ignores_nulls(),
            params.distinct,
            self.filter.map(column),
        )?;
        // Some aggregates cannot take rows back out of a frame that moves.
        if window.create_window_fn().is_err() {
            return Err(in_view(&format!("{} over a frame that moves", self.name())));
        }
        let reach = self.reach(&window);
        Ok(OverCall { window, reach })
    }

    fn name(&self) -> String {
        self.function.fun.name().to_lowercase()
    }

    fn ignores_nulls(&self) -> bool {
        self.function.params.null_treatment == Some(NullTreatment::IgnoreNulls)
    }

    /// The integer literal at `index` of the arguments.
    fn literal(&self, index: usize) -> Option<i64> {
        match self.arguments.get(index)? {
            Argument::Literal(value) => match value.cast_to(&DataType::Int64).ok()? {
                ScalarValue::Int64(value) => value,
                _ => None,
            },
            Argument::Column(_) => None,
        }
    }

    fn reach(&self, window: &Arc<dyn WindowExpr>) -> Reach {
        let found = match (&self.function.fun, self.name().as_str()) {
            (WindowFunctionDefinition::AggregateUDF(_), _) => self.aggregate(window),
            (_, "row_number") => Some(Reach::Running(Running::RowNumber)),
            (_, "rank") => Some(Reach::Running(Running::Rank)),
            (_, "dense_rank") => Some(Reach::Running(Running::DenseRank)),
            (_, name @ ("lag" | "lead")) => self.shift(name == "lag"),
            (_, "first_value") => self.near().or_else(|| self.nth(1)),
            (_, "nth_value") => self.near().or_else(|| self.nth(self.literal(1)?)),
            (_, "last_value") => self.near().or_else(|| self.last()),
            _ => None,
        };
        found.unwrap_or(Reach::Partition)
    }

    fn shift(&self, back: bool) -> Option<Reach> {
        if self.ignores_nulls() {
            return None;
        }
        let offset = if self.arguments.len() > 1 { self.literal(1)? } else { 1 };
        let rows = usize::try_from(offset.unsigned_abs()).ok()?;
        let (near, far) = (Distance::Rows(0), Distance::Rows(rows));
        Some(if back == (offset >= 0) {
            Reach::Near { ahead: far, behind: near }
        } else {
            Reach::Near { ahead: near, behind: far }
        })
    }

    /// A frame with two near ends.
    fn near(&self) -> Option<Reach> {
        let frame = &self.function.params.window_frame;
        let ahead = self.distance(frame, &frame.start_bound, true)?;
        let behind = self.distance(frame, &frame.end_bound, false)?;
        Some(Reach::Near { ahead, behind })
    }

    /// How far the frame reaches out on one side of the row; not at all when
    /// its end there is on the other side.
    fn distance(&self, frame: &WindowFrame, bound: &WindowFrameBound, ahead: bool) -> Option<Distance> {
        let offset = match bound {
            WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value) if value.is_null() => {
                return None;
            }
            WindowFrameBound::Preceding(value) if ahead => Some(value),
            WindowFrameBound::Following(value) if !ahead => Some(value),
            _ => None,
        };
        let count = |value: &ScalarValue| match value {
            ScalarValue::UInt64(Some(n)) => usize::try_from(*n).ok(),
            _ => None,
        };
        match (frame.units, offset) {
            (WindowFrameUnits::Rows, None) => Some(Distance::Rows(0)),
            (WindowFrameUnits::Rows, Some(value)) => count(value).map(Distance::Rows),
            (_, None) => Some(Distance::Groups(0)),
            (WindowFrameUnits::Groups, Some(value)) => count(value).map(Distance::Groups),
            (WindowFrameUnits::Range, Some(value)) => {
                let [(column, _)] = self.order.as_slice() else { return None };
                (!self.partition.contains(column)).then(|| Distance::Range(value.clone()))
            }
        }
    }

    /// Where the frame ends, if it goes from the beginning of the partition to the row.
    fn running(&self) -> Option<FrameEnd> {
        let frame = &self.function.params.window_frame;
        let from_start = matches!(&frame.start_bound, WindowFrameBound::Preceding(v) if v.is_null());
        if !from_start || frame.end_bound != WindowFrameBound::CurrentRow {
            return None;
        }
        Some(if frame.units == WindowFrameUnits::Rows { FrameEnd::Row } else { FrameEnd::Peers })
    }

    fn nth(&self, n: i64) -> Option<Reach> {
        let ends = self.running().filter(|_| !self.ignores_nulls())?;
        let Some(Argument::Column(argument)) = self.arguments.first() else { return None };
        let n = u64::try_from(n).ok().filter(|n| *n > 0)?;
        Some(Reach::Running(Running::Nth { argument: *argument, n, ends }))
    }

    fn last(&self) -> Option<Reach> {
        let ends = self.running().filter(|_| !self.ignores_nulls())?;
        let here = || match ends {
            FrameEnd::Row => Distance::Rows(0),
            FrameEnd::Peers => Distance::Groups(0),
        };
        Some(Reach::Near { ahead: here(), behind: here() })
    }

    fn aggregate(&self, window: &Arc<dyn WindowExpr>) -> Option<Reach> {
        if let Some(near) = self.near() {
            return Some(near);
        }
        let ends = self.running()?;
        let fixed = RESUMABLE.contains(&self.name().as_str()) && !self.function.params.distinct;
        let plain = window.as_any().downcast_ref::<PlainAggregateWindowExpr>().filter(|_| fixed)?;
        let function = Arc::new(plain.get_aggregate_expr().clone());
        Some(Reach::Running(Running::Aggregate { function, filter: self.filter, ends }))
    }
}

/// A frame must not end before it begins.
fn check_frame(frame: &WindowFrame) -> Result<()> {
    use WindowFrameBound::{CurrentRow, Following, Preceding};
    let valid = match (&frame.start_bound, &frame.end_bound) {
        (Following(_), Preceding(_) | CurrentRow) | (CurrentRow, Preceding(_)) => false,
        (Preceding(start), Preceding(end)) => !end.is_null() && (start.is_null() || start >= end),
        (Following(start), Following(end)) => !start.is_null() && (end.is_null() || start <= end),
        _ => true,
    };
    if valid {
        return Ok(());
    }
    let message = format!("frame starting from {} cannot end with {}", frame.start_bound, frame.end_bound);
    Err(Error::new(SqlState::WINDOWING_ERROR, message))
}
