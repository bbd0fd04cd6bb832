//! Text columns to columns of declared types, by PostgreSQL's input rules.
//!
//! A value that is not of the type never becomes NULL or something near: its
//! row fails, with the reason. Timestamps may be ISO text or a number of
//! seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by
//! their size.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow::compute::kernels::cast_utils::string_to_datetime;
use arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};

use crate::expr::input::read_column;
use crate::types::{Error, Result, SqlState};

/// The rows that could not be converted, each with its first reason.
#[derive(Debug, Default)]
pub struct Failures {
    pub reasons: BTreeMap<usize, String>,
}

/// The type in which a column of type `target` is decoded first: the same
/// structure with text at its leaves.
pub fn text_type(target: &DataType) -> Result<DataType> {
    let child = |field: &FieldRef| -> Result<FieldRef> {
        let data_type = text_type(field.data_type())?;
        Ok(Arc::new(field.as_ref().clone().with_data_type(data_type).with_nullable(true)))
    };
    Ok(match target {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(child).collect::<Result<_>>()?),
        DataType::List(field) => DataType::List(child(field)?),
        leaf if is_read(leaf) => DataType::Utf8,
        leaf if can_cast_types(&DataType::Utf8, leaf) => DataType::Utf8,
        other => return Err(Error::unsupported(format!("reading text as {other}"))),
    })
}

/// Converts a column of [`text_type`] to the type of `field`.
pub fn typed(column: &ArrayRef, field: &Field, failures: &mut Failures) -> Result<ArrayRef> {
    convert(column, field.data_type(), field.name(), &|row| row, failures)
}

/// As [`typed`]; `row_of` says to which row a value inside a list belongs.
fn convert(
    column: &ArrayRef,
    target: &DataType,
    name: &str,
    row_of: &dyn Fn(usize) -> usize,
    failures: &mut Failures,
) -> Result<ArrayRef> {
    match (column.data_type(), target) {
        (from, to) if from == to => Ok(column.clone()),
        (DataType::Struct(_), DataType::Struct(fields)) => {
            let structs = column.as_struct();
            let mut children = Vec::with_capacity(fields.len());
            for (child, field) in structs.columns().iter().zip(fields) {
                let name = format!("{name}.{}", field.name());
                children.push(convert(child, field.data_type(), &name, row_of, failures)?);
            }
            let nulls = structs.nulls().cloned();
            Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), children, nulls, column.len())?))
        }
        (DataType::List(_), DataType::List(field)) => {
            let list = column.as_list::<i32>();
            let offsets = list.offsets();
            let inner = |value: usize| row_of(offsets.partition_point(|o| *o as usize <= value) - 1);
            let values = convert(list.values(), field.data_type(), name, &inner, failures)?;
            let nulls = list.nulls().cloned();
            Ok(Arc::new(ListArray::try_new(field.clone(), offsets.clone(), values, nulls)?))
        }
        (_, DataType::Timestamp(unit, zone)) => {
            timestamps(column.as_string(), *unit, zone.as_deref(), name, row_of, failures)
        }
        (DataType::Utf8, target) if is_read(target) => read(column, target, name, row_of, failures),
        _ => leaves(column, target, name, row_of, failures),
    }
}

/// Is text read as this type by the engine, and not by Arrow?
fn is_read(target: &DataType) -> bool {
    use DataType::*;
    matches!(
        target,
        FixedSizeBinary(16) | LargeBinary | BinaryView | Map(..) | Decimal128(..) | Decimal256(..)
    )
}

fn read(
    column: &ArrayRef,
    target: &DataType,
    name: &str,
    row_of: &dyn Fn(usize) -> usize,
    failures: &mut Failures,
) -> Result<ArrayRef> {
    let texts = column.as_string::<i32>();
    if let Ok(values) = read_column(texts, target, "UTC") {
        return Ok(values);
    }
    let mut good: Vec<Option<&str>> = Vec::with_capacity(texts.len());
    for (value, text) in texts.iter().enumerate() {
        let alone = text.map(|t| read_column(&StringArray::from(vec![t]), target, "UTC"));
        if let Some(Err((_, error))) = alone {
            let message = format!("{} (column \"{name}\")", error.message());
            failures.reasons.entry(row_of(value)).or_insert(message);
            good.push(None);
        } else {
            good.push(text);
        }
    }
    read_column(&StringArray::from(good), target, "UTC").map_err(|(_, error)| error)
}

/// Casts a column; every value that turns out NULL though it was none failed.
pub fn leaves(
    column: &ArrayRef,
    target: &DataType,
    name: &str,
    row_of: &dyn Fn(usize) -> usize,
    failures: &mut Failures,
) -> Result<ArrayRef> {
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let made = cast_with_options(column, target, &options)?;
    if made.null_count() == column.null_count() {
        return Ok(made);
    }
    let shown = cast(column, &DataType::Utf8)?;
    let shown = shown.as_string::<i32>();
    for value in (0..made.len()).filter(|i| made.is_null(*i) && column.is_valid(*i)) {
        fail(failures, row_of(value), name, target, shown.value(value));
    }
    Ok(made)
}

fn timestamps(
    text: &StringArray,
    unit: TimeUnit,
    zone: Option<&str>,
    name: &str,
    row_of: &dyn Fn(usize) -> usize,
    failures: &mut Failures,
) -> Result<ArrayRef> {
    let target = DataType::Timestamp(unit, zone.map(Arc::from));
    let tz: Tz = zone.unwrap_or("+00:00").parse()?;
    let mut micros = TimestampMicrosecondArray::builder(text.len());
    for (index, value) in text.iter().enumerate() {
        match value.map(|value| (value, timestamp_us(value.trim_ascii(), &tz))) {
            None => micros.append_null(),
            Some((_, Some(time))) => micros.append_value(time),
            Some((value, None)) => {
                fail(failures, row_of(index), name, &target, value);
                micros.append_null();
            }
        }
    }
    let micros: ArrayRef = Arc::new(micros.finish().with_timezone_opt(zone));
    Ok(if unit == TimeUnit::Microsecond { micros } else { cast(&micros, &target)? })
}

