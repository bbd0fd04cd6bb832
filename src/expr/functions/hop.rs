//! `ms_hop_starts(time, slide, size, offset)`: the starts of all hopping windows
//! that a point in time falls into, earliest first, as a list. No window holds a
//! NULL time: the list is empty.
//!
//! `HOP(…)` in FROM unnests it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::interval::{invalid, micros};
use super::tumble::{as_micros, time_and_intervals, tumble_start, window_type};

/// The function's name.
pub const HOP_STARTS: &str = "ms_hop_starts";

/// The starts of the windows of `size`, one every `slide`, that hold `time`.
pub fn hop_starts(time: i64, slide: i64, size: i64, offset: i64) -> impl Iterator<Item = i64> {
    let last = tumble_start(time, slide, offset);
    let count = size / slide;
    (0..count).rev().map(move |i| last.wrapping_sub(i * slide))
}

/// The function for the registry.
pub fn udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Hop { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Hop {
    signature: Signature,
}

impl ScalarUDFImpl for Hop {
    fn name(&self) -> &str {
        HOP_STARTS
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        Ok(time_and_intervals(arguments))
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let start = window_type("hop", arguments, 3)?;
        Ok(DataType::List(Arc::new(Field::new_list_field(start, true))))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if let [_, Some(slide), Some(size), ..] = args.scalar_arguments {
            let micros = |value: &ScalarValue, what| micros(&ColumnarValue::Scalar(value.clone()), what);
            check_hop(micros(slide, "window slide")?, micros(size, "window size")?)?;
        }
        let types: Vec<DataType> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        Ok(Arc::new(Field::new(HOP_STARTS, self.return_type(&types)?, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let slide = micros(&args.args[1], "window slide")?;
        let size = micros(&args.args[2], "window size")?;
        let offset = args.args.get(3).map_or(Ok(0), |o| micros(o, "window offset"))?;
        check_hop(slide, size)?;
        let times = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(starts(&times, slide, size, offset, args.return_type())?))
    }
}

/// `22023` unless windows of `size` every `slide` microseconds can be built.
pub fn check_hop(slide: i64, size: i64) -> Result<()> {
    if slide <= 0 || size <= 0 {
        return Err(invalid("the window size and slide must be positive".to_string()));
    }
    if size % slide != 0 {
        return Err(invalid("the window size must be a multiple of the window slide".to_string()));
    }
    Ok(())
}

fn starts(times: &ArrayRef, slide: i64, size: i64, offset: i64, result: &DataType) -> Result<ArrayRef> {
    let DataType::List(field) = result else { return exec_err!("{HOP_STARTS} gives a list") };
    let times = as_micros(times)?;
    let per_row = usize::try_from(size / slide).unwrap_or(usize::MAX);
    if per_row.checked_mul(times.len()).is_none_or(|n| n > i32::MAX as usize) {
        return Err(invalid(format!("each row falls into {per_row} windows, which is too many")));
    }
    let mut values = Vec::with_capacity(per_row * times.len());
    let mut lengths = Vec::with_capacity(times.len());
    for row in 0..times.len() {
        if times.is_valid(row) {
            values.extend(hop_starts(times.value(row), slide, size, offset));
            lengths.push(per_row);
        } else {
            lengths.push(0);
        }
    }
    let values = Int64Array::from(values).reinterpret_cast::<TimestampMicrosecondType>();
    let values = cast(&values, field.data_type())?;
    Ok(Arc::new(ListArray::try_new(field.clone(), OffsetBuffer::from_lengths(lengths), values, None)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_that_holds_the_time_is_found() {
        assert_eq!(hop_starts(125, 20, 60, 0).collect::<Vec<_>>(), [80, 100, 120]);
        assert_eq!(hop_starts(-1, 20, 60, 0).collect::<Vec<_>>(), [-60, -40, -20]);
        assert_eq!(hop_starts(125, 20, 60, 5).collect::<Vec<_>>(), [85, 105, 125]);
    }
}
