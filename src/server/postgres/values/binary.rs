//! One column in the binary format.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, ListArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::*;
use bytes::{BufMut, BytesMut};
use pgwire::api::Type;

use super::numeric::put_numeric;
use super::types::{element_type, pg_type_of_field};
use crate::expr::TextPrinter;
use crate::expr::numeric::shown;
use crate::types::{Error, Result, SqlState};

/// 2000-01-01, from which PostgreSQL counts, since 1970.
pub(super) const EPOCH_DAYS: i64 = 10_957;
pub(super) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Writes the values of one array in the binary format of its PostgreSQL type.
pub struct BinaryPrinter {
    nulls: Option<NullBuffer>,
    put: Put,
}

/// Appends the bytes of a row that is not null, without their length.
type Put = Box<dyn Fn(usize, &mut BytesMut) -> Result<()> + Send + Sync>;

impl BinaryPrinter {
    /// Looks at the type once; `field` may name one of the catalog's types.
    pub fn new(field: &Field, array: &ArrayRef) -> Result<Self> {
        let put = match pg_type_of_field(field) {
            Type::CHAR => char_of_text(array)?,
            _ => put(array)?,
        };
        Ok(BinaryPrinter { nulls: array.logical_nulls(), put })
    }

    /// Appends length and bytes of the value of `row`; -1 for null.
    pub fn write(&self, row: usize, out: &mut BytesMut) -> Result<()> {
        if self.is_null(row) {
            out.put_i32(-1);
            return Ok(());
        }
        let start = out.len();
        out.put_i32(0);
        (self.put)(row, out)?;
        let length = i32::try_from(out.len() - start - 4).map_err(|_| too_long())?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

/// One value may have up to 2 GB.
pub(super) fn too_long() -> Error {
    Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "a value of more than 2 GB cannot be sent")
}

fn put(array: &ArrayRef) -> Result<Put> {
    use DataType::*;
    Ok(match array.data_type() {
        Boolean => {
            let values = array.as_boolean().clone();
            Box::new(move |row, out| {
                out.put_u8(u8::from(values.value(row)));
                Ok(())
            })
        }
        Int8 => primitive::<Int8Type>(array, |value, out| out.put_i16(value.into())),
        UInt8 => primitive::<UInt8Type>(array, |value, out| out.put_i16(value.into())),
        Int16 => primitive::<Int16Type>(array, |value, out| out.put_i16(value)),
        UInt16 => primitive::<UInt16Type>(array, |value, out| out.put_i32(value.into())),
        Int32 => primitive::<Int32Type>(array, |value, out| out.put_i32(value)),
        UInt32 => primitive::<UInt32Type>(array, |value, out| out.put_i64(value.into())),
        Int64 => primitive::<Int64Type>(array, |value, out| out.put_i64(value)),
        UInt64 => primitive::<UInt64Type>(array, |value, out| put_numeric(out, &value.to_string(), 0)),
        Float16 => primitive::<Float16Type>(array, |value, out| out.put_f32(value.to_f32())),
        Float32 => primitive::<Float32Type>(array, |value, out| out.put_f32(value)),
        Float64 => primitive::<Float64Type>(array, |value, out| out.put_f64(value)),
        Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        Decimal256(..) => {
            let data_type = array.data_type().clone();
            primitive::<Decimal256Type>(array, move |value, out| {
                let (value, scale) = shown(value, &data_type);
                put_numeric(out, &value.to_string(), scale);
            })
        }
        LargeBinary => jsonb(array),
        BinaryView => text(array)?,
        Binary | FixedSizeBinary(_) => bytes(array)?,
        Date32 | Date64 => date(&arrow::compute::cast(array, &Date32)?),
        Time32(_) | Time64(_) => {
            let micros = arrow::compute::cast(array, &Time64(TimeUnit::Microsecond))?;
            primitive::<Time64MicrosecondType>(&micros, |value, out| out.put_i64(value))
        }
        Timestamp(unit, _) => timestamp(array, *unit),
        Interval(unit) => interval(array, *unit),
        Duration(_) => {
            let micros = arrow::compute::cast(array, &Duration(TimeUnit::Microsecond))?;
            primitive::<DurationMicrosecondType>(&micros, |value, out| {
                put_interval(out, 0, (value / MICROS_PER_DAY) as i32, value % MICROS_PER_DAY);
            })
        }
        List(field) => list(array.as_list::<i32>().clone(), field)?,
        LargeList(field) | FixedSizeList(field, _) | ListView(field) | LargeListView(field) => {
            put(&arrow::compute::cast(array, &List(field.clone()))?)?
        }
        Map(entries, _) => list(ListArray::from(array.as_map().clone()), entries)?,
        Struct(_) => record(array.as_struct())?,
        Dictionary(_, values) => put(&arrow::compute::cast(array, values)?)?,
        RunEndEncoded(_, values) => put(&arrow::compute::cast(array, values.data_type())?)?,
        Null | Utf8 | LargeUtf8 | Utf8View | Union(..) => text(array)?,
    })
}

fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    put: impl Fn(T::Native, &mut BytesMut) + Send + Sync + 'static,
) -> Put {
    let values = array.as_primitive::<T>().values().clone();
    Box::new(move |row, out| {
        put(values[row], out);
        Ok(())
    })
}

