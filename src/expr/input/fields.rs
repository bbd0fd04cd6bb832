//! A date, a time of day and a zone from the words of a text, in any order that
//! PostgreSQL takes.

use std::str::FromStr;

use chrono_tz::Tz;

/// Why a text is no point in time.
#[derive(Debug, PartialEq)]
pub(super) enum Wrong {
    /// It does not look like one (`22007`).
    Syntax,
    /// A field is out of its range (`22008`).
    Range,
    /// There is no such time zone (`22023`).
    Zone(String),
}

/// What a text says.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub year: Option<i64>,
    pub month: Option<u32>,
    pub day: Option<u32>,
    /// Microseconds since midnight.
    pub time: Option<i64>,
    pub zone: Option<Zone>,
    pub special: Option<Special>,
    before_christ: bool,
    afternoon: Option<bool>,
}

/// Seconds east of Greenwich, or a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Zone {
    Offset(i32),
    Named(Tz),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Special {
    Infinity,
    MinusInfinity,
    Epoch,
    Now,
    /// Midnight of so many days from today.
    Day(i64),
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("ut", 0),
    ("zulu", 0),
    ("wet", 0),
    ("bst", 3600),
    ("cet", 3600),
    ("cest", 7200),
    ("eet", 7200),
    ("eest", 10800),
    ("msk", 10800),
    ("est", -18000),
    ("edt", -14400),
    ("cst", -21600),
    ("cdt", -18000),
    ("mst", -25200),
    ("mdt", -21600),
    ("pst", -28800),
    ("pdt", -25200),
    ("jst", 32400),
];

/// The month by its name or the beginning of it.
pub(super) fn month_of(word: &str) -> Option<u32> {
    let found =
        (0..12).find(|i| word == MONTHS[*i] || word == LONG_MONTHS[*i] || (word == "sept" && *i == 8));
    found.map(|i| i as u32 + 1)
}

impl Fields {
    /// Takes a text apart.
    pub fn parse(text: &str) -> Result<Fields, Wrong> {
        let mut fields = Fields::default();
        let mut numbers: Vec<&str> = vec![];
        let lower = text.to_ascii_lowercase();
        let words = split(&lower);
        if words.is_empty() {
            return Err(Wrong::Syntax);
        }
        for word in words {
            fields.take(word, &mut numbers)?;
        }
        fields.place(&numbers)?;
        fields.finish()?;
        Ok(fields)
    }

