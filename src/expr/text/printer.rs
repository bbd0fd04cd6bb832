//! One column ready to be printed.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, FixedSizeListArray, ListArray};
use arrow::array::{LargeListArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::*;

use super::moments::{date32, date64, duration, interval, time32, time64, timestamp};
use super::nested::{push_array, push_record, push_vector};
use super::number::{FLOAT4_EXPONENT_MAX, FLOAT8_EXPONENT_MAX};
use super::number::{push_decimal, push_finite_float, push_integer};
use super::text_of_decimal;
use crate::expr::numeric::shown;
use crate::types::{Error, Result, logical};

/// Prints the values of one array, in the text format of PostgreSQL.
pub struct TextPrinter {
    nulls: Option<NullBuffer>,
    print: Print,
}

/// Appends the value of a row that is not null.
pub(super) type Print = Box<dyn Fn(usize, &mut String) + Send + Sync>;

impl TextPrinter {
    /// Looks at the type once. An error means that the type has no text.
    pub fn new(array: &ArrayRef) -> Result<Self> {
        Ok(TextPrinter { nulls: array.logical_nulls(), print: print(array)? })
    }

    /// Appends the value of `row`; false, and nothing appended, if it is null.
    #[inline]
    pub fn write(&self, row: usize, out: &mut String) -> bool {
        if self.is_null(row) {
            return false;
        }
        (self.print)(row, out);
        true
    }

    /// Whether the value of `row` is null.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

fn print(array: &ArrayRef) -> Result<Print> {
    use DataType::*;
    Ok(match array.data_type() {
        Null => Box::new(|_, _| {}),
        Boolean => {
            let values = array.as_boolean().clone();
            Box::new(move |row, out| out.push(if values.value(row) { 't' } else { 'f' }))
        }
        Int8 => integer::<Int8Type>(array),
        Int16 => integer::<Int16Type>(array),
        Int32 => integer::<Int32Type>(array),
        Int64 => integer::<Int64Type>(array),
        UInt8 => integer::<UInt8Type>(array),
        UInt16 => integer::<UInt16Type>(array),
        UInt32 => integer::<UInt32Type>(array),
        UInt64 => integer::<UInt64Type>(array),
        Float16 => primitive::<Float16Type>(array, |value, out| push_float4(out, value.to_f32())),
        Float32 => primitive::<Float32Type>(array, |value, out| push_float4(out, value)),
        Float64 => primitive::<Float64Type>(array, |value, out| push_float8(out, value)),
        Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        Decimal256(..) => {
            let data_type = array.data_type().clone();
            primitive::<Decimal256Type>(array, move |value, out| {
                let (value, scale) = shown(value, &data_type);
                text_of_decimal(out, value, scale);
            })
        }
        Utf8 | LargeUtf8 | Utf8View => string(array),
        FixedSizeBinary(16) => uuid(array),
        LargeBinary | BinaryView => json(array),
        Binary | FixedSizeBinary(_) => binary(array),
        Date32 => date32(array),
        Date64 => date64(array),
        Time32(unit) => time32(array, *unit),
        Time64(unit) => time64(array, *unit),
        Timestamp(unit, zone) => timestamp(array, *unit, zone.as_deref())?,
        Interval(unit) => interval(array, *unit),
        Duration(unit) => duration(array, *unit),
        List(_) | LargeList(_) | FixedSizeList(..) | ListView(_) | LargeListView(_) | Map(..) => list(array)?,
        Struct(_) => record(array.as_struct())?,
        Dictionary(_, values) => print(&arrow::compute::cast(array, values)?)?,
        RunEndEncoded(_, values) => print(&arrow::compute::cast(array, values.data_type())?)?,
        other => return Err(Error::unsupported(format!("printing a value of type {other}"))),
    })
}

pub(super) fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    write: impl Fn(T::Native, &mut String) + Send + Sync + 'static,
) -> Print {
    let values = array.as_primitive::<T>().values().clone();
    Box::new(move |row, out| write(values[row], out))
}

fn integer<T: ArrowPrimitiveType>(array: &ArrayRef) -> Print
where
    T::Native: Into<i128>,
{
    primitive::<T>(array, |value, out| push_integer(out, value.into()))
}

fn decimal<T: ArrowPrimitiveType>(array: &ArrayRef, scale: i8) -> Print
where
    T::Native: Into<i128>,
{
    primitive::<T>(array, move |value, out| push_decimal(out, value.into(), scale))
}

/// Rust's own layout is PostgreSQL's as long as neither writes an exponent.
fn push_float8(out: &mut String, value: f64) {
    if value == 0.0 || (1e-4..1e15).contains(&value.abs()) {
        write!(out, "{value}").expect("writing to a string cannot fail");
    } else if value.is_finite() {
        push_finite_float(out, value, FLOAT8_EXPONENT_MAX);
    } else {
        push_special(out, value);
    }
}

fn push_float4(out: &mut String, value: f32) {
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        write!(out, "{value}").expect("writing to a string cannot fail");
    } else if value.is_finite() {
        push_finite_float(out, value, FLOAT4_EXPONENT_MAX);
    } else {
        push_special(out, value.into());
    }
}

