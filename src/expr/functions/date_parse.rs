//! `to_date`, `to_timestamp` and `to_number`: text read by a pattern.

use arrow::datatypes::{DataType, Date32Type, Decimal128Type, TimestampMicrosecondType};

use super::date_pattern::{Field, MONTHS, Pattern, Piece};
use super::declared::{Form, Forms, Result, define};
use super::moment::{DAY, HOUR, Moment};
use crate::expr::input::read_numeric;
use crate::types::{Error, SqlState};

/// Decimal places of a number read by a pattern.
const PLACES: i8 = 10;

/// The functions.
pub fn forms() -> Vec<Form> {
    let mut all = define("A date read by a pattern", &["to_date(text, text) -> date"], |c| {
        let (text, pattern) = (c.text(0), c.text(1));
        c.column::<Date32Type>(|row| Ok(Some(read(text.at(row), pattern.at(row))?.div_euclid(DAY) as i32)))
    });
    all.extend(define("A timestamp read by a pattern", &["to_timestamp(text, text) -> timestamptz"], |c| {
        let (text, pattern) = (c.text(0), c.text(1));
        c.column::<TimestampMicrosecondType>(|row| read(text.at(row), pattern.at(row)).map(Some))
    }));
    all.extend(
        define("A number read by a pattern", &["to_number(text, text) -> numeric"], |c| {
            let (text, pattern) = (c.text(0), c.text(1));
            c.column::<Decimal128Type>(|row| number(text.at(row), pattern.at(row)).map(Some))
        })
        .typed(|_, _| Ok(DataType::Decimal128(38, PLACES))),
    );
    all
}

/// Digits, point and sign; what else the text has are ornaments of the pattern.
fn number(text: &str, pattern: &str) -> Result<i128> {
    let negative = text.contains('-') || (text.contains('<') && pattern.to_ascii_uppercase().contains("PR"));
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    if !digits.bytes().any(|b| b.is_ascii_digit()) {
        let message = format!("invalid input syntax for type numeric: \"{}\"", text.trim());
        return Err(Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message));
    }
    let value = read_numeric(&digits, 38, PLACES)?.as_i128();
    Ok(if negative { -value } else { value })
}

/// The fields read so far.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    before_christ: bool,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    iso_year: Option<i64>,
    iso_week: Option<i64>,
    iso_day: Option<i64>,
    julian: Option<i64>,
    hour: i64,
    twelve: bool,
    afternoon: Option<bool>,
    minute: i64,
    second: i64,
    micros: i64,
    seconds_of_day: Option<i64>,
}

/// Microseconds since 1970.
fn read(text: &str, pattern: &str) -> Result<i64> {
    let pattern = Pattern::parse(pattern);
    let mut found = Found::default();
    let mut rest = text.trim_start();
    for (index, piece) in pattern.fields.iter().enumerate() {
        match piece {
            Piece::Text(separator) => {
                for c in separator.chars() {
                    if c.is_alphanumeric() {
                        // A letter of the pattern stands for any character.
                        rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
                    } else {
                        rest = rest.trim_start();
                        let is_separator =
                            |c: char| !c.is_alphanumeric() && !matches!(c, '+' | '-') || c == '-';
                        rest = rest.strip_prefix(is_separator).unwrap_or(rest).trim_start();
                    }
                }
            }
            Piece::Field { field, .. } => {
                rest = rest.trim_start();
                if rest.is_empty() {
                    break;
                }
                let next_is_number = matches!(pattern.fields.get(index + 1), Some(Piece::Field { .. }));
                rest = found.take(*field, rest, next_is_number)?;
            }
        }
    }
    found.finish(text)
}

fn wrong(code: SqlState, message: String) -> Error {
    Error::new(code, message)
}

/// The number at the beginning of `text`, of at most `width` digits.
fn digits<'t>(text: &'t str, width: usize, field: &str) -> Result<(i64, &'t str)> {
    let signed = usize::from(text.starts_with(['-', '+']));
    let end = text[signed..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |at| at + signed);
    let end = end.min(width.saturating_add(signed));
    let value = text[..end].parse().map_err(|_| {
        let shown: String = text.chars().take(width.min(4)).collect();
        let error =
            wrong(SqlState::INVALID_DATETIME_FORMAT, format!("invalid value \"{shown}\" for \"{field}\""));
        error.with_detail("Value must be an integer.")
    })?;
    Ok((value, &text[end..]))
}

/// Which of the names the text begins with, and what is behind it.
fn named<'t>(text: &'t str, names: &[&str], least: usize) -> Option<(usize, &'t str)> {
    let begins = |name: &str| text.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name));
    let full = names.iter().position(|name| begins(name)).map(|i| (i, names[i].len()));
    let short = || names.iter().position(|name| begins(&name[..least])).map(|i| (i, least));
    full.or_else(short).map(|(index, length)| (index, &text[length..]))
}

