//! Interval literals of a fixed length.

use datafusion::sql::sqlparser::ast::{DateTimeField, Expr, Interval, Value};

use crate::types::{Error, Result, SqlState};

const SECOND: i128 = 1_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// The microseconds of `INTERVAL '…' [field [TO field]]`, in PostgreSQL's syntax
/// (`'1 day 02:03:04'`, `'-5 min'`, `'2 hours ago'`, `'P1DT2H'`). A day counts 24
/// hours. Months and years have no fixed length: `22023`.
pub fn interval_micros(expr: &Expr) -> Result<i64> {
    match expr {
        Expr::Interval(interval) => {
            let text = literal(interval)?;
            let micros = Reader { text, fields: fields(interval)?, micros: 0 }.read()?;
            i64::try_from(micros).map_err(|_| {
                Error::new(SqlState::DATETIME_FIELD_OVERFLOW, format!("interval out of range: \"{text}\""))
            })
        }
        Expr::Nested(inner) => interval_micros(inner),
        other => Err(Error::new(SqlState::SYNTAX_ERROR, format!("\"{other}\" is not an interval literal"))
            .with_hint("Write for example INTERVAL '10' SECOND.")),
    }
}

fn literal(interval: &Interval) -> Result<&str> {
    match interval.value.as_ref() {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) | Value::Number(text, _) => {
                Ok(text)
            }
            _ => Err(not_literal(interval)),
        },
        _ => Err(not_literal(interval)),
    }
}

fn not_literal(interval: &Interval) -> Error {
    Error::new(SqlState::SYNTAX_ERROR, format!("\"{interval}\" is not an interval literal"))
        .with_hint("Write for example INTERVAL '10' SECOND.")
}

/// The units of the first and of the last field.
type Fields = Option<(i128, i128)>;

fn fields(interval: &Interval) -> Result<Fields> {
    let Some(first) = &interval.leading_field else { return Ok(None) };
    let first = field(first)?;
    let last = interval.last_field.as_ref().map_or(Ok(first), field)?;
    Ok(Some((first, last)))
}

fn field(field: &DateTimeField) -> Result<i128> {
    unit(&field.to_string().to_ascii_lowercase())
}

/// The microseconds of a unit by any of its names.
fn unit(name: &str) -> Result<i128> {
    Ok(match name {
        "us" | "usec" | "usecs" | "usecond" | "useconds" | "microsecond" | "microseconds" | "microsecon" => 1,
        "ms" | "msec" | "msecs" | "msecond" | "mseconds" | "millisecond" | "milliseconds" | "millisecon" => {
            1_000
        }
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        "mon" | "mons" | "month" | "months" | "y" | "yr" | "yrs" | "year" | "years" | "decade"
        | "decades" | "century" | "centuries" | "c" | "millennium" | "millennia" | "mil" | "mils"
        | "quarter" => {
            return Err(Error::new(
                SqlState::INVALID_PARAMETER_VALUE,
                format!("an interval in units of {name} has no fixed length"),
            )
            .with_hint("Use weeks, days, hours, minutes or seconds."));
        }
        other => return Err(invalid(other)),
    })
}

fn invalid(text: &str) -> Error {
    Error::new(
        SqlState::INVALID_DATETIME_FORMAT,
        format!("invalid input syntax for type interval: \"{text}\""),
    )
}

struct Reader<'a> {
    text: &'a str,
    fields: Fields,
    micros: i128,
}

