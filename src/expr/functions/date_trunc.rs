//! `date_trunc` and `date_bin`: the beginning of the unit or bin that holds a time.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    Int32Type, IntervalMonthDayNano, IntervalMonthDayNanoType, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use chrono::{DateTime, LocalResult, Offset, TimeZone};
use chrono_tz::Tz;

use super::declared::{Call, Form, Result, define};
use super::moment::{DAY, HOUR, Moment};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let about = "The beginning of the unit (second, hour, day, week, month, …) that holds the time";
    let mut all = define(
        about,
        &["date_trunc(text, timestamp) -> timestamp", "date_trunc(text, timestamptz) -> timestamptz"],
        |c| {
            let (name, time) = (c.text(0), c.value::<TimestampMicrosecondType>(1));
            let constant = if name.is_constant() { Some(Unit::of(name.at(0))?) } else { None };
            c.column::<TimestampMicrosecondType>(|row| {
                let unit = constant.map_or_else(|| Unit::of(name.at(row)), Ok)?;
                unit.start(time.at(row)).map(Some)
            })
        },
    );
    all.extend(define(
        "Likewise, as seen in a time zone",
        &["date_trunc(text, timestamptz, text) -> timestamptz"],
        |c| {
            let (name, time, zone) = (c.text(0), c.value::<TimestampMicrosecondType>(1), c.text(2));
            c.column::<TimestampMicrosecondType>(|row| {
                let zone: Tz = zone.at(row).parse().map_err(|_| {
                    let message = format!("time zone \"{}\" not recognized", zone.at(row));
                    Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
                })?;
                let local = to_local(zone, time.at(row));
                Ok(Some(from_local(zone, Unit::of(name.at(row))?.start(local)?)))
            })
        },
    ));
    all.extend(define(
        "An interval without what is finer than the unit",
        &["date_trunc(text, interval) -> interval"],
        |c| {
            let (name, value) = (c.text(0), c.value::<IntervalMonthDayNanoType>(1));
            c.column::<IntervalMonthDayNanoType>(|row| Unit::of(name.at(row))?.trunc(value.at(row)).map(Some))
        },
    ));
    all.extend(define(
        "The beginning of the bin of this length that holds the time, counted from the origin",
        &[
            "date_bin(interval, timestamp) -> timestamp",
            "date_bin(interval, timestamptz) -> timestamptz",
            "date_bin(interval, timestamp, timestamp) -> timestamp",
            "date_bin(interval, timestamptz, timestamptz) -> timestamptz",
        ],
        date_bin,
    ));
    all.extend(define(
        "",
        &[
            "ms_precision(timestamp, integer) -> timestamp",
            "ms_precision(timestamptz, integer) -> timestamptz",
        ],
        |c| {
            let (time, digits) = (c.value::<TimestampMicrosecondType>(0), c.value::<Int32Type>(1));
            c.column::<TimestampMicrosecondType>(|row| Ok(Some(to_digits(time.at(row), digits.at(row)))))
        },
    ));
    all.extend(define("", &["ms_precision(time, integer) -> time"], |c| {
        let (time, digits) = (c.value::<Time64MicrosecondType>(0), c.value::<Int32Type>(1));
        c.column::<Time64MicrosecondType>(|row| Ok(Some(to_digits(time.at(row), digits.at(row)))))
    }));
    all
}

/// Rounded to so many digits of a second.
fn to_digits(time: i64, digits: i32) -> i64 {
    let unit = 10i64.pow(6 - digits.clamp(0, 6) as u32);
    let (start, rest) = (time - time.rem_euclid(unit), time.rem_euclid(unit));
    if rest * 2 >= unit { start.saturating_add(unit) } else { start }
}

/// A unit of time, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
}

