//! Intervals from text: PostgreSQL's spelling, the SQL standard's and ISO 8601.

use arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalUnit};

use super::invalid;
use crate::types::{Error, Result, SqlState};

const SECOND: f64 = 1e6;
const DAY_SECONDS: f64 = 86_400.0;

/// An interval in any spelling.
pub fn read_interval(text: &str) -> Result<IntervalMonthDayNano> {
    read_interval_fields(text, None)
}

/// An interval of which the fields are given behind the literal, the first and
/// the last of them in lower case: `INTERVAL '5' DAY` is `("day", "day")`.
pub fn read_interval_fields(text: &str, fields: Option<(&str, &str)>) -> Result<IntervalMonthDayNano> {
    let lower = joined_signs(&text.trim().to_ascii_lowercase());
    let mut reader = Reader { text, fields, months: 0.0, days: 0.0, micros: 0.0, seen: vec![] };
    match lower.strip_prefix('p') {
        Some(iso) => reader.iso(iso)?,
        None => reader.words(&lower)?,
    }
    reader.finish()
}

/// What a unit of time adds to.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Months(f64),
    Days(f64),
    Micros(f64),
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "us" | "usec" | "usecs" | "usecond" | "useconds" | "microsecond" | "microseconds" | "microsecon" => {
            Unit::Micros(1.0)
        }
        "ms" | "msec" | "msecs" | "msecond" | "mseconds" | "millisecond" | "milliseconds" | "millisecon" => {
            Unit::Micros(1e3)
        }
        "s" | "sec" | "secs" | "second" | "seconds" => Unit::Micros(SECOND),
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Micros(60.0 * SECOND),
        "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Micros(3600.0 * SECOND),
        "d" | "day" | "days" => Unit::Days(1.0),
        "w" | "week" | "weeks" => Unit::Days(7.0),
        "mon" | "mons" | "month" | "months" => Unit::Months(1.0),
        "y" | "yr" | "yrs" | "year" | "years" => Unit::Months(12.0),
        "dec" | "decs" | "decade" | "decades" => Unit::Months(120.0),
        "c" | "cent" | "century" | "centuries" => Unit::Months(1200.0),
        "mil" | "mils" | "millennium" | "millennia" => Unit::Months(12_000.0),
        _ => return None,
    })
}

struct Reader<'a> {
    text: &'a str,
    fields: Option<(&'a str, &'a str)>,
    months: f64,
    days: f64,
    micros: f64,
    /// Units already given; each may come once.
    seen: Vec<&'static str>,
}

