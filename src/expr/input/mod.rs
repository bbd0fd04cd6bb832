//! Values read from text as PostgreSQL reads them: casts, `COPY` and literals.
//!
//! The counterpart of [`text`](super::text): what it prints is read back here.
//! Styles are PostgreSQL's defaults: month before day, intervals in any spelling.

mod array;
mod calendar;
mod fields;
mod interval;
mod number;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringArray,
    new_null_array,
};
use arrow::datatypes::*;

use crate::types::{Error, Result, SqlState};

pub use calendar::{days_of, read_date, read_time, read_timestamp};
pub use interval::{read_interval, read_interval_fields};
pub use number::{read_numeric, unbounded_numeric};

use super::functions::bytea;
use super::sql_name;

/// The texts as values of type `to`.
pub fn read(texts: &StringArray, to: &DataType) -> Result<ArrayRef> {
    read_rows(texts, to).map_err(|(_, error)| error)
}

/// Likewise; an error names the first row that cannot be read.
pub fn read_rows(texts: &StringArray, to: &DataType) -> Result<ArrayRef, (usize, Error)> {
    use DataType::*;
    match to {
        Utf8 => Ok(Arc::new(texts.clone())),
        Null => Ok(new_null_array(to, arrow::array::Array::len(texts))),
        Boolean => {
            let mut values = BooleanBuilder::with_capacity(arrow::array::Array::len(texts));
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
            primitive::<Decimal128Type>(texts, to, |t| read_numeric(t, *precision, *scale))
        }
        Date32 => primitive::<Date32Type>(texts, to, read_date),
        Time64(TimeUnit::Microsecond) => primitive::<Time64MicrosecondType>(texts, to, read_time),
        Timestamp(TimeUnit::Microsecond, zone) => {
            primitive::<TimestampMicrosecondType>(texts, to, |t| read_timestamp(t, zone.is_some()))
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
        List(item) => array::read_arrays(texts, item),
        other => Err((0, Error::unsupported(format!("reading text as {}", sql_name(other))))),
    }
}

/// Types that [`read`] knows.
pub fn is_readable(to: &DataType) -> bool {
    use DataType::*;
    match to {
        Boolean | Int16 | Int32 | Int64 | UInt32 | Float32 | Float64 | Decimal128(..) | Date32 | Binary => {
            true
        }
        Time64(TimeUnit::Microsecond) | Timestamp(TimeUnit::Microsecond, _) => true,
        Interval(IntervalUnit::MonthDayNano) => true,
        List(item) => *item.data_type() == Utf8 || is_readable(item.data_type()),
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

fn each(texts: &StringArray, mut take: impl FnMut(Option<&str>) -> Result<()>) -> Result<(), (usize, Error)> {
    texts.iter().enumerate().try_for_each(|(row, text)| take(text).map_err(|error| (row, error)))
}

fn primitive<T: ArrowPrimitiveType>(
    texts: &StringArray,
    to: &DataType,
    read: impl Fn(&str) -> Result<T::Native>,
) -> Result<ArrayRef, (usize, Error)> {
    let mut values = PrimitiveBuilder::<T>::with_capacity(arrow::array::Array::len(texts));
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
