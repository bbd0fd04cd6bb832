//! The functions that give a bound of each window that a point in time falls
//! into, as a list: [`HOP_STARTS`] and [`CUMULATE_ENDS`]. No window holds a NULL
//! time: the list is empty.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::cumulate::{CUMULATE_ENDS, cumulate_ends};
use super::hop::{HOP_STARTS, hop_starts};
use super::interval::{invalid, micros};
use super::tumble::{as_micros, time_and_intervals, window_type};

/// The functions for the registry.
pub fn udfs() -> [Arc<ScalarUDF>; 2] {
    [Windows::Hop, Windows::Cumulate].map(|windows| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(WindowBounds { windows, signature }))
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Windows {
    Hop,
    Cumulate,
}

impl Windows {
    /// What the table function is called.
    fn name(self) -> &'static str {
        match self {
            Windows::Hop => "hop",
            Windows::Cumulate => "cumulate",
        }
    }

    /// What the distance between two windows is called.
    fn step(self) -> &'static str {
        match self {
            Windows::Hop => "slide",
            Windows::Cumulate => "step",
        }
    }

    /// Adds the bounds of the windows that hold `time`.
    fn extend(self, bounds: &mut Vec<i64>, time: i64, step: i64, size: i64, offset: i64) {
        match self {
            Windows::Hop => bounds.extend(hop_starts(time, step, size, offset)),
            Windows::Cumulate => bounds.extend(cumulate_ends(time, step, size, offset)),
        }
    }

    /// `22023` unless windows up to `size` can lie a `step` of microseconds apart.
    fn check(self, step: i64, size: i64) -> Result<()> {
        let name = self.step();
        if step <= 0 || size <= 0 {
            return Err(invalid(format!("the window size and {name} must be positive")));
        }
        if size % step != 0 {
            return Err(invalid(format!("the window size must be a multiple of the window {name}")));
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WindowBounds {
    windows: Windows,
    signature: Signature,
}

impl WindowBounds {
    /// Step and size in microseconds.
    fn lengths(&self, step: &ColumnarValue, size: &ColumnarValue) -> Result<(i64, i64)> {
        let what = format!("window {}", self.windows.step());
        let (step, size) = (micros(step, &what)?, micros(size, "window size")?);
        self.windows.check(step, size)?;
        Ok((step, size))
    }
}

impl ScalarUDFImpl for WindowBounds {
    fn name(&self) -> &str {
        match self.windows {
            Windows::Hop => HOP_STARTS,
            Windows::Cumulate => CUMULATE_ENDS,
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        Ok(time_and_intervals(arguments))
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let bound = window_type(self.windows.name(), arguments, 3)?;
        Ok(DataType::List(Arc::new(Field::new_list_field(bound, true))))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if let [_, Some(step), Some(size), ..] = args.scalar_arguments {
            let constant = |value: &ScalarValue| ColumnarValue::Scalar(value.clone());
            self.lengths(&constant(step), &constant(size))?;
        }
        let types: Vec<DataType> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        Ok(Arc::new(Field::new(self.name(), self.return_type(&types)?, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (step, size) = self.lengths(&args.args[1], &args.args[2])?;
        let offset = args.args.get(3).map_or(Ok(0), |o| micros(o, "window offset"))?;
        let times = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(bounds(self.windows, &times, (step, size, offset), args.return_type())?))
    }
}

fn bounds(
    windows: Windows,
    times: &ArrayRef,
    (step, size, offset): (i64, i64, i64),
    result: &DataType,
) -> Result<ArrayRef> {
    let DataType::List(field) = result else { return exec_err!("{} windows are a list", windows.name()) };
    let times = as_micros(times)?;
    let per_row = usize::try_from(size / step).unwrap_or(usize::MAX);
    if per_row.checked_mul(times.len()).is_none_or(|n| n > i32::MAX as usize) {
        return Err(invalid(format!("a row falls into up to {per_row} windows, which is too many")));
    }
    let mut bounds = Vec::with_capacity(per_row * times.len());
    let mut lengths = Vec::with_capacity(times.len());
    for row in 0..times.len() {
        let before = bounds.len();
        if times.is_valid(row) {
            windows.extend(&mut bounds, times.value(row), step, size, offset);
        }
        lengths.push(bounds.len() - before);
    }
    let bounds = Int64Array::from(bounds).reinterpret_cast::<TimestampMicrosecondType>();
    let bounds = cast(&bounds, field.data_type())?;
    Ok(Arc::new(ListArray::try_new(field.clone(), OffsetBuffer::from_lengths(lengths), bounds, None)?))
}
