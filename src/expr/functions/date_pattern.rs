//! PostgreSQL's patterns of dates and times, cut into fields once.

use datafusion::common::{Result, exec_err};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A pattern cut into fields.
pub struct Pattern {
    fields: Vec<Piece>,
    /// Times in one such unit (microseconds) have the same text.
    pub unit: i64,
}

enum Piece {
    Text(String),
    Field { field: Field, fill: bool, case: Case },
}

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Upper,
    Capital,
    Lower,
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Year(usize),
    IsoYear,
    Century,
    Quarter,
    Month,
    MonthName,
    MonthShort,
    Week,
    WeekOfMonth,
    IsoWeek,
    DayOfYear,
    Day,
    DayOfWeek,
    IsoDayOfWeek,
    DayName,
    DayShort,
    JulianDay,
    Hour24,
    Hour12,
    Minute,
    Second,
    SecondOfDay,
    Milli,
    Micro,
    Meridiem,
    MeridiemDots,
    Zone,
    ZoneOffset,
}

/// Longest first, so that a prefix does not win.
const FIELDS: &[(&str, Field)] = &[
    ("SSSSS", Field::SecondOfDay),
    ("SSSS", Field::SecondOfDay),
    ("MONTH", Field::MonthName),
    ("YYYY", Field::Year(4)),
    ("IYYY", Field::IsoYear),
    ("HH24", Field::Hour24),
    ("HH12", Field::Hour12),
    ("A.M.", Field::MeridiemDots),
    ("P.M.", Field::MeridiemDots),
    ("YYY", Field::Year(3)),
    ("MON", Field::MonthShort),
    ("DDD", Field::DayOfYear),
    ("DAY", Field::DayName),
    ("YY", Field::Year(2)),
    ("MM", Field::Month),
    ("MI", Field::Minute),
    ("MS", Field::Milli),
    ("DD", Field::Day),
    ("DY", Field::DayShort),
    ("HH", Field::Hour12),
    ("SS", Field::Second),
    ("US", Field::Micro),
    ("AM", Field::Meridiem),
    ("PM", Field::Meridiem),
    ("IW", Field::IsoWeek),
    ("ID", Field::IsoDayOfWeek),
    ("WW", Field::Week),
    ("CC", Field::Century),
    ("TZ", Field::Zone),
    ("OF", Field::ZoneOffset),
    ("Y", Field::Year(1)),
    ("D", Field::DayOfWeek),
    ("W", Field::WeekOfMonth),
    ("Q", Field::Quarter),
    ("J", Field::JulianDay),
];

impl Pattern {
    /// Cuts a pattern; what is not known is an error.
    pub fn parse(pattern: &str) -> Result<Pattern> {
        let mut fields = vec![];
        let mut text = String::new();
        let mut fill = true;
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                let end = rest[1..].find('"').map_or(rest.len(), |i| i + 1);
                text.push_str(&rest[1..end]);
                rest = rest.get(end + 1..).unwrap_or("");
            } else if starts_with(rest, "FM") {
                fill = false;
                rest = &rest[2..];
            } else if let Some((name, field)) = FIELDS.iter().find(|(name, _)| starts_with(rest, name)) {
                if !text.is_empty() {
                    fields.push(Piece::Text(std::mem::take(&mut text)));
                }
                fields.push(Piece::Field { field: *field, fill, case: case_of(&rest[..name.len()]) });
                fill = true;
                rest = &rest[name.len()..];
                if starts_with(rest, "TH") && field.is_number() {
                    return exec_err!("to_char does not know the suffix TH yet");
                }
            } else {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        if !text.is_empty() {
            fields.push(Piece::Text(text));
        }
        let unit = fields.iter().map(Piece::unit).min().unwrap_or(DAY);
        Ok(Pattern { fields, unit })
    }

    /// About how many bytes a text has.
    pub fn width(&self) -> usize {
        self.fields.len() * 3
    }

    /// Appends the text of a time (microseconds since 1970).
    pub fn write(&self, time: i64, out: &mut String) {
        let moment = Moment::of(time);
        for piece in &self.fields {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field { field, fill, case } => field.write(&moment, *fill, *case, out),
            }
        }
    }
}

impl Piece {
    fn unit(&self) -> i64 {
        match self {
            Piece::Text(_) => DAY,
            Piece::Field { field, .. } => match field {
                Field::Hour24 | Field::Hour12 | Field::Meridiem | Field::MeridiemDots => 3600 * SECOND,
                Field::Minute => 60 * SECOND,
                Field::Second | Field::SecondOfDay => SECOND,
                Field::Milli => 1000,
                Field::Micro => 1,
                _ => DAY,
            },
        }
    }
}

/// A point in time as fields of the proleptic Gregorian calendar.
struct Moment {
    /// Days since 1970-01-01.
    days: i64,
    year: i64,
    month: i64,
    day: i64,
    micros: i64,
}

impl Moment {
    /// Days to civil date after Howard Hinnant's `civil_from_days`.
    fn of(time: i64) -> Moment {
        let (days, micros) = (time.div_euclid(DAY), time.rem_euclid(DAY));
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Moment { days, year, month, day, micros }
    }

