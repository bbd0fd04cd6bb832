//! The arrays that `generate_series`, `generate_subscripts` and the `…_to_table`
//! functions unnest. Users write these in FROM.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, ListBuilder, PrimitiveBuilder, StringBuilder};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
    TimestampMicrosecondType,
};

use super::declared::{Call, Form, Forms, Result, define};
use super::length_of_time::moved;
use super::pattern::Compiled;
use crate::types::{Error, SqlState};

/// How long a series may be.
const LENGTH_MAX: usize = 10_000_000;

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define(
        "",
        &["ms_series(integer, integer) -> integer[]", "ms_series(integer, integer, integer) -> integer[]"],
        |c| {
            let part = |index| c.value::<Int32Type>(index);
            let step = (c.count() > 2).then(|| part(2));
            lists::<Int32Type>(
                c,
                |row| {
                    let step = step.as_ref().map_or(1, |s| s.at(row)).into();
                    series(part(0).at(row).into(), part(1).at(row).into(), step)
                },
                |value| value as i32,
            )
        },
    );
    all.extend(
        define(
            "",
            &["ms_series(bigint, bigint) -> anyarray", "ms_series(bigint, bigint, bigint) -> anyarray"],
            |c| {
                let part = |index| c.value::<Int64Type>(index);
                let step = (c.count() > 2).then(|| part(2));
                lists::<Int64Type>(
                    c,
                    |row| {
                        let step = step.as_ref().map_or(1, |s| s.at(row)).into();
                        series(part(0).at(row).into(), part(1).at(row).into(), step)
                    },
                    |value| value as i64,
                )
            },
        )
        .typed(|_, _| Ok(DataType::new_list(DataType::Int64, true))),
    );
    all.extend(
        define(
            "",
            &["ms_series(numeric, numeric) -> anyarray", "ms_series(numeric, numeric, numeric) -> anyarray"],
            numeric,
        )
        .typed(|types, _| {
            let scale = types.iter().map(|t| match t {
                DataType::Decimal128(_, scale) => *scale,
                _ => 0,
            });
            Ok(DataType::new_list(DataType::Decimal128(38, scale.max().unwrap_or(0)), true))
        }),
    );
    all.extend(
        define("", &["ms_series(timestamp, timestamp, interval) -> anyarray"], times)
            .typed(|_, _| Ok(DataType::new_list(timestamp(None), true))),
    );
    all.extend(
        define("", &["ms_series(timestamptz, timestamptz, interval) -> anyarray"], times)
            .typed(|_, _| Ok(DataType::new_list(timestamp(Some("UTC")), true))),
    );
    all.extend(define("", &["ms_subscripts(anyarray, integer) -> integer[]"], |c| {
        let (list, dimension) = (c.list(0), c.value::<Int32Type>(1));
        lists::<Int32Type>(
            c,
            |row| {
                let length = if dimension.at(row) == 1 { list.range(row).len() as i128 } else { 0 };
                series(1, length, 1)
            },
            |value| value as i32,
        )
    }));
    all.extend(
        define(
            "",
            &["ms_matches(text, text) -> anyarray", "ms_matches(text, text, text) -> anyarray"],
            matches,
        )
        .typed(|_, _| Ok(DataType::new_list(DataType::new_list(DataType::Utf8, true), true))),
    );
    all
}

fn timestamp(zone: Option<&str>) -> DataType {
    DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, zone.map(Arc::from))
}

fn zero_step() -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, "step size cannot equal zero")
}

fn too_long() -> Error {
    Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, format!("a series of more than {LENGTH_MAX} values"))
}

fn series(start: i128, stop: i128, step: i128) -> Result<Vec<i128>> {
    if step == 0 {
        return Err(zero_step());
    }
    let count = if (stop - start).signum() * step.signum() < 0 { 0 } else { (stop - start) / step + 1 };
    if count > LENGTH_MAX as i128 {
        return Err(too_long());
    }
    Ok((0..count).map(|i| start + i * step).collect())
}

fn lists<T: ArrowPrimitiveType>(
    c: &Call,
    values: impl Fn(usize) -> Result<Vec<i128>>,
    narrow: fn(i128) -> T::Native,
) -> Result<ArrayRef> {
    let DataType::List(item) = c.result() else { return Err(Error::internal("a series is an array")) };
    let inner = PrimitiveBuilder::<T>::new().with_data_type(item.data_type().clone());
    let mut builder = ListBuilder::new(inner).with_field(item.clone());
    for row in 0..c.rows() {
        if c.is_null(row) {
            builder.append_null();
            continue;
        }
        values(row)?.into_iter().for_each(|value| builder.values().append_value(narrow(value)));
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}

fn numeric(c: &Call) -> Result<ArrayRef> {
    let DataType::List(item) = c.result() else { return Err(Error::internal("a series is an array")) };
    let DataType::Decimal128(_, scale) = item.data_type() else {
        return Err(Error::internal("a series of numerics"));
    };
    let part = |index: usize, row: usize| {
        let (value, own) = c.numeric(index);
        value.at(row) * 10i128.pow((*scale - own).max(0) as u32)
    };
    let has_step = c.count() > 2;
    lists::<Decimal128Type>(
        c,
        |row| {
            let step = if has_step { part(2, row) } else { 10i128.pow((*scale).max(0) as u32) };
            series(part(0, row), part(1, row), step)
        },
        |value| value,
    )
}

fn times(c: &Call) -> Result<ArrayRef> {
    let (start, stop) = (c.value::<TimestampMicrosecondType>(0), c.value::<TimestampMicrosecondType>(1));
    let step = c.value::<IntervalMonthDayNanoType>(2);
    lists::<TimestampMicrosecondType>(
        c,
        |row| {
            let (mut at, stop, step) = (start.at(row), stop.at(row), step.at(row));
            let next = moved(at, step)?;
            if next == at {
                return Err(zero_step());
            }
            let forward = next > at;
            let mut found = vec![];
            while if forward { at <= stop } else { at >= stop } {
                found.push(i128::from(at));
                if found.len() > LENGTH_MAX {
                    return Err(too_long());
                }
                at = moved(at, step)?;
            }
            Ok(found)
        },
        |value| value as i64,
    )
}

/// The groups of each match, or of the first without the flag g.
fn matches(c: &Call) -> Result<ArrayRef> {
    let (text, pattern) = (c.text(0), c.text(1));
    let flags = (c.count() > 2).then(|| c.text(2));
    let mut compiled = Compiled::default();
    let mut builder = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
    for row in 0..c.rows() {
        if c.is_null(row) {
            builder.append_null();
            continue;
        }
        let flags = flags.as_ref().map_or("", |f| f.at(row));
        let regex = compiled.of(pattern.at(row), flags)?;
        let first = usize::from(regex.captures_len() > 1);
        let most = if flags.contains('g') { usize::MAX } else { 1 };
        for found in regex.captures_iter(text.at(row)).take(most) {
            for group in found.iter().skip(first) {
                builder.values().values().append_option(group.map(|m| m.as_str()));
            }
            builder.values().append(true);
        }
        builder.append(true);
    }
    let found: ListArray = builder.finish();
    debug_assert_eq!(found.len(), c.rows());
    Ok(Arc::new(found))
}