fn push_special(out: &mut String, value: f64) {
    out.push_str(match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    });
}

fn string(array: &ArrayRef) -> Print {
    match array.data_type() {
        DataType::Utf8 => {
            let values = array.as_string::<i32>().clone();
            Box::new(move |row, out| out.push_str(values.value(row)))
        }
        DataType::LargeUtf8 => {
            let values = array.as_string::<i64>().clone();
            Box::new(move |row, out| out.push_str(values.value(row)))
        }
        _ => {
            let values = array.as_string_view().clone();
            Box::new(move |row, out| out.push_str(values.value(row)))
        }
    }
}

/// `jsonb` and `json` are held as their text.
fn json(array: &ArrayRef) -> Print {
    match array.data_type() {
        DataType::LargeBinary => {
            let values = array.as_binary::<i64>().clone();
            Box::new(move |row, out| out.push_str(&String::from_utf8_lossy(values.value(row))))
        }
        _ => {
            let values = array.as_binary_view().clone();
            Box::new(move |row, out| out.push_str(&String::from_utf8_lossy(values.value(row))))
        }
    }
}

fn uuid(array: &ArrayRef) -> Print {
    let values = array.as_fixed_size_binary().clone();
    Box::new(move |row, out| {
        for (at, byte) in values.value(row).iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    })
}

fn binary(array: &ArrayRef) -> Print {
    match array.data_type() {
        DataType::Binary => {
            let values = array.as_binary::<i32>().clone();
            Box::new(move |row, out| push_hex(out, values.value(row)))
        }
        _ => {
            let values = array.as_fixed_size_binary().clone();
            Box::new(move |row, out| push_hex(out, values.value(row)))
        }
    }
}

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

fn push_hex(out: &mut String, bytes: &[u8]) {
    out.reserve(2 + 2 * bytes.len());
    out.push_str("\\x");
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}

fn list(array: &ArrayRef) -> Result<Print> {
    Ok(match array.data_type() {
        DataType::List(item) => {
            let list: ListArray = array.as_list::<i32>().clone();
            let (elements, nested) = elements(list.values())?;
            let offsets = list.offsets().clone();
            if logical::is_vector(item) {
                return Ok(Box::new(move |row, out| {
                    push_vector(out, &elements, offsets[row] as usize..offsets[row + 1] as usize);
                }));
            }
            Box::new(move |row, out| {
                push_array(out, &elements, nested, offsets[row] as usize..offsets[row + 1] as usize);
            })
        }
        DataType::LargeList(_) => {
            let list: LargeListArray = array.as_list::<i64>().clone();
            let (elements, nested) = elements(list.values())?;
            let offsets = list.offsets().clone();
            Box::new(move |row, out| {
                push_array(out, &elements, nested, offsets[row] as usize..offsets[row + 1] as usize);
            })
        }
        DataType::FixedSizeList(..) => {
            let list: FixedSizeListArray = array.as_fixed_size_list().clone();
            let (elements, nested) = elements(list.values())?;
            let length = list.value_length() as usize;
            Box::new(move |row, out| push_array(out, &elements, nested, row * length..(row + 1) * length))
        }
        DataType::Map(..) => {
            let list: ArrayRef = Arc::new(ListArray::from(array.as_map().clone()));
            print(&list)?
        }
        DataType::ListView(field) | DataType::LargeListView(field) => {
            print(&arrow::compute::cast(array, &DataType::LargeList(Arc::clone(field)))?)?
        }
        other => return Err(Error::internal(format!("{other} is not a list"))),
    })
}

