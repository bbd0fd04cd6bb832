//! Arithmetic and casts that do what PostgreSQL's do.
//!
//! DataFusion adds, subtracts and multiplies integers modulo 2^n; PostgreSQL
//! raises 22003. A physical expression is switched by [`checked`]. A logical
//! plan has no such switch, and its constants are folded before there are
//! physical expressions, so [`checked_plan`] puts checked functions in the place
//! of the operators. `sum` is not covered: DataFusion's wraps around at 2^63.
//!
//! A cast to an integer rounds instead of cutting off, and a cast to text gives
//! PostgreSQL's text: [`postgres_plan`] sees to it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, ScalarUDF};
use datafusion::physical_expr::expressions::{BinaryExpr as PhysicalBinaryExpr, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use super::error::sql_name;
use super::functions::{
    arithmetic, declared, numeric_operator as numeric, read, record, round_even, shift, text,
};
use super::{input, session_zone};
use crate::types::logical;

/// The same expression, over rows of `schema`, with every `+`, `-` and `*`
/// failing on overflow, and with constant intervals added to times fast.
pub fn checked(expr: Arc<dyn PhysicalExpr>, schema: &Schema) -> Arc<dyn PhysicalExpr> {
    let result = Arc::clone(&expr).transform_up(|node| {
        let Some(binary) = node.downcast_ref::<PhysicalBinaryExpr>() else {
            return Ok(Transformed::no(node));
        };
        if !matches!(binary.op(), Operator::Plus | Operator::Minus | Operator::Multiply) {
            return Ok(Transformed::no(node));
        }
        if let Some(moved) = moved(binary, schema) {
            return Ok(Transformed::yes(moved));
        }
        let checked = PhysicalBinaryExpr::new(binary.left().clone(), *binary.op(), binary.right().clone());
        Ok(Transformed::yes(Arc::new(checked.with_fail_on_overflow(true)) as Arc<dyn PhysicalExpr>))
    });
    result.map_or(expr, |transformed| transformed.data)
}

/// `time + INTERVAL '…'` and `time - INTERVAL '…'` as one addition a row.
fn moved(binary: &PhysicalBinaryExpr, schema: &Schema) -> Option<Arc<dyn PhysicalExpr>> {
    let interval = binary.right().downcast_ref::<Literal>()?;
    let micros = shift::micros_of(interval.value())?;
    let micros = match binary.op() {
        Operator::Plus => micros,
        Operator::Minus => micros.checked_neg()?,
        _ => return None,
    };
    let time = binary.left().clone();
    if !shift::moves(&time.data_type(schema).ok()?) {
        return None;
    }
    let config = Arc::new(ConfigOptions::default());
    let function = ScalarFunctionExpr::try_new(shift::udf(micros), vec![time], schema, config).ok()?;
    Some(Arc::new(function))
}

/// The same plan with all integer arithmetic checked. For plans that are
/// executed as they are; it must have been analyzed (types are coerced).
pub fn checked_plan(plan: LogicalPlan) -> Result<LogicalPlan> {
    rewrite(plan, &is_concerned, &|expr, schema| checked_expr(expr, schema))
}

/// The same analyzed plan with PostgreSQL's casts, and with the arithmetic
/// between constants checked, so that an optimiser that folds it finds the
/// overflow, while arithmetic on columns stays in the operators that [`checked`]
/// switches.
///
/// What depends on a time zone is of `zone`, the session's; a view's is UTC.
pub fn postgres_plan(plan: LogicalPlan, zone: &str) -> Result<LogicalPlan> {
    let concerned = |e: &Expr| is_concerned(e) || (zone != "UTC" && session_zone::is_concerned(e));
    rewrite(plan, &concerned, &|expr, schema| match expr {
        Expr::Cast(cast) => session_zone::cast(cast, schema, zone).or_else(|| postgres_cast(cast, schema)),
        Expr::ScalarFunction(call) if zone != "UTC" => session_zone::call(call, schema, zone),
        Expr::BinaryExpr(binary) => float_arithmetic(binary, schema)
            .or_else(|| interval_comparison(binary, schema))
            .or_else(|| is_constant(expr).then(|| checked_expr(expr, schema)).flatten()),
        Expr::Between(between) => interval_between(between, schema),
        _ => None,
    })
}

/// The plan with `f` applied to every expression, from the leaves up; only nodes
/// with an expression that is `concerned` are touched. Names stay.
pub(super) fn rewrite(
    plan: LogicalPlan,
    concerned: &dyn Fn(&Expr) -> bool,
    f: &dyn Fn(&Expr, &DFSchema) -> Option<Expr>,
) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        let found = |e: &Expr| Ok(concerned(e));
        if !node.expressions().iter().any(|e| e.exists(found).unwrap_or(true)) {
            return Ok(Transformed::no(node));
        }
        let schema = input_schema(&node);
        let names = NamePreserver::new(&node);
        let renewed = |expr: Expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|e| match f(&e, &schema) {
                Some(new) => Ok(Transformed::yes(new)),
                None => Ok(Transformed::no(e)),
            })?;
            Ok(expr.update_data(|e| name.restore(e)))
        };
        node.map_expressions(|expr| match expr {
            // The set has no name, the keys in it have.
            Expr::GroupingSet(_) => expr.map_children(renewed),
            expr => renewed(expr),
        })
    })?;
    Ok(rewritten.data)
}

