//! Intervals as people write them: `1 year 2 mons`, `-3 days 04:05:06.5`,
//! `1.5 hours ago`, `P1Y2M3DT4H5M6S`.

use arrow::datatypes::IntervalMonthDayNano;

/// What an interval is made of; fractions have moved down to smaller units.
#[derive(Default)]
struct Parts {
    months: f64,
    days: f64,
    nanos: f64,
}

/// Reads an interval; `None` if it is not one or out of range.
pub fn interval(text: &str) -> Option<IntervalMonthDayNano> {
    let text = text.trim();
    let parts = match text.strip_prefix('P') {
        Some(iso) => iso_8601(iso)?,
        None => words(text)?,
    };
    // A month is 30 days and a day 24 hours where only a fraction is meant.
    let days = parts.days + parts.months.fract() * 30.0;
    let nanos = parts.nanos + days.fract() * 86_400e9;
    let in_range = |value: f64, most: f64| value.abs() <= most;
    let fits = in_range(parts.months, i32::MAX.into())
        && in_range(days, i32::MAX.into())
        && in_range(nanos, i64::MAX as f64);
    // Microseconds are the finest that there is.
    let nanos = (nanos / 1_000.0).round() as i64 * 1_000;
    fits.then(|| IntervalMonthDayNano::new(parts.months.trunc() as i32, days.trunc() as i32, nanos))
}

/// Pairs of number and unit, clock times, and `ago` at the end.
fn words(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut rest = text.trim_start_matches('@').trim_start();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if rest.eq_ignore_ascii_case("ago") {
            parts = Parts { months: -parts.months, days: -parts.days, nanos: -parts.nanos };
            break;
        }
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ':')))
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(length);
        rest = tail.trim_start();
        if number.contains(':') {
            parts.nanos += clock(number)?;
            continue;
        }
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (unit, tail) = rest.split_at(length);
        rest = tail.trim_start();
        // A number alone is of seconds.
        parts.add(number.parse().ok()?, if unit.is_empty() { "second" } else { unit })?;
    }
    Some(parts)
}

/// `[-]hours:minutes[:seconds]`, in nanoseconds.
fn clock(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let fields: Vec<f64> =
        digits.split(':').map(|field| field.parse().ok().filter(|v| *v >= 0.0)).collect::<Option<_>>()?;
    let seconds = match fields[..] {
        [hours, minutes] if minutes < 60.0 => hours * 3_600.0 + minutes * 60.0,
        [hours, minutes, seconds] if minutes < 60.0 && seconds <= 60.0 => {
            hours * 3_600.0 + minutes * 60.0 + seconds
        }
        _ => return None,
    };
    Some(sign * seconds * 1e9)
}

fn iso_8601(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    for (part, units) in [
        (date, &[('Y', "year"), ('M', "month"), ('W', "week"), ('D', "day")][..]),
        (time, &[('H', "hour"), ('M', "minute"), ('S', "second")][..]),
    ] {
        let mut rest = part;
        while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let letter = rest[at..].chars().next()?;
            let (_, unit) = units.iter().find(|(known, _)| *known == letter)?;
            parts.add(rest[..at].parse().ok()?, unit)?;
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(parts)
}

impl Parts {
    fn add(&mut self, count: f64, unit: &str) -> Option<()> {
        let unit = unit.to_ascii_lowercase();
        let singular = if unit.len() > 2 { unit.trim_end_matches('s') } else { &unit };
        match singular {
            "millennium" | "millennia" | "mil" => self.months += count * 12_000.0,
            "century" | "centurie" | "cent" | "c" => self.months += count * 1_200.0,
            "decade" | "dec" => self.months += count * 120.0,
            "year" | "yr" | "y" => self.months += count * 12.0,
            "month" | "mon" => self.months += count,
            "week" | "w" => self.days += count * 7.0,
            "day" | "d" => self.days += count,
            "hour" | "hr" | "h" => self.nanos += count * 3_600e9,
            "minute" | "min" | "m" => self.nanos += count * 60e9,
            "second" | "sec" | "s" => self.nanos += count * 1e9,
            "millisecond" | "msec" | "ms" => self.nanos += count * 1e6,
            "microsecond" | "usec" | "us" => self.nanos += count * 1e3,
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_in_every_style() {
        let read = |text| interval(text).map(|v| (v.months, v.days, v.nanoseconds / 1_000));
        let hour = 3_600_000_000;
        assert_eq!(read("1 year 2 mons 3 days 04:05:06.5"), Some((14, 3, 14_706_500_000)));
        assert_eq!(read("P1Y2M3DT4H5M6.5S"), Some((14, 3, 14_706_500_000)));
        assert_eq!(read("-1 days +01:00:00"), Some((0, -1, hour)));
        assert_eq!(read("-00:00:00.5"), Some((0, 0, -500_000)));
        assert_eq!(read("1.5 days ago"), Some((0, -1, -12 * hour)));
        assert_eq!(read("90"), Some((0, 0, 90_000_000)));
        assert_eq!(read("5m"), Some((0, 0, 300_000_000)));
        assert_eq!(read("1 week 10ms"), Some((0, 7, 10_000)));
        for wrong in ["", "1 parsec", "day", "1 day soon", "1:99", "PT5X"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