impl Reader<'_> {
    fn invalid(&self) -> Error {
        invalid(self.text, &DataType::Interval(IntervalUnit::MonthDayNano))
    }

    fn out_of_range(&self) -> Error {
        let message = format!("interval field value out of range: \"{}\"", self.text);
        Error::new(SqlState::DATETIME_FIELD_OVERFLOW, message)
    }

    fn words(&mut self, text: &str) -> Result<()> {
        let words = split_words(text);
        let (words, ago) = match words.split_last() {
            Some((&"ago", rest)) => (rest, true),
            _ => (&words[..], false),
        };
        let words = if words.first() == Some(&"@") { &words[1..] } else { words };
        if words.is_empty() {
            return Err(self.invalid());
        }
        let mut at = 0;
        while at < words.len() {
            let word = words[at];
            let next = words.get(at + 1).copied();
            at += 1;
            if word.contains(':') {
                self.clock(word)?;
            } else if let Some((years, months)) = years_months(word) {
                self.months += years * 12.0 + months;
            } else {
                let value: f64 = word.parse().map_err(|_| self.invalid())?;
                let named = next.filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()));
                let found = match named {
                    Some(name) => {
                        at += 1;
                        self.once(name)?;
                        unit(name).ok_or_else(|| self.invalid())?
                    }
                    // '1 02:03': a number before a clock is days.
                    None if next.is_some_and(|n| n.contains(':') || self.is_hours(n)) => Unit::Days(1.0),
                    None => self.default_unit()?,
                };
                self.add(value, found);
            }
        }
        if ago {
            (self.months, self.days, self.micros) = (-self.months, -self.days, -self.micros);
        }
        Ok(())
    }

    /// `INTERVAL '3 04' DAY TO HOUR`
    fn is_hours(&self, next: &str) -> bool {
        matches!(self.fields, Some(("day", "hour"))) && next.bytes().all(|b| b.is_ascii_digit())
    }

    fn default_unit(&self) -> Result<Unit> {
        let name = self.fields.map_or("second", |(_, last)| last);
        unit(name).ok_or_else(|| self.invalid())
    }

    fn once(&mut self, name: &str) -> Result<()> {
        let families: [(&'static str, &[&str]); 4] = [
            ("year", &["y", "yr", "yrs", "year", "years"]),
            ("month", &["mon", "mons", "month", "months"]),
            ("day", &["d", "day", "days"]),
            ("hour", &["h", "hr", "hrs", "hour", "hours"]),
        ];
        if let Some((family, _)) = families.iter().find(|(_, names)| names.contains(&name)) {
            if self.seen.contains(family) {
                return Err(self.invalid());
            }
            self.seen.push(family);
        }
        Ok(())
    }

    /// Adds `value` units; a part of a month is days of 30, a part of a day time.
    fn add(&mut self, value: f64, unit: Unit) {
        match unit {
            Unit::Micros(size) => self.micros += value * size,
            Unit::Days(size) => self.add_days(value * size),
            Unit::Months(size) => {
                let months = value * size;
                // PostgreSQL rounds a part of a year to whole months.
                let whole = if size > 1.0 { months.round_ties_even() } else { months.trunc() };
                self.months += whole;
                if size == 1.0 {
                    self.add_days((months - whole) * 30.0);
                }
            }
        }
    }

    fn add_days(&mut self, days: f64) {
        let whole = days.trunc();
        self.days += whole;
        self.micros += ((days - whole) * DAY_SECONDS * SECOND).round_ties_even();
    }

    /// `h:m`, `h:m:s`, or `m:s` when the fields are `MINUTE TO SECOND`.
    fn clock(&mut self, word: &str) -> Result<()> {
        let (sign, digits) = match word.strip_prefix('-') {
            Some(digits) => (-1.0, digits),
            None => (1.0, word.strip_prefix('+').unwrap_or(word)),
        };
        let parts: Vec<&str> = digits.split(':').collect();
        let short =
            self.fields == Some(("minute", "second")) || parts.get(1).is_some_and(|p| p.contains('.'));
        let units: &[f64] = match parts.len() {
            2 if short => &[60.0, 1.0],
            2 => &[3600.0, 60.0],
            3 => &[3600.0, 60.0, 1.0],
            _ => return Err(self.invalid()),
        };
        for (nth, (part, size)) in parts.iter().zip(units).enumerate() {
            let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let value: f64 = part.parse().ok().filter(|_| is_number).ok_or_else(|| self.invalid())?;
            if nth > 0 && value >= 60.0 {
                return Err(self.out_of_range());
            }
            self.micros += sign * (value * size * SECOND).round_ties_even();
        }
        Ok(())
    }

    /// ISO 8601 after its `P`: `1Y2M3DT4H5M6S`, `2W`, `0001-02-03T04:05:06`.
    fn iso(&mut self, text: &str) -> Result<()> {
        let (date, time) = text.split_once('t').unwrap_or((text, ""));
        if date.is_empty() && time.is_empty() {
            return Err(self.invalid());
        }
        let parts: Vec<&str> = date.split('-').collect();
        if parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())) {
            for (part, name) in parts.iter().zip(["y", "mon", "d"]) {
                self.add_named(part, name)?;
            }
        } else {
            self.designated(date, |letter| match letter {
                "m" => Some("mon"),
                "y" | "w" | "d" => Some(letter),
                _ => None,
            })?;
        }
        if time.contains(':') {
            return self.clock(time);
        }
        self.designated(time, |letter| matches!(letter, "h" | "m" | "s").then_some(letter))
    }

    /// Numbers with a letter behind each.
    fn designated<'t>(&mut self, text: &'t str, name: impl Fn(&'t str) -> Option<&'t str>) -> Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let unit = name(&rest[at..=at]).ok_or_else(|| self.invalid())?;
            self.add_named(&rest[..at], unit)?;
            rest = &rest[at + 1..];
        }
        if rest.is_empty() { Ok(()) } else { Err(self.invalid()) }
    }

    fn add_named(&mut self, number: &str, name: &str) -> Result<()> {
        let value: f64 = number.parse().map_err(|_| self.invalid())?;
        self.add(value, unit(name).ok_or_else(|| self.invalid())?);
        Ok(())
    }

    fn finish(mut self) -> Result<IntervalMonthDayNano> {
        if let Some((_, last)) = self.fields {
            // What is finer than the last field is dropped.
            match unit(last) {
                Some(Unit::Micros(size)) if size > SECOND => {
                    self.micros = (self.micros / size).trunc() * size
                }
                Some(Unit::Days(_)) => self.micros = 0.0,
                Some(Unit::Months(size)) => {
                    (self.days, self.micros) = (0.0, 0.0);
                    self.months = (self.months / size).trunc() * size;
                }
                _ => {}
            }
        }
        let fits = |value: f64| value.abs() <= f64::from(i32::MAX);
        if !fits(self.months) || !fits(self.days) || self.micros.abs() >= i64::MAX as f64 / 1e3 {
            return Err(self.out_of_range());
        }
        let nanos = (self.micros.round_ties_even() as i64) * 1000;
        Ok(IntervalMonthDayNano::new(self.months as i32, self.days as i32, nanos))
    }
}

