//! `ms_text(value)`: a value as PostgreSQL prints it, where Arrow prints it
//! otherwise (times, floats, intervals, bytes). Users write casts to text.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, DurationMicrosecondType, Float32Type, Float64Type, IntervalMonthDayNanoType, IntervalUnit,
    TimeUnit, TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

const DAY: i64 = 86_400_000_000;

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(1, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Text { signature }))
    });
    FUNCTION.clone()
}

/// Does PostgreSQL print this type otherwise than Arrow casts it?
pub fn differs(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Timestamp(..)
            | DataType::Float32
            | DataType::Float64
            | DataType::Interval(_)
            | DataType::Duration(_)
            | DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
    )
}

/// The value at `row` as PostgreSQL prints it; nothing for NULL.
pub fn print(column: &ArrayRef, row: usize, out: &mut String) -> Result<()> {
    if column.is_null(row) {
        return Ok(());
    }
    match column.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            timestamp(column.as_primitive::<TimestampMicrosecondType>().value(row), zone.is_some(), out);
        }
        DataType::Timestamp(_, zone) => {
            let micros =
                cast(&column.slice(row, 1), &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
            print(&micros, 0, out)?;
        }
        DataType::Float64 => float(column.as_primitive::<Float64Type>().value(row), out),
        DataType::Float32 => float32(column.as_primitive::<Float32Type>().value(row), out),
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = column.as_primitive::<IntervalMonthDayNanoType>().value(row);
            interval(value.months, value.days, value.nanoseconds / 1000, out);
        }
        DataType::Duration(_) => {
            let micros = cast(&column.slice(row, 1), &DataType::Duration(TimeUnit::Microsecond))?;
            let micros = micros.as_primitive::<DurationMicrosecondType>().value(0);
            interval(0, (micros / DAY) as i32, micros % DAY, out);
        }
        DataType::Boolean => out.push(if column.as_boolean().value(row) { 't' } else { 'f' }),
        DataType::Binary => {
            out.push_str("\\x");
            column.as_binary::<i32>().value(row).iter().for_each(|byte| {
                write!(out, "{byte:02x}").ok();
            });
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(column, &options)?;
            write!(out, "{}", formatter.value(row)).ok();
        }
    }
    Ok(())
}

fn timestamp(micros: i64, is_instant: bool, out: &mut String) {
    super::to_char::write_timestamp(micros, out);
    if is_instant {
        out.push_str("+00:00");
    }
}

/// The shortest text that reads back as the same number, as PostgreSQL has it.
fn float(value: f64, out: &mut String) {
    let exponent = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if !value.is_finite() {
        special(value, out);
    } else if (-4..15).contains(&exponent) {
        write!(out, "{value}").ok();
    } else {
        scientific(&format!("{value:e}"), out);
    }
}

fn float32(value: f32, out: &mut String) {
    let exponent = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if !value.is_finite() {
        special(f64::from(value), out);
    } else if (-4..6).contains(&exponent) {
        write!(out, "{value}").ok();
    } else {
        scientific(&format!("{value:e}"), out);
    }
}

fn special(value: f64, out: &mut String) {
    out.push_str(match value {
        v if v.is_nan() => "NaN",
        v if v > 0.0 => "Infinity",
        _ => "-Infinity",
    });
}

/// `1e20` as `1e+20`, `1e-5` as `1e-05`.
fn scientific(text: &str, out: &mut String) {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    write!(out, "{digits}e{sign}{exponent:0>2}").ok();
}

/// `1 year 2 mons 3 days 04:05:06.7`
fn interval(months: i32, days: i32, micros: i64, out: &mut String) {
    let start = out.len();
    let mut part = |value: i32, name: &str| {
        if value != 0 {
            let space = if out.len() > start { " " } else { "" };
            let plural = if value == 1 { "" } else { "s" };
            write!(out, "{space}{value} {name}{plural}").ok();
        }
    };
    part(months / 12, "year");
    part(months % 12, "mon");
    part(days, "day");
    if micros == 0 && out.len() > start {
        return;
    }
    let space = if out.len() > start { " " } else { "" };
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    write!(out, "{space}{sign}{hours:02}:{minutes:02}:{:02}", seconds % 60).ok();
    if fraction != 0 {
        let digits = format!("{fraction:06}");
        write!(out, ".{}", digits.trim_end_matches('0')).ok();
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Text {
    signature: Signature,
}

impl ScalarUDFImpl for Text {
    fn name(&self) -> &str {
        "ms_text"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let values = args.args[0].to_array(if is_scalar { 1 } else { args.number_rows })?;
        let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 20);
        let mut text = String::new();
        for row in 0..values.len() {
            if values.is_null(row) {
                builder.append_null();
                continue;
            }
            text.clear();
            print(&values, row, &mut text)?;
            builder.append_value(&text);
        }
        let printed: ArrayRef = Arc::new(builder.finish());
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&printed, 0)?));
        }
        Ok(ColumnarValue::Array(printed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(f: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        f(&mut out);
        out
    }

    #[test]
    fn values_are_printed_as_postgresql_prints_them() {
        for (value, expected) in [
            (20.0, "20"),
            (0.1, "0.1"),
            (1e15, "1e+15"),
            (123456789012345.0, "123456789012345"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1.5e300, "-1.5e+300"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(printed(|out| float(value, out)), expected);
        }
        assert_eq!(printed(|out| interval(14, 3, 14_706_700_000, out)), "1 year 2 mons 3 days 04:05:06.7");
        assert_eq!(printed(|out| interval(0, 0, 0, out)), "00:00:00");
        assert_eq!(printed(|out| interval(0, 1, 0, out)), "1 day");
        assert_eq!(printed(|out| timestamp(1_500_000, false, out)), "1970-01-01 00:00:01.5");
        assert_eq!(printed(|out| timestamp(-1, true, out)), "1969-12-31 23:59:59.999999+00:00");
    }
}
