//! Columns of text to columns of values, as PostgreSQL reads them.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BinaryViewBuilder, BooleanBuilder,
    Decimal128Array, Decimal256Array, FixedSizeBinaryBuilder, IntervalMonthDayNanoArray, LargeBinaryBuilder,
    ListArray, MapArray, PrimitiveBuilder, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, FieldRef, Fields, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type, IntervalUnit, i256,
};
use datafusion::common::ScalarValue;

use super::decimal::{Wrong, decimal};
use super::moment::moments;
use super::{array_literal, interval, record, uuid};
use crate::expr::{json, sql_name};
use crate::types::{Error, Result as AnyResult, SqlState, logical};

/// The first value that cannot be read: its row, and why.
pub type BadValue = (usize, Error);

/// The values of `texts` as `to`. A time without a zone is one of `zone`.
pub fn read_column(texts: &StringArray, to: &DataType, zone: &str) -> Result<ArrayRef, BadValue> {
    match to {
        DataType::Utf8 | DataType::Null => Ok(Arc::new(texts.clone())),
        DataType::Boolean => booleans(texts),
        DataType::Int16 => numbers::<Int16Type>(texts, to, |t| t.parse().ok()),
        DataType::Int32 => numbers::<Int32Type>(texts, to, |t| t.parse().ok()),
        DataType::Int64 => numbers::<Int64Type>(texts, to, |t| t.parse().ok()),
        DataType::Float32 => numbers::<Float32Type>(texts, to, finite::<f32>),
        DataType::Float64 => numbers::<Float64Type>(texts, to, finite::<f64>),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            decimals(texts, to, *precision, *scale)
        }
        DataType::Binary => bytes(texts),
        DataType::FixedSizeBinary(16) => uuids(texts),
        DataType::LargeBinary => jsonbs(texts),
        DataType::BinaryView => jsons(texts),
        DataType::Interval(IntervalUnit::MonthDayNano) => intervals(texts, to),
        DataType::Timestamp(..) => {
            let values = moments(texts, to, zone).ok_or_else(|| (0, invalid("", to)))?;
            all_read(texts, values, to)
        }
        DataType::List(item) => lists(texts, item, zone),
        DataType::Struct(fields) => records(texts, fields, zone),
        DataType::Map(entries, sorted) => maps(texts, entries, *sorted, zone),
        _ => by_kernel(texts, to),
    }
}

/// The value of one text.
pub fn read_value(text: &str, to: &DataType, zone: &str) -> AnyResult<ScalarValue> {
    let texts = StringArray::from(vec![text]);
    let values = read_column(&texts, to, zone).map_err(|(_, error)| error)?;
    Ok(ScalarValue::try_from_array(&values, 0)?)
}

fn decimals(texts: &StringArray, to: &DataType, precision: u8, scale: i8) -> Result<ArrayRef, BadValue> {
    let mut values: Vec<Option<i256>> = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        values.push(match text.map(|t| (t, decimal(t, precision, scale))) {
            None => None,
            Some((_, Ok(value))) => Some(value),
            Some((text, Err(Wrong::Syntax))) => return Err((row, invalid(text, to))),
            Some((_, Err(Wrong::Overflow))) => return Err((row, field_overflow(precision, scale))),
        });
    }
    Ok(match to {
        DataType::Decimal128(..) => {
            let narrow = values.into_iter().map(|v| v.map(i256::as_i128)).collect::<Decimal128Array>();
            Arc::new(narrow.with_data_type(to.clone()))
        }
        _ => Arc::new(values.into_iter().collect::<Decimal256Array>().with_data_type(to.clone())),
    })
}

/// `22003` with PostgreSQL's words.
fn field_overflow(precision: u8, scale: i8) -> Error {
    let whole = i32::from(precision) - i32::from(scale);
    let bound = if whole == 0 { "1".to_string() } else { format!("10^{whole}") };
    let detail = format!(
        "A field with precision {precision}, scale {scale} must round to an absolute value less than {bound}."
    );
    Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow").with_detail(detail)
}

fn uuids(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = FixedSizeBinaryBuilder::with_capacity(texts.len(), 16);
    for (row, text) in texts.iter().enumerate() {
        match text.map(|t| (t, uuid::uuid(t))) {
            None => values.append_null(),
            Some((_, Some(value))) => values.append_value(value).map_err(|e| (row, Error::from(e)))?,
            Some((text, None)) => return Err((row, invalid(text, &logical::uuid()))),
        }
    }
    Ok(Arc::new(values.finish()))
}

fn jsonbs(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = LargeBinaryBuilder::new();
    for (row, text) in texts.iter().enumerate() {
        match text {
            None => values.append_null(),
            Some(text) => values.append_value(json::text(&json::parse(text).map_err(|e| (row, e))?)),
        }
    }
    Ok(Arc::new(values.finish()))
}

