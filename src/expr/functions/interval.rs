//! Intervals as a number of microseconds.

use arrow::datatypes::IntervalMonthDayNano;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;

use crate::types::{Error, SqlState};

const DAY: i64 = 86_400_000_000;

/// The constant interval `value` in microseconds; days count 24 hours.
/// `what` names the argument in messages.
pub fn micros(value: &ColumnarValue, what: &str) -> Result<i64> {
    let ColumnarValue::Scalar(scalar) = value else {
        return Err(invalid(format!("the {what} must be a constant interval")));
    };
    let (months, days, nanos) = match scalar {
        ScalarValue::IntervalMonthDayNano(Some(v)) => {
            let IntervalMonthDayNano { months, days, nanoseconds } = *v;
            (months, days, nanoseconds)
        }
        ScalarValue::IntervalDayTime(Some(v)) => (0, v.days, i64::from(v.milliseconds) * 1_000_000),
        ScalarValue::IntervalYearMonth(Some(v)) => (*v, 0, 0),
        _ => return Err(invalid(format!("the {what} must be an interval that is not null"))),
    };
    if months != 0 {
        let error = Error::unsupported(format!("a {what} of months or years"))
            .with_hint("Months differ in length; give the interval in days, hours, minutes or seconds.");
        return Err(DataFusionError::External(Box::new(error)));
    }
    i64::from(days)
        .checked_mul(DAY)
        .and_then(|d| d.checked_add(nanos / 1000))
        .ok_or_else(|| invalid(format!("the {what} is out of range")))
}

/// `22023` with this message.
pub fn invalid(message: String) -> DataFusionError {
    DataFusionError::External(Box::new(Error::new(SqlState::INVALID_PARAMETER_VALUE, message)))
}
