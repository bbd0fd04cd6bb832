//! Functions of intervals, and of two times that give one.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, Time64MicrosecondType, TimestampMicrosecondType,
};

use super::declared::{Call, Form, Forms, Result, define};
use super::moment::{DAY, Moment};
use crate::types::{Error, SqlState};

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define(
        "The time between two times in years, months, days and the rest",
        &["age(timestamp, timestamp) -> interval", "age(timestamptz, timestamptz) -> interval"],
        |c| {
            let (end, start) =
                (c.value::<TimestampMicrosecondType>(0), c.value::<TimestampMicrosecondType>(1));
            c.column::<IntervalMonthDayNanoType>(|row| age(end.at(row), start.at(row)).map(Some))
        },
    );
    all.extend(define("With each 24 hours as a day", &["justify_hours(interval) -> interval"], |c| {
        each(c, |v| {
            let (days, nanos) = carried(v.days.into(), v.nanoseconds, DAY * 1000);
            build(v.months.into(), days, nanos)
        })
    }));
    all.extend(define("With each 30 days as a month", &["justify_days(interval) -> interval"], |c| {
        each(c, |v| {
            let (months, days) = carried(v.months.into(), v.days.into(), 30);
            build(months, days, v.nanoseconds)
        })
    }));
    all.extend(define(
        "With hours as days and days as months, all of one sign",
        &["justify_interval(interval) -> interval"],
        |c| each(c, justify),
    ));
    all.extend(define("", &["ms_times(interval, double precision) -> interval"], |c| {
        let (value, factor) = (c.value::<IntervalMonthDayNanoType>(0), c.value::<Float64Type>(1));
        c.column::<IntervalMonthDayNanoType>(|row| times(value.at(row), factor.at(row)).map(Some))
    }));
    all.extend(define("", &["ms_over(interval, double precision) -> interval"], |c| {
        let (value, factor) = (c.value::<IntervalMonthDayNanoType>(0), c.value::<Float64Type>(1));
        c.column::<IntervalMonthDayNanoType>(|row| match factor.at(row) {
            0.0 => Err(super::math::division_by_zero()),
            factor => over(value.at(row), factor).map(Some),
        })
    }));
    all.extend(
        define("", &["ms_length(interval) -> numeric"], |c| {
            let value = c.value::<IntervalMonthDayNanoType>(0);
            c.column::<Decimal128Type>(|row| Ok(Some(length(value.at(row)))))
        })
        .typed(|_, _| Ok(DataType::Decimal128(38, 0))),
    );
    all.extend(sums());
    all.extend(define("Is it neither infinity?", &["isfinite(date) -> boolean"], |c| {
        let days = c.value::<Date32Type>(0);
        c.booleans(|row| Ok(Some(!matches!(days.at(row), i32::MAX | i32::MIN))))
    }));
    all.extend(define(
        "Is it neither infinity?",
        &["isfinite(timestamp) -> boolean", "isfinite(timestamptz) -> boolean"],
        |c| {
            let time = c.value::<TimestampMicrosecondType>(0);
            c.booleans(|row| Ok(Some(!matches!(time.at(row), i64::MAX | i64::MIN))))
        },
    ));
    all.extend(define(
        "Is it neither infinity? An interval always is",
        &["isfinite(interval) -> boolean"],
        |c| c.booleans(|_| Ok(Some(true))),
    ));
    all.extend(
        define(
            "",
            &[
                "ms_overlaps(timestamp, timestamp, timestamp, timestamp) -> boolean",
                "ms_overlaps(timestamptz, timestamptz, timestamptz, timestamptz) -> boolean",
                "ms_overlaps(timestamp, interval, timestamp, interval) -> boolean",
                "ms_overlaps(timestamptz, interval, timestamptz, interval) -> boolean",
                "ms_overlaps(timestamp, interval, timestamp, timestamp) -> boolean",
                "ms_overlaps(timestamptz, interval, timestamptz, timestamptz) -> boolean",
                "ms_overlaps(timestamp, timestamp, timestamp, interval) -> boolean",
                "ms_overlaps(timestamptz, timestamptz, timestamptz, interval) -> boolean",
            ],
            overlaps,
        )
        .called_on_null(),
    );
    all
}

