//! Reading the values of variables; errors in PostgreSQL's words.

use std::str::FromStr;

use arrow::array::timezone::Tz;

use crate::types::{Error, Result, SqlState};

/// Units of time, the largest first, in milliseconds.
const UNITS: [(&str, i64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];
/// The longest duration, as in PostgreSQL.
const MILLIS_MAX: i64 = i32::MAX as i64;
/// Encodings that PostgreSQL knows, without marks. The first few are ours.
const UTF8: [&str; 3] = ["utf8", "unicode", "utf-8"];
const OTHER_ENCODINGS: [&str; 15] = [
    "sqlascii",
    "latin1",
    "latin2",
    "latin9",
    "iso88591",
    "iso885915",
    "win1250",
    "win1251",
    "win1252",
    "windows1252",
    "koi8r",
    "eucjp",
    "sjis",
    "gbk",
    "big5",
];

fn invalid(message: String) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, message)
}

fn invalid_value(name: &str, given: &str) -> Error {
    invalid(format!("invalid value for parameter \"{name}\": \"{given}\""))
}

/// The only value.
pub(super) fn single<'a>(name: &str, values: &'a [String]) -> Result<&'a str> {
    match values {
        [one] => Ok(one),
        _ => Err(invalid(format!("SET {name} takes only one argument"))),
    }
}

