//! Parameters of `Bind`, in either format, as values for the session.

use arrow::datatypes::{DataType, IntervalMonthDayNano};
use bytes::Buf;
use datafusion::common::ScalarValue;
use pgwire::api::Type;

use super::binary::{EPOCH_DAYS, MICROS_PER_DAY};
use super::numeric::numeric_text;
use super::types::element_type;
use super::{arrow_type, pg_type};
use crate::expr::input::read_value;
use crate::types::{Error, Result, SqlState};

/// How a value is written on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As text; what a simple query always gets.
    #[default]
    Text,
    /// In the type's own binary form.
    Binary,
}

impl Format {
    /// The code of the protocol.
    pub fn code(self) -> i16 {
        match self {
            Format::Text => 0,
            Format::Binary => 1,
        }
    }

    /// Reads the codes of `Bind`: none for all text, one for all, or one each.
    pub fn read(codes: &[i16], count: usize) -> Result<Vec<Format>> {
        let read = |code: &i16| match code {
            0 => Ok(Format::Text),
            1 => Ok(Format::Binary),
            other => Err(Error::new(
                SqlState::INVALID_PARAMETER_VALUE,
                format!("unsupported format code: {other}"),
            )),
        };
        match codes {
            [] => Ok(vec![Format::Text; count]),
            [one] => Ok(vec![read(one)?; count]),
            each if each.len() == count => each.iter().map(read).collect(),
            each => Err(Error::new(
                SqlState::PROTOCOL_VIOLATION,
                format!("bind message has {} formats but there are {count} values", each.len()),
            )),
        }
    }
}

/// The value of one parameter. `declared` is the type that the client gave when
/// it prepared the statement, which is how it writes binary values; `wanted` is
/// the type that the statement was described with.
pub fn parameter(
    bytes: Option<&[u8]>,
    format: Format,
    declared: Option<&Type>,
    wanted: &DataType,
) -> Result<ScalarValue> {
    let Some(bytes) = bytes else { return Ok(ScalarValue::try_new_null(wanted)?) };
    match format {
        Format::Text => read_value(utf8(bytes)?, wanted, "UTC"),
        Format::Binary => {
            let described = pg_type(wanted);
            let value = binary(bytes, declared.unwrap_or(&described), wanted)?;
            if value.data_type() == *wanted { Ok(value) } else { Ok(value.cast_to(wanted)?) }
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        Error::new(
            SqlState("22021"),
            format!("invalid byte sequence for encoding \"UTF8\": 0x{:02x}", bytes[error.valid_up_to()]),
        )
    })
}

fn binary(bytes: &[u8], pg_type: &Type, wanted: &DataType) -> Result<ScalarValue> {
    Ok(match *pg_type {
        Type::BOOL => ScalarValue::Boolean(Some(fixed::<1>(bytes, pg_type)?[0] != 0)),
        Type::INT2 => ScalarValue::Int16(Some(i16::from_be_bytes(fixed(bytes, pg_type)?))),
        Type::INT4 | Type::REGCLASS | Type::REGTYPE | Type::REGPROC | Type::REGNAMESPACE => {
            ScalarValue::Int32(Some(i32::from_be_bytes(fixed(bytes, pg_type)?)))
        }
        Type::OID => ScalarValue::UInt32(Some(u32::from_be_bytes(fixed(bytes, pg_type)?))),
        Type::INT8 => ScalarValue::Int64(Some(int8(bytes, pg_type)?)),
        Type::FLOAT4 => ScalarValue::Float32(Some(f32::from_be_bytes(fixed(bytes, pg_type)?))),
        Type::FLOAT8 => ScalarValue::Float64(Some(f64::from_be_bytes(fixed(bytes, pg_type)?))),
        Type::NUMERIC => {
            let text = numeric_text(bytes)?;
            let exact = match wanted {
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => return Ok(text.as_str().into()),
                other => other,
            };
            read_value(&text, exact, "UTC")?
        }
        Type::BYTEA => ScalarValue::Binary(Some(bytes.to_vec())),
        Type::DATE => {
            let days = i64::from(i32::from_be_bytes(fixed(bytes, pg_type)?)) + EPOCH_DAYS;
            ScalarValue::Date32(Some(i32::try_from(days).map_err(|_| out_of_range("date"))?))
        }
        Type::TIME => ScalarValue::Time64Microsecond(Some(int8(bytes, pg_type)?)),
        Type::TIMESTAMP => ScalarValue::TimestampMicrosecond(Some(moment(bytes, pg_type)?), None),
        Type::TIMESTAMPTZ => {
            ScalarValue::TimestampMicrosecond(Some(moment(bytes, pg_type)?), Some("+00:00".into()))
        }
        Type::INTERVAL => interval(bytes, pg_type)?,
        Type::UUID => {
            let value: [u8; 16] = fixed(bytes, pg_type)?;
            match wanted {
                DataType::FixedSizeBinary(16) => ScalarValue::FixedSizeBinary(16, Some(value.to_vec())),
                _ => ScalarValue::Utf8(Some(uuid(value))),
            }
        }
        Type::JSONB => read_value(utf8(bytes.get(1..).unwrap_or_default())?, wanted, "UTC")?,
        Type::JSON => read_value(utf8(bytes)?, wanted, "UTC")?,
        Type::CHAR => {
            let byte = fixed::<1>(bytes, pg_type)?;
            ScalarValue::Utf8(Some(utf8(&byte)?.to_owned()))
        }
        _ => match element_type(pg_type) {
            Some(element) => array(bytes, pg_type, &element, wanted)?,
            None => ScalarValue::Utf8(Some(utf8(bytes)?.to_owned())),
        },
    })
}

