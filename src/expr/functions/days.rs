//! `ms_days(duration)`: the difference of two timestamps as an interval of days
//! and a rest below one day, as PostgreSQL gives it.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, DurationMicrosecondType, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use arrow::error::ArrowError;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;

const DAY: i64 = 86_400_000_000;

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(1, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Days { signature }))
    });
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Days {
    signature: Signature,
}

impl ScalarUDFImpl for Days {
    fn name(&self) -> &str {
        "ms_days"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Interval(IntervalUnit::MonthDayNano))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |values| Ok(of_durations(&values[0])?))
    }
}

/// Durations as intervals of days and a rest below one day.
pub fn of_durations(durations: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let values = cast(durations, &DataType::Duration(TimeUnit::Microsecond))?;
    let days: IntervalMonthDayNanoArray =
        values.as_primitive::<DurationMicrosecondType>().unary::<_, IntervalMonthDayNanoType>(|micros| {
            IntervalMonthDayNano::new(0, (micros / DAY) as i32, micros % DAY * 1000)
        });
    Ok(Arc::new(days))
}
