//! Columns of text to columns of a table's types, as PostgreSQL reads them.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BooleanBuilder, PrimitiveBuilder,
    StringArray,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type};

use crate::sql::type_name;
use crate::types::{Error, SqlState};

/// The first value that cannot be read: its row, and why.
pub(super) type BadValue = (usize, Error);

/// The values of `texts` as `to`.
pub(super) fn cast_text(texts: &StringArray, to: &DataType) -> Result<ArrayRef, BadValue> {
    match to {
        DataType::Utf8 => Ok(Arc::new(texts.clone())),
        DataType::Boolean => booleans(texts),
        DataType::Int16 => numbers::<Int16Type>(texts, to, |t| t.parse().ok()),
        DataType::Int32 => numbers::<Int32Type>(texts, to, |t| t.parse().ok()),
        DataType::Int64 => numbers::<Int64Type>(texts, to, |t| t.parse().ok()),
        DataType::Float32 => numbers::<Float32Type>(texts, to, finite::<f32>),
        DataType::Float64 => numbers::<Float64Type>(texts, to, finite::<f64>),
        DataType::Binary => bytes(texts),
        DataType::List(_) | DataType::Struct(_) => {
            let part = format!("COPY into a column of type {}", type_name(to));
            Err((0, Error::unsupported(part)))
        }
        _ => by_kernel(texts, to),
    }
}

fn numbers<T: ArrowPrimitiveType>(
    texts: &StringArray,
    to: &DataType,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<ArrayRef, BadValue> {
    let mut values = PrimitiveBuilder::<T>::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        match text.map(|t| (t, parse(t.trim()))) {
            None => values.append_null(),
            Some((_, Some(value))) => values.append_value(value),
            Some((text, None)) => return Err((row, invalid(text, to))),
        }
    }
    Ok(Arc::new(values.finish()))
}

/// A number that is too large is not infinity, unless the text says so.
fn finite<F: FromStr + Into<f64> + Copy>(text: &str) -> Option<F> {
    let value: F = text.parse().ok()?;
    let overflown = value.into().is_infinite() && text.bytes().any(|b| b.is_ascii_digit());
    (!overflown).then_some(value)
}

fn booleans(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = BooleanBuilder::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text else {
            values.append_null();
            continue;
        };
        let word = text.trim().to_ascii_lowercase();
        let begins = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
        if begins("true", 1) || begins("yes", 1) || word == "on" || word == "1" {
            values.append_value(true);
        } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || word == "0" {
            values.append_value(false);
        } else {
            return Err((row, invalid(text, &DataType::Boolean)));
        }
    }
    Ok(Arc::new(values.finish()))
}

fn bytes(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = BinaryBuilder::new();
    for (row, text) in texts.iter().enumerate() {
        match text.map(|t| (t, hexadecimal(t))) {
            None => values.append_null(),
            Some((_, Some(value))) => values.append_value(value),
            Some((text, None)) => return Err((row, invalid(text, &DataType::Binary))),
        }
    }
    Ok(Arc::new(values.finish()))
}

/// `\x…`; text without a backslash stands for itself.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let Some(digits) = text.strip_prefix("\\x") else {
        return (!text.contains('\\')).then(|| text.as_bytes().to_vec());
    };
    let digits = digits.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).map(|d| d as u8));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| digits.chunks_exact(2).map(|p| (p[0] << 4) | p[1]).collect())
}

fn by_kernel(texts: &StringArray, to: &DataType) -> Result<ArrayRef, BadValue> {
    let trimmed: ArrayRef = Arc::new(texts.iter().map(|t| t.map(str::trim)).collect::<StringArray>());
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let values = cast_with_options(&trimmed, to, &options).map_err(|error| (0, Error::from(error)))?;
    let nulls = values.logical_nulls();
    let is_null = |row: usize| nulls.as_ref().is_some_and(|n| n.is_null(row));
    match (0..texts.len()).find(|row| texts.is_valid(*row) && is_null(*row)) {
        Some(row) => Err((row, invalid(trimmed.as_string::<i32>().value(row), to))),
        None => Ok(values),
    }
}

fn invalid(text: &str, to: &DataType) -> Error {
    let name = type_name(to);
    let word = text.trim();
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if (to.is_integer() || to.is_decimal()) && is_number {
        let message = format!("value \"{text}\" is out of range for type {name}");
        return Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message);
    }
    if to.is_floating() && digits.parse::<f64>().is_ok() {
        let message = format!("\"{text}\" is out of range for type {name}");
        return Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, message);
    }
    let code = match to {
        DataType::Date32 | DataType::Time64(_) | DataType::Timestamp(..) | DataType::Interval(_) => {
            SqlState::INVALID_DATETIME_FORMAT
        }
        _ => SqlState::INVALID_TEXT_REPRESENTATION,
    };
    let name = name.trim_end_matches(" without time zone");
    Error::new(code, format!("invalid input syntax for type {name}: \"{text}\""))
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{IntervalUnit, TimeUnit};
    use arrow::util::display::array_value_to_string;

    use super::*;

    fn read(text: &str, to: &DataType) -> Result<String, (&'static str, String)> {
        let texts = StringArray::from(vec![None, Some(text)]);
        match cast_text(&texts, to) {
            Ok(values) => {
                assert!(values.is_null(0), "NULL stays NULL");
                Ok(array_value_to_string(&values, 1).unwrap())
            }
            Err((row, error)) => {
                assert_eq!(row, 1, "the bad row is the second");
                Err((error.code().0, error.message().to_string()))
            }
        }
    }

    #[test]
    fn good_values_are_read() {
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        for (text, to, shown) in [
            (" +7 ", DataType::Int32, "7"),
            ("1e3", DataType::Float64, "1000.0"),
            ("Infinity", DataType::Float64, "inf"),
            ("YES", DataType::Boolean, "true"),
            ("of", DataType::Boolean, "false"),
            ("12.345", DataType::Decimal128(38, 10), "12.3450000000"),
            ("2024-02-29", DataType::Date32, "2024-02-29"),
            ("2024-01-01 10:00:00", micros.clone(), "2024-01-01T10:00:00"),
            ("2024-01-01T10:00:00.5", micros, "2024-01-01T10:00:00.500"),
            ("\\x00fF", DataType::Binary, "00ff"),
            (" x ", DataType::Utf8, " x "),
            ("1 day", DataType::Interval(IntervalUnit::MonthDayNano), "1 days"),
        ] {
            assert_eq!(read(text, &to).unwrap(), shown, "{text} as {to}");
        }
    }

    #[test]
    fn bad_values_are_told_as_in_postgresql() {
        for (text, to, code, message) in [
            ("x", DataType::Int32, "22P02", "invalid input syntax for type integer: \"x\""),
            ("", DataType::Int64, "22P02", "invalid input syntax for type bigint: \"\""),
            ("1.5", DataType::Int32, "22P02", "invalid input syntax for type integer: \"1.5\""),
            ("3000000000", DataType::Int32, "22003", "value \"3000000000\" is out of range for type integer"),
            ("1e999", DataType::Float64, "22003", "\"1e999\" is out of range for type double precision"),
            ("perhaps", DataType::Boolean, "22P02", "invalid input syntax for type boolean: \"perhaps\""),
            ("2024-02-30", DataType::Date32, "22007", "invalid input syntax for type date: \"2024-02-30\""),
            ("\\x0", DataType::Binary, "22P02", "invalid input syntax for type bytea: \"\\x0\""),
        ] {
            assert_eq!(read(text, &to).unwrap_err(), (code, message.to_string()), "{text} as {to}");
        }
    }
}
