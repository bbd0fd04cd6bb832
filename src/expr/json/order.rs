//! The order of `jsonb`: object > array > boolean > number > string > null;
//! containers by their size first.

use std::cmp::Ordering;

use super::value::Json;

/// Compares two documents.
pub(super) fn compare(a: &Json, b: &Json) -> Ordering {
    match (a, b) {
        (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
        (Json::Number(a), Json::Number(b)) => compare_numbers(a, b),
        (Json::String(a), Json::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Json::Array(a), Json::Array(b)) => {
            let sizes = a.len().cmp(&b.len());
            sizes.then_with(|| first(a.iter().zip(b).map(|(a, b)| compare(a, b))))
        }
        (Json::Object(a), Json::Object(b)) => {
            let sizes = a.len().cmp(&b.len());
            sizes.then_with(|| {
                first(a.iter().zip(b).map(|((ka, a), (kb, b))| {
                    (ka.len(), ka).cmp(&(kb.len(), kb)).then_with(|| compare(a, b))
                }))
            })
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn first(mut parts: impl Iterator<Item = Ordering>) -> Ordering {
    parts.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

fn rank(value: &Json) -> u8 {
    match value {
        // An empty array is less than anything, oddly.
        Json::Array(items) if items.is_empty() => 0,
        Json::Null => 1,
        Json::String(_) => 2,
        Json::Number(_) => 3,
        Json::Bool(_) => 4,
        Json::Array(_) => 5,
        Json::Object(_) => 6,
    }
}

/// Compares decimal texts without exponents.
pub(super) fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (na, nb) = (a.starts_with('-'), b.starts_with('-'));
    match (na, nb) {
        (false, false) => compare_magnitudes(a, b),
        (true, true) => compare_magnitudes(&b[1..], &a[1..]),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

fn compare_magnitudes(a: &str, b: &str) -> Ordering {
    let split = |t: &'_ str| {
        let (whole, fraction) = t.split_once('.').unwrap_or((t, ""));
        (whole.trim_start_matches('0').to_string(), fraction.trim_end_matches('0').to_string())
    };
    let ((wa, fa), (wb, fb)) = (split(a), split(b));
    wa.len().cmp(&wb.len()).then_with(|| wa.cmp(&wb)).then_with(|| fa.cmp(&fb))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("10", "9", Ordering::Greater),
            ("-10", "9", Ordering::Less),
            ("-10", "-9", Ordering::Less),
            ("0.5", "0.45", Ordering::Greater),
        ] {
            assert_eq!(compare_numbers(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn kinds_have_an_order() {
        let sorted =
            ["[]", "null", "\"a\"", "\"b\"", "1", "2", "false", "true", "[1]", "[1, 2]", "{\"a\": 1}"];
        for pair in sorted.windows(2) {
            let (a, b) = (parse(pair[0]).unwrap(), parse(pair[1]).unwrap());
            assert_eq!(compare(&a, &b), Ordering::Less, "{} < {}", pair[0], pair[1]);
        }
    }
}
