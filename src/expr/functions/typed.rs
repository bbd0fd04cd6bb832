//! `ms_read(text)`: text read as PostgreSQL's input functions read it. Users
//! write casts.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::expr::typed_text::read_column;
use crate::types::logical;

/// The function that gives values of `to`; times without a zone are of `zone`.
pub fn udf(to: DataType, zone: &str) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Read { signature, to, zone: zone.to_string() }))
}

/// Is text read as this type here, and not by Arrow?
pub fn reads(to: &DataType) -> bool {
    use DataType::*;
    let is_plain = |t: &DataType| logical::is_text(t) || matches!(t, Null | Dictionary(..) | Date64);
    !is_plain(to)
        && !matches!(to, Date32 | Timestamp(..) | Duration(_) | LargeList(_) | FixedSizeList(..))
        && !to.is_unsigned_integer()
        && !matches!(to, Int8 | Float16 | Decimal32(..) | Decimal64(..) | Time32(_))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Read {
    signature: Signature,
    to: DataType,
    zone: String,
}

impl ScalarUDFImpl for Read {
    fn name(&self) -> &str {
        "ms_read"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.to.clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let texts = args.args[0].to_array(if is_scalar { 1 } else { args.number_rows })?;
        let texts = cast(&texts, &DataType::Utf8)?;
        let values = read_column(texts.as_string::<i32>(), &self.to, &self.zone)
            .map_err(|(_, error)| DataFusionError::External(Box::new(error)))?;
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?));
        }
        Ok(ColumnarValue::Array(values))
    }
}
