//! PostgreSQL's patterns of dates and times, cut into fields once.

use super::moment::Moment;
use super::number_writing::ordinal;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
pub(super) const MONTHS: [&str; 12] = [
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
const ROMAN_MONTHS: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A pattern cut into fields.
#[derive(Debug)]
pub struct Pattern {
    pub(super) fields: Vec<Piece>,
    /// Times in one such unit (microseconds) have the same text.
    pub unit: i64,
}

#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Field { field: Field, fill: bool, case: Case, ordinal: Option<bool> },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Case {
    Upper,
    Capital,
    Lower,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field {
    Year(usize),
    YearComma,
    IsoYear(usize),
    IsoDayOfYear,
    Era(bool),
    Roman,
    Fraction(usize),
    ZoneHours,
    ZoneMinutes,
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
    ("Y,YYY", Field::YearComma),
    ("YYYY", Field::Year(4)),
    ("IYYY", Field::IsoYear(4)),
    ("IDDD", Field::IsoDayOfYear),
    ("A.D.", Field::Era(true)),
    ("B.C.", Field::Era(true)),
    ("IYY", Field::IsoYear(3)),
    ("TZH", Field::ZoneHours),
    ("TZM", Field::ZoneMinutes),
    ("FF1", Field::Fraction(1)),
    ("FF2", Field::Fraction(2)),
    ("FF3", Field::Fraction(3)),
    ("FF4", Field::Fraction(4)),
    ("FF5", Field::Fraction(5)),
    ("FF6", Field::Fraction(6)),
    ("HH24", Field::Hour24),
    ("HH12", Field::Hour12),
    ("A.M.", Field::MeridiemDots),
    ("P.M.", Field::MeridiemDots),
    ("YYY", Field::Year(3)),
    ("MON", Field::MonthShort),
    ("DDD", Field::DayOfYear),
    ("DAY", Field::DayName),
    ("YY", Field::Year(2)),
    ("IY", Field::IsoYear(2)),
    ("AD", Field::Era(false)),
    ("BC", Field::Era(false)),
    ("RM", Field::Roman),
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
    ("I", Field::IsoYear(1)),
];

impl Pattern {
    /// Cuts a pattern; what is not known stands for itself.
    pub fn parse(pattern: &str) -> Pattern {
        let mut fields = vec![];
        let mut text = String::new();
        let mut fill = true;
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                let end = rest[1..].find('"').map_or(rest.len(), |i| i + 1);
                text.push_str(&rest[1..end]);
                rest = rest.get(end + 1..).unwrap_or("");
            } else if rest.starts_with("\\\"") {
                text.push('"');
                rest = &rest[2..];
            } else if starts_with(rest, "FM") {
                fill = false;
                rest = &rest[2..];
            } else if starts_with(rest, "TM") {
                fill = false;
                rest = &rest[2..];
            } else if starts_with(rest, "FX") {
                rest = &rest[2..];
            } else if let Some((name, field)) = FIELDS.iter().find(|(name, _)| starts_with(rest, name)) {
                if !text.is_empty() {
                    fields.push(Piece::Text(std::mem::take(&mut text)));
                }
                let case = case_of(&rest[..name.len()]);
                rest = &rest[name.len()..];
                let ordinal = (starts_with(rest, "TH") && field.is_number()).then(|| rest.starts_with('t'));
                if ordinal.is_some() {
                    rest = &rest[2..];
                }
                fields.push(Piece::Field { field: *field, fill, case, ordinal });
                fill = true;
            } else {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        if !text.is_empty() {
            fields.push(Piece::Text(text));
        }
        let unit = fields.iter().map(Piece::unit).min().unwrap_or(DAY);
        Pattern { fields, unit }
    }

    /// About how many bytes a text has.
    pub fn width(&self) -> usize {
        self.fields.len() * 3
    }

    /// Appends the text of what the wall clock of a zone shows (microseconds since 1970).
    pub fn write(&self, time: i64, zone: Option<ZoneText<'_>>, out: &mut String) {
        self.write_moment(&Moment::of(time), zone.map_or(Kind::Plain, Kind::Zoned), out);
    }

    /// Appends the text of an interval's fields.
    pub fn write_interval(&self, moment: &Moment, out: &mut String) {
        self.write_moment(moment, Kind::Interval, out);
    }

    fn write_moment(&self, moment: &Moment, kind: Kind<'_>, out: &mut String) {
        for piece in &self.fields {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field { field, fill, case, ordinal: suffix } => {
                    let start = out.len();
                    field.write(moment, *fill, *case, kind, out);
                    if let Some(lower) = suffix {
                        let ending = ordinal(&out.as_bytes()[start..]);
                        out.push_str(&if *lower { ending.to_string() } else { ending.to_uppercase() });
                    }
                }
            }
        }
    }
}

