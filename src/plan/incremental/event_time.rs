//! Which columns follow a watermark, through scans, projections and windows.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};

use crate::catalog::Object;
use crate::expr::functions::{CUMULATE_ENDS, HOP_STARTS, TUMBLE_START};
use crate::plan::stream::{EventTime, Monotone, TimeBound};

/// The event-time column of a source or table.
pub fn imported_event_times(object: &Object) -> Vec<EventTime> {
    let column = object.watermark().map(|w| EventTime {
        column: w.column,
        source: object.id,
        bound: TimeBound::default(),
        lateness: w.allow_lateness,
    });
    column.into_iter().collect()
}

/// The event times of a projection's output.
pub fn projected_event_times(input: &[EventTime], expressions: &[Expr], schema: &DFSchema) -> Vec<EventTime> {
    let mut output = Vec::new();
    for (index, expression) in expressions.iter().enumerate() {
        output
            .extend(follow(expression, input, schema).into_iter().map(|e| EventTime { column: index, ..e }));
    }
    output
}

/// The event times that an expression follows.
fn follow(expression: &Expr, input: &[EventTime], schema: &DFSchema) -> Vec<EventTime> {
    match expression {
        Expr::Column(column) => {
            let index = schema.maybe_index_of_column(column);
            input.iter().filter(|e| Some(e.column) == index).cloned().collect()
        }
        Expr::Alias(alias) => follow(&alias.expr, input, schema),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let micros = match (op, right.as_ref()) {
                (Operator::Plus, Expr::Literal(value, _)) => interval_micros(value),
                (Operator::Minus, Expr::Literal(value, _)) => interval_micros(value).map(|m| -m),
                _ => None,
            };
            micros.map_or_else(Vec::new, |m| chained(left, &[Monotone::Add(m)], input, schema))
        }
        Expr::Cast(cast) if keeps_time(&cast.expr, cast.field.data_type(), schema) => {
            follow(&cast.expr, input, schema)
        }
        Expr::ScalarFunction(call) => follow_call(call, input, schema),
        _ => Vec::new(),
    }
}

fn follow_call(call: &ScalarFunction, input: &[EventTime], schema: &DFSchema) -> Vec<EventTime> {
    let literal = |index: usize| match call.args.get(index) {
        Some(Expr::Literal(value, _)) => interval_micros(value),
        _ => None,
    };
    let function = match call.func.name() {
        TUMBLE_START => {
            literal(1).zip(literal(2)).map(|(size, offset)| (0, vec![Monotone::Floor { size, offset }]))
        }
        HOP_STARTS => match (literal(1), literal(2), literal(3)) {
            (Some(slide), Some(size), Some(offset)) => {
                Some((0, vec![Monotone::FirstHop { slide, size, offset }]))
            }
            _ => None,
        },
        CUMULATE_ENDS => literal(1)
            .zip(literal(3))
            .map(|(step, offset)| (0, vec![Monotone::Floor { size: step, offset }, Monotone::Add(step)])),
        "date_bin" if call.args.len() == 2 => {
            literal(0).map(|size| (1, vec![Monotone::Floor { size, offset: 0 }]))
        }
        "date_trunc" => match call.args.first() {
            Some(Expr::Literal(ScalarValue::Utf8(Some(unit)), _)) => {
                unit_micros(unit).map(|size| (1, vec![Monotone::Floor { size, offset: 0 }]))
            }
            _ => None,
        },
        _ => None,
    };
    match function {
        Some((argument, functions)) => chained(&call.args[argument], &functions, input, schema),
        None => Vec::new(),
    }
}

fn chained(expression: &Expr, next: &[Monotone], input: &[EventTime], schema: &DFSchema) -> Vec<EventTime> {
    let bound = |e: &EventTime| next.iter().fold(e.bound.clone(), |bound, f| bound.then(*f));
    let inner = follow(expression, input, schema);
    inner.into_iter().map(|e| EventTime { bound: bound(&e), ..e }).collect()
}

/// Does a cast leave the point in time as it is? Instants are kept in UTC.
fn keeps_time(expression: &Expr, to: &DataType, schema: &DFSchema) -> bool {
    let is_time = |t: &DataType| match t {
        DataType::Timestamp(TimeUnit::Microsecond, zone) => zone.as_ref().is_none_or(|z| z.as_ref() == "UTC"),
        _ => false,
    };
    is_time(to) && expression.get_type(schema).is_ok_and(|from| is_time(&from))
}

/// The length of an interval without months, in microseconds.
pub(super) fn interval_micros(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::IntervalMonthDayNano(Some(v)) if v.months == 0 => {
            Some(i64::from(v.days) * 86_400_000_000 + v.nanoseconds / 1000)
        }
        ScalarValue::IntervalDayTime(Some(v)) => {
            Some(i64::from(v.days) * 86_400_000_000 + i64::from(v.milliseconds) * 1000)
        }
        _ => None,
    }
}

/// Units that divide the timeline evenly from 1970 on.
pub(super) fn unit_micros(unit: &str) -> Option<i64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "second" => 1_000_000,
        "minute" => 60_000_000,
        "hour" => 3_600_000_000,
        "day" => 86_400_000_000,
        _ => return None,
    })
}
