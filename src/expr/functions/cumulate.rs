//! `ms_cumulate_ends(time, step, size, offset)`: the ends of all cumulating
//! windows that a point in time falls into, earliest first, as a list. Such
//! windows of one `size` begin together and end a `step` apart. No window holds
//! a NULL time: the list is empty.
//!
//! `CUMULATE(…)` in FROM unnests it.

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
pub const CUMULATE_ENDS: &str = "ms_cumulate_ends";

/// The ends of the windows that hold `time`, of all that begin where the window
/// of `size` around it begins.
pub fn cumulate_ends(time: i64, step: i64, size: i64, offset: i64) -> impl Iterator<Item = i64> {
    let start = tumble_start(time, size, offset);
    let passed = time.wrapping_sub(start) / step;
    (passed + 1..=size / step).map(move |steps| start.wrapping_add(steps * step))
}

/// The function for the registry.
pub fn udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Cumulate { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cumulate {
    signature: Signature,
}

impl ScalarUDFImpl for Cumulate {
    fn name(&self) -> &str {
        CUMULATE_ENDS
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        Ok(time_and_intervals(arguments))
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let end = window_type("cumulate", arguments, 3)?;
        Ok(DataType::List(Arc::new(Field::new_list_field(end, true))))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if let [_, Some(step), Some(size), ..] = args.scalar_arguments {
            let micros = |value: &ScalarValue, what| micros(&ColumnarValue::Scalar(value.clone()), what);
            check_cumulate(micros(step, "window step")?, micros(size, "window size")?)?;
        }
        let types: Vec<DataType> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        Ok(Arc::new(Field::new(CUMULATE_ENDS, self.return_type(&types)?, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let step = micros(&args.args[1], "window step")?;
        let size = micros(&args.args[2], "window size")?;
        let offset = args.args.get(3).map_or(Ok(0), |o| micros(o, "window offset"))?;
        check_cumulate(step, size)?;
        let times = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(ends(&times, step, size, offset, args.return_type())?))
    }
}

/// `22023` unless windows up to `size` can end every `step` microseconds.
fn check_cumulate(step: i64, size: i64) -> Result<()> {
    if step <= 0 || size <= 0 {
        return Err(invalid("the window size and step must be positive".to_string()));
    }
    if size % step != 0 {
        return Err(invalid("the window size must be a multiple of the window step".to_string()));
    }
    Ok(())
}

fn ends(times: &ArrayRef, step: i64, size: i64, offset: i64, result: &DataType) -> Result<ArrayRef> {
    let DataType::List(field) = result else { return exec_err!("{CUMULATE_ENDS} gives a list") };
    let times = as_micros(times)?;
    let per_row = usize::try_from(size / step).unwrap_or(usize::MAX);
    if per_row.checked_mul(times.len()).is_none_or(|n| n > i32::MAX as usize) {
        return Err(invalid(format!("a row falls into up to {per_row} windows, which is too many")));
    }
    let mut values = Vec::with_capacity(per_row * times.len() / 2 + 1);
    let mut lengths = Vec::with_capacity(times.len());
    for row in 0..times.len() {
        let before = values.len();
        if times.is_valid(row) {
            values.extend(cumulate_ends(times.value(row), step, size, offset));
        }
        lengths.push(values.len() - before);
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
        assert_eq!(cumulate_ends(125, 20, 60, 0).collect::<Vec<_>>(), [140, 160, 180]);
        assert_eq!(cumulate_ends(160, 20, 60, 0).collect::<Vec<_>>(), [180]);
        assert_eq!(cumulate_ends(-1, 20, 60, 0).collect::<Vec<_>>(), [0]);
        assert_eq!(cumulate_ends(125, 20, 60, 10).collect::<Vec<_>>(), [130]);
    }
}