    fn hour(&self) -> i64 {
        self.micros / (3600 * SECOND)
    }

    fn hour12(&self) -> i64 {
        (self.hour() + 11) % 12 + 1
    }

    /// 0 is Sunday.
    fn weekday(&self) -> i64 {
        (self.days + 4).rem_euclid(7)
    }

    fn day_of_year(&self) -> i64 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][self.month as usize - 1];
        before + self.day + i64::from(leap && self.month > 2)
    }

    /// ISO 8601 year and week: those of the week's Thursday.
    fn iso_week(&self) -> (i64, i64) {
        let thursday = self.days - (self.weekday() + 6) % 7 + 3;
        let moment = Moment::of(thursday * DAY);
        (moment.year, (moment.day_of_year() - 1) / 7 + 1)
    }
}

impl Field {
    fn is_number(self) -> bool {
        use Field::*;
        !matches!(
            self,
            MonthName | MonthShort | DayName | DayShort | Meridiem | MeridiemDots | Zone | ZoneOffset
        )
    }

    fn write(self, moment: &Moment, fill: bool, case: Case, out: &mut String) {
        let number =
            |value: i64, width: usize, out: &mut String| digits(value, if fill { width } else { 1 }, out);
        let year = if moment.year > 0 { moment.year } else { 1 - moment.year };
        match self {
            Field::Year(4) => number(year, 4, out),
            Field::Year(width) => number(year % 10i64.pow(width as u32), width, out),
            Field::IsoYear => number(moment.iso_week().0, 4, out),
            Field::Century => number((year + 99) / 100, 2, out),
            Field::Quarter => number((moment.month - 1) / 3 + 1, 1, out),
            Field::Month => number(moment.month, 2, out),
            Field::MonthName => name(MONTHS[moment.month as usize - 1], case, fill, out),
            Field::MonthShort => name(&MONTHS[moment.month as usize - 1][..3], case, false, out),
            Field::Week => number((moment.day_of_year() - 1) / 7 + 1, 2, out),
            Field::WeekOfMonth => number((moment.day - 1) / 7 + 1, 1, out),
            Field::IsoWeek => number(moment.iso_week().1, 2, out),
            Field::DayOfYear => number(moment.day_of_year(), 3, out),
            Field::Day => number(moment.day, 2, out),
            Field::DayOfWeek => number(moment.weekday() + 1, 1, out),
            Field::IsoDayOfWeek => number((moment.weekday() + 6) % 7 + 1, 1, out),
            Field::DayName => name(DAYS[moment.weekday() as usize], case, fill, out),
            Field::DayShort => name(&DAYS[moment.weekday() as usize][..3], case, false, out),
            Field::JulianDay => number(moment.days + 2_440_588, 1, out),
            Field::Hour24 => number(moment.hour(), 2, out),
            Field::Hour12 => number(moment.hour12(), 2, out),
            Field::Minute => number(moment.micros / (60 * SECOND) % 60, 2, out),
            Field::Second => number(moment.micros / SECOND % 60, 2, out),
            Field::SecondOfDay => number(moment.micros / SECOND, 1, out),
            Field::Milli => number(moment.micros % SECOND / 1000, 3, out),
            Field::Micro => number(moment.micros % SECOND, 6, out),
            Field::Meridiem => name(if moment.hour() < 12 { "AM" } else { "PM" }, case, false, out),
            Field::MeridiemDots => name(if moment.hour() < 12 { "A.M." } else { "P.M." }, case, false, out),
            Field::Zone => name("UTC", case, false, out),
            Field::ZoneOffset => out.push_str("+00"),
        }
    }
}

/// ASCII, without regard to case.
fn starts_with(text: &str, name: &str) -> bool {
    text.as_bytes().get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes()))
}

fn case_of(name: &str) -> Case {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    match (letters.next(), letters.next()) {
        (Some(first), _) if first.is_lowercase() => Case::Lower,
        (_, Some(second)) if second.is_lowercase() => Case::Capital,
        _ => Case::Upper,
    }
}

fn digits(value: i64, width: usize, out: &mut String) {
    if width == 2 && (0..100).contains(&value) {
        return pair(value, out);
    }
    if width == 4 && (0..10_000).contains(&value) {
        pair(value / 100, out);
        return pair(value % 100, out);
    }
    let mut buffer = [b'0'; 20];
    let mut rest = value.unsigned_abs();
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let start = at.min(buffer.len() - width);
    if value < 0 {
        out.push('-');
    }
    buffer[start..].iter().for_each(|digit| out.push(char::from(*digit)));
}

/// Two digits at once: most fields have just two.
fn pair(value: i64, out: &mut String) {
    const PAIRS: &str = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    let at = value as usize * 2;
    out.push_str(&PAIRS[at..at + 2]);
}

/// Month and day names are padded to nine characters unless `FM` is given.
fn name(text: &str, case: Case, pad: bool, out: &mut String) {
    match case {
        Case::Upper => text.chars().for_each(|c| out.push(c.to_ascii_uppercase())),
        Case::Lower => text.chars().for_each(|c| out.push(c.to_ascii_lowercase())),
        Case::Capital => out.push_str(text),
    }
    if pad {
        (text.len()..9).for_each(|_| out.push(' '));
    }
}