impl Found {
    /// Reads one field; `joined` says that the next field follows without a separator.
    fn take<'t>(&mut self, field: Field, text: &'t str, joined: bool) -> Result<&'t str> {
        let wide = |width: usize| if joined { width } else { usize::MAX };
        let invalid = |name: &str| {
            let shown: String = text.chars().take(9).collect();
            wrong(SqlState::INVALID_DATETIME_FORMAT, format!("invalid value \"{shown}\" for \"{name}\""))
        };
        Ok(match field {
            Field::Year(width) => {
                let (value, rest) = digits(text, if width == 4 { wide(4) } else { width }, "YYYY")?;
                let read = text.len() - rest.len();
                self.year = Some(match read {
                    _ if width == 4 => value,
                    1 | 2 if value < 70 => value + 2000,
                    1 | 2 => value + 1900,
                    3 if value < 520 => value + 2000,
                    3 => value + 1000,
                    _ => value,
                });
                rest
            }
            Field::Month => self.number(text, 2, "MM", |f, v| f.month = Some(v))?,
            Field::MonthName | Field::MonthShort => {
                let (index, rest) = named(text, &MONTHS, 3).ok_or_else(|| invalid("Month"))?;
                self.month = Some(index as i64 + 1);
                rest
            }
            Field::Day => self.number(text, 2, "DD", |f, v| f.day = Some(v))?,
            Field::DayOfYear => self.number(text, 3, "DDD", |f, v| f.day_of_year = Some(v))?,
            Field::DayName | Field::DayShort => {
                named(text, &super::date_pattern::DAYS, 3).ok_or_else(|| invalid("Day"))?.1
            }
            Field::IsoYear(4) => self.number(text, wide(4), "IYYY", |f, v| f.iso_year = Some(v))?,
            Field::IsoWeek => self.number(text, 2, "IW", |f, v| f.iso_week = Some(v))?,
            Field::IsoDayOfWeek => self.number(text, 1, "ID", |f, v| f.iso_day = Some(v))?,
            Field::JulianDay => self.number(text, usize::MAX, "J", |f, v| f.julian = Some(v))?,
            Field::Hour24 => self.number(text, 2, "HH24", |f, v| f.hour = v)?,
            Field::Hour12 => {
                self.twelve = true;
                self.number(text, 2, "HH12", |f, v| f.hour = v)?
            }
            Field::Minute => self.number(text, 2, "MI", |f, v| f.minute = v)?,
            Field::Second => self.number(text, 2, "SS", |f, v| f.second = v)?,
            Field::SecondOfDay => self.number(text, 5, "SSSSS", |f, v| f.seconds_of_day = Some(v))?,
            Field::Milli => self.fraction(text, 3)?,
            Field::Micro => self.fraction(text, 6)?,
            Field::Fraction(width) => self.fraction(text, width)?,
            Field::Meridiem | Field::MeridiemDots => {
                let names = ["a.m.", "p.m.", "am", "pm"];
                let (index, rest) = named(text, &names, 2).ok_or_else(|| invalid("AM"))?;
                self.afternoon = Some(index % 2 == 1);
                rest
            }
            Field::Era(_) => {
                let (index, rest) =
                    named(text, &["a.d.", "b.c.", "ad", "bc"], 2).ok_or_else(|| invalid("AD"))?;
                self.before_christ = index % 2 == 1;
                rest
            }
            other => return Err(Error::unsupported(format!("reading {other:?} by a pattern"))),
        })
    }

    fn number<'t>(
        &mut self,
        text: &'t str,
        width: usize,
        name: &str,
        set: impl FnOnce(&mut Self, i64),
    ) -> Result<&'t str> {
        let (value, rest) = digits(text, width, name)?;
        set(self, value);
        Ok(rest)
    }

    /// `.5` by `MS` is half a second.
    fn fraction<'t>(&mut self, text: &'t str, width: usize) -> Result<&'t str> {
        let (value, rest) = digits(text, width, "US")?;
        let read = (text.len() - rest.len()).min(6) as u32;
        self.micros += value * 10i64.pow(6 - read);
        Ok(rest)
    }

    fn finish(self, text: &str) -> Result<i64> {
        let range = || {
            wrong(
                SqlState::DATETIME_FIELD_OVERFLOW,
                format!("date/time field value out of range: \"{text}\""),
            )
        };
        let mut hour = self.hour;
        if self.twelve {
            if !(1..=12).contains(&hour) {
                let message = format!("hour \"{hour}\" is invalid for the 12-hour clock");
                return Err(wrong(SqlState::INVALID_DATETIME_FORMAT, message));
            }
            match self.afternoon {
                Some(true) if hour < 12 => hour += 12,
                Some(false) if hour == 12 => hour = 0,
                _ => {}
            }
        }
        if hour > 24 || self.minute > 59 || self.second > 59 {
            return Err(range());
        }
        let mut time = hour * HOUR + (self.minute * 60 + self.second) * 1_000_000 + self.micros;
        if let Some(seconds) = self.seconds_of_day {
            time = seconds * 1_000_000;
        }
        let midnight = if let Some(julian) = self.julian {
            (julian - 2_440_588) * DAY
        } else if let (Some(year), Some(week)) = (self.iso_year, self.iso_week) {
            (Moment::iso_year_start(year) + (week - 1) * 7 + self.iso_day.unwrap_or(1) - 1) * DAY
        } else {
            // Without a year it is the year 0, which is 1 BC.
            let year = match (self.year.or(self.iso_year), self.before_christ) {
                (Some(year), true) => 1 - year,
                (Some(year), false) if year < 0 => year + 1,
                (Some(year), false) => year,
                (None, _) => 0,
            };
            match self.day_of_year {
                Some(day) if self.month.is_none() => {
                    Moment::midnight(year, 1, 1).map(|start| start + (day - 1) * DAY).ok_or_else(range)?
                }
                _ => {
                    let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
                    Moment::midnight(year, month, day).ok_or_else(range)?
                }
            }
        };
        midnight.checked_add(time).ok_or_else(range)
    }
}
