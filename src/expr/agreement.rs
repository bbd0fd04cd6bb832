//! Values that stand beside each other must be of types that agree: what
//! PostgreSQL has no operator for is `42883`, and what has no type in common is
//! `42804`. DataFusion would compare a number with a text, as text.
//!
//! A quoted literal, NULL and a parameter of which nothing is known agree with
//! anything. This looks at plans before types are coerced.

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, InList, Placeholder, ScalarFunction};
use datafusion::logical_expr::{BinaryExpr, Case, Expr, ExprSchemable, Like, Operator};

use super::error::undefined_operator;
use super::sql_name;
use crate::types::{Error, SqlState, logical};

/// What a parameter's field is called whose type nobody has said.
pub const UNKNOWN: &str = "unknown";

/// Types between which there are comparisons.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Boolean,
    Moment,
    TimeOfDay,
    Length,
    Bytes,
    Uuid,
    Json,
    Array,
    Record,
}

/// `None`: it agrees with anything.
fn kind(data_type: &DataType) -> Option<Kind> {
    use DataType::*;
    Some(match data_type {
        t if logical::is_text(t) => Kind::Text,
        t if t.is_numeric() => Kind::Number,
        Boolean => Kind::Boolean,
        Date32 | Date64 | Timestamp(..) => Kind::Moment,
        Time32(_) | Time64(_) => Kind::TimeOfDay,
        Interval(_) | Duration(_) => Kind::Length,
        LargeBinary | BinaryView => Kind::Json,
        FixedSizeBinary(16) => Kind::Uuid,
        Binary => Kind::Bytes,
        List(_) => Kind::Array,
        Struct(_) => Kind::Record,
        _ => return None,
    })
}

fn differ(left: &DataType, right: &DataType) -> bool {
    let (Some(left), Some(right)) = (kind(left), kind(right)) else { return false };
    // A time of day is an interval too.
    left != right
        && !matches!((left, right), (Kind::TimeOfDay, Kind::Length) | (Kind::Length, Kind::TimeOfDay))
}

/// Is it text or NULL only because nothing says what it is?
pub(super) fn is_unknown(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => value.is_null() || logical::is_text(&value.data_type()),
        Expr::Placeholder(Placeholder { field, .. }) => {
            field.as_ref().is_none_or(|field| field.name() == UNKNOWN)
        }
        _ => false,
    }
}

/// The type of an operand as PostgreSQL's messages name it.
pub(super) fn operand_name(expr: &Expr, data_type: &DataType) -> String {
    match expr {
        _ if is_unknown(expr) => UNKNOWN.to_string(),
        // DataFusion's reading of a bare number.
        Expr::Literal(ScalarValue::Int64(Some(number)), _) if i32::try_from(*number).is_ok() => {
            sql_name(&DataType::Int32)
        }
        Expr::Negative(inner) => operand_name(inner, data_type),
        _ => sql_name(data_type),
    }
}

/// The error of an operator that PostgreSQL does not have for these operands.
pub(super) fn no_operator(left: (&Expr, &DataType), op: &str, right: (&Expr, &DataType)) -> DataFusionError {
    let (left, right) = (operand_name(left.0, left.1), operand_name(right.0, right.1));
    DataFusionError::External(Box::new(undefined_operator(&left, op, &right)))
}

/// Could this be refused by [`check`]?
pub(super) fn is_concerned(expr: &Expr) -> bool {
    match expr {
        Expr::ScalarFunction(call) => choice(call.name()).is_some() || compares_each(call.name()),
        Expr::Like(_) | Expr::InSubquery(_) | Expr::SetComparison(_) => true,
        _ => false,
    }
}

