//! Intervals as text, style `postgres`.

use std::fmt::Write;

use super::calendar::{MICROS_PER_DAY, push_clock_time};

/// Appends `1 year 2 mons 3 days 04:05:06.5`. Each part has its own sign; a
/// positive part behind a negative one carries a plus.
pub(super) fn push_interval(out: &mut String, months: i64, days: i64, micros: i64) {
    let start = out.len();
    let mut before_negative = false;
    for (value, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if value == 0 {
            continue;
        }
        let space = if out.len() > start { " " } else { "" };
        let sign = if before_negative && value > 0 { "+" } else { "" };
        let plural = if value == 1 { "" } else { "s" };
        write!(out, "{space}{sign}{value} {unit}{plural}").expect("writing to a string cannot fail");
        before_negative = value < 0;
    }
    let empty = out.len() == start;
    if empty || micros != 0 {
        if !empty {
            out.push(' ');
        }
        match micros {
            ..0 => out.push('-'),
            _ if before_negative => out.push('+'),
            _ => {}
        }
        push_clock_time(out, micros);
    }
}

/// A length of time as PostgreSQL shows the difference of two timestamps: whole
/// days apart from the rest.
pub(super) fn push_duration(out: &mut String, micros: i64) {
    push_interval(out, 0, micros / MICROS_PER_DAY, micros % MICROS_PER_DAY);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_plurals_follow_postgresql() {
        let print = |months, days, micros| {
            let mut out = String::new();
            push_interval(&mut out, months, days, micros);
            out
        };
        assert_eq!(print(0, 0, 0), "00:00:00");
        assert_eq!(print(14, 3, 14_706_500_000), "1 year 2 mons 3 days 04:05:06.5");
        assert_eq!(print(1, 1, 0), "1 mon 1 day");
        assert_eq!(print(-1, 0, 0), "-1 mons");
        assert_eq!(print(-1, 2, 0), "-1 mons +2 days");
        assert_eq!(print(0, -1, 3_600_000_000), "-1 days +01:00:00");
        assert_eq!(print(0, 1, -3_600_000_000), "1 day -01:00:00");
        assert_eq!(print(0, 0, -500_000), "-00:00:00.5");
        assert_eq!(print(0, 0, 100 * 3_600_000_000), "100:00:00");
        assert_eq!(print(-13, 0, 0), "-1 years -1 mons");
    }
}
