//! `timestamp`, `timestamptz` and `time` from text.
//!
//! A time without an offset or a zone is one of the session's zone.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};

/// The moments that the texts stand for; NULL where one stands for none.
pub(super) fn moments(texts: &StringArray, to: &DataType, zone: &str) -> Option<ArrayRef> {
    let patient: ArrayRef = Arc::new(texts.iter().map(|t| t.map(tidy)).collect::<StringArray>());
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let DataType::Timestamp(TimeUnit::Microsecond, Some(shown)) = to else {
        return cast_with_options(&patient, to, &options).ok();
    };
    let there = DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into()));
    let instants = cast_with_options(&patient, &there, &options).ok()?;
    let instants = instants.as_primitive::<TimestampMicrosecondType>().clone();
    Some(Arc::new(instants.with_timezone(shown.clone())))
}

/// `2024-01-01 10:00+02` as `2024-01-01 10:00:00+02`: Arrow wants the seconds.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim();
    let Some(colon) = text.find(':') else {
        return match text {
            "epoch" => "1970-01-01 00:00:00+00".to_string(),
            other => other.to_string(),
        };
    };
    let minutes = text.get(colon + 1..colon + 3).is_some_and(|m| m.bytes().all(|b| b.is_ascii_digit()));
    match text.get(colon + 3..) {
        Some(rest) if minutes && !rest.starts_with(':') => format!("{}:00{rest}", &text[..colon + 3]),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn only_missing_seconds_are_added() {
        assert_eq!(tidy("2024-01-01 10:00"), "2024-01-01 10:00:00");
        assert_eq!(tidy("2024-01-01 10:00+02"), "2024-01-01 10:00:00+02");
        assert_eq!(tidy("2024-01-01 10:00:05"), "2024-01-01 10:00:05");
        assert_eq!(tidy("2024-01-01"), "2024-01-01");
        assert_eq!(tidy("ten:ü"), "ten:ü");
    }
}