fn jsons(texts: &StringArray) -> Result<ArrayRef, BadValue> {
    let mut values = BinaryViewBuilder::new();
    for (row, text) in texts.iter().enumerate() {
        if let Some(text) = text {
            json::check(text).map_err(|e| (row, e))?;
        }
        values.append_option(text);
    }
    Ok(Arc::new(values.finish()))
}

fn intervals(texts: &StringArray, to: &DataType) -> Result<ArrayRef, BadValue> {
    let mut values = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        values.push(match text {
            None => None,
            Some(text) => Some(interval::interval(text).ok_or_else(|| (row, invalid(text, to)))?),
        });
    }
    Ok(Arc::new(IntervalMonthDayNanoArray::from(values)))
}

/// Reads the parts of all rows as one column; `lengths` says how many each has.
fn read_parts(
    parts: &StringArray,
    lengths: &[usize],
    to: &DataType,
    zone: &str,
) -> Result<(ArrayRef, OffsetBuffer<i32>), BadValue> {
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths.iter().copied());
    let values = read_column(parts, to, zone).map_err(|(part, error)| {
        let row = offsets.partition_point(|o| *o as usize <= part).saturating_sub(1);
        (row, error)
    })?;
    Ok((values, offsets))
}

fn lists(texts: &StringArray, item: &FieldRef, zone: &str) -> Result<ArrayRef, BadValue> {
    let mut parts = StringBuilder::new();
    let mut lengths = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let elements = text.map_or(Ok(vec![]), array_literal::elements).map_err(|e| (row, e))?;
        lengths.push(elements.len());
        elements.iter().for_each(|e| parts.append_option(e.as_ref()));
    }
    let (values, offsets) = read_parts(&parts.finish(), &lengths, item.data_type(), zone)?;
    Ok(Arc::new(ListArray::new(item.clone(), offsets, values, texts.nulls().cloned())))
}

fn records(texts: &StringArray, fields: &Fields, zone: &str) -> Result<ArrayRef, BadValue> {
    let mut columns: Vec<StringBuilder> = fields.iter().map(|_| StringBuilder::new()).collect();
    for (row, text) in texts.iter().enumerate() {
        let values = match text {
            None => vec![None; fields.len()],
            Some(text) => record::fields(text).map_err(|e| (row, e))?,
        };
        if values.len() != fields.len() {
            let message = format!("malformed record literal: \"{}\"", text.unwrap_or_default());
            let detail = if values.len() < fields.len() { "Too few columns." } else { "Too many columns." };
            let error = Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message).with_detail(detail);
            return Err((row, error));
        }
        columns.iter_mut().zip(values).for_each(|(column, value)| column.append_option(value));
    }
    let read = |(mut column, field): (StringBuilder, &FieldRef)| {
        read_column(&column.finish(), field.data_type(), zone)
    };
    let columns = columns.into_iter().zip(fields).map(read).collect::<Result<Vec<_>, _>>()?;
    let nulls: Option<NullBuffer> = texts.nulls().cloned();
    let records = StructArray::try_new_with_length(fields.clone(), columns, nulls, texts.len());
    Ok(Arc::new(records.map_err(|e| (0, Error::from(e)))?))
}

/// `{"(k,v)","(k,v)"}`: an array of records, as a map is printed.
fn maps(texts: &StringArray, entries: &FieldRef, sorted: bool, zone: &str) -> Result<ArrayRef, BadValue> {
    let lists = lists(texts, entries, zone)?;
    let (_, offsets, values, nulls) = lists.as_list::<i32>().clone().into_parts();
    let map = MapArray::try_new(entries.clone(), offsets, values.as_struct().clone(), nulls, sorted);
    Ok(Arc::new(map.map_err(|e| (0, Error::from(e)))?))
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
    all_read(texts, values, to)
}

/// The values, if there is one for every text.
fn all_read(texts: &StringArray, values: ArrayRef, to: &DataType) -> Result<ArrayRef, BadValue> {
    let nulls = values.logical_nulls();
    let is_null = |row: usize| nulls.as_ref().is_some_and(|n| n.is_null(row));
    match (0..texts.len()).find(|row| texts.is_valid(*row) && is_null(*row)) {
        Some(row) => Err((row, invalid(texts.value(row).trim(), to))),
        None => Ok(values),
    }
}

fn invalid(text: &str, to: &DataType) -> Error {
    let name = sql_name(to);
    let word = text.trim();
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if to.is_integer() && is_number {
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
        match read_column(&texts, to, "UTC") {
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
            ("12.345", DataType::Decimal128(10, 2), "12.35"),
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