/// ISO text or a number since 1970, in microseconds.
fn timestamp_us(text: &str, zone: &Tz) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match number.unsigned_abs() {
            0..100_000_000_000 => number.checked_mul(1_000_000),
            100_000_000_000..100_000_000_000_000 => number.checked_mul(1_000),
            100_000_000_000_000..100_000_000_000_000_000 => Some(number),
            _ => Some(number.div_euclid(1_000)),
        };
    }
    if let Ok(time) = string_to_datetime(zone, text) {
        return Some(time.timestamp_micros());
    }
    // PostgreSQL also takes a time of day without seconds.
    (text.len() == "2000-01-01 00:00".len())
        .then(|| string_to_datetime(zone, &format!("{text}:00")).ok())
        .flatten()
        .map(|time| time.timestamp_micros())
}

fn fail(failures: &mut Failures, row: usize, name: &str, target: &DataType, value: &str) {
    let whole = value.trim_start_matches(['-', '+']);
    let is_number = target.is_integer() && !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    let kind = sql_name(target);
    let value: String = value.chars().take(100).collect();
    failures.reasons.entry(row).or_insert_with(|| match is_number {
        true => format!("value \"{value}\" is out of range for type {kind} (column \"{name}\")"),
        false => format!("invalid input syntax for type {kind}: \"{value}\" (column \"{name}\")"),
    });
}

fn sql_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "boolean".into(),
        DataType::Int16 => "smallint".into(),
        DataType::Int32 => "integer".into(),
        DataType::Int64 => "bigint".into(),
        DataType::Float32 => "real".into(),
        DataType::Float64 => "double precision".into(),
        DataType::Decimal128(..) | DataType::Decimal256(..) => "numeric".into(),
        DataType::Date32 => "date".into(),
        DataType::Time64(_) => "time".into(),
        DataType::Timestamp(_, None) => "timestamp".into(),
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone".into(),
        DataType::Interval(_) => "interval".into(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".into(),
        other => other.to_string(),
    }
}

/// `42703` for a declared column that a file does not have.
pub fn missing_column(name: &str, file: &str) -> Error {
    Error::new(SqlState::UNDEFINED_COLUMN, format!("column \"{name}\" is not in \"{file}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int32Array, Int64Array};
    use arrow::datatypes::TimestampMicrosecondType;

    fn run(values: &[Option<&str>], target: DataType) -> (ArrayRef, Vec<(usize, String)>) {
        let column: ArrayRef = Arc::new(StringArray::from(values.to_vec()));
        let mut failures = Failures::default();
        let made = typed(&column, &Field::new("c", target, true), &mut failures).unwrap();
        (made, failures.reasons.into_iter().collect())
    }

    #[test]
    fn never_rounds_or_nulls_what_does_not_fit() {
        let (made, failures) =
            run(&[Some("1"), None, Some("1.5"), Some("x"), Some("99999999999")], DataType::Int32);
        assert_eq!(made.as_ref(), &Int32Array::from(vec![Some(1), None, None, None, None]) as &dyn Array);
        assert_eq!(
            failures,
            [
                (2, "invalid input syntax for type integer: \"1.5\" (column \"c\")".into()),
                (3, "invalid input syntax for type integer: \"x\" (column \"c\")".into()),
                (4, "value \"99999999999\" is out of range for type integer (column \"c\")".into()),
            ]
        );
    }

    #[test]
    fn reads_times_in_all_their_forms() {
        let target = DataType::Timestamp(TimeUnit::Microsecond, None);
        let same = [
            "2023-11-14T22:13:20Z",
            "2023-11-14 22:13:20",
            "2023-11-14 22:13:20.000000",
            "1700000000",
            "1700000000000",
            "1700000000000000",
            "1700000000000000000",
            "2023-11-15T00:13:20+02:00",
        ];
        let (made, failures) = run(&same.map(Some), target.clone());
        assert!(failures.is_empty(), "{failures:?}");
        let made = made.as_primitive::<TimestampMicrosecondType>();
        assert!(made.values().iter().all(|v| *v == 1_700_000_000_000_000), "{made:?}");
        let (made, failures) = run(&[Some("2023-11-14 22:13"), Some("2023-11-14"), Some("noon")], target);
        assert_eq!((made.null_count(), failures.len()), (1, 1));
    }

    #[test]
    fn a_bad_value_in_a_list_fails_its_row() {
        let values: ArrayRef = Arc::new(StringArray::from(vec!["1", "2", "x", "4"]));
        let item = |t| Arc::new(Field::new("item", t, true));
        let offsets = arrow::buffer::OffsetBuffer::from_lengths([2, 0, 1, 1]);
        let list: ArrayRef = Arc::new(ListArray::new(item(DataType::Utf8), offsets, values, None));
        let mut failures = Failures::default();
        let field = Field::new("l", DataType::List(item(DataType::Int64)), true);
        let made = typed(&list, &field, &mut failures).unwrap();
        assert_eq!(failures.reasons.keys().collect::<Vec<_>>(), [&2]);
        assert_eq!(made.as_list::<i32>().value(0).as_ref(), &Int64Array::from(vec![1, 2]) as &dyn Array);
    }
}
