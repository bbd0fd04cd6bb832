//! `to_char(timestamp, pattern)` with PostgreSQL's patterns.
//!
//! A pattern is cut into fields once. Rows of one stream lie close together in
//! time, so the text of the row before is used again while the pattern's finest
//! unit (a day for `YYYY-MM-DD`) has not changed. Numbers are not formatted yet.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::date_pattern::Pattern;
use super::tumble::as_micros;
use crate::expr::undefined_function;
use crate::types::Error;

/// The function for the registry.
pub fn udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(ToChar { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ToChar {
    signature: Signature,
}

impl ScalarUDFImpl for ToChar {
    fn name(&self) -> &str {
        "to_char"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [time, pattern] = arguments else { return Ok(arguments.to_vec()) };
        let time = match time {
            DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
            DataType::Date32 | DataType::Date64 | DataType::Null => {
                DataType::Timestamp(TimeUnit::Microsecond, None)
            }
            other => other.clone(),
        };
        let is_text = matches!(pattern, DataType::Utf8View | DataType::LargeUtf8 | DataType::Null);
        Ok(vec![time, if is_text { DataType::Utf8 } else { pattern.clone() }])
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Timestamp(..), DataType::Utf8] => Ok(DataType::Utf8),
            [number, DataType::Utf8] if number.is_numeric() => {
                let error = Error::unsupported("to_char of numbers").with_hint("Use a cast to text.");
                Err(DataFusionError::External(Box::new(error)))
            }
            _ => Err(DataFusionError::External(Box::new(undefined_function("to_char", arguments)))),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let times = as_micros(&args.args[0].to_array(rows)?)?;
        let text: ArrayRef = match &args.args[1] {
            ColumnarValue::Scalar(pattern) => match pattern.try_as_str() {
                Some(Some(pattern)) => Arc::new(format_column(&times, &Pattern::parse(pattern)?)),
                _ => Arc::new(StringArray::new_null(rows)),
            },
            ColumnarValue::Array(patterns) => {
                Arc::new(format_each(&times, cast(patterns, &DataType::Utf8)?.as_string())?)
            }
        };
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&text, 0)?));
        }
        Ok(ColumnarValue::Array(text))
    }
}

fn format_column(times: &Int64Array, pattern: &Pattern) -> StringArray {
    let mut text = String::new();
    let mut unit = i64::MIN;
    let mut builder = StringBuilder::with_capacity(times.len(), times.len() * pattern.width());
    for time in times.iter() {
        let Some(time) = time else {
            builder.append_null();
            continue;
        };
        let current = time.div_euclid(pattern.unit);
        if current != unit || text.is_empty() {
            text.clear();
            pattern.write(time, &mut text);
            unit = current;
        }
        builder.append_value(&text);
    }
    builder.finish()
}

fn format_each(times: &Int64Array, patterns: &StringArray) -> Result<StringArray> {
    let mut builder = StringBuilder::new();
    let mut text = String::new();
    for (time, pattern) in times.iter().zip(patterns) {
        match (time, pattern) {
            (Some(time), Some(pattern)) => {
                text.clear();
                Pattern::parse(pattern)?.write(time, &mut text);
                builder.append_value(&text);
            }
            _ => builder.append_null(),
        }
    }
    Ok(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(time: i64, pattern: &str) -> String {
        let mut text = String::new();
        Pattern::parse(pattern).unwrap().write(time, &mut text);
        text
    }

    #[test]
    fn patterns_give_what_postgresql_gives() {
        // 2024-02-29 15:04:05.067089 UTC, a Thursday.
        let time = 1_709_219_045_067_089;
        for (pattern, expected) in [
            ("YYYY-MM-DD HH24:MI:SS", "2024-02-29 15:04:05"),
            ("HH12:MI AM", "03:04 PM"),
            ("hh:mi am", "03:04 pm"),
            ("FMHH:MI", "3:04"),
            ("MS US", "067 067089"),
            ("Mon DD, YYYY", "Feb 29, 2024"),
            ("Day|DAY|FMday", "Thursday |THURSDAY |thursday"),
            ("Month|FMMONTH", "February |FEBRUARY"),
            ("Dy dy", "Thu thu"),
            ("DDD D ID WW IW IYYY Q J", "060 5 4 09 09 2024 1 2460370"),
            ("\"DD\" YY", "DD 24"),
            ("YYYY\"T\"HH24", "2024T15"),
        ] {
            assert_eq!(format(time, pattern), expected, "{pattern}");
        }
        assert_eq!(format(-1, "YYYY-MM-DD HH24:MI:SS.US"), "1969-12-31 23:59:59.999999");
    }

    #[test]
    fn the_text_of_the_row_before_is_not_used_too_long() {
        let times = Int64Array::from(vec![Some(0), Some(59_999_999), Some(60_000_000), None, Some(0)]);
        let text = format_column(&times, &Pattern::parse("HH24:MI").unwrap());
        let text: Vec<_> = text.iter().collect();
        assert_eq!(text, [Some("00:00"), Some("00:00"), Some("00:01"), None, Some("00:00")]);
    }
}
