//! Columns of dates, times and intervals ready to be printed.

use arrow::array::ArrayRef;
use arrow::array::timezone::Tz;
use arrow::datatypes::*;

use super::calendar::{
    MICROS_PER_DAY, push_calendar_date, push_clock_time, push_timestamp, push_timestamp_tz, split,
};
use super::interval::{push_duration, push_interval};
use super::printer::{Print, primitive};
use crate::types::Result;

pub(super) fn date32(array: &ArrayRef) -> Print {
    primitive::<Date32Type>(array, |days, out| match days {
        i32::MAX => out.push_str("infinity"),
        i32::MIN => out.push_str("-infinity"),
        days => push_calendar_date(out, days.into()),
    })
}

pub(super) fn date64(array: &ArrayRef) -> Print {
    primitive::<Date64Type>(array, |millis, out| {
        push_calendar_date(out, split(TimeUnit::Millisecond, millis).0);
    })
}

/// A time of day, up to and with 24:00:00.
fn micros(unit: TimeUnit, value: i64) -> i64 {
    let (days, micros) = split(unit, value);
    days * MICROS_PER_DAY + micros
}

pub(super) fn time32(array: &ArrayRef, unit: TimeUnit) -> Print {
    let write = move |value: i32, out: &mut String| push_clock_time(out, micros(unit, value.into()));
    match unit {
        TimeUnit::Second => primitive::<Time32SecondType>(array, write),
        _ => primitive::<Time32MillisecondType>(array, write),
    }
}

pub(super) fn time64(array: &ArrayRef, unit: TimeUnit) -> Print {
    let write = move |value: i64, out: &mut String| push_clock_time(out, micros(unit, value));
    match unit {
        TimeUnit::Nanosecond => primitive::<Time64NanosecondType>(array, write),
        _ => primitive::<Time64MicrosecondType>(array, write),
    }
}

pub(super) fn timestamp(array: &ArrayRef, unit: TimeUnit, zone: Option<&str>) -> Result<Print> {
    let Some(zone) = zone else {
        return Ok(counted(array, unit, move |value, out| push_timestamp(out, split(unit, value))));
    };
    let zone = match zone {
        "UTC" | "+00:00" | "+00" | "Z" | "Etc/UTC" => None,
        named => Some(named.parse::<Tz>()?),
    };
    Ok(counted(array, unit, move |value, out| push_timestamp_tz(out, split(unit, value), zone.as_ref())))
}

/// A timestamp's column, whatever its unit.
fn counted(
    array: &ArrayRef,
    unit: TimeUnit,
    write: impl Fn(i64, &mut String) + Send + Sync + 'static,
) -> Print {
    let write = move |value: i64, out: &mut String| match value {
        i64::MAX => out.push_str("infinity"),
        i64::MIN => out.push_str("-infinity"),
        value => write(value, out),
    };
    match unit {
        TimeUnit::Second => primitive::<TimestampSecondType>(array, write),
        TimeUnit::Millisecond => primitive::<TimestampMillisecondType>(array, write),
        TimeUnit::Microsecond => primitive::<TimestampMicrosecondType>(array, write),
        TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array, write),
    }
}

pub(super) fn interval(array: &ArrayRef, unit: IntervalUnit) -> Print {
    match unit {
        IntervalUnit::YearMonth => primitive::<IntervalYearMonthType>(array, |months, out| {
            push_interval(out, months.into(), 0, 0);
        }),
        IntervalUnit::DayTime => primitive::<IntervalDayTimeType>(array, |value, out| {
            push_interval(out, 0, value.days.into(), i64::from(value.milliseconds) * 1_000);
        }),
        IntervalUnit::MonthDayNano => primitive::<IntervalMonthDayNanoType>(array, |value, out| {
            push_interval(out, value.months.into(), value.days.into(), value.nanoseconds / 1_000);
        }),
    }
}

pub(super) fn duration(array: &ArrayRef, unit: TimeUnit) -> Print {
    match unit {
        TimeUnit::Second => primitive::<DurationSecondType>(array, |value, out| {
            push_duration(out, value.saturating_mul(1_000_000));
        }),
        TimeUnit::Millisecond => primitive::<DurationMillisecondType>(array, |value, out| {
            push_duration(out, value.saturating_mul(1_000));
        }),
        TimeUnit::Microsecond => {
            primitive::<DurationMicrosecondType>(array, |value, out| push_duration(out, value))
        }
        TimeUnit::Nanosecond => {
            primitive::<DurationNanosecondType>(array, |value, out| push_duration(out, value / 1_000))
        }
    }
}