/// The printer of a list's elements, and whether they are lists themselves:
/// PostgreSQL's arrays of arrays have no quotes around the inner ones.
fn elements(values: &ArrayRef) -> Result<(TextPrinter, bool)> {
    let nested = matches!(
        values.data_type(),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) | DataType::ListView(_)
    );
    Ok((TextPrinter::new(values)?, nested))
}

fn record(array: &StructArray) -> Result<Print> {
    let fields = array.columns().iter().map(TextPrinter::new).collect::<Result<Vec<_>>>()?;
    Ok(Box::new(move |row, out| push_record(out, &fields, row)))
}

#[cfg(test)]
mod tests {
    use arrow::array::*;
    use arrow::buffer::OffsetBuffer;

    use super::*;

    fn print_all(array: impl Array + 'static) -> Vec<Option<String>> {
        let array: ArrayRef = Arc::new(array);
        let printer = TextPrinter::new(&array).expect("a printer");
        (0..array.len())
            .map(|row| {
                let mut out = String::new();
                printer.write(row, &mut out).then_some(out)
            })
            .collect()
    }

    fn print_one(array: impl Array + 'static) -> String {
        print_all(array).swap_remove(0).expect("not null")
    }

    #[test]
    fn scalars_are_printed_as_postgresql_prints_them() {
        for (found, expected) in [
            (print_one(BooleanArray::from(vec![true])), "t"),
            (print_one(BooleanArray::from(vec![false])), "f"),
            (print_one(Int8Array::from(vec![i8::MIN])), "-128"),
            (print_one(Int64Array::from(vec![i64::MIN])), "-9223372036854775808"),
            (print_one(UInt64Array::from(vec![u64::MAX])), "18446744073709551615"),
            (print_one(Float64Array::from(vec![f64::NAN])), "NaN"),
            (print_one(Float64Array::from(vec![f64::NEG_INFINITY])), "-Infinity"),
            (print_one(Float32Array::from(vec![f32::INFINITY])), "Infinity"),
            (print_one(Float64Array::from(vec![-0.0])), "-0"),
            (print_one(Float64Array::from(vec![0.0001])), "0.0001"),
            (print_one(Float64Array::from(vec![0.00009999999999999999])), "9.999999999999999e-05"),
            (print_one(Float64Array::from(vec![999999999999999.9])), "999999999999999.9"),
            (print_one(Float64Array::from(vec![1e15])), "1e+15"),
            (print_one(Float32Array::from(vec![-999999.9f32])), "-999999.9"),
            (print_one(Float32Array::from(vec![1e6f32])), "1e+06"),
            (print_one(Float32Array::from(vec![0.0001f32])), "0.0001"),
            (print_one(Float32Array::from(vec![16777216f32])), "1.6777216e+07"),
            (print_one(Float64Array::from(vec![2.5e-7])), "2.5e-07"),
            (print_one(StringArray::from(vec!["as 'is'\n"])), "as 'is'\n"),
            (print_one(StringViewArray::from(vec!["longer than twelve bytes"])), "longer than twelve bytes"),
            (print_one(BinaryArray::from(vec![&[0u8, 0xab, 0xff][..]])), "\\x00abff"),
            (print_one(BinaryArray::from(vec![&[][..]])), "\\x"),
            (print_one(Date32Array::from(vec![19_753])), "2024-01-31"),
            (print_one(Date32Array::from(vec![-719_163])), "0001-12-31 BC"),
            (print_one(Date64Array::from(vec![-1])), "1969-12-31"),
            (print_one(Date32Array::from(vec![2_932_897])), "10000-01-01"),
            (print_one(Time32SecondArray::from(vec![3_661])), "01:01:01"),
            (print_one(Time64NanosecondArray::from(vec![1_500_000_999])), "00:00:01.5"),
            (print_one(Time64MicrosecondArray::from(vec![86_399_999_999])), "23:59:59.999999"),
            (print_one(Time32SecondArray::from(vec![86_400])), "24:00:00"),
            (print_one(TimestampSecondArray::from(vec![0])), "1970-01-01 00:00:00"),
            (print_one(TimestampMillisecondArray::from(vec![-1])), "1969-12-31 23:59:59.999"),
            (print_one(TimestampNanosecondArray::from(vec![-1])), "1969-12-31 23:59:59.999999"),
            (
                print_one(
                    TimestampMicrosecondArray::from(vec![1_704_067_200_120_000]).with_timezone("+00:00"),
                ),
                "2024-01-01 00:00:00.12+00",
            ),
            (print_one(IntervalYearMonthArray::from(vec![-14])), "-1 years -2 mons"),
            (
                print_one(IntervalDayTimeArray::from(vec![IntervalDayTime::new(1, -1_500)])),
                "1 day -00:00:01.5",
            ),
            (
                print_one(IntervalMonthDayNanoArray::from(vec![IntervalMonthDayNano::new(
                    14,
                    3,
                    14_706_500_000_000,
                )])),
                "1 year 2 mons 3 days 04:05:06.5",
            ),
            (print_one(DurationSecondArray::from(vec![-90_000])), "-1 days -01:00:00"),
            (print_one(DurationMillisecondArray::from(vec![3_600_000])), "01:00:00"),
            (
                print_one(Decimal128Array::from(vec![-1_005]).with_precision_and_scale(10, 2).expect("fits")),
                "-10.05",
            ),
            (
                print_one(
                    Decimal256Array::from(vec![i256::from(7)]).with_precision_and_scale(50, 3).expect("fits"),
                ),
                "0.007",
            ),
        ] {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn arrays_quote_what_would_be_misread() {
        let values: StringArray =
            [Some("a"), Some("b c"), None, Some(""), Some("null"), Some("q\"\\{,}")].into_iter().collect();
        let field = Arc::new(Field::new_list_field(DataType::Utf8, true));
        let offsets = OffsetBuffer::from_lengths([6, 0]);
        let list = ListArray::new(field, offsets, Arc::new(values), None);
        let printed = print_all(list.clone());
        assert_eq!(printed[0].as_deref(), Some(r#"{a,"b c",NULL,"","null","q\"\\{,}"}"#));
        assert_eq!(printed[1].as_deref(), Some("{}"));
        assert_eq!(print_all(list.slice(1, 1))[0].as_deref(), Some("{}"));
        let nested = ListArray::new(
            Arc::new(Field::new_list_field(list.data_type().clone(), true)),
            OffsetBuffer::from_lengths([2]),
            Arc::new(list),
            None,
        );
        assert_eq!(print_one(nested), r#"{{a,"b c",NULL,"","null","q\"\\{,}"},{}}"#);
        let moments = FixedSizeListArray::new(
            Arc::new(Field::new_list_field(DataType::Timestamp(TimeUnit::Second, None), true)),
            2,
            Arc::new(TimestampSecondArray::from(vec![None, Some(0), Some(1), None])),
            None,
        );
        let expected = r#"{NULL,"1970-01-01 00:00:00"}"#;
        assert_eq!(print_all(moments.clone())[0].as_deref(), Some(expected));
        assert_eq!(print_all(moments.slice(1, 1))[0].as_deref(), Some(r#"{"1970-01-01 00:00:01",NULL}"#));
    }

    #[test]
    fn records_quote_by_doubling() {
        let words: ArrayRef = Arc::new(StringArray::from(vec![Some("a b"), None, Some(""), Some("(\"\\")]));
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(2), None, Some(4)]));
        let record = StructArray::try_from(vec![("w", words), ("n", numbers)]).expect("a record");
        let printed: Vec<String> = print_all(record).into_iter().flatten().collect();
        assert_eq!(printed, [r#"("a b",1)"#, "(,2)", r#"("",)"#, r#"("(""\\",4)"#]);
    }

    #[test]
    fn nulls_print_nothing_in_any_encoding() {
        let dictionary: DictionaryArray<Int32Type> = [Some("x"), None, Some("x")].into_iter().collect();
        assert_eq!(print_all(dictionary), [Some("x".to_owned()), None, Some("x".to_owned())]);
        assert_eq!(print_all(NullArray::new(1)), [None]);
        assert_eq!(print_all(Int32Array::from(vec![None, Some(1)]))[0], None);
    }
}