/// `1-2`, the standard's years and months.
fn years_months(word: &str) -> Option<(f64, f64)> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, word.strip_prefix('+').unwrap_or(word)),
    };
    let (years, months) = digits.split_once('-')?;
    let is_number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !is_number(years) || !is_number(months) {
        return None;
    }
    Some((sign * years.parse::<f64>().ok()?, sign * months.parse::<f64>().ok()?))
}

/// `1 month - 1 day`: a sign belongs to the number behind it.
fn joined_signs(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut after_sign = false;
    for c in text.chars() {
        if after_sign && c.is_whitespace() {
            continue;
        }
        let stands_free = joined.is_empty() || joined.ends_with(char::is_whitespace);
        after_sign = stands_free && matches!(c, '+' | '-') || after_sign && matches!(c, '+' | '-');
        joined.push(c);
    }
    joined
}

/// Words at blanks, and between a number and the letters after it (`5min`).
fn split_words(text: &str) -> Vec<&str> {
    let mut words = vec![];
    for word in text.split(|c: char| c.is_whitespace() || c == ',') {
        let mut rest = word;
        while !rest.is_empty() {
            let is_letter = rest.starts_with(|c: char| c.is_ascii_alphabetic());
            let end = rest.find(|c: char| c.is_ascii_alphabetic() != is_letter).unwrap_or(rest.len());
            words.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_have_postgresqls_value() {
        let read = |text: &str| {
            let v = read_interval(text).unwrap();
            (v.months, v.days, v.nanoseconds / 1000)
        };
        assert_eq!(read("1 year 2 months 3 days 04:05:06.5"), (14, 3, 14_706_500_000));
        assert_eq!(read("@ 1 day 2 hours ago"), (0, -1, -7_200_000_000));
        assert_eq!(read("1-2 3 4:05:06"), (14, 3, 14_706_000_000));
        assert_eq!(read("P1Y2M3DT4H5M6S"), (14, 3, 14_706_000_000));
        assert_eq!(read("1.5 months"), (1, 15, 0));
        assert_eq!(read("1.5 days"), (0, 1, 43_200_000_000));
        assert_eq!(read("5min"), (0, 0, 300_000_000));
        assert_eq!(read("1 month - 1 day"), (1, -1, 0));
        assert!(read_interval("1 day -").is_err() && read_interval("- - 1 day").is_err());
        assert!(read_interval("").is_err() && read_interval("1 foo").is_err());
        let days = read_interval_fields("5", Some(("day", "day"))).unwrap();
        assert_eq!((days.months, days.days), (0, 5));
    }
}
