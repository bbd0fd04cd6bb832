//! Dates, times of day and timestamps from text.

use arrow::array::timezone::Tz;
use arrow::datatypes::{DataType, TimeUnit};
use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};

use super::fields::{Fields, Special, Wrong, Zone};
use super::invalid;
use crate::types::{Error, Result, SqlState};

const DAY: i64 = 86_400_000_000;

/// Days since 1970 of a day of the proleptic Gregorian calendar; `None` if there is
/// no such day.
pub fn days_of(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > last {
        return None;
    }
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month = i64::from(month);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// A date as days since 1970. Infinity is the last number there is.
pub fn read_date(text: &str) -> Result<i32> {
    let wrong = |w| complain(w, text, &DataType::Date32);
    if let Some(days) = iso_date(text.as_bytes()) {
        return Ok(days);
    }
    let fields = Fields::parse(text).map_err(wrong)?;
    match fields.special {
        Some(Special::Infinity) => return Ok(i32::MAX),
        Some(Special::MinusInfinity) => return Ok(i32::MIN),
        Some(Special::Epoch) => return Ok(0),
        Some(Special::Now) => return Ok(today() as i32),
        Some(Special::Day(offset)) => return Ok((today() + offset) as i32),
        None => {}
    }
    let days = date_of(&fields).map_err(wrong)?;
    // Up to the year 5874897, as in PostgreSQL.
    if (-2_440_588..=2_145_031_948).contains(&days) { Ok(days as i32) } else { Err(wrong(Wrong::Range)) }
}

/// A time of day as microseconds since midnight.
pub fn read_time(text: &str) -> Result<i64> {
    let wrong = |w| complain(w, text, &DataType::Time64(TimeUnit::Microsecond));
    let trimmed = text.trim();
    if trimmed.len() == 6 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        let colons = format!("{}:{}:{}", &trimmed[..2], &trimmed[2..4], &trimmed[4..]);
        return read_time(&colons);
    }
    let fields = Fields::parse(text).map_err(wrong)?;
    fields.time.ok_or_else(|| wrong(Wrong::Syntax))
}

/// A timestamp as microseconds since 1970. With a session's zone it is an instant,
/// of that zone unless the text says another one.
pub fn read_timestamp(text: &str, session: Option<Tz>) -> Result<i64> {
    let local = match iso_timestamp(text.as_bytes()) {
        Some(local) => local,
        None => {
            let zone = session.map(|_| "UTC".into());
            let wrong = |w| complain(w, text, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()));
            let fields = Fields::parse(text).map_err(wrong)?;
            let local = match fields.special {
                Some(Special::Infinity) => return Ok(i64::MAX),
                Some(Special::MinusInfinity) => return Ok(i64::MIN),
                Some(Special::Epoch) => return Ok(0),
                Some(Special::Now) => return Ok(Utc::now().timestamp_micros()),
                Some(Special::Day(offset)) => Some((today() + offset) * DAY + fields.time.unwrap_or(0)),
                None => {
                    let days = date_of(&fields).map_err(wrong)?;
                    days.checked_mul(DAY).and_then(|micros| micros.checked_add(fields.time.unwrap_or(0)))
                }
            };
            let local = local.ok_or_else(|| wrong(Wrong::Range))?;
            match fields.zone.filter(|_| session.is_some()) {
                None => local,
                Some(Zone::Offset(seconds)) => return Ok(local - i64::from(seconds) * 1_000_000),
                Some(Zone::Named(zone)) => return Ok(local - i64::from(offset_at(&zone, local)) * 1_000_000),
            }
        }
    };
    Ok(session.map_or(local, |zone| local - i64::from(offset_at(&zone, local)) * 1_000_000))
}

/// Seconds by which a place is ahead of UTC at a local time.
fn offset_at(zone: &impl TimeZone, local: i64) -> i32 {
    let naive: Option<NaiveDateTime> = DateTime::from_timestamp_micros(local).map(|t| t.naive_utc());
    match naive.map(|t| zone.offset_from_local_datetime(&t)) {
        Some(LocalResult::Single(offset)) => offset.fix().local_minus_utc(),
        // The hour that comes twice: standard time, as PostgreSQL takes it.
        Some(LocalResult::Ambiguous(_, later)) => later.fix().local_minus_utc(),
        _ => naive.map_or(0, |t| zone.offset_from_utc_datetime(&t).fix().local_minus_utc()),
    }
}

