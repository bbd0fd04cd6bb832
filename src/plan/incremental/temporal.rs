//! Temporal filters: conditions in WHERE that compare a row's time with `now()`.
//!
//! What is done to `now()` must be a chain of functions that never fall, so
//! that each condition turns once in the life of a row. Months are not: they
//! differ in length, and a row could come back.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::utils::{
    conjunction, disjunction, split_binary_owned, split_conjunction_owned,
};
use datafusion::logical_expr::{
    Between, BinaryExpr, Expr, ExprSchemable, Filter, JoinType, LogicalPlan, Operator, cast, lit, when,
};

use super::event_time::{interval_micros, unit_micros};
use super::planner::{Planner, in_view};
use crate::plan::stream::{
    Monotone, Properties, StreamNode, StreamOperator, TemporalCondition, TemporalRelation, TemporalSpec,
    TimeBound,
};
use crate::types::{Error, Result};

const DAY: i64 = 86_400_000_000;
/// About the year 200000: far enough, and still a date that can be printed.
const FAR: i64 = 2 * TemporalSpec::LAST;
const HINT: &str = "Compare it with a time in WHERE, on a side of its own, for example \
    WHERE ts > now() - INTERVAL '1 hour'.";

/// Does the answer depend on when it is asked?
pub fn has_now(expression: &Expr) -> bool {
    let clock = |e: &Expr| match e {
        Expr::ScalarFunction(call) => matches!(call.func.name(), "now" | "current_date" | "proctime"),
        _ => false,
    };
    expression.exists(|e| Ok(clock(e))).unwrap_or(false)
}

/// Does any condition of the plan?
pub fn plan_has_now(plan: &LogicalPlan) -> bool {
    let condition = |node: &LogicalPlan| matches!(node, LogicalPlan::Filter(_) | LogicalPlan::Join(_));
    let found = |node: &LogicalPlan| condition(node) && node.expressions().iter().any(has_now);
    plan.exists(|node| Ok(found(node))).unwrap_or(false)
}

/// The plan with conditions on `now()` taken out of inner joins and put above them.
pub fn lift_from_joins(plan: LogicalPlan) -> Result<LogicalPlan> {
    let lifted = plan.transform_up(|node| {
        let LogicalPlan::Join(mut join) = node else { return Ok(Transformed::no(node)) };
        let concerned = join.join_type == JoinType::Inner && join.filter.as_ref().is_some_and(has_now);
        let Some(filter) = join.filter.take_if(|_| concerned) else {
            return Ok(Transformed::no(LogicalPlan::Join(join)));
        };
        let (temporal, plain) = split(filter);
        join.filter = conjunction(plain);
        let Some(temporal) = conjunction(temporal) else {
            return Ok(Transformed::no(LogicalPlan::Join(join)));
        };
        let filter = Filter::try_new(temporal, Arc::new(LogicalPlan::Join(join)))?;
        Ok(Transformed::yes(LogicalPlan::Filter(filter)))
    })?;
    Ok(lifted.data)
}

/// The conditions on `now()`, and the others.
pub fn split(predicate: Expr) -> (Vec<Expr>, Vec<Expr>) {
    let (mut temporal, mut plain) = (vec![], vec![]);
    for condition in split_conjunction_owned(predicate) {
        if !has_now(&condition) {
            plain.push(condition);
            continue;
        }
        for part in parts_of(condition) {
            if has_now(&part) { temporal.push(part) } else { plain.push(part) }
        }
    }
    (temporal, plain)
}

/// A condition as several that must all hold: the ends of BETWEEN, and
/// `(a AND b) OR c` as `a OR c` and `b OR c`.
fn parts_of(condition: Expr) -> Vec<Expr> {
    match condition {
        Expr::Between(Between { expr, negated: false, low, high }) => {
            let ends = [(Operator::GtEq, low), (Operator::LtEq, high)];
            ends.map(|(op, end)| Expr::BinaryExpr(BinaryExpr::new(expr.clone(), op, end))).to_vec()
        }
        Expr::BinaryExpr(BinaryExpr { op: Operator::Or, .. }) => {
            let (timed, others): (Vec<Expr>, Vec<Expr>) =
                split_binary_owned(condition.clone(), Operator::Or).into_iter().partition(has_now);
            let (Ok([timed]), Some(others)) = (<[Expr; 1]>::try_from(timed), disjunction(others)) else {
                return vec![condition];
            };
            let parts = split_conjunction_owned(timed).into_iter().flat_map(parts_of);
            parts.map(|part| part.or(others.clone())).collect()
        }
        other => vec![other],
    }
}