fn decimal<T: DecimalType>(array: &ArrayRef, scale: i8) -> Put
where
    T::Native: std::fmt::Display,
{
    primitive::<T>(array, move |value, out| put_numeric(out, &value.to_string(), scale))
}

/// What has no other binary form than its text.
fn text(array: &ArrayRef) -> Result<Put> {
    if let DataType::Utf8 = array.data_type() {
        let values = array.as_string::<i32>().clone();
        return Ok(Box::new(move |row, out| {
            out.put_slice(values.value(row).as_bytes());
            Ok(())
        }));
    }
    let printer = TextPrinter::new(array)?;
    Ok(Box::new(move |row, out| {
        let mut value = String::new();
        printer.write(row, &mut value);
        out.put_slice(value.as_bytes());
        Ok(())
    }))
}

/// The catalog's `"char"`: one byte.
fn char_of_text(array: &ArrayRef) -> Result<Put> {
    let printer = TextPrinter::new(array)?;
    Ok(Box::new(move |row, out| {
        let mut value = String::new();
        printer.write(row, &mut value);
        out.put_u8(value.bytes().next().unwrap_or(0));
        Ok(())
    }))
}

/// The version of the format, then the text.
fn jsonb(array: &ArrayRef) -> Put {
    let values = array.as_binary::<i64>().clone();
    Box::new(move |row, out| {
        out.put_u8(1);
        out.put_slice(values.value(row));
        Ok(())
    })
}

fn bytes(array: &ArrayRef) -> Result<Put> {
    let values = arrow::compute::cast(array, &DataType::LargeBinary)?.as_binary::<i64>().clone();
    Ok(Box::new(move |row, out| {
        out.put_slice(values.value(row));
        Ok(())
    }))
}

fn date(array: &ArrayRef) -> Put {
    primitive::<Date32Type>(array, |days, out| out.put_i32((i64::from(days) - EPOCH_DAYS) as i32))
}

/// Not by a cast to microseconds: that fails where PostgreSQL's own range,
/// beginning 30 years later, may still hold the value.
fn timestamp(array: &ArrayRef, unit: TimeUnit) -> Put {
    match unit {
        TimeUnit::Second => moment::<TimestampSecondType>(array, |value| value.checked_mul(1_000_000)),
        TimeUnit::Millisecond => moment::<TimestampMillisecondType>(array, |value| value.checked_mul(1_000)),
        TimeUnit::Microsecond => moment::<TimestampMicrosecondType>(array, Some),
        TimeUnit::Nanosecond => {
            moment::<TimestampNanosecondType>(array, |value| Some(value.div_euclid(1_000)))
        }
    }
}

