//! Syntax that is a call of a function, or a literal of an exact type.
//!
//! - Prefix operators, `LIKE … ESCAPE`, `SIMILAR TO`, `OVERLAPS` and casts to a
//!   type with a length become calls.
//! - An interval literal in any of PostgreSQL's spellings becomes one that
//!   DataFusion reads; a literal cast to `numeric` gets the scale that it has.

use arrow::datatypes::IntervalMonthDayNano;
use datafusion::sql::sqlparser::ast::{
    self, BinaryOperator, CastKind, CharacterLength, DataType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgOperator, FunctionArgumentList, FunctionArguments, Ident, Interval,
    ObjectName, Subscript, TimezoneInfo, UnaryOperator, Value,
};

use super::likeness;
use super::types::fold;
use crate::expr::input::unbounded_numeric;
use crate::sql::parser::read_literal;
use crate::types::{Error, Result};

/// Rewrites one expression whose operands have been rewritten.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let new = match expr {
        Expr::UnaryOp { op, expr } => prefix(op, expr),
        Expr::Like { negated, any, expr, pattern, escape_char } => {
            likeness::rewrite(*negated, *any, false, expr, pattern, escape_char.as_ref())
        }
        Expr::ILike { negated, any, expr, pattern, escape_char } => {
            likeness::rewrite(*negated, *any, true, expr, pattern, escape_char.as_ref())
        }
        Expr::SimilarTo { negated, expr, pattern, escape_char } => {
            let mut arguments = vec![take(expr), take(pattern)];
            arguments.extend(escape_char.as_ref().map(|escape| Expr::Value(escape.clone())));
            Some(negate(*negated, call("ms_similar", arguments)))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Overlaps, right } => overlaps(left, right),
        Expr::BinaryOp { left, op: BinaryOperator::PGExp, right } => {
            Some(call("power", vec![take(left), take(right)]))
        }
        Expr::AnyOp { left, compare_op, right, .. } => compare_each("ms_any", left, compare_op, right),
        Expr::AllOp { left, compare_op, right } => compare_each("ms_all", left, compare_op, right),
        Expr::Collate { expr, collation } => Some(collated(expr, collation)?),
        Expr::Interval(interval) => interval_literal(interval)?,
        Expr::Cast { expr, data_type, .. } => cast(expr, data_type),
        Expr::TypedString(typed) => typed_numeric(typed),
        Expr::Value(value) => match &mut value.value {
            Value::UnicodeStringLiteral(text) => {
                value.value = Value::SingleQuotedString(std::mem::take(text));
                None
            }
            _ => None,
        },
        Expr::CompoundFieldAccess { access_chain, .. } => {
            access_chain.iter_mut().for_each(bounds);
            None
        }
        Expr::Function(function) => {
            named_arguments(function)?;
            digits_literal(function);
            function_as_cast(function)
        }
        _ => None,
    };
    if let Some(new) = new {
        *expr = new;
    }
    Ok(())
}

pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, text(""))
}

fn text(text: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.to_string()).with_empty_span())
}

fn number(text: &str) -> Expr {
    Expr::Value(Value::Number(text.to_string(), false).with_empty_span())
}

pub(super) fn negate(negated: bool, expr: Expr) -> Expr {
    match negated {
        true => Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) },
        false => expr,
    }
}

/// `name(arguments)`
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

fn prefix(op: &UnaryOperator, expr: &mut Expr) -> Option<Expr> {
    let name = match op {
        UnaryOperator::PGAbs => "abs",
        UnaryOperator::PGSquareRoot => "sqrt",
        UnaryOperator::PGCubeRoot => "cbrt",
        UnaryOperator::BitwiseNot => "ms_bit_not",
        UnaryOperator::Minus if matches!(expr, Expr::Interval(_)) => "ms_negative",
        _ => return None,
    };
    Some(call(name, vec![take(expr)]))
}

fn overlaps(left: &mut Expr, right: &mut Expr) -> Option<Expr> {
    match (left, right) {
        (Expr::Tuple(left), Expr::Tuple(right)) if left.len() == 2 && right.len() == 2 => {
            Some(call("ms_overlaps", left.drain(..).chain(right.drain(..)).collect()))
        }
        _ => None,
    }
}