/// Two periods, each of a beginning and an end or a length.
fn overlaps(c: &Call) -> Result<ArrayRef> {
    let time = |index: usize, row: usize| {
        let time = c.value::<TimestampMicrosecondType>(index);
        (!time.is_null(row)).then(|| time.at(row))
    };
    let end = |index: usize, row: usize| -> Result<Option<i64>> {
        if !matches!(c.array(index).data_type(), DataType::Interval(_)) {
            return Ok(time(index, row));
        }
        let length = c.value::<IntervalMonthDayNanoType>(index);
        match time(index - 1, row) {
            Some(start) if !length.is_null(row) => moved(start, length.at(row)).map(Some),
            _ => Ok(None),
        }
    };
    c.booleans(|row| Ok(overlap((time(0, row), end(1, row)?), (time(2, row), end(3, row)?))))
}

/// NULL where it depends on an end that is not known.
fn overlap(a: (Option<i64>, Option<i64>), b: (Option<i64>, Option<i64>)) -> Option<bool> {
    // The earlier end, or the one that is known, comes first.
    let ordered = |(start, end): (Option<i64>, Option<i64>)| match (start, end) {
        (Some(start), Some(end)) => Some((start.min(end), Some(start.max(end)))),
        (start, end) => Some((start.or(end)?, None)),
    };
    let (a, b) = (ordered(a)?, ordered(b)?);
    if a.0 == b.0 {
        // Even empty periods overlap.
        return (a.1.is_some() && b.1.is_some()).then_some(true);
    }
    let (earlier, later) = if a.0 < b.0 { (a, b) } else { (b, a) };
    match (earlier.1, later.1) {
        (None, _) => None,
        (Some(end), _) if later.0 < end => Some(true),
        (Some(_), later_end) => later_end.map(|_| false),
    }
}

/// A time later by an interval; the last day of a month stays within it.
pub fn moved(time: i64, by: IntervalMonthDayNano) -> Result<i64> {
    let moment = Moment::of(time);
    let months = moment.year * 12 + moment.month - 1 + i64::from(by.months);
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let day = moment.day.min(days_in((year, month)));
    let midnight = Moment::midnight(year, month, day).ok_or_else(range)?;
    Ok(midnight + moment.micros + i64::from(by.days) * DAY + by.nanoseconds / 1000)
}

