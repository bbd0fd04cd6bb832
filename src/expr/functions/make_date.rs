//! Dates, times and timestamps of their parts, or of seconds since 1970.

use arrow::array::ArrayRef;
use arrow::datatypes::{Date32Type, Float64Type, Int32Type, Time64MicrosecondType, TimestampMicrosecondType};

use super::declared::{Call, Form, Result, define};
use super::moment::{DAY, Moment};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define(
        "A date of year, month and day; years before Christ are negative",
        &["make_date(integer, integer, integer) -> date"],
        |c| {
            let part = |index| c.value::<Int32Type>(index);
            let (year, month, day) = (part(0), part(1), part(2));
            c.column::<Date32Type>(|row| {
                let midnight = midnight(year.at(row), month.at(row), day.at(row))?;
                Ok(Some((midnight / DAY) as i32))
            })
        },
    );
    all.extend(define(
        "A time of day of hour, minute and second",
        &["make_time(integer, integer, double precision) -> time"],
        |c| {
            let (hour, minute, second) =
                (c.value::<Int32Type>(0), c.value::<Int32Type>(1), c.value::<Float64Type>(2));
            c.column::<Time64MicrosecondType>(|row| {
                clock(hour.at(row), minute.at(row), second.at(row)).map(Some)
            })
        },
    ));
    all.extend(define(
        "A timestamp of year, month, day, hour, minute and second",
        &[
            "make_timestamp(integer, integer, integer, integer, integer, double precision) -> timestamp",
            "make_timestamptz(integer, integer, integer, integer, integer, double precision) -> timestamptz",
        ],
        |c| {
            let part = |index| c.value::<Int32Type>(index);
            let (year, month, day, hour, minute) = (part(0), part(1), part(2), part(3), part(4));
            let second = c.value::<Float64Type>(5);
            c.column::<TimestampMicrosecondType>(|row| {
                let midnight = midnight(year.at(row), month.at(row), day.at(row))?;
                Ok(Some(midnight + clock(hour.at(row), minute.at(row), second.at(row))?))
            })
        },
    ));
    all.extend(define(
        "So many seconds after 1970-01-01 00:00:00 UTC",
        &["to_timestamp(double precision) -> timestamptz"],
        |c| {
            let seconds = c.value::<Float64Type>(0);
            c.column::<TimestampMicrosecondType>(|row| match seconds.at(row) {
                s if s == f64::INFINITY => Ok(Some(i64::MAX)),
                s if s == f64::NEG_INFINITY => Ok(Some(i64::MIN)),
                s if s.abs() < 9.2e12 => Ok(Some((s * 1e6).round_ties_even() as i64)),
                s => Err(Error::new(
                    SqlState::DATETIME_FIELD_OVERFLOW,
                    format!("timestamp out of range: \"{s}\""),
                )),
            })
        },
    ));
    all.extend(define("", &["ms_plus(date, integer) -> date"], |c| moved(c, 1)));
    all.extend(define("", &["ms_minus(date, integer) -> date"], |c| moved(c, -1)));
    all.extend(define("", &["ms_minus(date, date) -> integer"], |c| {
        let (end, start) = (c.value::<Date32Type>(0), c.value::<Date32Type>(1));
        c.column::<Int32Type>(|row| {
            let days = i64::from(end.at(row)) - i64::from(start.at(row));
            i32::try_from(days).map(Some).map_err(|_| wrong("cannot subtract infinite dates".to_string()))
        })
    }));
    all
}

/// A date so many days later or earlier; infinity stays.
fn moved(c: &Call, sign: i64) -> Result<ArrayRef> {
    let (day, by) = (c.value::<Date32Type>(0), c.value::<Int32Type>(1));
    c.column::<Date32Type>(|row| {
        let day = day.at(row);
        if matches!(day, i32::MAX | i32::MIN) {
            return Ok(Some(day));
        }
        let moved = i64::from(day) + sign * i64::from(by.at(row));
        let fits = (-2_440_588..=2_145_031_948).contains(&moved);
        if fits { Ok(Some(moved as i32)) } else { Err(wrong("date out of range".to_string())) }
    })
}

fn wrong(what: String) -> Error {
    Error::new(SqlState::DATETIME_FIELD_OVERFLOW, what)
}

/// Microseconds since 1970.
fn midnight(year: i32, month: i32, day: i32) -> Result<i64> {
    let missing = || wrong(format!("date field value out of range: {year}-{month:02}-{day:02}"));
    let astronomical = match year {
        0 => return Err(missing()),
        ..0 => i64::from(year) + 1,
        _ => i64::from(year),
    };
    Moment::midnight(astronomical, month.into(), day.into()).ok_or_else(missing)
}

fn clock(hour: i32, minute: i32, second: f64) -> Result<i64> {
    let micros = (second * 1e6).round_ties_even() as i64;
    let time = (i64::from(hour) * 60 + i64::from(minute)) * 60_000_000 + micros;
    let fits = (0..=24).contains(&hour)
        && (0..60).contains(&minute)
        && (0.0..=60.0).contains(&second)
        && time <= DAY;
    if fits {
        Ok(time)
    } else {
        Err(wrong(format!("time field value out of range: {hour}:{minute:02}:{second}")))
    }
}