fn moment<T: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef, micros: fn(i64) -> Option<i64>) -> Put {
    let values = array.as_primitive::<T>().values().clone();
    Box::new(move |row, out| {
        let moment = micros(values[row]).and_then(|value| value.checked_sub(EPOCH_DAYS * MICROS_PER_DAY));
        out.put_i64(
            moment.ok_or_else(|| Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range"))?,
        );
        Ok(())
    })
}

fn interval(array: &ArrayRef, unit: IntervalUnit) -> Put {
    match unit {
        IntervalUnit::YearMonth => primitive::<IntervalYearMonthType>(array, |months, out| {
            put_interval(out, months, 0, 0);
        }),
        IntervalUnit::DayTime => primitive::<IntervalDayTimeType>(array, |value, out| {
            put_interval(out, 0, value.days, i64::from(value.milliseconds) * 1_000);
        }),
        IntervalUnit::MonthDayNano => primitive::<IntervalMonthDayNanoType>(array, |value, out| {
            put_interval(out, value.months, value.days, value.nanoseconds / 1_000);
        }),
    }
}

fn put_interval(out: &mut BytesMut, months: i32, days: i32, micros: i64) {
    out.put_i64(micros);
    out.put_i32(days);
    out.put_i32(months);
}

fn record(array: &StructArray) -> Result<Put> {
    let fields = array
        .fields()
        .iter()
        .zip(array.columns())
        .map(|(field, column)| Ok((pg_type_of_field(field).oid(), BinaryPrinter::new(field, column)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Box::new(move |row, out| {
        out.put_i32(fields.len() as i32);
        for (oid, field) in &fields {
            out.put_u32(*oid);
            field.write(row, out)?;
        }
        Ok(())
    }))
}

/// PostgreSQL has no arrays of arrays but arrays of several dimensions: nested
/// lists go out as one, which they can if they are rectangular.
fn list(array: ListArray, element: &FieldRef) -> Result<Put> {
    let array_type = super::pg_type(array.data_type());
    let oid = element_type(&array_type).unwrap_or(Type::TEXT).oid();
    let mut levels = vec![array];
    while let Some(inner) = levels.last().and_then(inner_list) {
        levels.push(inner?);
    }
    let innermost = levels.last().expect("there is at least the outer list");
    let field = match innermost.data_type() {
        DataType::List(field) => field.clone(),
        _ => element.clone(),
    };
    let elements = BinaryPrinter::new(&field, innermost.values())?;
    Ok(Box::new(move |row, out| {
        let (lengths, range) = dimensions(&levels, row)?;
        if range.is_empty() {
            out.put_i32(0);
            out.put_i32(0);
            out.put_u32(oid);
            return Ok(());
        }
        out.put_i32(lengths.len() as i32);
        out.put_i32(i32::from(range.clone().any(|row| elements.is_null(row))));
        out.put_u32(oid);
        for length in lengths {
            out.put_i32(length as i32);
            out.put_i32(1);
        }
        range.into_iter().try_for_each(|row| elements.write(row, out))
    }))
}

/// The elements of a list when they are lists again.
fn inner_list(outer: &ListArray) -> Option<Result<ListArray>> {
    let values = outer.values();
    match values.data_type() {
        DataType::List(_) => Some(Ok(values.as_list::<i32>().clone())),
        DataType::LargeList(field) | DataType::FixedSizeList(field, _) | DataType::ListView(field) => {
            let cast = arrow::compute::cast(values, &DataType::List(field.clone()));
            Some(cast.map(|list| list.as_list::<i32>().clone()).map_err(Error::from))
        }
        _ => None,
    }
}

/// The lengths of all dimensions of one row, and its innermost elements.
fn dimensions(levels: &[ListArray], row: usize) -> Result<(Vec<usize>, std::ops::Range<usize>)> {
    let mut rows = row..row + 1;
    let mut lengths = Vec::with_capacity(levels.len());
    for level in levels {
        let offsets = level.offsets();
        let length = rows.clone().next().map_or(0, |row| level.value_length(row) as usize);
        let uneven = |row| level.is_null(row) || level.value_length(row) as usize != length;
        if rows.clone().any(uneven) {
            return Err(Error::new(
                SqlState("2202E"),
                "multidimensional arrays must have sub-arrays with matching dimensions",
            )
            .with_hint("Ask for the result in text format, or cast the column to text."));
        }
        rows = offsets[rows.start] as usize..offsets[rows.end] as usize;
        lengths.push(length);
    }
    Ok((lengths, rows))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::*;

    use super::*;

    fn hex(array: impl Array + 'static) -> String {
        let array: ArrayRef = Arc::new(array);
        let field = Field::new("v", array.data_type().clone(), true);
        let mut out = BytesMut::new();
        BinaryPrinter::new(&field, &array).and_then(|p| p.write(0, &mut out)).expect("written");
        out[4..].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn list(elements: impl Array + 'static, lengths: &[usize]) -> ListArray {
        let field = Arc::new(Field::new_list_field(elements.data_type().clone(), true));
        let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths.iter().copied());
        ListArray::new(field, offsets, Arc::new(elements), None)
    }

    fn decimal(value: i128, scale: i8) -> Decimal128Array {
        Decimal128Array::from(vec![value]).with_precision_and_scale(38, scale).expect("fits")
    }

    /// The expected bytes are what PostgreSQL's `array_send` and so on return.
    #[test]
    fn bytes_are_those_of_postgresql() {
        let words: StringArray = [Some("a"), None, Some("")].into_iter().collect();
        let numbers = Int32Array::from(vec![Some(1), Some(2), Some(3), None]);
        let fields: Vec<(&str, ArrayRef)> = vec![
            ("a", Arc::new(Int32Array::from(vec![7]))),
            ("b", Arc::new(StringArray::from(vec![None::<&str>]))),
            ("c", Arc::new(StringArray::from(vec!["x"]))),
        ];
        let interval = IntervalMonthDayNano::new(14, 3, 14_706_500_000_000);
        for (found, expected) in [
            (hex(list(words, &[3])), "00000001000000010000001900000003000000010000000161ffffffff00000000"),
            (
                hex(list(list(numbers, &[2, 2]), &[2])),
                "00000002000000010000001700000002000000010000000200000001\
                 000000040000000100000004000000020000000400000003ffffffff",
            ),
            (
                hex(StructArray::try_from(fields).expect("a record")),
                "0000000300000017000000040000000700000019ffffffff000000190000000178",
            ),
            (hex(IntervalMonthDayNanoArray::from(vec![interval])), "000000036c9361a0000000030000000e"),
            (hex(TimestampNanosecondArray::from(vec![-1])), "fffca2fec4c81fff"),
            (hex(Date32Array::from(vec![19_753])), "0000225c"),
            (hex(Time64NanosecondArray::from(vec![86_399_999_999_000])), "000000141dd75fff"),
            (hex(decimal(-1_005, 2)), "0002000040000002000a01f4"),
            (hex(decimal(0, 2)), "0000000000000002"),
            (hex(decimal(1_234, 7)), "0002ffff0000000700010924"),
            (hex(decimal(12, -6)), "000100010000000004b0"),
            (hex(Float32Array::from(vec![1.5])), "3fc00000"),
            (hex(Float64Array::from(vec![-0.1])), "bfb999999999999a"),
            (hex(BinaryViewArray::from(vec![&b"1"[..]])), "31"),
            (hex(LargeBinaryArray::from(vec![&b"1"[..]])), "0131"),
        ] {
            assert_eq!(found, expected);
        }
    }
}
