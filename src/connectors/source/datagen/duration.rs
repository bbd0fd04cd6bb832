//! Lengths of time as people type them: `1h`, `2 days`, `1h 30min`.

/// The microseconds in `text`, or `None` when it is not a length of time.
pub fn micros(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut total = 0i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        total = total.checked_add(number.checked_mul(unit(&rest[..letters])?)?)?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

fn unit(name: &str) -> Option<i64> {
    const SECOND: i64 = 1_000_000;
    Some(match name.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 1_000,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => 60 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
        "d" | "day" | "days" => 86_400 * SECOND,
        "w" | "week" | "weeks" => 7 * 86_400 * SECOND,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::micros;

    #[test]
    fn reads_what_people_type() {
        assert_eq!(micros("1h"), Some(3_600_000_000));
        assert_eq!(micros("2 days"), Some(172_800_000_000));
        assert_eq!(micros("1h 30min"), Some(5_400_000_000));
        for wrong in ["", "h", "1", "1 parsec", "-1h", "1h x"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }
}