fn fixed<const N: usize>(bytes: &[u8], pg_type: &Type) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| malformed(pg_type))
}

fn int8(bytes: &[u8], pg_type: &Type) -> Result<i64> {
    Ok(i64::from_be_bytes(fixed(bytes, pg_type)?))
}

fn moment(bytes: &[u8], pg_type: &Type) -> Result<i64> {
    int8(bytes, pg_type)?.checked_add(EPOCH_DAYS * MICROS_PER_DAY).ok_or_else(|| out_of_range("timestamp"))
}

fn interval(bytes: &[u8], pg_type: &Type) -> Result<ScalarValue> {
    let mut bytes = &fixed::<16>(bytes, pg_type)?[..];
    let nanos = bytes.get_i64().checked_mul(1_000).ok_or_else(|| out_of_range("interval"))?;
    let days = bytes.get_i32();
    let months = bytes.get_i32();
    Ok(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(months, days, nanos))))
}

fn uuid(bytes: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// An array of one dimension.
fn array(mut bytes: &[u8], pg_type: &Type, element: &Type, wanted: &DataType) -> Result<ScalarValue> {
    let inner = match wanted {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            field.data_type().clone()
        }
        _ => arrow_type(element).unwrap_or(DataType::Utf8),
    };
    if bytes.len() < 12 {
        return Err(malformed(pg_type));
    }
    let dimensions = bytes.get_i32();
    bytes.advance(8);
    let count = match dimensions {
        0 => 0,
        1 if bytes.len() >= 8 => {
            let count = bytes.get_i32();
            bytes.advance(4);
            usize::try_from(count).map_err(|_| malformed(pg_type))?
        }
        1 => return Err(malformed(pg_type)),
        _ => {
            return Err(Error::unsupported("a binary parameter that is an array of several dimensions")
                .with_hint("Send it in text format."));
        }
    };
    let mut values = Vec::new();
    for _ in 0..count {
        if bytes.len() < 4 {
            return Err(malformed(pg_type));
        }
        let length = bytes.get_i32();
        let value = match usize::try_from(length) {
            Ok(length) if length <= bytes.len() => {
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Some(value)
            }
            Ok(_) => return Err(malformed(pg_type)),
            Err(_) => None,
        };
        values.push(parameter(value, Format::Binary, Some(element), &inner)?);
    }
    Ok(ScalarValue::List(ScalarValue::new_list(&values, &inner, true)))
}

fn out_of_range(name: &str) -> Error {
    Error::new(SqlState::DATETIME_FIELD_OVERFLOW, format!("{name} out of range"))
}