/// Comparison with each element of an array; a parameter's type must be inferred by DataFusion.
fn compare_each(name: &str, left: &mut Expr, op: &BinaryOperator, right: &mut Expr) -> Option<Expr> {
    let op = match op {
        BinaryOperator::Eq => "=",
        BinaryOperator::NotEq => "<>",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
        BinaryOperator::PGRegexMatch => "~",
        BinaryOperator::PGRegexIMatch => "~*",
        BinaryOperator::PGRegexNotMatch => "!~",
        BinaryOperator::PGRegexNotIMatch => "!~*",
        BinaryOperator::PGLikeMatch => "~~",
        BinaryOperator::PGNotLikeMatch => "!~~",
        _ => return None,
    };
    let mut inner = &*right;
    while let Expr::Nested(nested) = inner {
        inner = nested;
    }
    let is_parameter = |e: &Expr| matches!(e, Expr::Value(v) if matches!(v.value, Value::Placeholder(_)));
    if matches!(inner, Expr::Subquery(_)) || is_parameter(inner) || is_parameter(left) {
        return None;
    }
    Some(call(name, vec![take(left), take(right), text(op)]))
}

/// `int4(x)`, `date(x)`: a type's name as a function; `localtimestamp` is a cast of `now()`.
fn function_as_cast(function: &mut Function) -> Option<Expr> {
    let name = function.name.0.last().and_then(|part| part.as_ident()).map(fold)?;
    let without_zone = TimezoneInfo::None;
    match name.as_str() {
        "localtimestamp" => {
            return Some(plain_cast(call("now", vec![]), DataType::Timestamp(None, without_zone)));
        }
        "localtime" => return Some(plain_cast(call("now", vec![]), DataType::Time(None, without_zone))),
        "clock_timestamp" => return Some(call("now", vec![])),
        _ => {}
    }
    let data_type = match name.as_str() {
        "int2" => DataType::Int2(None),
        "int4" => DataType::Int4(None),
        "int8" => DataType::Int8(None),
        "float4" => DataType::Float4,
        "float8" => DataType::Float8,
        "bool" => DataType::Bool,
        "text" => DataType::Text,
        "date" => DataType::Date,
        "timestamptz" => DataType::Timestamp(None, TimezoneInfo::Tz),
        _ => return None,
    };
    let FunctionArguments::List(list) = &mut function.args else { return None };
    match list.args.as_mut_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(value))] if function.over.is_none() => {
            Some(plain_cast(take(value), data_type))
        }
        _ => None,
    }
}

/// The literal in units that DataFusion reads the same way.
fn interval_literal(interval: &Interval) -> Result<Option<Expr>> {
    let Some(value) = interval_value(interval)? else { return Ok(None) };
    let canonical = format!("{} months {} days {} nanoseconds", value.months, value.days, value.nanoseconds);
    Ok(Some(Expr::Interval(Interval {
        value: Box::new(text(&canonical)),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })))
}

/// Text is ordered by its bytes, which is what `COLLATE "C"` says.
fn collated(expr: &mut Expr, collation: &ObjectName) -> Result<Expr> {
    let name = collation.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default();
    match name.as_str() {
        "C" | "POSIX" | "ucs_basic" | "default" => Ok(Expr::Nested(Box::new(take(expr)))),
        _ => Err(Error::unsupported(format!("the collation {collation}"))
            .with_hint("Text is ordered by its bytes, as with COLLATE \"C\".")),
    }
}

/// The length that a literal interval has.
pub(super) fn interval_value(interval: &Interval) -> Result<Option<IntervalMonthDayNano>> {
    string_of(&interval.value).map(|text| read_literal(text, interval)).transpose()
}

pub(super) fn string_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The number whose negative is the least integer or bigint, and which is itself none.
pub(super) fn is_least(expr: &Expr) -> bool {
    let is_least = |text: &str| matches!(text, "2147483648" | "9223372036854775808");
    matches!(expr, Expr::Value(v) if matches!(&v.value, Value::Number(text, _) if is_least(text)))
}

/// Minus that number, as the type that just holds it.
pub(super) fn least(expr: &Expr) -> Expr {
    let digits = expr.to_string();
    let data_type = if digits.len() == 10 { DataType::Int4(None) } else { DataType::Int8(None) };
    plain_cast(text(&format!("-{digits}")), data_type)
}