    fn take<'a>(&mut self, word: &'a str, numbers: &mut Vec<&'a str>) -> Result<(), Wrong> {
        let first = word.bytes().next().unwrap_or_default();
        if word.contains(':') && first.is_ascii_digit() {
            return self.clock(word);
        }
        if first.is_ascii_digit() {
            return self.number(word, numbers);
        }
        match first {
            b'+' | b'-' if word[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.zone = Some(Zone::Offset(offset(word)?));
                Ok(())
            }
            _ => self.word(word),
        }
    }

    fn number<'a>(&mut self, word: &'a str, numbers: &mut Vec<&'a str>) -> Result<(), Wrong> {
        let is_digits = word.bytes().all(|b| b.is_ascii_digit());
        if !is_digits && word.bytes().skip(1).any(|b| matches!(b, b'-' | b'/' | b'.')) {
            let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
            if parts.len() == 3 {
                return self.date(&parts);
            }
            // 102030.5 after a date is a time of day; 20240131+02 has a zone.
            if parts.len() == 2 && word.contains('.') && parts[0].len() == 6 {
                return self.joined_clock(word);
            }
            return Err(Wrong::Syntax);
        }
        let has_date = self.year.is_some() || numbers.len() >= 3;
        match word.len() {
            _ if !is_digits => self.glued(word, numbers),
            8 => self.date(&[&word[..4], &word[4..6], &word[6..]]),
            6 if has_date => self.joined_clock(word),
            6 => self.date(&[&word[..2], &word[2..4], &word[4..]]),
            4 if self.year.is_some() => self.joined_clock(word),
            _ => {
                numbers.push(word);
                Ok(())
            }
        }
    }

    /// A number with letters behind it: `10pm`, `20240131t102030`.
    fn glued<'a>(&mut self, word: &'a str, numbers: &mut Vec<&'a str>) -> Result<(), Wrong> {
        let at = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (digits, rest) = word.split_at(at);
        self.number(digits, numbers)?;
        match rest.strip_prefix('t').filter(|r| r.starts_with(|c: char| c.is_ascii_digit())) {
            Some(clock) if clock.contains(':') => self.clock(clock),
            Some(clock) => self.number(clock, numbers),
            None => self.take(rest, numbers),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Wrong> {
        let special = match word {
            "infinity" | "inf" | "+infinity" => Some(Special::Infinity),
            "-infinity" | "-inf" => Some(Special::MinusInfinity),
            "epoch" => Some(Special::Epoch),
            "now" => Some(Special::Now),
            "today" => Some(Special::Day(0)),
            "tomorrow" => Some(Special::Day(1)),
            "yesterday" => Some(Special::Day(-1)),
            _ => None,
        };
        if special.is_some() {
            self.special = special;
        } else if let Some(month) = month_of(word) {
            self.month = Some(month);
        } else if word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word)) {
            // The day of the week says nothing new.
        } else if let "am" | "pm" = word {
            self.afternoon = Some(word == "pm");
        } else if let "ad" | "bc" = word {
            self.before_christ = word == "bc";
        } else if word == "allballs" {
            (self.time, self.zone) = (Some(0), Some(Zone::Offset(0)));
        } else if word != "t" && word != "at" {
            self.zone = Some(zone(word)?);
        }
        Ok(())
    }

    /// `2024-01-31`, `1/31/2024`, `31-jan-2024`.
    fn date(&mut self, parts: &[&str]) -> Result<(), Wrong> {
        if self.day.is_some() {
            return Err(Wrong::Syntax);
        }
        let named = parts.iter().position(|p| month_of(p).is_some());
        let (year, month, day) = match named {
            Some(at) => {
                self.month = month_of(parts[at]);
                let rest: Vec<&str> = (0..3).filter(|i| *i != at).map(|i| parts[i]).collect();
                if rest[0].len() > 2 { (rest[0], None, rest[1]) } else { (rest[1], None, rest[0]) }
            }
            None if parts[0].len() > 2 => (parts[0], Some(parts[1]), parts[2]),
            None => (parts[2], Some(parts[0]), parts[1]),
        };
        self.year = Some(full_year(year)?);
        if let Some(month) = month {
            self.month = Some(month.parse().map_err(|_| Wrong::Syntax)?);
        }
        // A zone or a time may be glued to the day: 2024-01-31t10:20.
        self.day = Some(day.parse().map_err(|_| Wrong::Syntax)?);
        Ok(())
    }

    /// Numbers of which only the neighbours tell what they are.
    fn place(&mut self, numbers: &[&str]) -> Result<(), Wrong> {
        let value = |t: &str| t.parse::<u32>().map_err(|_| Wrong::Syntax);
        for number in numbers {
            if number.len() >= 3 && self.year.is_none() {
                self.year = Some(full_year(number)?);
            } else if self.month.is_none() && numbers.len() > 1 {
                self.month = Some(value(number)?);
            } else if self.day.is_none() {
                self.day = Some(value(number)?);
            } else if self.year.is_none() {
                self.year = Some(full_year(number)?);
            } else if self.time.is_none() && self.afternoon.is_some() {
                self.time = Some(i64::from(value(number)?) * 3_600_000_000);
            } else {
                return Err(Wrong::Syntax);
            }
        }
        Ok(())
    }

    /// `10:20[:30[.5]]`, perhaps with a zone or `pm` behind it.
    fn clock(&mut self, word: &str) -> Result<(), Wrong> {
        if self.time.is_some() {
            return Err(Wrong::Syntax);
        }
        let end = word.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(word.len());
        let (clock, rest) = word.split_at(end);
        let parts: Vec<&str> = clock.split(':').collect();
        if parts.len() > 3 {
            return Err(Wrong::Syntax);
        }
        let whole = |t: &str| t.parse::<i64>().map_err(|_| Wrong::Syntax);
        let (hour, minute) = (whole(parts[0])?, whole(parts[1])?);
        let micros = parts.get(2).map_or(Ok(0), |s| seconds(s))?;
        self.time = Some(of_clock(hour, minute, micros)?);
        if rest.is_empty() { Ok(()) } else { self.take(rest, &mut vec![]) }
    }

    /// `102030[.5]` or `1020`.
    fn joined_clock(&mut self, word: &str) -> Result<(), Wrong> {
        let whole = |t: &str| t.parse::<i64>().map_err(|_| Wrong::Syntax);
        let micros = if word.len() > 4 { seconds(&word[4..])? } else { 0 };
        self.time = Some(of_clock(whole(&word[..2])?, whole(&word[2..4])?, micros)?);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Wrong> {
        if let (Some(afternoon), Some(time)) = (self.afternoon, self.time) {
            let hour = time / 3_600_000_000;
            if !(1..=12).contains(&hour) {
                return Err(Wrong::Range);
            }
            let shifted = hour % 12 + if afternoon { 12 } else { 0 };
            self.time = Some(time % 3_600_000_000 + shifted * 3_600_000_000);
        }
        if self.before_christ {
            self.year = self.year.map(|year| 1 - year);
        }
        Ok(())
    }
}