/// What `+` and `-` of times of day and intervals become.
fn sums() -> Vec<Form> {
    let mut all = define("", &["ms_plus(interval, interval) -> interval"], |c| {
        pairs(c, |a, b| {
            Some((add(a.months, b.months)?, add(a.days, b.days)?, a.nanoseconds.checked_add(b.nanoseconds)?))
        })
    });
    all.extend(define("", &["ms_minus(interval, interval) -> interval"], |c| {
        pairs(c, |a, b| {
            Some((
                a.months.checked_sub(b.months)?,
                a.days.checked_sub(b.days)?,
                a.nanoseconds.checked_sub(b.nanoseconds)?,
            ))
        })
    }));
    all.extend(define("", &["ms_negative(interval) -> interval"], |c| {
        each(c, |v| {
            build(-i64::from(v.months), -i64::from(v.days), v.nanoseconds.checked_neg().ok_or_else(range)?)
        })
    }));
    all.extend(define("", &["ms_plus(time, interval) -> time"], |c| {
        let (time, gap) = (c.value::<Time64MicrosecondType>(0), c.value::<IntervalMonthDayNanoType>(1));
        c.column::<Time64MicrosecondType>(|row| {
            Ok(Some((time.at(row) + gap.at(row).nanoseconds / 1000 % DAY).rem_euclid(DAY)))
        })
    }));
    all.extend(define("", &["ms_minus(time, interval) -> time"], |c| {
        let (time, gap) = (c.value::<Time64MicrosecondType>(0), c.value::<IntervalMonthDayNanoType>(1));
        c.column::<Time64MicrosecondType>(|row| {
            Ok(Some((time.at(row) - gap.at(row).nanoseconds / 1000 % DAY).rem_euclid(DAY)))
        })
    }));
    all.extend(define("", &["ms_minus(time, time) -> interval"], |c| {
        let (a, b) = (c.value::<Time64MicrosecondType>(0), c.value::<Time64MicrosecondType>(1));
        c.column::<IntervalMonthDayNanoType>(|row| build(0, 0, (a.at(row) - b.at(row)) * 1000).map(Some))
    }));
    all.extend(define("", &["ms_plus(date, time) -> timestamp"], |c| {
        let (day, time) = (c.value::<Date32Type>(0), c.value::<Time64MicrosecondType>(1));
        c.column::<TimestampMicrosecondType>(|row| Ok(Some(i64::from(day.at(row)) * DAY + time.at(row))))
    }));
    all.extend(define("", &["ms_time_of(interval) -> time"], |c| {
        let gap = c.value::<IntervalMonthDayNanoType>(0);
        c.column::<Time64MicrosecondType>(|row| Ok(Some((gap.at(row).nanoseconds / 1000).rem_euclid(DAY))))
    }));
    all.extend(define("", &["ms_interval_of(time) -> interval"], |c| {
        let time = c.value::<Time64MicrosecondType>(0);
        c.column::<IntervalMonthDayNanoType>(|row| build(0, 0, time.at(row) * 1000).map(Some))
    }));
    all.extend(define("An interval of its parts", &[
        "make_interval() -> interval",
        "make_interval(integer) -> interval",
        "make_interval(integer, integer) -> interval",
        "make_interval(integer, integer, integer) -> interval",
        "make_interval(integer, integer, integer, integer) -> interval",
        "make_interval(integer, integer, integer, integer, integer) -> interval",
        "make_interval(integer, integer, integer, integer, integer, integer) -> interval",
        "make_interval(integer, integer, integer, integer, integer, integer, double precision) -> interval",
    ], make_interval));
    all
}

fn add(a: i32, b: i32) -> Option<i32> {
    a.checked_add(b)
}

/// `22008` for an interval that is too long.
pub fn range() -> Error {
    Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "interval out of range")
}

fn build(months: i64, days: i64, nanos: i64) -> Result<IntervalMonthDayNano> {
    let narrow = |value: i64| i32::try_from(value).map_err(|_| range());
    Ok(IntervalMonthDayNano::new(narrow(months)?, narrow(days)?, nanos))
}

fn each(c: &Call, f: fn(IntervalMonthDayNano) -> Result<IntervalMonthDayNano>) -> Result<ArrayRef> {
    let value = c.value::<IntervalMonthDayNanoType>(0);
    c.column::<IntervalMonthDayNanoType>(|row| f(value.at(row)).map(Some))
}

fn pairs(
    c: &Call,
    f: fn(IntervalMonthDayNano, IntervalMonthDayNano) -> Option<(i32, i32, i64)>,
) -> Result<ArrayRef> {
    let (a, b) = (c.value::<IntervalMonthDayNanoType>(0), c.value::<IntervalMonthDayNanoType>(1));
    c.column::<IntervalMonthDayNanoType>(|row| {
        let (months, days, nanos) = f(a.at(row), b.at(row)).ok_or_else(range)?;
        Ok(Some(IntervalMonthDayNano::new(months, days, nanos)))
    })
}

/// The whole larger units in `small` put into `large`, both then of one sign.
fn carried(large: i64, small: i64, size: i64) -> (i64, i64) {
    let (mut large, mut small) = (large + small / size, small % size);
    if large > 0 && small < 0 {
        (large, small) = (large - 1, small + size);
    } else if large < 0 && small > 0 {
        (large, small) = (large + 1, small - size);
    }
    (large, small)
}

fn justify(v: IntervalMonthDayNano) -> Result<IntervalMonthDayNano> {
    let day = DAY * 1000;
    let (mut days, mut nanos) = (i64::from(v.days) + v.nanoseconds / day, v.nanoseconds % day);
    let mut months = i64::from(v.months) + days / 30;
    days %= 30;
    if months > 0 && (days < 0 || (days == 0 && nanos < 0)) {
        (months, days) = (months - 1, days + 30);
    } else if months < 0 && (days > 0 || (days == 0 && nanos > 0)) {
        (months, days) = (months + 1, days - 30);
    }
    if days > 0 && nanos < 0 {
        (days, nanos) = (days - 1, nanos + day);
    } else if days < 0 && nanos > 0 {
        (days, nanos) = (days + 1, nanos - day);
    }
    build(months, days, nanos)
}