/// The rows of `input` for which all of these conditions on `now()` hold.
pub fn plan_temporal(
    planner: &Planner<'_>,
    input: Arc<StreamNode>,
    conditions: &[Expr],
    schema: &DFSchema,
) -> Result<StreamNode> {
    if input.imports().is_empty() {
        return Err(in_view("now() over rows that are constant"));
    }
    let width = schema.fields().len();
    let mut columns: Vec<Expr> = schema.columns().into_iter().map(Expr::Column).collect();
    let mut planned = vec![];
    for condition in conditions {
        for (moment, relation, time) in conditions_of(condition, schema)? {
            let column = match columns.iter().position(|c| *c == time) {
                Some(column) => column,
                None => {
                    columns.push(time);
                    columns.len() - 1
                }
            };
            planned.push(TemporalCondition { moment, relation, column });
        }
    }
    let output = input.schema.clone();
    let input =
        if columns.len() == width { input } else { Arc::new(with_columns(planner, input, columns, schema)?) };
    let spec = TemporalSpec { conditions: planned, output: (0..width).collect(), schema: output.clone() };
    let properties = properties_of(&spec, &input.properties);
    Ok(StreamNode {
        operator: StreamOperator::Temporal(Arc::new(spec)),
        inputs: vec![input],
        schema: output,
        properties,
    })
}

/// `input` with the times that are compared as columns behind its own.
fn with_columns(
    planner: &Planner<'_>,
    input: Arc<StreamNode>,
    columns: Vec<Expr>,
    schema: &DFSchema,
) -> Result<StreamNode> {
    use arrow::datatypes::{Field, Schema};
    let width = schema.fields().len();
    let mut fields: Vec<Field> = input.schema.fields().iter().map(|f| f.as_ref().clone()).collect();
    for (index, column) in columns.iter().enumerate().skip(width) {
        fields.push(Field::new(format!("ms_time_{index}"), column.get_type(schema)?, true));
    }
    planner.projected(input, &columns, schema, Arc::new(Schema::new(fields)))
}

/// A row that waits for its moment may come after the watermark has passed it.
fn properties_of(spec: &TemporalSpec, input: &Properties) -> Properties {
    let waits = spec.conditions.iter().any(TemporalCondition::begins);
    let goes = spec.conditions.iter().any(|c| !c.begins());
    let mut properties = input.through(&spec.output);
    properties.append_only &= !goes;
    if waits {
        properties.event_times.clear();
    }
    properties
}

/// A condition taken apart: what is done to `now()`, how it is compared, with what.
type Parts = (TimeBound, TemporalRelation, Expr);

fn conditions_of(condition: &Expr, schema: &DFSchema) -> Result<Vec<Parts>> {
    if let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) = condition
        && !has_now(right)
    {
        return conditions_of(left, schema)?.into_iter().map(|part| unless(part, right, schema)).collect();
    }
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = condition else {
        return Err(not_a_filter(condition));
    };
    let (moment, op, time) = match (has_now(left), has_now(right)) {
        (true, false) => (left, Some(*op), right),
        (false, true) => (right, op.swap(), left),
        _ => return Err(not_a_filter(condition)),
    };
    let relations = match op {
        Some(Operator::Gt) => vec![TemporalRelation::After],
        Some(Operator::GtEq) => vec![TemporalRelation::NotBefore],
        Some(Operator::Lt) => vec![TemporalRelation::Before],
        Some(Operator::LtEq) => vec![TemporalRelation::NotAfter],
        Some(Operator::Eq) => vec![TemporalRelation::NotBefore, TemporalRelation::NotAfter],
        _ => return Err(not_a_filter(condition)),
    };
    let mut parts = Vec::with_capacity(relations.len());
    for relation in relations {
        let (moment, relation, time) = match moment_of(moment)? {
            Some(moment) => (moment, relation, time.as_ref().clone()),
            None => age(moment, relation, time)?.ok_or_else(|| not_a_filter(condition))?,
        };
        let time = timestamp(time, schema).ok_or_else(|| not_a_filter(condition))?;
        parts.push((moment, relation, time));
    }
    Ok(parts)
}

/// A condition that holds always where `other` does: the row's time is put
/// where the clock has passed it for ever, or never will.
fn unless((moment, relation, time): Parts, other: &Expr, schema: &DFSchema) -> Result<Parts> {
    let begins = matches!(relation, TemporalRelation::After | TemporalRelation::NotBefore);
    let always = if begins { -FAR } else { FAR };
    let always = lit(ScalarValue::TimestampMicrosecond(Some(always), None));
    let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
    let time = if time.get_type(schema)? == plain { time } else { cast(time, plain) };
    Ok((moment, relation, when(other.clone(), always).otherwise(time)?))
}

