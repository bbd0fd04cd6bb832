//! `ms_shift(time, interval)`: a timestamp moved by a constant interval without
//! months. Arrow's own kernel asks the calendar for every row; here it is one
//! addition. [`checked`](crate::expr::checked) puts it in the place of `+`.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::types::{Error, SqlState};

/// The function that adds `micros` to a timestamp with microseconds.
pub fn udf(micros: i64) -> Arc<ScalarUDF> {
    static SIGNATURE: LazyLock<Signature> = LazyLock::new(|| Signature::any(1, Volatility::Immutable));
    Arc::new(ScalarUDF::new_from_impl(Shift { micros, signature: SIGNATURE.clone() }))
}

/// How far the interval moves a time, if that does not depend on the calendar.
/// In a time zone other than UTC a day may have 23 hours.
pub fn micros_of(interval: &ScalarValue) -> Option<i64> {
    let ScalarValue::IntervalMonthDayNano(Some(value)) = interval else { return None };
    if value.months != 0 || value.nanoseconds % 1000 != 0 {
        return None;
    }
    i64::from(value.days).checked_mul(86_400_000_000)?.checked_add(value.nanoseconds / 1000)
}

/// Can times of this type be moved?
pub fn moves(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(TimeUnit::Microsecond, None) => true,
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) => zone.as_ref() == "UTC",
        _ => false,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Shift {
    micros: i64,
    signature: Signature,
}

impl ScalarUDFImpl for Shift {
    fn name(&self) -> &str {
        "ms_shift"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |times| self.moved(&times[0]))
    }
}

impl Shift {
    fn moved(&self, times: &ArrayRef) -> Result<ArrayRef> {
        if !moves(times.data_type()) {
            return exec_err!("ms_shift does not move {}", times.data_type());
        }
        let times = times.as_primitive::<TimestampMicrosecondType>();
        let moved = times.unary::<_, TimestampMicrosecondType>(|t| t.wrapping_add(self.micros));
        // Going over the end turns the order round; one look per value, no branch.
        let turned = |(before, after): (&i64, &i64)| (after >= before) != (self.micros >= 0);
        let pairs = times.values().iter().zip(moved.values().iter());
        if self.micros != 0 && pairs.enumerate().any(|(i, p)| turned(p) && times.is_valid(i)) {
            let error = Error::new(SqlState::DATETIME_FIELD_OVERFLOW, "timestamp out of range");
            return Err(DataFusionError::External(Box::new(error)));
        }
        Ok(Arc::new(moved.with_data_type(times.data_type().clone())))
    }
}
