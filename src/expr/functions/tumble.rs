//! `ms_tumble_start(time, size, offset)`: the start of the tumbling window that
//! a point in time falls into. Windows are aligned to 1970-01-01 plus the offset.
//!
//! It is what `TUMBLE(…)` in FROM becomes; the planner knows it by name and
//! derives from it that the result follows event time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, IntervalUnit, TimeUnit};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::interval::{invalid, micros};
use super::over_columns;
use crate::expr::sql_name;
use crate::types::{Error, SqlState};

/// The function's name.
pub const TUMBLE_START: &str = "ms_tumble_start";

/// The start of the window of `size` that `time` falls into; all microseconds.
#[inline]
pub fn tumble_start(time: i64, size: i64, offset: i64) -> i64 {
    let since = time.wrapping_sub(offset);
    time.wrapping_sub(since.rem_euclid(size))
}

/// The function for the registry.
pub fn udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Tumble { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tumble {
    signature: Signature,
}

impl ScalarUDFImpl for Tumble {
    fn name(&self) -> &str {
        TUMBLE_START
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        Ok(time_and_intervals(arguments))
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        window_type("tumble", arguments, 2)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if let Some(Some(size)) = args.scalar_arguments.get(1) {
            check_size(micros(&ColumnarValue::Scalar((*size).clone()), "window size")?)?;
        }
        let types: Vec<DataType> = args.arg_fields.iter().map(|f| f.data_type().clone()).collect();
        let is_nullable = args.arg_fields.first().is_none_or(|f| f.is_nullable());
        Ok(Arc::new(Field::new(TUMBLE_START, self.return_type(&types)?, is_nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let size = micros(&args.args[1], "window size")?;
        let offset = args.args.get(2).map_or(Ok(0), |o| micros(o, "window offset"))?;
        check_size(size)?;
        over_columns(&args.args[..1], args.number_rows, |times| {
            starts(&times[0], size, offset, args.return_type())
        })
    }
}

/// Window starts of a whole column, NULL where the time is.
fn starts(times: &ArrayRef, size: i64, offset: i64, result: &DataType) -> Result<ArrayRef> {
    let times = as_micros(times)?;
    // Rows mostly come in the order of time, so the window of the row before is
    // tried first: a 64-bit division costs more than everything else here.
    let mut window = Window { start: 0, size, offset };
    window.start = tumble_start(0, size, offset);
    let starts: Vec<i64> = times.values().iter().map(|t| window.start_of(*t)).collect();
    let starts = TimestampMicrosecondArray::new(starts.into(), times.nulls().cloned());
    Ok(cast(&starts, result)?)
}

/// A column of times as microseconds since 1970. Dates become midnights.
pub fn as_micros(times: &ArrayRef) -> Result<Int64Array> {
    let times = match times.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, _) => times.clone(),
        DataType::Timestamp(_, zone) => {
            cast(times, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?
        }
        _ => cast(times, &DataType::Timestamp(TimeUnit::Microsecond, None))?,
    };
    let data = times.to_data().into_builder().data_type(DataType::Timestamp(TimeUnit::Microsecond, None));
    let times = TimestampMicrosecondArray::from(data.build()?);
    Ok(times.reinterpret_cast::<Int64Type>())
}

/// `22023` unless the size of a tumbling window is positive.
fn check_size(size: i64) -> Result<()> {
    if size <= 0 {
        return Err(invalid("the window size must be positive".to_string()));
    }
    Ok(())
}

/// The type of window bounds over these (coerced) argument types, of which
/// there must be `count` or one more; `42883` for others.
pub fn window_type(name: &str, arguments: &[DataType], count: usize) -> Result<DataType> {
    let fits = (count..=count + 1).contains(&arguments.len())
        && arguments[1..].iter().all(|t| matches!(t, DataType::Interval(_)));
    match arguments.first() {
        Some(DataType::Timestamp(_, zone)) if fits => {
            Ok(DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))
        }
        Some(DataType::Date32) if fits => Ok(DataType::Timestamp(TimeUnit::Microsecond, None)),
        _ => {
            let types: Vec<String> = arguments.iter().map(sql_name).collect();
            let message = format!("function {name}(relation, {}) does not exist", types.join(", "));
            let error = Error::new(SqlState::UNDEFINED_FUNCTION, message).with_hint(
                "The time column must be of type timestamp, timestamptz or date; sizes, slides and offsets \
                 are intervals, for example INTERVAL '1' MINUTE.",
            );
            Err(DataFusionError::External(Box::new(error)))
        }
    }
}

/// Argument types to which given ones are cast: a time, then intervals. What
/// does not fit is left for [`window_type`] to refuse.
pub fn time_and_intervals(arguments: &[DataType]) -> Vec<DataType> {
    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
    let coerced = arguments.iter().enumerate().map(|(i, argument)| match argument {
        DataType::Timestamp(_, zone) if i == 0 => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Date64 if i == 0 => DataType::Date32,
        DataType::Null if i == 0 => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Interval(_) | DataType::Null => interval.clone(),
        other => other.clone(),
    });
    coerced.collect()
}

/// The window of the latest row.
struct Window {
    start: i64,
    size: i64,
    offset: i64,
}

impl Window {
    #[inline]
    fn start_of(&mut self, time: i64) -> i64 {
        if (time.wrapping_sub(self.start) as u64) >= self.size as u64 {
            self.start = tumble_start(time, self.size, self.offset);
        }
        self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_aligned_to_1970_and_the_offset_below_it_too() {
        assert_eq!(tumble_start(125, 60, 0), 120);
        assert_eq!(tumble_start(-1, 60, 0), -60);
        assert_eq!(tumble_start(125, 60, 10), 70);
        assert_eq!(tumble_start(130, 60, 10), 130);
    }

    #[test]
    fn the_shortcut_agrees_with_the_division_in_any_order() {
        let times: Vec<i64> = (0..10_000i64).map(|i| (i * 7919) % 20_011 - 10_000).collect();
        let column: ArrayRef = Arc::new(TimestampMicrosecondArray::from(times.clone()));
        let result = DataType::Timestamp(TimeUnit::Microsecond, None);
        let starts = as_micros(&starts(&column, 97, 13, &result).unwrap()).unwrap();
        for (time, start) in times.iter().zip(starts.values()) {
            assert_eq!(*start, tumble_start(*time, 97, 13));
        }
    }
}