impl Reader<'_> {
    fn read(mut self) -> Result<i128> {
        let lower = self.text.trim().to_ascii_lowercase();
        if let Some(iso) = lower.strip_prefix('p') {
            self.iso(iso)?;
        } else {
            self.verbose(&lower)?;
        }
        // PostgreSQL drops what is finer than the last field.
        Ok(match self.fields {
            Some((_, last)) if last > SECOND => self.micros / last * last,
            _ => self.micros,
        })
    }

    fn verbose(&mut self, text: &str) -> Result<()> {
        let words = split_words(text);
        let (words, ago) = match words.split_last() {
            Some((last, rest)) if *last == "ago" => (rest, true),
            _ => (&words[..], false),
        };
        let mut at = 0;
        while at < words.len() {
            let word = words[at];
            at += 1;
            if word == "@" {
                continue;
            }
            if word.contains(':') {
                self.clock(word)?;
                continue;
            }
            let named = words.get(at).filter(|next| next.starts_with(|c: char| c.is_ascii_alphabetic()));
            let unit = match named {
                Some(name) => {
                    at += 1;
                    unit(name)?
                }
                // '1 02:03': a number before a clock is days.
                None if words.get(at).is_some_and(|next| next.contains(':')) => DAY,
                None => self.fields.map_or(SECOND, |(_, last)| last),
            };
            self.add(word, unit)?;
        }
        if words.is_empty() {
            return Err(invalid(self.text));
        }
        if ago {
            self.micros = -self.micros;
        }
        Ok(())
    }

    /// `h:m`, `h:m:s`, or `m:s` when the fields are `MINUTE TO SECOND`.
    fn clock(&mut self, word: &str) -> Result<()> {
        let (negative, digits) = match word.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let parts: Vec<&str> = digits.split(':').collect();
        let minutes_first =
            self.fields == Some((MINUTE, SECOND)) || parts.get(1).is_some_and(|p| p.contains('.'));
        let units: &[i128] = match parts.len() {
            2 if minutes_first => &[MINUTE, SECOND],
            2 => &[HOUR, MINUTE],
            3 => &[HOUR, MINUTE, SECOND],
            _ => return Err(invalid(self.text)),
        };
        let mut sum = 0;
        for (nth, (part, unit)) in parts.iter().zip(units).enumerate() {
            let value = decimal(part, *unit).filter(|_| !part.starts_with(['-', '+']));
            let value = value.ok_or_else(|| invalid(self.text))?;
            if nth > 0 && value >= 60 * unit {
                return Err(Error::new(
                    SqlState::DATETIME_FIELD_OVERFLOW,
                    format!("interval field value out of range: \"{}\"", self.text),
                ));
            }
            sum += value;
        }
        self.micros += if negative { -sum } else { sum };
        Ok(())
    }

    /// ISO 8601, after its `P`: `1DT2H30M`, `2W`.
    fn iso(&mut self, text: &str) -> Result<()> {
        let (date, time) = text.split_once('t').unwrap_or((text, ""));
        if date.is_empty() && time.is_empty() {
            return Err(invalid(self.text));
        }
        for (part, in_time) in [(date, false), (time, true)] {
            let mut rest = part;
            while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
                let name = &rest[at..=at];
                let unit = match (name, in_time) {
                    ("m", false) => unit("month")?,
                    ("y" | "w" | "d", false) | ("h" | "m" | "s", true) => unit(name)?,
                    _ => return Err(invalid(self.text)),
                };
                self.add(&rest[..at], unit)?;
                rest = &rest[at + 1..];
            }
            if !rest.is_empty() {
                return Err(invalid(self.text));
            }
        }
        Ok(())
    }

    fn add(&mut self, number: &str, unit: i128) -> Result<()> {
        let value = decimal(number, unit).ok_or_else(|| invalid(self.text))?;
        self.micros = self.micros.checked_add(value).ok_or_else(|| invalid(self.text))?;
        Ok(())
    }
}

/// Words at blanks, and between a number and the letters after it (`5min`).
fn split_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        match word.find(|c: char| c.is_ascii_alphabetic()) {
            Some(at) if at > 0 => words.extend([&word[..at], &word[at..]]),
            _ => words.push(word),
        }
    }
    words
}

/// A decimal number of units, in microseconds, rounded towards zero.
fn decimal(text: &str, unit: i128) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(12)];
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()?.into() };
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let value = whole * unit + part * unit / 10_i128.pow(fraction.len() as u32);
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Statement, parse};
    use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr};

    fn micros(literal: &str) -> Result<i64> {
        let parsed = parse(&format!("SELECT {literal}")).unwrap().remove(0);
        let Statement::Query(query) = parsed.statement else { panic!("{literal}") };
        let SetExpr::Select(select) = *query.body else { panic!("{literal}") };
        let SelectItem::UnnamedExpr(expr) = &select.projection[0] else { panic!("{literal}") };
        interval_micros(expr)
    }

    /// PostgreSQL's reading of each literal, a day being 24 hours.
    #[test]
    fn literals_have_postgresqls_value() {
        for (literal, expected) in [
            ("INTERVAL '5' SECOND", 5_000_000),
            ("INTERVAL '10 minutes'", 600_000_000),
            ("INTERVAL '1' DAY", 86_400_000_000),
            ("INTERVAL '1 day 02:03:04'", 93_784_000_000),
            ("INTERVAL '1 02:03'", 93_780_000_000),
            ("INTERVAL '-1:30'", -5_400_000_000),
            ("INTERVAL '1:30' MINUTE TO SECOND", 90_000_000),
            ("INTERVAL '1:30.5'", 90_500_000),
            ("INTERVAL '1.5 hours'", 5_400_000_000),
            ("INTERVAL '@ 2 hours 5 min ago'", -7_500_000_000),
            ("INTERVAL '5min'", 300_000_000),
            ("INTERVAL '3 weeks'", 1_814_400_000_000),
            ("INTERVAL '250 ms'", 250_000),
            ("INTERVAL '90'", 90_000_000),
            ("INTERVAL '90 seconds' MINUTE", 60_000_000),
            ("INTERVAL 'P1DT2H3M4.5S'", 93_784_500_000),
            ("INTERVAL '0'", 0),
        ] {
            assert_eq!(micros(literal).unwrap(), expected, "{literal}");
        }
    }

    #[test]
    fn months_and_nonsense_are_refused() {
        for (literal, code) in [
            ("INTERVAL '1' MONTH", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL '1 year 2 days'", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL 'P1M'", SqlState::INVALID_PARAMETER_VALUE),
            ("INTERVAL 'soon'", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL '1 potato'", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL ''", SqlState::INVALID_DATETIME_FORMAT),
            ("INTERVAL '1:99'", SqlState::DATETIME_FIELD_OVERFLOW),
            ("INTERVAL '999999999999 days'", SqlState::DATETIME_FIELD_OVERFLOW),
            ("'5 seconds'", SqlState::SYNTAX_ERROR),
        ] {
            assert_eq!(micros(literal).unwrap_err().code(), code, "{literal}");
        }
    }
}