fn is_concerned(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr(binary) => {
            function(binary.op).is_some() || binary.op == Operator::Divide || compares(binary.op)
        }
        Expr::Cast(_) | Expr::Between(_) => true,
        _ => false,
    }
}

fn input_schema(node: &LogicalPlan) -> DFSchema {
    let mut schema = merge_schema(&node.inputs());
    if let LogicalPlan::TableScan(scan) = node
        && let Ok(full) = DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())
    {
        schema.merge(&full);
    }
    schema
}

fn checked_expr(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return None };
    let function = function(*op)?;
    let (left_type, right_type) = (left.get_type(schema).ok()?, right.get_type(schema).ok()?);
    if !left_type.is_integer() || left_type != right_type {
        return None;
    }
    Some(call(function, vec![(**left).clone(), (**right).clone()]))
}

/// Floats overflow with an error, and are not divided by zero.
fn float_arithmetic(binary: &BinaryExpr, schema: &DFSchema) -> Option<Expr> {
    let function = match binary.op {
        Operator::Divide => arithmetic::divide(),
        op => function(op)?,
    };
    let left = binary.left.get_type(schema).ok()?;
    if !left.is_floating() || binary.right.get_type(schema).ok()? != left {
        return None;
    }
    Some(call(function, vec![(*binary.left).clone(), (*binary.right).clone()]))
}

/// Intervals are compared by their length: a day has 24 hours, a month 30 days.
fn interval_comparison(binary: &BinaryExpr, schema: &DFSchema) -> Option<Expr> {
    if !compares(binary.op) {
        return None;
    }
    let (left, right) = (length(&binary.left, schema)?, length(&binary.right, schema)?);
    Some(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), binary.op, Box::new(right))))
}

fn interval_between(between: &Between, schema: &DFSchema) -> Option<Expr> {
    let of = |expr: &Expr| length(expr, schema).map(Box::new);
    let (low, high) = (of(&between.low)?, of(&between.high)?);
    Some(Expr::Between(Between::new(of(&between.expr)?, between.negated, low, high)))
}

fn compares(op: Operator) -> bool {
    use Operator::*;
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

/// What an interval is ordered by.
fn length(expr: &Expr, schema: &DFSchema) -> Option<Expr> {
    match expr.get_type(schema).ok()? {
        DataType::Interval(_) => Some(call(declared("ms_length"), vec![expr.clone()])),
        _ => None,
    }
}

pub(super) fn call(function: Arc<ScalarUDF>, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))
}

fn function(op: Operator) -> Option<Arc<ScalarUDF>> {
    match op {
        Operator::Plus => Some(arithmetic::add()),
        Operator::Minus => Some(arithmetic::subtract()),
        Operator::Multiply => Some(arithmetic::multiply()),
        _ => None,
    }
}

fn is_constant(expr: &Expr) -> bool {
    let varies = expr.exists(|e| {
        Ok(match e {
            Expr::Literal(..) | Expr::BinaryExpr(_) | Expr::Cast(_) | Expr::Negative(_) => false,
            Expr::ScalarFunction(call) => !arithmetic::is_checked(call.name()),
            _ => true,
        })
    });
    !varies.unwrap_or(true)
}