/// Refuses an expression whose operands do not agree; those inside have been looked at.
pub(super) fn check(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match symbol(*op) {
            Some(op) => compared(left, op, right, schema),
            None => Ok(()),
        },
        Expr::InList(InList { expr, list, negated }) => {
            let op = if *negated { "<>" } else { "=" };
            list.iter().try_for_each(|item| compared(expr, op, item, schema))
        }
        Expr::Between(Between { expr, negated, low, high }) => {
            let (above, below) = if *negated { ("<", ">") } else { (">=", "<=") };
            compared(expr, above, low, schema)?;
            compared(expr, below, high, schema)
        }
        Expr::Like(like) => check_like(like, schema),
        Expr::Case(case) => check_case(case, schema),
        Expr::ScalarFunction(call) => check_call(call, schema),
        Expr::InSubquery(test) => {
            let candidates = test.subquery.subquery.schema();
            against(&test.expr, "=", candidates.field(0).data_type(), schema)
        }
        Expr::SetComparison(test) => match symbol(test.op) {
            Some(op) => against(&test.expr, op, test.subquery.subquery.schema().field(0).data_type(), schema),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn symbol(op: Operator) -> Option<&'static str> {
    Some(match op {
        Operator::Eq | Operator::IsDistinctFrom | Operator::IsNotDistinctFrom => "=",
        Operator::NotEq => "<>",
        Operator::Lt => "<",
        Operator::LtEq => "<=",
        Operator::Gt => ">",
        Operator::GtEq => ">=",
        _ => return None,
    })
}

fn compared(left: &Expr, op: &str, right: &Expr, schema: &DFSchema) -> Result<()> {
    if is_unknown(left) || is_unknown(right) {
        return Ok(());
    }
    match (left.get_type(schema), right.get_type(schema)) {
        (Ok(l), Ok(r)) if differ(&l, &r) => Err(no_operator((left, &l), op, (right, &r))),
        _ => Ok(()),
    }
}

/// A value beside one of another plan, or of an array.
fn against(value: &Expr, op: &str, other: &DataType, schema: &DFSchema) -> Result<()> {
    match value.get_type(schema) {
        Ok(own) if !is_unknown(value) && differ(&own, other) => {
            let message = undefined_operator(&operand_name(value, &own), op, &sql_name(other));
            Err(DataFusionError::External(Box::new(message)))
        }
        _ => Ok(()),
    }
}

/// The operator of operands while they are planned, as far as their types are certain.
pub(super) fn check_planned(left: (&Expr, &DataType), op: &str, right: (&Expr, &DataType)) -> Result<()> {
    // What is planned as a text may turn out to be a literal of a UNION; these fail in any case.
    let is_text = logical::is_text(left.1) || logical::is_text(right.1);
    let is_compared = |t: &DataType| {
        matches!(kind(t), Some(Kind::Text | Kind::Number | Kind::Moment | Kind::TimeOfDay | Kind::Length))
    };
    if is_text && is_compared(left.1) && is_compared(right.1) {
        return Ok(());
    }
    if is_unknown(left.0) || is_unknown(right.0) || !differ(left.1, right.1) {
        return Ok(());
    }
    Err(no_operator(left, op, right))
}

fn check_like(like: &Like, schema: &DFSchema) -> Result<()> {
    let (Ok(left), Ok(right)) = (like.expr.get_type(schema), like.pattern.get_type(schema)) else {
        return Ok(());
    };
    let fits = |expr: &Expr, data_type: &DataType| {
        is_unknown(expr) || kind(data_type).is_none_or(|kind| matches!(kind, Kind::Text | Kind::Bytes))
    };
    if fits(&like.expr, &left) && fits(&like.pattern, &right) {
        return Ok(());
    }
    let op = match (like.negated, like.case_insensitive) {
        (false, false) => "~~",
        (false, true) => "~~*",
        (true, false) => "!~~",
        (true, true) => "!~~*",
    };
    Err(no_operator((&like.expr, &left), op, (&like.pattern, &right)))
}

fn check_case(case: &Case, schema: &DFSchema) -> Result<()> {
    if let Some(value) = &case.expr {
        case.when_then_expr.iter().try_for_each(|(when, _)| compared(value, "=", when, schema))?;
    }
    // PostgreSQL looks at ELSE first.
    let results = case.else_expr.iter().chain(case.when_then_expr.iter().map(|(_, then)| then));
    matched("CASE", results.map(AsRef::as_ref), schema)
}

/// What the arguments of a function are called that must have one type.
fn choice(name: &str) -> Option<&'static str> {
    Some(match name {
        "coalesce" => "COALESCE",
        "greatest" => "GREATEST",
        "least" => "LEAST",
        "make_array" => "ARRAY",
        "nullif" => "NULLIF",
        _ => return None,
    })
}

fn compares_each(name: &str) -> bool {
    matches!(name, "ms_any" | "ms_all")
}

fn check_call(call: &ScalarFunction, schema: &DFSchema) -> Result<()> {
    match (choice(call.name()), call.args.as_slice()) {
        (Some("NULLIF"), [left, right]) => compared(left, "=", right, schema),
        (Some(what), values) => matched(what, values.iter(), schema),
        (None, [value, array, Expr::Literal(op, _)]) if compares_each(call.name()) => {
            match (array.get_type(schema), op.try_as_str().flatten()) {
                (Ok(DataType::List(item)), Some(op)) => against(value, op, item.data_type(), schema),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn matched<'a>(what: &str, values: impl Iterator<Item = &'a Expr>, schema: &DFSchema) -> Result<()> {
    let known = values.filter(|value| !is_unknown(value));
    let types = known.filter_map(|value| Some((value, value.get_type(schema).ok()?)));
    let names = types.map(|(value, data_type)| (operand_name(value, &data_type), data_type));
    common(what, names).map(drop)
}

/// The widest of types, each with its name; `42804` if they do not agree.
pub(super) fn common(
    what: &str,
    types: impl Iterator<Item = (String, DataType)>,
) -> Result<Option<DataType>> {
    let mut widest: Option<(String, DataType)> = None;
    for (name, data_type) in types.filter(|(_, t)| *t != DataType::Null) {
        let Some((before, chosen)) = &widest else {
            widest = Some((name, data_type));
            continue;
        };
        if differ(chosen, &data_type) {
            let message = format!("{what} types {before} and {name} cannot be matched");
            let error = Error::new(SqlState::DATATYPE_MISMATCH, message);
            return Err(DataFusionError::External(Box::new(error)));
        }
        if rank(&data_type) > rank(chosen) {
            widest = Some((name, data_type));
        }
    }
    Ok(widest.map(|(_, data_type)| data_type))
}

/// Of two types that agree, the one to which the other is cast has the higher rank.
fn rank(data_type: &DataType) -> u8 {
    match data_type {
        DataType::Int32 | DataType::Timestamp(_, None) => 1,
        DataType::Int64 | DataType::Timestamp(_, Some(_)) => 2,
        DataType::Decimal128(..) | DataType::Decimal256(..) => 3,
        DataType::Float32 => 4,
        DataType::Float64 => 5,
        _ => 0,
    }
}