fn today() -> i64 {
    Utc::now().timestamp().div_euclid(86_400)
}

fn date_of(fields: &Fields) -> Result<i64, Wrong> {
    let (Some(year), Some(month), Some(day)) = (fields.year, fields.month, fields.day) else {
        return Err(Wrong::Syntax);
    };
    days_of(year, month, day).ok_or(Wrong::Range)
}

/// `2024-01-31` and nothing else, the spelling that is fast.
fn iso_date(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let mut number = [0u32; 3];
    for (index, digits) in [&[*y1, *y2, *y3, *y4][..], &[*m1, *m2], &[*d1, *d2]].iter().enumerate() {
        for digit in *digits {
            number[index] = number[index] * 10 + char::from(*digit).to_digit(10)?;
        }
    }
    if number[0] == 0 {
        return None;
    }
    days_of(number[0].into(), number[1], number[2]).map(|days| days as i32)
}

/// `2024-01-31 10:20:30` with up to six more digits, or with a `T`: what is fast.
fn iso_timestamp(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let [b' ' | b'T', h1, h2, b':', m1, m2, b':', s1, s2, fraction @ ..] = rest else { return None };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |high: &u8, low: &u8| Some(digit(high)? * 10 + digit(low)?);
    let (hours, minutes, seconds) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let mut micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000;
    if let [b'.', digits @ ..] = fraction
        && (1..=6).contains(&digits.len())
    {
        let mut unit = 100_000;
        for byte in digits {
            micros += digit(byte)? * unit;
            unit /= 10;
        }
    } else if !fraction.is_empty() {
        return None;
    }
    Some(i64::from(iso_date(date)?) * DAY + micros)
}

fn complain(wrong: Wrong, text: &str, to: &DataType) -> Error {
    match wrong {
        Wrong::Syntax => invalid(text, to),
        Wrong::Range => Error::new(
            SqlState::DATETIME_FIELD_OVERFLOW,
            format!("date/time field value out of range: \"{text}\""),
        ),
        Wrong::Zone(name) => {
            Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("time zone \"{name}\" not recognized"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_many_spellings() {
        let days = days_of(2024, 1, 31).unwrap() as i32;
        for text in [
            "2024-01-31",
            " 2024-1-31 ",
            "20240131",
            "Jan 31, 2024",
            "31 January 2024",
            "2024-Jan-31",
            "1/31/2024",
            "2024-01-31 10:20",
        ] {
            assert_eq!(read_date(text), Ok(days), "{text}");
        }
        assert_eq!(read_date("2024-02-30").unwrap_err().code(), SqlState::DATETIME_FIELD_OVERFLOW);
        assert_eq!(read_date("soon").unwrap_err().code(), SqlState::INVALID_DATETIME_FORMAT);
    }

    #[test]
    fn a_zone_counts_where_it_is_asked_for() {
        let utc = Some("UTC".parse().unwrap());
        let plain = read_timestamp("2024-01-31 10:20:30", None).unwrap();
        assert_eq!(read_timestamp("2024-01-31T10:20:30+02", None), Ok(plain));
        assert_eq!(read_timestamp("2024-01-31 10:20:30+02", utc), Ok(plain - 7_200_000_000));
        assert_eq!(read_timestamp("2024-01-31 10:20:30 Europe/Berlin", utc), Ok(plain - 3_600_000_000));
        let tokyo = Some("Asia/Tokyo".parse().unwrap());
        assert_eq!(read_timestamp("2024-01-31 10:20:30", tokyo), Ok(plain - 9 * 3_600_000_000));
        assert_eq!(read_timestamp("2024-01-31 10:20:30+00", tokyo), Ok(plain));
        assert_eq!(read_timestamp("2024-01-31 10:20:30.5", utc), Ok(plain + 500_000));
    }
}
