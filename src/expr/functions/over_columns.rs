//! A function computed over whole columns. Where all its arguments are constants
//! it is computed for one row, and its result is a constant too.

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;

/// What `compute` gives for the arguments as columns of `rows`, or of one if they
/// are constants.
pub fn over_columns(
    arguments: &[ColumnarValue],
    rows: usize,
    compute: impl FnOnce(Vec<ArrayRef>) -> Result<ArrayRef>,
) -> Result<ColumnarValue> {
    let is_constant = arguments.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
    let rows = if is_constant { 1 } else { rows };
    let columns = arguments.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<_>>>()?;
    let result = compute(columns)?;
    Ok(match is_constant {
        true => ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?),
        false => ColumnarValue::Array(result),
    })
}
