//! Dates, times of day and timestamps as text, style `ISO`.
//!
//! Arithmetic on integers throughout: a date needs no time zone database and
//! should not cost more than its digits.

use std::fmt::Write;

use arrow::array::timezone::Tz;
use arrow::datatypes::TimeUnit;
use chrono::{DateTime, Offset, TimeZone};

use super::number::push_padded;
use crate::expr::calendar::Date;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
pub(super) const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

/// A moment or a time of day: whole days since 1970 and microseconds into the
/// day. Nanoseconds are cut to microseconds, the finest that PostgreSQL has.
pub(super) fn split(unit: TimeUnit, value: i64) -> (i64, i64) {
    let per_day = match unit {
        TimeUnit::Second => SECONDS_PER_DAY,
        TimeUnit::Millisecond => SECONDS_PER_DAY * 1_000,
        TimeUnit::Microsecond => MICROS_PER_DAY,
        TimeUnit::Nanosecond => MICROS_PER_DAY * 1_000,
    };
    let rest = value.rem_euclid(per_day);
    let micros = match unit {
        TimeUnit::Second => rest * MICROS_PER_SECOND,
        TimeUnit::Millisecond => rest * 1_000,
        TimeUnit::Microsecond => rest,
        TimeUnit::Nanosecond => rest / 1_000,
    };
    (value.div_euclid(per_day), micros)
}

/// Appends `2024-01-31` for days since 1970; years before 1 get ` BC` behind.
pub(super) fn push_calendar_date(out: &mut String, days: i64) {
    if push_date_digits(out, days) {
        out.push_str(" BC");
    }
}

/// Appends the date without its era; true if it is before Christ.
fn push_date_digits(out: &mut String, days: i64) -> bool {
    let Date { year, month, day } = Date::of_day(days);
    let before_christ = year <= 0;
    let year = if before_christ { 1 - year } else { year }.unsigned_abs();
    let [thousands, hundreds] = two_digits(year / 100 % 100);
    let [tens, ones] = two_digits(year % 100);
    let [m1, m2] = two_digits(month.into());
    let [d1, d2] = two_digits(day.into());
    if year > 9_999 {
        write!(out, "{}", year / 10_000).expect("writing to a string cannot fail");
    }
    push_ascii(out, &[thousands, hundreds, tens, ones, b'-', m1, m2, b'-', d1, d2]);
    before_christ
}

/// Appends `04:05:06.5` for microseconds since midnight.
pub(super) fn push_clock_time(out: &mut String, micros: i64) {
    let (seconds, micros) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let hours = seconds / 3_600;
    if hours > 99 {
        write!(out, "{}", hours / 100).expect("writing to a string cannot fail");
    }
    let [h1, h2] = two_digits(hours % 100);
    let [m1, m2] = two_digits(seconds / 60 % 60);
    let [s1, s2] = two_digits(seconds % 60);
    push_ascii(out, &[h1, h2, b':', m1, m2, b':', s1, s2]);
    push_fraction(out, micros);
}

/// Appends `.5` for 500,000 microseconds, nothing for none.
fn push_fraction(out: &mut String, micros: u64) {
    if micros == 0 {
        return;
    }
    let ([a, b], [c, d], [e, f]) =
        (two_digits(micros / 10_000), two_digits(micros / 100 % 100), two_digits(micros % 100));
    let digits = [b'.', a, b, c, d, e, f];
    let length = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    push_ascii(out, &digits[..length]);
}

/// The digits of a number below 100.
fn two_digits(number: u64) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

fn push_ascii(out: &mut String, digits: &[u8]) {
    out.push_str(std::str::from_utf8(digits).expect("digits are ASCII"));
}

/// Appends `2024-01-31 04:05:06.5`.
pub(super) fn push_timestamp(out: &mut String, (days, micros): (i64, i64)) {
    let before_christ = push_date_digits(out, days);
    out.push(' ');
    push_clock_time(out, micros);
    if before_christ {
        out.push_str(" BC");
    }
}

/// Appends `2024-01-31 04:05:06.5+00` as seen in `zone` (`None` is UTC).
pub(super) fn push_timestamp_tz(out: &mut String, (days, micros): (i64, i64), zone: Option<&Tz>) {
    let offset = zone.map_or(0, |zone| offset_seconds(zone, days, micros));
    let shifted = micros + i64::from(offset) * MICROS_PER_SECOND;
    let before_christ = push_date_digits(out, days + shifted.div_euclid(MICROS_PER_DAY));
    out.push(' ');
    push_clock_time(out, shifted.rem_euclid(MICROS_PER_DAY));
    push_offset(out, offset);
    if before_christ {
        out.push_str(" BC");
    }
}

fn offset_seconds(zone: &Tz, days: i64, micros: i64) -> i32 {
    let seconds = days.saturating_mul(SECONDS_PER_DAY).saturating_add(micros / MICROS_PER_SECOND);
    let Some(moment) = DateTime::from_timestamp(seconds, 0) else { return 0 };
    zone.offset_from_utc_datetime(&moment.naive_utc()).fix().local_minus_utc()
}

fn push_offset(out: &mut String, offset: i32) {
    out.push(if offset < 0 { '-' } else { '+' });
    let seconds = u64::from(offset.unsigned_abs());
    push_padded(out, seconds / 3600, 2);
    if !seconds.is_multiple_of(3600) {
        out.push(':');
        push_padded(out, seconds / 60 % 60, 2);
    }
    if !seconds.is_multiple_of(60) {
        out.push(':');
        push_padded(out, seconds % 60, 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_of_a_timestamp_shows() {
        let print = |zone: &str, micros: i64| {
            let zone: Tz = zone.parse().expect("a zone");
            let mut out = String::new();
            push_timestamp_tz(&mut out, split(TimeUnit::Microsecond, micros), Some(&zone));
            out
        };
        assert_eq!(print("Europe/Berlin", 1_720_000_000_000_000), "2024-07-03 11:46:40+02");
        assert_eq!(print("+05:30", 0), "1970-01-01 05:30:00+05:30");
        assert_eq!(print("-03:30", 1), "1969-12-31 20:30:00.000001-03:30");
    }
}
