//! `to_char(value, pattern)` with PostgreSQL's patterns of times, intervals and numbers.
//!
//! A pattern is cut into fields once. Rows of one stream lie close together in
//! time, so the text of the row before is used again while the pattern's finest
//! unit (a day for `YYYY-MM-DD`) has not changed.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType};

use super::date_pattern::{Pattern, ZoneText};
use super::declared::{Call, Form, Result, define};
use super::moment::Moment;
use super::number_pattern::NumberPattern;
use super::timezone::WallClock;
use super::tumble::as_micros;

/// The function.
pub fn forms() -> Vec<Form> {
    let mut all = define(
        "A time as text, by a pattern such as YYYY-MM-DD HH24:MI:SS",
        &["to_char(timestamp, text) -> text", "to_char(timestamptz, text) -> text"],
        of_times,
    );
    all.extend(define("An interval as text, by a pattern", &["to_char(interval, text) -> text"], |c| {
        let (value, pattern) = (c.value::<IntervalMonthDayNanoType>(0), c.text(1));
        let mut known = Known::new(Pattern::parse);
        c.texts(|row, out| {
            if pattern.at(row).is_empty() {
                return Ok(false);
            }
            known.of(pattern.at(row)).write_interval(&Moment::of_interval(value.at(row)), out);
            Ok(true)
        })
    }));
    // Of instants in a session whose time zone is not UTC.
    all.extend(define("", &["ms_to_char(timestamptz, text, text) -> text"], of_instants));
    all.extend(numbers());
    all
}

fn numbers() -> Vec<Form> {
    let about = "A number as text, by a pattern such as FM999,990.00";
    let mut all = define(about, &["to_char(integer, text) -> text"], |c| {
        let value = c.value::<Int32Type>(0);
        each(c, |row, pattern, out| pattern.write_decimal(value.at(row).into(), 0, out))
    });
    all.extend(define(about, &["to_char(bigint, text) -> text"], |c| {
        let value = c.value::<Int64Type>(0);
        each(c, |row, pattern, out| pattern.write_decimal(value.at(row).into(), 0, out))
    }));
    all.extend(define(about, &["to_char(numeric, text) -> text"], |c| {
        let (value, scale) = c.numeric(0);
        each(c, |row, pattern, out| pattern.write_decimal(value.at(row), scale, out))
    }));
    all.extend(define(about, &["to_char(double precision, text) -> text"], |c| {
        let value = c.value::<Float64Type>(0);
        each(c, |row, pattern, out| pattern.write_float(value.at(row), 15, out))
    }));
    all.extend(define(about, &["to_char(real, text) -> text"], |c| {
        let value = c.value::<Float32Type>(0);
        each(c, |row, pattern, out| pattern.write_float(value.at(row).into(), 6, out))
    }));
    all
}

/// The pattern of the row before, mostly that of all rows.
struct Known<P> {
    text: Option<String>,
    pattern: Option<P>,
    parse: fn(&str) -> P,
}

impl<P> Known<P> {
    fn new(parse: fn(&str) -> P) -> Self {
        Known { text: None, pattern: None, parse }
    }

    fn of(&mut self, text: &str) -> &P {
        if self.text.as_deref() != Some(text) {
            self.text = Some(text.to_string());
            self.pattern = None;
        }
        self.pattern.get_or_insert_with(|| (self.parse)(text))
    }
}

fn each(c: &Call, mut write: impl FnMut(usize, &NumberPattern, &mut String)) -> Result<ArrayRef> {
    let pattern = c.text(1);
    let mut known = Known::new(NumberPattern::parse);
    c.texts(|row, out| match known.of(pattern.at(row)) {
        Ok(parsed) => {
            write(row, parsed, out);
            Ok(true)
        }
        Err(error) => Err(error.clone()),
    })
}