/// `on` or `off`, from any of their spellings.
pub(super) fn boolean(name: &str, given: &str) -> Result<String> {
    let word = given.trim().to_ascii_lowercase();
    let begins = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
    if begins("true", 1) || begins("yes", 1) || word == "on" || word == "1" {
        Ok("on".to_string())
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || word == "0" {
        Ok("off".to_string())
    } else {
        Err(invalid(format!("parameter \"{name}\" requires a Boolean value")))
    }
}

/// One of `words`.
pub(super) fn word(name: &str, given: &str, words: &[&str]) -> Result<String> {
    match words.iter().find(|w| w.eq_ignore_ascii_case(given.trim())) {
        Some(found) => Ok((*found).to_string()),
        None => Err(invalid_value(name, given).with_hint(format!("Available values: {}.", words.join(", ")))),
    }
}

/// One of `honoured`; one of `unbuilt` is `0A000`.
pub(super) fn only(name: &str, given: &str, honoured: &[&str], unbuilt: &[&str]) -> Result<String> {
    let given = match boolean(name, given) {
        Ok(flag) if honoured.contains(&"on") => flag,
        _ => given.to_ascii_lowercase(),
    };
    if unbuilt.contains(&given.as_str()) {
        return Err(Error::unsupported(format!("the value \"{given}\" of parameter \"{name}\"")));
    }
    word(name, &given, honoured)
}

/// A whole number within bounds.
pub(super) fn integer(name: &str, given: &str, least: i64, most: i64) -> Result<String> {
    let number: i64 = given.trim().parse().map_err(|_| invalid_value(name, given))?;
    if number < least || number > most {
        let message =
            format!("{number} is outside the valid range for parameter \"{name}\" ({least} .. {most})");
        return Err(invalid(message));
    }
    Ok(number.to_string())
}

/// Fewer digits than the shortest exact form would lose something.
pub(super) fn float_digits(name: &str, given: &str) -> Result<String> {
    let digits = integer(name, given, -15, 3)?;
    if digits.starts_with('-') || digits == "0" {
        return Err(Error::unsupported(format!("rounding by {name} = {digits}")));
    }
    Ok(digits)
}

/// Milliseconds, with any unit, printed with the largest that is exact.
pub(super) fn duration(name: &str, given: &str) -> Result<String> {
    let Some(millis) = parse_millis(given) else {
        return Err(invalid_value(name, given).with_hint(
            "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".",
        ));
    };
    if !(0..=MILLIS_MAX).contains(&millis) {
        let message = format!(
            "{millis} ms is outside the valid range for parameter \"{name}\" (0 ms .. {MILLIS_MAX} ms)"
        );
        return Err(invalid(message));
    }
    if millis == 0 {
        return Ok("0".to_string());
    }
    let (unit, size) = UNITS.iter().find(|(_, size)| millis % size == 0).unwrap_or(&("ms", 1));
    Ok(format!("{}{unit}", millis / size))
}

/// A number with or without a unit, in milliseconds.
pub(super) fn parse_millis(given: &str) -> Option<i64> {
    let given = given.trim();
    let end = given.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(given.len());
    let (number, unit) = (given[..end].parse::<f64>().ok()?, given[end..].trim());
    let size = match unit {
        "" => 1.0,
        "us" => 0.001,
        unit => UNITS.iter().find(|(name, _)| *name == unit)?.1 as f64,
    };
    Some((number * size).round() as i64)
}

/// A zone of the tz database, or an offset.
pub(super) fn time_zone(given: &str) -> Result<String> {
    let name = given.trim();
    if let Some(zone) = chrono_tz::TZ_VARIANTS.iter().find(|z| z.name().eq_ignore_ascii_case(name)) {
        return Ok(zone.name().to_string());
    }
    if let Some(offset) = offset(name) {
        return Ok(offset);
    }
    Err(invalid_value("TimeZone", given))
}

/// Hours east of Greenwich, with or without minutes: `2`, `+02`, `-05:30`.
fn offset(given: &str) -> Option<String> {
    let (sign, digits) = match given.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', given.strip_prefix('+').unwrap_or(given)),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    let zone = format!("{sign}{hours:02}:{minutes:02}");
    (hours <= 15 && minutes < 60 && Tz::from_str(&zone).is_ok()).then_some(zone)
}

/// Text is UTF-8 everywhere.
pub(super) fn encoding(given: &str) -> Result<String> {
    let word = given.trim().to_ascii_lowercase();
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if UTF8.contains(&word.as_str()) || plain == "utf8" {
        return Ok("UTF8".to_string());
    }
    if OTHER_ENCODINGS.contains(&plain.as_str()) {
        return Err(Error::unsupported(format!(
            "conversion between {} and UTF8",
            given.to_ascii_uppercase()
        ))
        .with_hint("SET client_encoding TO 'UTF8'."));
    }
    Err(invalid_value("client_encoding", given))
}

/// Output is ISO; the order of day and month in input does not matter to it.
pub(super) fn date_style(values: &[String]) -> Result<String> {
    let mut order = "MDY";
    for word in values.iter().flat_map(|v| v.split(',')).map(str::trim) {
        match word.to_ascii_lowercase().as_str() {
            "iso" | "default" => {}
            "mdy" | "us" | "noneuro" | "noneuropean" => order = "MDY",
            "dmy" | "euro" | "european" => order = "DMY",
            "ymd" => order = "YMD",
            "german" | "sql" | "postgres" => {
                return Err(Error::unsupported(format!("DateStyle {word}")).with_hint("The style is ISO."));
            }
            _ => return Err(invalid_value("DateStyle", &values.join(", "))),
        }
    }
    Ok(format!("ISO, {order}"))
}

/// Names without a schema are looked up in `public`, so that is what the path
/// must come to.
pub(super) fn search_path(values: &[String]) -> Result<String> {
    let names = values.iter().flat_map(|v| v.split(',')).map(|n| n.trim().trim_matches('"'));
    let names: Vec<&str> = names.collect();
    let own = |name: &&str| !matches!(*name, "$user" | "public" | "pg_catalog" | "rw_catalog" | "");
    if let Some(other) = names.iter().find(|n| own(n)) {
        return Err(Error::unsupported(format!("schema \"{other}\" in search_path"))
            .with_hint("Write the schema before the name, as in schema.table."));
    }
    let quoted = |name: &&str| match *name {
        "$user" | "" => format!("\"{name}\""),
        plain => plain.to_string(),
    };
    Ok(names.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// The session's own user is the only one it can be.
pub(super) fn user(name: &str, given: &str, own: &str) -> Result<String> {
    match given {
        "none" if name == "role" => Ok("none".to_string()),
        "default" | "none" => Ok(own.to_string()),
        same if same == own => Ok(own.to_string()),
        other => Err(invalid(format!("role \"{other}\" does not exist"))),
    }
}
