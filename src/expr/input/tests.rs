//! What is read, and what is refused.

use arrow::datatypes::{IntervalUnit, TimeUnit};
use arrow::util::display::array_value_to_string;

use super::*;

fn read(text: &str, to: &DataType) -> Result<String, (&'static str, String)> {
    let texts = StringArray::from(vec![None, Some(text)]);
    match read_column(&texts, to, "UTC") {
        Ok(values) => {
            assert!(values.is_null(0), "NULL stays NULL");
            Ok(array_value_to_string(&values, 1).unwrap())
        }
        Err((row, error)) => {
            assert_eq!(row, 1, "the bad row is the second");
            Err((error.code().0, error.message().to_string()))
        }
    }
}

#[test]
fn good_values_are_read() {
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    for (text, to, shown) in [
        (" +7 ", DataType::Int32, "7"),
        ("1e3", DataType::Float64, "1000.0"),
        ("Infinity", DataType::Float64, "inf"),
        ("YES", DataType::Boolean, "true"),
        ("of", DataType::Boolean, "false"),
        ("12.345", DataType::Decimal128(10, 2), "12.35"),
        ("2024-02-29", DataType::Date32, "2024-02-29"),
        ("2024-01-01 10:00:00", micros.clone(), "2024-01-01T10:00:00"),
        ("2024-01-01T10:00:00.5", micros, "2024-01-01T10:00:00.500"),
        ("\\x00fF", DataType::Binary, "00ff"),
        (" x ", DataType::Utf8, " x "),
        ("1 day", DataType::Interval(IntervalUnit::MonthDayNano), "1 days"),
    ] {
        assert_eq!(read(text, &to).unwrap(), shown, "{text} as {to}");
    }
}

#[test]
fn bad_values_are_told_as_in_postgresql() {
    for (text, to, code, message) in [
        ("x", DataType::Int32, "22P02", "invalid input syntax for type integer: \"x\""),
        ("", DataType::Int64, "22P02", "invalid input syntax for type bigint: \"\""),
        ("1.5", DataType::Int32, "22P02", "invalid input syntax for type integer: \"1.5\""),
        ("3000000000", DataType::Int32, "22003", "value \"3000000000\" is out of range for type integer"),
        ("1e999", DataType::Float64, "22003", "\"1e999\" is out of range for type double precision"),
        ("perhaps", DataType::Boolean, "22P02", "invalid input syntax for type boolean: \"perhaps\""),
        ("2024-02-30", DataType::Date32, "22008", "date/time field value out of range: \"2024-02-30\""),
        ("\\x0", DataType::Binary, "22023", "invalid hexadecimal data: odd number of digits"),
    ] {
        assert_eq!(read(text, &to).unwrap_err(), (code, message.to_string()), "{text} as {to}");
    }
}