fn of_times(c: &Call) -> Result<ArrayRef> {
    let pattern = c.text(1);
    let zoned = matches!(c.array(0).data_type(), DataType::Timestamp(_, Some(_)));
    let times = as_micros(c.array(0))?;
    if pattern.is_constant() && times.len() == c.rows() && !pattern.at(0).is_empty() {
        return Ok(Arc::new(format_column(&times, &Pattern::parse(pattern.at(0)), zoned)));
    }
    let mut known = Known::new(Pattern::parse);
    c.texts(|row, out| {
        if pattern.at(row).is_empty() {
            return Ok(false);
        }
        let zone = zoned.then_some(ZoneText::UTC);
        known.of(pattern.at(row)).write(times.value(c.row_of(0, row)), zone, out);
        Ok(true)
    })
}

/// The third argument is the session's zone.
fn of_instants(c: &Call) -> Result<ArrayRef> {
    let (pattern, zone) = (c.text(1), c.text(2));
    let times = as_micros(c.array(0))?;
    let mut known = Known::new(Pattern::parse);
    let mut clock: Option<(&str, WallClock)> = None;
    c.texts(|row, out| {
        let time = times.value(c.row_of(0, row));
        if pattern.at(row).is_empty() || matches!(time, i64::MAX | i64::MIN) {
            return Ok(false);
        }
        let clock = match &clock {
            Some((name, clock)) if *name == zone.at(row) => clock,
            _ => &clock.insert((zone.at(row), WallClock::of(zone.at(row))?)).1,
        };
        let (shown, name, offset) = clock.at(time)?;
        known.of(pattern.at(row)).write(shown, Some(ZoneText { name: &name, offset }), out);
        Ok(true)
    })
}

fn format_column(times: &Int64Array, pattern: &Pattern, zoned: bool) -> StringArray {
    let mut text = String::new();
    let mut unit = i64::MIN;
    let mut builder = StringBuilder::with_capacity(times.len(), times.len() * pattern.width());
    for time in times.iter() {
        let Some(time) = time.filter(|time| !matches!(*time, i64::MAX | i64::MIN)) else {
            builder.append_null();
            continue;
        };
        let current = time.div_euclid(pattern.unit);
        if current != unit || text.is_empty() {
            text.clear();
            pattern.write(time, zoned.then_some(ZoneText::UTC), &mut text);
            unit = current;
        }
        builder.append_value(&text);
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(time: i64, pattern: &str) -> String {
        let mut text = String::new();
        Pattern::parse(pattern).write(time, Some(ZoneText::UTC), &mut text);
        text
    }

    #[test]
    fn patterns_give_what_postgresql_gives() {
        // 2024-02-29 15:04:05.067089 UTC, a Thursday.
        let time = 1_709_219_045_067_089;
        for (pattern, expected) in [
            ("YYYY-MM-DD HH24:MI:SS", "2024-02-29 15:04:05"),
            ("HH12:MI AM", "03:04 PM"),
            ("hh:mi am", "03:04 pm"),
            ("FMHH:MI", "3:04"),
            ("MS US", "067 067089"),
            ("Mon DD, YYYY", "Feb 29, 2024"),
            ("Day|DAY|FMday", "Thursday |THURSDAY |thursday"),
            ("Month|FMMONTH", "February |FEBRUARY"),
            ("Dy dy", "Thu thu"),
            ("DDD D ID WW IW IYYY Q J", "060 5 4 09 09 2024 1 2460370"),
            ("\"DD\" YY", "DD 24"),
            ("YYYY\"T\"HH24", "2024T15"),
        ] {
            assert_eq!(format(time, pattern), expected, "{pattern}");
        }
        assert_eq!(format(-1, "YYYY-MM-DD HH24:MI:SS.US"), "1969-12-31 23:59:59.999999");
    }

    #[test]
    fn the_text_of_the_row_before_is_not_used_too_long() {
        let times = Int64Array::from(vec![Some(0), Some(59_999_999), Some(60_000_000), None, Some(0)]);
        let text = format_column(&times, &Pattern::parse("HH24:MI"), true);
        let text: Vec<_> = text.iter().collect();
        assert_eq!(text, [Some("00:00"), Some("00:00"), Some("00:01"), None, Some("00:00")]);
    }
}