/// The functions that an expression applies to `now()`; `None` if it is not one
/// of `now()` alone, or may fall.
fn moment_of(expression: &Expr) -> Result<Option<TimeBound>> {
    let then = |inner: Option<TimeBound>, next: Monotone| Ok(inner.map(|bound| bound.then(next)));
    let day = Monotone::Floor { size: DAY, offset: 0 };
    match expression {
        Expr::Alias(alias) => moment_of(&alias.expr),
        Expr::Cast(cast) => match cast.field.data_type() {
            DataType::Timestamp(_, zone) if zone.as_ref().is_none_or(|z| z.as_ref() == "UTC") => {
                moment_of(&cast.expr)
            }
            DataType::Date32 => then(moment_of(&cast.expr)?, day),
            _ => Ok(None),
        },
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus, right }) if has_now(right) => {
            let sum = BinaryExpr::new(right.clone(), Operator::Plus, left.clone());
            if has_now(left) { Ok(None) } else { moment_of(&Expr::BinaryExpr(sum)) }
        }
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::Plus | Operator::Minus), right }) => {
            let Some(micros) = constant_micros(right)? else { return Ok(None) };
            let micros = if *op == Operator::Plus { micros } else { -micros };
            then(moment_of(left)?, Monotone::Add(micros))
        }
        Expr::ScalarFunction(call) => match (call.func.name(), call.args.as_slice()) {
            ("now" | "proctime", []) => Ok(Some(TimeBound::default())),
            ("current_date", []) => Ok(Some(TimeBound(vec![day]))),
            ("date_trunc", [Expr::Literal(ScalarValue::Utf8(Some(unit)), _), time]) => {
                let week = Monotone::Floor { size: 7 * DAY, offset: 4 * DAY };
                let floor = match unit.to_ascii_lowercase().as_str() {
                    "week" => Some(week),
                    unit => unit_micros(unit).map(|size| Monotone::Floor { size, offset: 0 }),
                };
                floor.map_or(Ok(None), |floor| then(moment_of(time)?, floor))
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// `now() - time` and `time - now()` compared with a constant interval.
fn age(difference: &Expr, relation: TemporalRelation, interval: &Expr) -> Result<Option<Parts>> {
    let difference = match length_of(difference) {
        Expr::Cast(cast) => &cast.expr,
        other => other,
    };
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Minus, right }) = difference else {
        return Ok(None);
    };
    let Some(micros) = constant_length(interval)? else { return Ok(None) };
    Ok(match (has_now(left), has_now(right)) {
        (true, false) => {
            let moment = moment_of(left)?.map(|m| m.then(Monotone::Add(-micros)));
            moment.map(|moment| (moment, relation, right.as_ref().clone()))
        }
        (false, true) => {
            let moment = moment_of(right)?.map(|m| m.then(Monotone::Add(micros)));
            moment.map(|moment| (moment, relation.turned(), left.as_ref().clone()))
        }
        _ => None,
    })
}

/// The interval whose length is compared.
fn length_of(expression: &Expr) -> &Expr {
    match expression {
        Expr::ScalarFunction(call) if call.func.name() == "ms_length" => {
            call.args.first().unwrap_or(expression)
        }
        other => other,
    }
}

/// A constant interval, or its length that has been computed already, in microseconds.
fn constant_length(expression: &Expr) -> Result<Option<i64>> {
    match expression {
        Expr::Literal(ScalarValue::Decimal128(Some(micros), _, 0), _) => Ok(i64::try_from(*micros).ok()),
        other => constant_micros(length_of(other)),
    }
}

/// A constant interval, or a number of days, in microseconds; months are refused.
fn constant_micros(expression: &Expr) -> Result<Option<i64>> {
    match expression {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(v)), _) if v.months != 0 => {
            Err(in_view("now() shifted by months or years").with_hint(
                "Months differ in length, so that a row could come back. Give the interval in days or hours.",
            ))
        }
        Expr::Literal(ScalarValue::DurationMicrosecond(Some(micros)), _) => Ok(Some(*micros)),
        Expr::Literal(ScalarValue::DurationNanosecond(Some(nanos)), _) => Ok(Some(nanos / 1000)),
        Expr::Literal(value, _) => Ok(interval_micros(value)),
        Expr::Cast(cast) => constant_micros(&cast.expr),
        _ => Ok(None),
    }
}

/// A time as microseconds in UTC.
fn timestamp(time: Expr, schema: &DFSchema) -> Option<Expr> {
    let in_utc = |t: &DataType| match t {
        DataType::Timestamp(_, zone) => zone.as_ref().is_none_or(|z| z.as_ref() == "UTC"),
        _ => false,
    };
    let exact = |t: &DataType| in_utc(t) && matches!(t, DataType::Timestamp(TimeUnit::Microsecond, _));
    match time {
        // A cast between timestamps leaves the moment as it is.
        Expr::Cast(cast) if in_utc(cast.field.data_type()) && exact(&cast.expr.get_type(schema).ok()?) => {
            timestamp(*cast.expr, schema)
        }
        time => match time.get_type(schema).ok()? {
            t if exact(&t) => Some(time),
            t if in_utc(&t) || t == DataType::Date32 => {
                Some(cast(time, DataType::Timestamp(TimeUnit::Microsecond, None)))
            }
            _ => None,
        },
    }
}

fn not_a_filter(condition: &Expr) -> Error {
    let name = match () {
        () if uses(condition, "now") => "now()",
        () if uses(condition, "current_date") => "current_date",
        () => "proctime()",
    };
    in_view(&format!("this condition on {name}")).with_hint(HINT)
}

fn uses(expression: &Expr, name: &str) -> bool {
    let named = |e: &Expr| matches!(e, Expr::ScalarFunction(call) if call.func.name() == name);
    expression.exists(|e| Ok(named(e))).unwrap_or(false)
}
