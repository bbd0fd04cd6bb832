//! `ms_read(text)`: text read as a value of another type, as PostgreSQL reads it.
//! Users write casts and literals.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::expr::input;

/// The function that gives values of this type.
pub fn udf(data_type: DataType) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Read { signature, data_type }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Read {
    signature: Signature,
    data_type: DataType,
}

impl ScalarUDFImpl for Read {
    fn name(&self) -> &str {
        "ms_read"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let texts = args.args[0].to_array(if is_scalar { 1 } else { args.number_rows })?;
        let texts = cast(&texts, &DataType::Utf8)?;
        let values = input::read(texts.as_string::<i32>(), &self.data_type)
            .map_err(|e| DataFusionError::External(Box::new(e)))?;
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?));
        }
        Ok(ColumnarValue::Array(values))
    }
}