impl Unit {
    fn of(name: &str) -> Result<Unit> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "us" | "usec" | "microsecond" | "microseconds" => Unit::Microsecond,
            "ms" | "msec" | "millisecond" | "milliseconds" => Unit::Millisecond,
            "s" | "sec" | "second" | "seconds" => Unit::Second,
            "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Hour,
            "d" | "day" | "days" => Unit::Day,
            "w" | "week" | "weeks" => Unit::Week,
            "mon" | "mons" | "month" | "months" => Unit::Month,
            "qtr" | "quarter" => Unit::Quarter,
            "y" | "yr" | "yrs" | "year" | "years" => Unit::Year,
            "dec" | "decs" | "decade" | "decades" => Unit::Decade,
            "c" | "cent" | "century" | "centuries" => Unit::Century,
            "mil" | "mils" | "millennium" | "millennia" => Unit::Millennium,
            _ => {
                let message = format!("unit \"{name}\" not recognized");
                return Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, message));
            }
        })
    }

    /// Microseconds, if all such units are equally long.
    fn micros(self) -> Option<i64> {
        Some(match self {
            Unit::Microsecond => 1,
            Unit::Millisecond => 1000,
            Unit::Second => 1_000_000,
            Unit::Minute => 60_000_000,
            Unit::Hour => HOUR,
            Unit::Day => DAY,
            _ => return None,
        })
    }

    /// The beginning of the unit that holds a time. Infinity stays.
    fn start(self, time: i64) -> Result<i64> {
        if time == i64::MAX || time == i64::MIN {
            return Ok(time);
        }
        if let Some(size) = self.micros() {
            return Ok(time - time.rem_euclid(size));
        }
        let moment = Moment::of(time);
        let start = match self {
            Unit::Week => return Ok((moment.days - (moment.weekday() + 6) % 7) * DAY),
            Unit::Month => Moment::midnight(moment.year, moment.month, 1),
            Unit::Quarter => Moment::midnight(moment.year, (moment.month - 1) / 3 * 3 + 1, 1),
            Unit::Year => Moment::midnight(moment.year, 1, 1),
            Unit::Decade => Moment::midnight(moment.year.div_euclid(10) * 10, 1, 1),
            Unit::Century => Moment::midnight((moment.year - 1).div_euclid(100) * 100 + 1, 1, 1),
            _ => Moment::midnight((moment.year - 1).div_euclid(1000) * 1000 + 1, 1, 1),
        };
        start.ok_or_else(|| Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range"))
    }

    fn trunc(self, value: IntervalMonthDayNano) -> Result<IntervalMonthDayNano> {
        let IntervalMonthDayNano { mut months, mut days, mut nanoseconds } = value;
        let months_each = match self {
            Unit::Month => 1,
            Unit::Quarter => 3,
            Unit::Year => 12,
            Unit::Decade => 120,
            Unit::Century => 1200,
            Unit::Millennium => 12_000,
            Unit::Week => {
                let error = Error::unsupported("unit \"week\" for type interval");
                return Err(error.with_detail("Months usually have fractional weeks."));
            }
            _ => 0,
        };
        if months_each > 0 {
            (months, days, nanoseconds) = (months / months_each * months_each, 0, 0);
        } else if self == Unit::Day {
            nanoseconds = 0;
        } else if let Some(micros) = self.micros() {
            nanoseconds = nanoseconds / (micros * 1000) * (micros * 1000);
        }
        Ok(IntervalMonthDayNano::new(months, days, nanoseconds))
    }
}

/// What the clocks of a place show at a time.
fn to_local(zone: Tz, time: i64) -> i64 {
    let offset = DateTime::from_timestamp_micros(time)
        .map_or(0, |t| zone.offset_from_utc_datetime(&t.naive_utc()).fix().local_minus_utc());
    time + i64::from(offset) * 1_000_000
}

fn from_local(zone: Tz, local: i64) -> i64 {
    let Some(naive) = DateTime::from_timestamp_micros(local).map(|t| t.naive_utc()) else { return local };
    let offset = match zone.offset_from_local_datetime(&naive) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => offset.fix(),
        LocalResult::None => zone.offset_from_utc_datetime(&naive).fix(),
    };
    local - i64::from(offset.local_minus_utc()) * 1_000_000
}

fn date_bin(c: &Call) -> Result<ArrayRef> {
    let (stride, time) = (c.value::<IntervalMonthDayNanoType>(0), c.value::<TimestampMicrosecondType>(1));
    let origin = (c.count() > 2).then(|| c.value::<TimestampMicrosecondType>(2));
    c.column::<TimestampMicrosecondType>(|row| {
        let stride = stride.at(row);
        if stride.months != 0 {
            return Err(Error::new(
                SqlState::FEATURE_NOT_SUPPORTED,
                "timestamps cannot be binned into intervals containing months or years",
            ));
        }
        let size = i64::from(stride.days) * DAY + stride.nanoseconds / 1000;
        if size <= 0 {
            return Err(Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "stride must be greater than zero"));
        }
        let (time, origin) = (time.at(row), origin.as_ref().map_or(0, |o| o.at(row)));
        let since = time.checked_sub(origin);
        let since =
            since.ok_or_else(|| Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range"))?;
        Ok(Some(time - since.rem_euclid(size)))
    })
}