/// Microseconds, a month being 30 days: what intervals are ordered by.
pub fn length(v: IntervalMonthDayNano) -> i128 {
    let days = i128::from(v.months) * 30 + i128::from(v.days);
    days * i128::from(DAY) + i128::from(v.nanoseconds / 1000)
}

/// PostgreSQL's way: a part of a month becomes days, a part of a day becomes time.
fn times(v: IntervalMonthDayNano, factor: f64) -> Result<IntervalMonthDayNano> {
    scaled(v, |part| part * factor)
}

/// The interval by a number that is not 0.
pub fn over(v: IntervalMonthDayNano, divisor: f64) -> Result<IntervalMonthDayNano> {
    scaled(v, |part| part / divisor)
}

fn scaled(v: IntervalMonthDayNano, scale: impl Fn(f64) -> f64) -> Result<IntervalMonthDayNano> {
    // To a millionth, so that what is whole but for the last bits is whole.
    let near = |value: f64| (value * 1e6).round_ties_even() / 1e6;
    let months = scale(v.months.into());
    let days = scale(v.days.into());
    if !months.is_finite() || months.abs() > i32::MAX.into() || days.abs() > i32::MAX.into() {
        return Err(range());
    }
    let (whole_months, mut whole_days) = (months.trunc(), days.trunc());
    let month_days = near((months - whole_months) * 30.0);
    let mut seconds = near((days - whole_days + month_days - month_days.trunc()) * 86_400.0);
    if seconds.abs() >= 86_400.0 {
        whole_days += (seconds / 86_400.0).trunc();
        seconds -= (seconds / 86_400.0).trunc() * 86_400.0;
    }
    whole_days += month_days.trunc();
    let micros = (scale((v.nanoseconds / 1000) as f64) + seconds * 1e6).round_ties_even();
    if micros.abs() > 9.2e15 {
        return Err(range());
    }
    build(whole_months as i64, whole_days as i64, micros as i64 * 1000)
}

/// Years, months, days and time from `start` to `end`, fields borrowing from the
/// next larger one; days of the month in which the earlier time lies.
fn age(end: i64, start: i64) -> Result<IntervalMonthDayNano> {
    let (later, earlier, sign) = if end >= start { (end, start, 1) } else { (start, end, -1) };
    let (a, b) = (Moment::of(later), Moment::of(earlier));
    let mut micros = a.micros - b.micros;
    let mut days = a.day - b.day;
    let mut months = (a.year - b.year) * 12 + a.month - b.month;
    if micros < 0 {
        (micros, days) = (micros + DAY, days - 1);
    }
    if days < 0 {
        days += days_in((b.year, b.month));
        months -= 1;
    }
    build(sign * months, sign * days, sign * micros * 1000)
}

fn days_in((year, month): (i64, i64)) -> i64 {
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let first = |(year, month): (i64, i64)| Moment::midnight(year, month, 1).unwrap_or(0) / DAY;
    first(next) - first((year, month))
}

fn make_interval(c: &Call) -> Result<ArrayRef> {
    let part = |index: usize| (c.count() > index).then(|| c.value::<Int32Type>(index));
    let parts: Vec<_> = (0..6).map(part).collect();
    let seconds = (c.count() > 6).then(|| c.value::<Float64Type>(6));
    c.column::<IntervalMonthDayNanoType>(|row| {
        let at = |index: usize| parts[index].as_ref().map_or(0, |p| i64::from(p.at(row)));
        let seconds = seconds.as_ref().map_or(0.0, |s| s.at(row));
        let micros = (at(4) * 60 + at(5)) * 60_000_000 + (seconds * 1e6).round_ties_even() as i64;
        build(at(0) * 12 + at(1), at(2) * 7 + at(3), micros * 1000).map(Some)
    })
}
