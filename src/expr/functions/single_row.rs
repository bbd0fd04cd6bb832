//! The value of a scalar subquery that may have had more than one row.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::types::{Error, SqlState};

/// `value`, or 21000 if there were more than one of `rows`.
pub fn call(value: Expr, rows: Expr) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(2, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(SingleRow { signature }))
    });
    Expr::ScalarFunction(ScalarFunction::new_udf(FUNCTION.clone(), vec![value, rows]))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SingleRow {
    signature: Signature,
}

impl ScalarUDFImpl for SingleRow {
    fn name(&self) -> &str {
        "ms_single_row"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let many = match &args.args[1] {
            ColumnarValue::Scalar(ScalarValue::Int64(rows)) => rows.is_some_and(|r| r > 1),
            rows => {
                let rows = rows.to_array(args.number_rows)?;
                let rows = rows.as_primitive::<Int64Type>();
                (0..rows.len()).any(|i| rows.is_valid(i) && rows.value(i) > 1)
            }
        };
        if many {
            let error = Error::new(
                SqlState::CARDINALITY_VIOLATION,
                "more than one row returned by a subquery used as an expression",
            );
            return Err(DataFusionError::External(Box::new(error)));
        }
        Ok(args.args[0].clone())
    }
}
