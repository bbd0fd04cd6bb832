//! What the session's time zone means for casts and functions of instants.
//!
//! Instants are computed in UTC. Where PostgreSQL looks at the wall clock (the
//! day of an instant, its hour, its text), the instant is moved to the session's
//! wall clock first, and back where an instant comes out.

use arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, lit};

use super::checked::call as function;
use super::functions::{declared, read, text, timezone, zoned};
use crate::types::logical;

/// Functions that look at the wall clock, and which argument they look at.
const FUNCTIONS: [(&str, usize); 4] = [("date_part", 1), ("extract", 1), ("date_trunc", 1), ("to_char", 0)];

/// May this depend on the zone?
pub(super) fn is_concerned(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if place(call).is_some())
}

fn place(call: &ScalarFunction) -> Option<usize> {
    let (_, place) = FUNCTIONS.iter().find(|(name, _)| *name == call.func.name())?;
    // A call that names a zone does not look at the session's.
    let names_zone = call.func.name() == "date_trunc" && call.args.len() > 2;
    (!names_zone && *place < call.args.len()).then_some(*place)
}

fn is_instant(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, Some(_)))
}

/// An instant as the wall clock of `zone` shows it, or the reverse.
fn moved(expr: Expr, zone: &str) -> Expr {
    function(timezone::udf(), vec![lit(posix(zone)), expr])
}

/// Offsets of the setting are positive east of Greenwich, those of `timezone()`
/// are positive west of it.
fn posix(zone: &str) -> String {
    match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(east), _) => format!("-{east}"),
        (_, Some(west)) => format!("+{west}"),
        _ => zone.to_string(),
    }
}

/// A cast to or from an instant; `None` if the zone makes no difference.
pub(super) fn cast(cast: &Cast, schema: &DFSchema, zone: &str) -> Option<Expr> {
    let from = cast.expr.get_type(schema).ok()?;
    let to = cast.field.data_type();
    let inner = (*cast.expr).clone();
    if logical::is_text(&from) && is_instant(to) {
        return Some(function(read::udf(to.clone(), zone), vec![inner]));
    }
    if zone == "UTC" {
        return None;
    }
    let again = |expr: Expr, to: &DataType| Expr::Cast(Cast::new(Box::new(expr), to.clone()));
    match (&from, to) {
        (DataType::Timestamp(_, None), to) if is_instant(to) => Some(moved(inner, zone)),
        (DataType::Date32, to) if is_instant(to) => {
            let midnight = DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None);
            Some(moved(again(inner, &midnight), zone))
        }
        (from, to) if is_instant(from) && logical::is_text(to) => {
            let printed = function(text::udf(), vec![function(zoned::udf(zone), vec![inner])]);
            Some(if *to == DataType::Utf8 { printed } else { again(printed, to) })
        }
        (from, DataType::Timestamp(_, None)) if is_instant(from) => Some(moved(inner, zone)),
        (from, DataType::Date32 | DataType::Time64(_)) if is_instant(from) => {
            Some(again(moved(inner, zone), to))
        }
        _ => None,
    }
}

/// A function of an instant.
pub(super) fn call(call: &ScalarFunction, schema: &DFSchema, zone: &str) -> Option<Expr> {
    let place = place(call)?;
    let name = call.func.name();
    if !is_instant(&call.args[place].get_type(schema).ok()?) || is_epoch(&call.args[0]) {
        return None;
    }
    let mut arguments = call.args.clone();
    if name == "to_char" {
        arguments.push(lit(posix(zone)));
        return Some(function(declared("ms_to_char"), arguments));
    }
    arguments[place] = moved(arguments[place].clone(), zone);
    let result = function(call.func.clone(), arguments);
    Some(if name == "date_trunc" { moved(result, zone) } else { result })
}

fn is_epoch(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => {
            let text = value.try_as_str().flatten().unwrap_or_default();
            text.eq_ignore_ascii_case("epoch")
        }
        _ => false,
    }
}