/// What DataFusion's cast does otherwise than PostgreSQL's.
fn postgres_cast(cast: &Cast, schema: &DFSchema) -> Option<Expr> {
    let from = cast.expr.get_type(schema).ok()?;
    let to = cast.field.data_type();
    if to.is_integer() && !logical::is_text(&from) {
        let rounded = match from {
            DataType::Float32 | DataType::Float64 if is_rounded(&cast.expr) => return None,
            DataType::Float32 | DataType::Float64 => call(round_even::udf(), vec![(*cast.expr).clone()]),
            // Arrow cuts the upper bits of a wider one off.
            DataType::Decimal128(_, 1..) | DataType::Decimal256(..) => {
                Expr::Cast(Cast::new(cast.expr.clone(), DataType::Decimal128(38, 0)))
            }
            DataType::LargeBinary => jsonb_scalar(cast, &sql_name(to)),
            _ => return None,
        };
        return Some(Expr::Cast(Cast::new(Box::new(rounded), to.clone())));
    }
    if let Some(cast) = json_cast(cast, &from) {
        return Some(cast);
    }
    if matches!((&from, to), (DataType::Decimal256(..), DataType::Float64 | DataType::Float32)) {
        let exact = call(numeric::udf(numeric::Operation::ToFloat), vec![(*cast.expr).clone()]);
        return Some(match to {
            DataType::Float32 => Expr::Cast(Cast::new(Box::new(exact), DataType::Float32)),
            _ => exact,
        });
    }
    if from.is_floating() && to.is_decimal() {
        let operation = numeric::Operation::FromFloat(to.clone());
        return Some(call(numeric::udf(operation), vec![(*cast.expr).clone()]));
    }
    if logical::is_text(&from) && input::is_readable(to) {
        return Some(call(read::udf(to.clone(), "UTC"), vec![(*cast.expr).clone()]));
    }
    match (&from, to) {
        (DataType::Struct(_), DataType::Struct(_)) if from != *to => {
            return Some(call(record::udf(to.clone()), vec![(*cast.expr).clone()]));
        }
        (DataType::List(element), DataType::List(item))
            if (logical::is_text(element.data_type()) && input::is_readable(item.data_type()))
                || (element.data_type().is_decimal() && item.data_type().is_integer()) =>
        {
            return Some(call(read::udf(to.clone(), "UTC"), vec![(*cast.expr).clone()]));
        }
        (DataType::Time64(_), DataType::Interval(_)) => {
            return Some(call(declared("ms_interval_of"), vec![(*cast.expr).clone()]));
        }
        (DataType::Interval(_), DataType::Time64(_)) => {
            return Some(call(declared("ms_time_of"), vec![(*cast.expr).clone()]));
        }
        _ => {}
    }
    if logical::is_text(to) && text::differs(&from) {
        let printed = call(text::udf(), vec![(*cast.expr).clone()]);
        return Some(match to {
            DataType::Utf8 => printed,
            other => Expr::Cast(Cast::new(Box::new(printed), other.clone())),
        });
    }
    None
}

/// Casts of `jsonb` and `json`, and from the one to the other.
fn json_cast(cast: &Cast, from: &DataType) -> Option<Expr> {
    let to = cast.field.data_type();
    if *from != logical::jsonb() && *from != logical::json() {
        return None;
    }
    if logical::is_text(to) {
        return Some(call(named("ms_json_text")?, vec![(*cast.expr).clone()]));
    }
    if *to == logical::jsonb() || *to == logical::json() {
        let text = call(named("ms_json_text")?, vec![(*cast.expr).clone()]);
        return (from != to).then(|| call(read::udf(to.clone(), "UTC"), vec![text]));
    }
    if *from == logical::jsonb() && (to.is_decimal() || to.is_floating() || *to == DataType::Boolean) {
        return Some(call(read::udf(to.clone(), "UTC"), vec![jsonb_scalar(cast, &sql_name(to))]));
    }
    None
}

fn named(name: &str) -> Option<Arc<ScalarUDF>> {
    super::registry().scalar.get(name).cloned()
}

/// A number or boolean of a document as text; for an integer as a numeric.
fn jsonb_scalar(cast: &Cast, wanted: &str) -> Expr {
    let argument = (*cast.expr).clone();
    let Some(function) = named("ms_jsonb_scalar") else { return argument };
    let text = call(function, vec![argument, datafusion::logical_expr::lit(wanted)]);
    if !cast.field.data_type().is_integer() {
        return text;
    }
    let number = call(read::udf(logical::numeric(), "UTC"), vec![text]);
    Expr::Cast(Cast::new(Box::new(number), DataType::Decimal128(38, 0)))
}

fn is_rounded(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if call.name() == round_even::NAME)
}
