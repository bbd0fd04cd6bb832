//! Interval literals.

use arrow::datatypes::IntervalMonthDayNano;
use datafusion::sql::sqlparser::ast::{DateTimeField, Expr, Interval, Value};

use crate::expr::input::read_interval_fields;
use crate::types::{Error, Result, SqlState};

const DAY_MICROS: i64 = 86_400_000_000;

/// The microseconds of `INTERVAL '…' [field [TO field]]`, in PostgreSQL's syntax
/// (`'1 day 02:03:04'`, `'-5 min'`, `'2 hours ago'`, `'P1DT2H'`). A day counts 24
/// hours. Months and years have no fixed length: `22023`.
pub fn interval_micros(expr: &Expr) -> Result<i64> {
    match expr {
        Expr::Interval(interval) => micros_of(interval),
        Expr::Nested(inner) => interval_micros(inner),
        other => Err(not_literal(other)),
    }
}

fn micros_of(interval: &Interval) -> Result<i64> {
    let text = match interval.value.as_ref() {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) | Value::Number(text, _) => {
                text
            }
            _ => return Err(not_literal(interval)),
        },
        _ => return Err(not_literal(interval)),
    };
    let value = read_literal(text, interval)?;
    if value.months != 0 {
        return Err(Error::new(
            SqlState::INVALID_PARAMETER_VALUE,
            "an interval of months or years has no fixed length",
        )
        .with_hint("Use weeks, days, hours, minutes or seconds."));
    }
    let days = i64::from(value.days).checked_mul(DAY_MICROS);
    days.and_then(|days| days.checked_add(value.nanoseconds / 1000)).ok_or_else(|| {
        Error::new(SqlState::DATETIME_FIELD_OVERFLOW, format!("interval out of range: \"{text}\""))
    })
}

/// The literal's `text`, read by the fields behind it.
pub fn read_literal(text: &str, interval: &Interval) -> Result<IntervalMonthDayNano> {
    let name = |field: &DateTimeField| field.to_string().to_ascii_lowercase();
    let first = interval.leading_field.as_ref().map(name);
    let last = interval.last_field.as_ref().map(name).or_else(|| first.clone());
    read_interval_fields(text, first.as_deref().zip(last.as_deref()))
}

fn not_literal(written: &impl std::fmt::Display) -> Error {
    Error::new(SqlState::SYNTAX_ERROR, format!("\"{written}\" is not an interval literal"))
        .with_hint("Write for example INTERVAL '10' SECOND.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Statement, parse};
    use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr};

    fn micros(literal: &str) -> Result<i64> {
        let parsed = parse(&format!("SELECT {literal}")).unwrap().remove(0);
        let Statement::Query(query) = parsed.statement else { panic!("{literal}") };
        let SetExpr::Select(select) = *query.body else { panic!("{literal}") };
        let SelectItem::UnnamedExpr(expr) = &select.projection[0] else { panic!("{literal}") };
        interval_micros(expr)
    }

    /// PostgreSQL's reading of each literal, a day being 24 hours.
    #[test]
    fn literals_have_postgresqls_value() {
        for (literal, expected) in [
            ("INTERVAL '5' SECOND", 5_000_000),
            ("INTERVAL '10 minutes'", 600_000_000),
            ("INTERVAL '1' DAY", 86_400_000_000),
            ("INTERVAL '1 day 02:03:04'", 93_784_000_000),
            ("INTERVAL '1 02:03'", 93_780_000_000),
            ("INTERVAL '-1:30'", -5_400_000_000),
            ("INTERVAL '1:30' MINUTE TO SECOND", 90_000_000),
            ("INTERVAL '1:30.5'", 90_500_000),
            ("INTERVAL '1.5 hours'", 5_400_000_000),
            ("INTERVAL '@ 2 hours 5 min ago'", -7_500_000_000),
            ("INTERVAL '5min'", 300_000_000),
            ("INTERVAL '3 weeks'", 1_814_400_000_000),
            ("INTERVAL '250 ms'", 250_000),
            ("INTERVAL '90'", 90_000_000),
            ("INTERVAL '90 seconds' MINUTE", 60_000_000),
            ("INTERVAL 'P1DT2H3M4.5S'", 93_784_500_000),
            ("INTERVAL '0'", 0),
        ] {
            assert_eq!(micros(literal).unwrap(), expected, "{literal}");
        }
    }

    #[test]
    fn months_and_nonsense_are_refused() {
        for (literal, code) in [
            ("INTERVAL '1' MONTH", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL '1 year 2 days'", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL 'P1M'", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL 'soon'", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL '1 potato'", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL ''", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL '1:99'", SqlState::DATETIME_FIELD_OVERFLOW),
            ("INTERVAL '999999999999 days'", SqlState::DATETIME_FIELD_OVERFLOW),
            ("'5 seconds'", SqlState::SYNTAX_ERROR),
        ] {
            assert_eq!(micros(literal).unwrap_err().code(), code, "{literal}");
        }
    }
}