fn malformed(pg_type: &Type) -> Error {
    Error::new(
        SqlState::INVALID_BINARY_REPRESENTATION,
        format!("incorrect binary data format for type {}", pg_type.name()),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{Field, TimeUnit};
    use bytes::BytesMut;

    use super::*;
    use crate::server::postgres::values::binary::BinaryPrinter;

    /// Out by the printer, in as a parameter: the same value.
    fn round_trip(value: ScalarValue) {
        let data_type = value.data_type();
        let array = value.to_array().expect("an array");
        let field = Field::new("v", data_type.clone(), true);
        let mut out = BytesMut::new();
        BinaryPrinter::new(&field, &array).and_then(|p| p.write(0, &mut out)).expect("printed");
        let back = parameter(Some(&out[4..]), Format::Binary, None, &data_type).expect("read");
        assert_eq!(back, value);
    }

    #[test]
    fn binary_values_read_back() {
        round_trip(ScalarValue::Boolean(Some(true)));
        round_trip(ScalarValue::Int16(Some(-2)));
        round_trip(ScalarValue::Int32(Some(i32::MIN)));
        round_trip(ScalarValue::Int64(Some(i64::MAX)));
        round_trip(ScalarValue::UInt64(Some(u64::MAX)));
        round_trip(ScalarValue::Float32(Some(1.5)));
        round_trip(ScalarValue::Float64(Some(-0.1)));
        round_trip(ScalarValue::Decimal128(Some(-123_456_789_012_345), 20, 5));
        round_trip(ScalarValue::Utf8(Some("häß\n".into())));
        round_trip(ScalarValue::Utf8View(Some("a string longer than twelve".into())));
        round_trip(ScalarValue::Binary(Some(vec![0, 1, 255])));
        round_trip(ScalarValue::Date32(Some(-1)));
        round_trip(ScalarValue::Time64Microsecond(Some(86_399_999_999)));
        round_trip(ScalarValue::TimestampSecond(Some(-1), None));
        round_trip(ScalarValue::TimestampMicrosecond(Some(1_704_164_645_500_001), None));
        round_trip(ScalarValue::TimestampMillisecond(Some(5), Some("+00:00".into())));
        let interval = IntervalMonthDayNano::new(-14, 3, 4_000);
        round_trip(ScalarValue::IntervalMonthDayNano(Some(interval)));
        let elements = [ScalarValue::from("a"), ScalarValue::Utf8(None), ScalarValue::from("")];
        round_trip(ScalarValue::List(ScalarValue::new_list(&elements, &DataType::Utf8, true)));
        round_trip(ScalarValue::List(ScalarValue::new_list(&[], &DataType::Int64, true)));
    }

    #[test]
    fn a_declared_type_is_read_and_cast_to_the_wanted_one() {
        let value = parameter(Some(&[0, 0, 0, 7]), Format::Binary, Some(&Type::INT4), &DataType::Int64);
        assert_eq!(value.ok(), Some(ScalarValue::Int64(Some(7))));
        let short = parameter(Some(&[7]), Format::Binary, Some(&Type::INT4), &DataType::Int64);
        assert_eq!(short.expect_err("refused").code(), SqlState::INVALID_BINARY_REPRESENTATION);
        let null = parameter(None, Format::Text, None, &DataType::Timestamp(TimeUnit::Second, None));
        assert_eq!(null.ok(), Some(ScalarValue::TimestampSecond(None, None)));
    }

    #[test]
    fn nested_lists_go_out_in_dimensions_or_not_at_all() {
        let inner = |values: &[i32]| {
            let values: Vec<_> = values.iter().map(|v| ScalarValue::Int32(Some(*v))).collect();
            ScalarValue::List(ScalarValue::new_list(&values, &DataType::Int32, true))
        };
        let outer = |rows: &[ScalarValue]| {
            let list =
                ScalarValue::new_list(rows, &rows[0].data_type(), true) as Arc<dyn arrow::array::Array>;
            let field = Field::new("v", list.data_type().clone(), true);
            let mut out = BytesMut::new();
            BinaryPrinter::new(&field, &list).and_then(|p| p.write(0, &mut out)).map(|()| out)
        };
        let out = outer(&[inner(&[1, 2]), inner(&[3, 4])]).expect("rectangular");
        let head: Vec<i32> = out[4..32].chunks(4).map(|mut b| b.get_i32()).collect();
        assert_eq!(head, [2, 0, 23, 2, 1, 2, 1]);
        assert_eq!(outer(&[inner(&[1, 2]), inner(&[3])]).expect_err("uneven").code().0, "2202E");
    }
}
