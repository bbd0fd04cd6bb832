//! Parameters in text format, read as PostgreSQL's input functions do.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use crate::expr::input::read_value;
use crate::types::{Error, Result, SqlState};

/// The value that `text` stands for in a column of type `data_type`.
pub(super) fn read(text: &str, data_type: &DataType) -> Result<ScalarValue> {
    use DataType::*;
    Ok(match data_type {
        Utf8 | LargeUtf8 | Utf8View => ScalarValue::Utf8(Some(text.to_owned())).cast_to(data_type)?,
        Null => ScalarValue::Utf8(Some(text.to_owned())),
        Boolean => ScalarValue::Boolean(Some(boolean(text)?)),
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => integer(text, data_type)?,
        Float16 | Float32 | Float64 => float(text, data_type)?,
        Binary => ScalarValue::Binary(Some(bytea(text)?)).cast_to(data_type)?,
        Timestamp(..) | Decimal128(..) | Decimal256(..) | Interval(_) | List(_) | Struct(_) | Map(..)
        | FixedSizeBinary(16) | LargeBinary | BinaryView => read_value(text, data_type, "UTC")?,
        _ => by_cast(text.trim(), data_type)?,
    })
}

fn boolean(text: &str) -> Result<bool> {
    let word = text.trim().to_ascii_lowercase();
    let begins = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
    if begins("true", 1) || begins("yes", 1) || word == "on" || word == "1" {
        Ok(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || word == "0" {
        Ok(false)
    } else {
        Err(invalid(text, &DataType::Boolean))
    }
}

fn integer(text: &str, data_type: &DataType) -> Result<ScalarValue> {
    let word = text.trim();
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid(text, data_type));
    }
    by_cast(word.strip_prefix('+').unwrap_or(word), data_type).map_err(|_| {
        Error::new(
            SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
            format!("value \"{text}\" is out of range for type {}", name(data_type)),
        )
    })
}

fn float(text: &str, data_type: &DataType) -> Result<ScalarValue> {
    let word = text.trim();
    let value: f64 = word.parse().map_err(|_| invalid(text, data_type))?;
    let overflow = |finite: bool| !finite && word.bytes().any(|b| b.is_ascii_digit());
    let out_of_range = || {
        Error::new(
            SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
            format!("\"{text}\" is out of range for type {}", name(data_type)),
        )
    };
    if let DataType::Float32 = data_type {
        let value: f32 = word.parse().map_err(|_| invalid(text, data_type))?;
        return if overflow(value.is_finite()) {
            Err(out_of_range())
        } else {
            Ok(ScalarValue::Float32(Some(value)))
        };
    }
    if overflow(value.is_finite()) {
        return Err(out_of_range());
    }
    Ok(ScalarValue::Float64(Some(value)).cast_to(data_type)?)
}

/// `\x…` in hexadecimal, or the older escapes `\\` and `\ooo`.
fn bytea(text: &str) -> Result<Vec<u8>> {
    if let Some(hex) = text.strip_prefix("\\x") {
        let digits: Option<Vec<u8>> =
            hex.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        return match digits {
            Some(digits) if digits.len().is_multiple_of(2) => {
                Ok(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
            }
            Some(_) => Err(Error::new(
                SqlState::INVALID_PARAMETER_VALUE,
                "invalid hexadecimal data: odd number of digits",
            )),
            None => Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, "invalid hexadecimal digit")),
        };
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\\', [b'\\', tail @ ..]) => {
                bytes.push(b'\\');
                tail
            }
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..]) => {
                bytes.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                tail
            }
            (b'\\', _) => return Err(invalid(text, &DataType::Binary)),
            (plain, tail) => {
                bytes.push(*plain);
                tail
            }
        };
    }
    Ok(bytes)
}

fn by_cast(text: &str, data_type: &DataType) -> Result<ScalarValue> {
    let strings: ArrayRef = Arc::new(StringArray::from(vec![text]));
    let options = CastOptions { safe: false, ..CastOptions::default() };
    let array = cast_with_options(&strings, data_type, &options)
        .map_err(|error| invalid(text, data_type).with_detail(error.to_string()))?;
    Ok(ScalarValue::try_from_array(&array, 0)?)
}