/// A time zone at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneText<'a> {
    /// Its abbreviation.
    pub name: &'a str,
    /// Seconds east of Greenwich.
    pub offset: i64,
}

impl ZoneText<'static> {
    /// The zone in which instants are computed.
    pub const UTC: Self = ZoneText { name: "UTC", offset: 0 };
}

/// What a pattern is filled with.
#[derive(Clone, Copy, PartialEq)]
enum Kind<'a> {
    Plain,
    Zoned(ZoneText<'a>),
    Interval,
}

impl Kind<'_> {
    /// Seconds east of Greenwich.
    fn offset(self) -> i64 {
        match self {
            Kind::Zoned(zone) => zone.offset,
            Kind::Plain | Kind::Interval => 0,
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
                Field::Milli | Field::Fraction(1..=3) => 1000,
                Field::Micro | Field::Fraction(_) => 1,
                _ => DAY,
            },
        }
    }
}

impl Field {
    fn is_number(self) -> bool {
        use Field::*;
        !matches!(
            self,
            MonthName
                | MonthShort
                | DayName
                | DayShort
                | Meridiem
                | MeridiemDots
                | Zone
                | ZoneOffset
                | Era(_)
                | Roman
                | ZoneHours
                | ZoneMinutes
        )
    }

    fn write(self, moment: &Moment, fill: bool, case: Case, kind: Kind<'_>, out: &mut String) {
        let number =
            |value: i64, width: usize, out: &mut String| digits(value, if fill { width } else { 1 }, out);
        let year = if moment.year > 0 || kind == Kind::Interval { moment.year } else { 1 - moment.year };
        let month = usize::try_from(moment.month - 1).ok().filter(|m| *m < 12);
        match self {
            Field::Year(4) => number(year, 4, out),
            Field::Year(width) => number(year % 10i64.pow(width as u32), width, out),
            Field::YearComma => {
                number(year / 1000, 1, out);
                out.push(',');
                digits(year % 1000, 3, out);
            }
            Field::IsoYear(4) => number(moment.iso_week().0, 4, out),
            Field::IsoYear(width) => number(moment.iso_week().0 % 10i64.pow(width as u32), width, out),
            Field::IsoDayOfYear => {
                number(moment.days - Moment::iso_year_start(moment.iso_week().0) + 1, 3, out)
            }
            Field::Era(dots) => {
                let era = if moment.year > 0 { "AD" } else { "BC" };
                let dotted = if moment.year > 0 { "A.D." } else { "B.C." };
                name(if dots { dotted } else { era }, case, false, out);
            }
            Field::Roman => {
                let text = month.map_or("", |m| ROMAN_MONTHS[m]);
                name(text, case, false, out);
                if fill {
                    (text.len()..4).for_each(|_| out.push(' '));
                }
            }
            Field::Fraction(width) => {
                digits(moment.micros % SECOND / 10i64.pow(6 - width as u32), width, out);
            }
            Field::Century => number((year + 99) / 100, 2, out),
            Field::Quarter => number((moment.month - 1) / 3 + 1, 1, out),
            Field::Month => number(moment.month, 2, out),
            Field::MonthName => name(month.map_or("", |m| MONTHS[m]), case, fill, out),
            Field::MonthShort => name(month.map_or("", |m| &MONTHS[m][..3]), case, false, out),
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
            Field::Zone => {
                if let Kind::Zoned(zone) = kind {
                    name(zone.name, case, false, out);
                }
            }
            Field::ZoneOffset => {
                hours(kind.offset(), out);
                if kind.offset() % 3600 != 0 {
                    out.push(':');
                    digits(kind.offset().abs() / 60 % 60, 2, out);
                }
            }
            Field::ZoneHours => hours(kind.offset(), out),
            Field::ZoneMinutes => digits(kind.offset().abs() / 60 % 60, 2, out),
        }
    }
}

/// An offset's hours with their sign.
fn hours(offset: i64, out: &mut String) {
    out.push(if offset < 0 { '-' } else { '+' });
    digits(offset.abs() / 3600, 2, out);
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