/// Words at blanks and commas, and where a date and a time are glued by `t`.
fn split(text: &str) -> Vec<&str> {
    let mut words = vec![];
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        let bytes = word.as_bytes();
        let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let glue = (1..bytes.len()).find(|i| bytes[*i] == b't' && digit(i - 1) && digit(i + 1));
        match glue.filter(|_| word.contains('-')) {
            Some(at) => words.extend([&word[..at], &word[at + 1..]]),
            None => words.push(word),
        }
    }
    words
}

/// Years of two digits lie between 1970 and 2069.
fn full_year(text: &str) -> Result<i64, Wrong> {
    let year: i64 = text.parse().map_err(|_| Wrong::Syntax)?;
    Ok(match text.len() {
        0..=2 if year < 70 => year + 2000,
        0..=2 => year + 1900,
        _ if year == 0 => return Err(Wrong::Range),
        _ => year,
    })
}

/// Microseconds of `30.5`, rounded to the nearest.
fn seconds(text: &str) -> Result<i64, Wrong> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().map_err(|_| Wrong::Syntax)?;
    let fraction = match fraction {
        "" => 0.0,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            f64::from_str(&format!("0.{digits}")).map_err(|_| Wrong::Syntax)?
        }
        _ => return Err(Wrong::Syntax),
    };
    if whole > 60 {
        return Err(Wrong::Range);
    }
    Ok(whole * 1_000_000 + (fraction * 1e6).round_ties_even() as i64)
}

fn of_clock(hour: i64, minute: i64, micros: i64) -> Result<i64, Wrong> {
    let time = (hour * 60 + minute) * 60_000_000 + micros;
    let fits = (0..60).contains(&minute) && time <= 86_400_000_000;
    if fits { Ok(time) } else { Err(Wrong::Range) }
}

/// `+02`, `-08:30`, `+0530`.
fn offset(text: &str) -> Result<i32, Wrong> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = &text[1..];
    let parts: Vec<&str> = match digits.contains(':') {
        true => digits.split(':').collect(),
        false if digits.len() > 2 => vec![&digits[..digits.len() - 2], &digits[digits.len() - 2..]],
        false => vec![digits],
    };
    let mut seconds = 0;
    for (part, unit) in parts.iter().zip([3600, 60, 1]) {
        seconds += part.parse::<i32>().map_err(|_| Wrong::Syntax)? * unit;
    }
    if seconds > 16 * 3600 { Err(Wrong::Range) } else { Ok(sign * seconds) }
}

fn zone(word: &str) -> Result<Zone, Wrong> {
    if let Some((_, offset)) = ABBREVIATIONS.iter().find(|(name, _)| *name == word) {
        return Ok(Zone::Offset(*offset));
    }
    if word.contains('/') {
        let found = chrono_tz::TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(word));
        return found.map(|tz| Zone::Named(*tz)).ok_or_else(|| Wrong::Zone(word.to_string()));
    }
    Err(Wrong::Syntax)
}