/// The type of a literal numeric, by its digits.
pub(super) fn exact(literal: &str) -> Option<DataType> {
    let (precision, scale) = unbounded_numeric(literal)?;
    Some(DataType::Numeric(ExactNumberInfo::PrecisionAndScale(precision.into(), scale.into())))
}

fn is_unbounded(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Numeric(ExactNumberInfo::None)
            | DataType::Decimal(ExactNumberInfo::None)
            | DataType::Dec(ExactNumberInfo::None)
    )
}

fn plain_cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, array: false, format: None }
}

fn cast(expr: &mut Expr, data_type: &mut DataType) -> Option<Expr> {
    if is_unbounded(data_type) {
        if let Some(exact) = string_of(expr).and_then(exact) {
            *data_type = exact;
        }
        return None;
    }
    match data_type {
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, unit: None }))
        | DataType::CharacterVarying(Some(CharacterLength::IntegerLength { length, unit: None }))
            if *length > 0 =>
        {
            let length = length.to_string();
            let whole = plain_cast(take(expr), DataType::Varchar(None));
            Some(call("left", vec![whole, number(&length)]))
        }
        DataType::Timestamp(Some(digits @ 0..=5), zone) => {
            let (digits, zone) = (digits.to_string(), zone.clone());
            let whole = plain_cast(take(expr), DataType::Timestamp(None, zone));
            Some(call("ms_precision", vec![whole, number(&digits)]))
        }
        DataType::Time(Some(digits @ 0..=5), TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            let digits = digits.to_string();
            let whole = plain_cast(take(expr), DataType::Time(None, TimezoneInfo::None));
            Some(call("ms_precision", vec![whole, number(&digits)]))
        }
        _ => None,
    }
}

/// `numeric '1.50'`
fn typed_numeric(typed: &mut ast::TypedString) -> Option<Expr> {
    let literal = match &typed.value.value {
        Value::SingleQuotedString(literal) if is_unbounded(&typed.data_type) => literal,
        _ => return None,
    };
    Some(plain_cast(text(literal), exact(literal)?))
}

/// `a[2:]` goes to the end, `a[:2]` begins at the beginning.
fn bounds(access: &mut ast::AccessExpr) {
    if let ast::AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride: None }) = access {
        lower_bound.get_or_insert_with(|| number("1"));
        upper_bound.get_or_insert_with(|| number("2147483647"));
    }
}

/// `make_interval(days => 10)` with the others 0.
fn named_arguments(function: &mut Function) -> Result<()> {
    let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
    let is_named = |a: &FunctionArg| matches!(a, FunctionArg::Named { .. });
    let name = function.name.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default();
    if name != "make_interval" || !list.args.iter().any(is_named) {
        return Ok(());
    }
    const PARTS: [&str; 7] = ["years", "months", "weeks", "days", "hours", "mins", "secs"];
    let mut values: Vec<Expr> = PARTS.iter().map(|_| number("0")).collect();
    for (index, argument) in list.args.drain(..).enumerate() {
        let (at, value) = match argument {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
            } => (PARTS.iter().position(|part| *part == fold(&name)), value),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (Some(index), value),
            _ => (None, number("0")),
        };
        let Some(slot) = at.and_then(|at| values.get_mut(at)) else {
            let message = "function make_interval does not have such an argument";
            return Err(Error::new(crate::types::SqlState::UNDEFINED_FUNCTION, message));
        };
        *slot = value;
    }
    list.args = values.into_iter().map(|v| FunctionArg::Unnamed(FunctionArgExpr::Expr(v))).collect();
    Ok(())
}

/// `round(x, 2)`: the digits stay a literal, because the result's type follows from them.
fn digits_literal(function: &mut Function) {
    let name = function.name.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default();
    let FunctionArguments::List(list) = &mut function.args else { return };
    let ("round" | "trunc", [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(digits))]) =
        (name.as_str(), list.args.as_mut_slice())
    else {
        return;
    };
    if let Some(value) = whole_number(digits) {
        *digits = text(&value);
    }
}

/// The digits of a literal integer, whether or not it has been given a type.
fn whole_number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) if text.parse::<i32>().is_ok() => Some(text.clone()),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => whole_number(expr).map(|text| format!("-{text}")),
        Expr::Cast { expr, data_type: DataType::Int4(None), .. } => whole_number(expr),
        Expr::Nested(inner) => whole_number(inner),
        _ => None,
    }
}
