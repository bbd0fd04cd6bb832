//! Values read from text as PostgreSQL reads them: casts, `COPY`, parameters and
//! literals.
//!
//! The counterpart of [`text`](super::text): what it prints is read back here.
//! Styles are PostgreSQL's defaults: month before day, intervals in any spelling.

mod array;
mod calendar;
mod fields;
mod interval;
mod nested;
mod number;
mod record;
#[cfg(test)]
mod tests;
mod uuid;

use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringArray,
    new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::*;
use datafusion::common::ScalarValue;

use crate::types::{Error, Result, SqlState, logical};

pub use calendar::{days_of, read_date, read_time, read_timestamp};
pub use interval::{read_interval, read_interval_fields};
pub use number::{literal_numeric, read_numeric, unbounded_numeric};

use super::functions::bytea;
use super::sql_name;

/// The first value that cannot be read: its row, and why.
pub type BadValue = (usize, Error);

/// The value of one text.
pub fn read_value(text: &str, to: &DataType, zone: &str) -> Result<ScalarValue> {
    let texts = StringArray::from(vec![text]);
    let values = read_column(&texts, to, zone).map_err(|(_, error)| error)?;
    Ok(ScalarValue::try_from_array(&values, 0)?)
}

/// The values of `texts` as `to`. A time without a zone is one of `zone`.
pub fn read_column(texts: &StringArray, to: &DataType, zone: &str) -> Result<ArrayRef, BadValue> {
    use DataType::*;
    match to {
        Utf8 => Ok(Arc::new(texts.clone())),
        Null => Ok(new_null_array(to, texts.len())),
        Boolean => {
            let mut values = BooleanBuilder::with_capacity(texts.len());
            each(texts, |text| match text {
                None => Ok(values.append_null()),
                Some(text) => read_boolean(text).map(|v| values.append_value(v)),
            })?;
            Ok(Arc::new(values.finish()))
        }
        Int16 => primitive::<Int16Type>(texts, to, |t| number::read_integer(t, to)),
        Int32 => primitive::<Int32Type>(texts, to, |t| number::read_integer(t, to)),
        Int64 => primitive::<Int64Type>(texts, to, |t| number::read_integer(t, to)),
        UInt32 => primitive::<UInt32Type>(texts, to, |t| number::read_integer(t, to)),
        Float32 => primitive::<Float32Type>(texts, to, |t| number::read_float(t, to)),
        Float64 => primitive::<Float64Type>(texts, to, |t| number::read_float(t, to)),
        Decimal128(precision, scale) => {
            primitive::<Decimal128Type>(texts, to, |t| read_numeric(t, *precision, *scale).map(i256::as_i128))
        }
        Decimal256(precision, scale) => {
            primitive::<Decimal256Type>(texts, to, |t| read_numeric(t, *precision, *scale))
        }
        Date32 => primitive::<Date32Type>(texts, to, read_date),
        Time64(TimeUnit::Microsecond) => primitive::<Time64MicrosecondType>(texts, to, read_time),
        Timestamp(TimeUnit::Microsecond, None) => {
            primitive::<TimestampMicrosecondType>(texts, to, |t| read_timestamp(t, None))
        }
        Timestamp(TimeUnit::Microsecond, Some(_)) => {
            let zone: Tz = zone.parse().map_err(|error| (0, Error::from(error)))?;
            primitive::<TimestampMicrosecondType>(texts, to, |t| read_timestamp(t, Some(zone)))
        }
        Interval(IntervalUnit::MonthDayNano) => {
            primitive::<IntervalMonthDayNanoType>(texts, to, read_interval)
        }
        Binary => {
            let mut values = BinaryBuilder::new();
            each(texts, |text| match text {
                None => Ok(values.append_null()),
                Some(text) => bytea::parse(text).map(|v| values.append_value(v)),
            })?;
            Ok(Arc::new(values.finish()))
        }
        FixedSizeBinary(16) => nested::uuids(texts),
        LargeBinary => nested::jsonbs(texts),
        BinaryView => nested::jsons(texts),
        List(item) => array::read_arrays(texts, item, zone),
        Struct(fields) => nested::records(texts, fields, zone),
        Map(entries, sorted) => nested::maps(texts, entries, *sorted, zone),
        _ => by_kernel(texts, to),
    }
}

/// Types that only connectors have.
fn by_kernel(texts: &StringArray, to: &DataType) -> Result<ArrayRef, BadValue> {
    let trimmed: ArrayRef = Arc::new(texts.iter().map(|t| t.map(str::trim)).collect::<StringArray>());
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let values = cast_with_options(&trimmed, to, &options).map_err(|error| (0, Error::from(error)))?;
    let nulls = values.logical_nulls();
    let is_null = |row: usize| nulls.as_ref().is_some_and(|n| n.is_null(row));
    match (0..texts.len()).find(|row| texts.is_valid(*row) && is_null(*row)) {
        Some(row) => Err((row, invalid(texts.value(row).trim(), to))),
        None => Ok(values),
    }
}

/// Is text cast to this type by [`read_column`], and not by Arrow?
pub fn is_readable(to: &DataType) -> bool {
    use DataType::*;
    match to {
        Boolean | Int16 | Int32 | Int64 | UInt32 | Float32 | Float64 => true,
        Decimal128(..) | Decimal256(..) | Date32 | Interval(IntervalUnit::MonthDayNano) => true,
        Time64(TimeUnit::Microsecond) | Timestamp(TimeUnit::Microsecond, _) => true,
        Binary | FixedSizeBinary(16) | LargeBinary | BinaryView | Struct(_) | Map(..) => true,
        List(item) => logical::is_text(item.data_type()) || is_readable(item.data_type()),
        _ => false,
    }
}

/// `22P02` or `22007`: the text does not look like a value of this type.
fn invalid(text: &str, to: &DataType) -> Error {
    let name = match to {
        DataType::Time64(_) => "time".to_string(),
        DataType::Timestamp(_, None) => "timestamp".to_string(),
        other => sql_name(other),
    };
    let code = match to {
        DataType::Date32 | DataType::Time64(_) | DataType::Timestamp(..) | DataType::Interval(_) => {
            SqlState::INVALID_DATETIME_FORMAT
        }
        _ => SqlState::INVALID_TEXT_REPRESENTATION,
    };
    Error::new(code, format!("invalid input syntax for type {name}: \"{text}\""))
}

fn each(texts: &StringArray, mut take: impl FnMut(Option<&str>) -> Result<()>) -> Result<(), BadValue> {
    texts.iter().enumerate().try_for_each(|(row, text)| take(text).map_err(|error| (row, error)))
}

fn primitive<T: ArrowPrimitiveType>(
    texts: &StringArray,
    to: &DataType,
    read: impl Fn(&str) -> Result<T::Native>,
) -> Result<ArrayRef, BadValue> {
    let mut values = PrimitiveBuilder::<T>::with_capacity(texts.len());
    each(texts, |text| {
        values.append_option(text.map(&read).transpose()?);
        Ok(())
    })?;
    Ok(Arc::new(values.finish().with_data_type(to.clone())))
}

/// `true`, `yes`, `on`, `1`, their opposites, and what begins like one of them alone.
fn read_boolean(text: &str) -> Result<bool> {
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