fn invalid(text: &str, data_type: &DataType) -> Error {
    let code = match data_type {
        DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Timestamp(..)
        | DataType::Interval(_)
        | DataType::Duration(_) => SqlState::INVALID_DATETIME_FORMAT,
        _ => SqlState::INVALID_TEXT_REPRESENTATION,
    };
    Error::new(code, format!("invalid input syntax for type {}: \"{text}\"", name(data_type)))
}

/// The type's name in messages.
pub(super) fn name(data_type: &DataType) -> String {
    let pg_type = super::pg_type(data_type);
    match pg_type.name() {
        "bool" => "boolean",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "timestamptz" => "timestamp with time zone",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{Field, IntervalUnit, TimeUnit};

    use super::*;

    #[test]
    fn words_are_read_or_refused_as_postgresql_does() {
        let code = |text, data_type| read(text, &data_type).expect_err("refused").code();
        assert_eq!(read(" T ", &DataType::Boolean).ok(), Some(ScalarValue::Boolean(Some(true))));
        assert_eq!(read("of", &DataType::Boolean).ok(), Some(ScalarValue::Boolean(Some(false))));
        assert_eq!(code("o", DataType::Boolean), SqlState::INVALID_TEXT_REPRESENTATION);
        assert_eq!(read(" +7 ", &DataType::Int32).ok(), Some(ScalarValue::Int32(Some(7))));
        assert_eq!(code("7.5", DataType::Int32), SqlState::INVALID_TEXT_REPRESENTATION);
        assert_eq!(code("3000000000", DataType::Int32), SqlState::NUMERIC_VALUE_OUT_OF_RANGE);
        assert_eq!(code("1e400", DataType::Float64), SqlState::NUMERIC_VALUE_OUT_OF_RANGE);
        assert_eq!(code("1e40", DataType::Float32), SqlState::NUMERIC_VALUE_OUT_OF_RANGE);
        assert_eq!(
            read("-Infinity", &DataType::Float64).ok(),
            Some(ScalarValue::Float64(Some(f64::NEG_INFINITY)))
        );
        assert_eq!(
            read("12.345", &DataType::Decimal128(10, 2)).ok(),
            Some(ScalarValue::Decimal128(Some(1235), 10, 2))
        );
        assert_eq!(read(r"\x00fF", &DataType::Binary).ok(), Some(ScalarValue::Binary(Some(vec![0, 255]))));
        assert_eq!(
            read(r"a\\\101", &DataType::Binary).ok(),
            Some(ScalarValue::Binary(Some(b"a\\A".to_vec())))
        );
        assert_eq!(code("2024-13-01", DataType::Date32), SqlState::INVALID_DATETIME_FORMAT);
    }

    #[test]
    fn moments_and_lists_are_read() {
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        for text in ["2024-01-02 03:04:05.5", "2024-01-02T03:04:05.5"] {
            assert_eq!(
                read(text, &micros).ok(),
                Some(ScalarValue::TimestampMicrosecond(Some(1_704_164_645_500_000), None)),
                "{text}"
            );
        }
        let interval =
            read("1 year 2 mons 3 days 04:05:06.5", &DataType::Interval(IntervalUnit::MonthDayNano));
        let expected = arrow::datatypes::IntervalMonthDayNano::new(14, 3, 14_706_500_000_000);
        assert_eq!(interval.ok(), Some(ScalarValue::IntervalMonthDayNano(Some(expected))));
        let list = DataType::List(Arc::new(Field::new_list_field(DataType::Int32, true)));
        let expected = [ScalarValue::Int32(Some(1)), ScalarValue::Int32(None)];
        assert_eq!(
            read("{1,NULL}", &list).ok(),
            Some(ScalarValue::List(ScalarValue::new_list(&expected, &DataType::Int32, true)))
        );
    }
}
