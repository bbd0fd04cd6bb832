//! `ms_read(text)`: text read as a value of another type, as PostgreSQL reads it.
//! Users write casts and literals.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::expr::input;

/// The function that gives values of `data_type`; times without a zone are of `zone`.
pub fn udf(data_type: DataType, zone: &str) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Read { signature, data_type, zone: zone.to_string() }))
}

/// Texts, or arrays of texts or of numerics, as values of another type.
fn read(values: &ArrayRef, to: &DataType, zone: &str) -> crate::types::Result<ArrayRef> {
    match (values.data_type(), to) {
        (DataType::List(_), DataType::List(item)) => {
            let list = values.as_list::<i32>();
            let elements = read(list.values(), item.data_type(), zone)?;
            let list =
                ListArray::try_new(item.clone(), list.offsets().clone(), elements, list.nulls().cloned());
            Ok(Arc::new(list?))
        }
        (DataType::Decimal128(..) | DataType::Decimal256(..), to) => {
            Ok(cast(&cast(values, &DataType::Decimal128(38, 0))?, to)?)
        }
        _ => {
            let texts = cast(values, &DataType::Utf8)?;
            input::read_column(texts.as_string::<i32>(), to, zone).map_err(|(_, error)| error)
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Read {
    signature: Signature,
    data_type: DataType,
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
        Ok(self.data_type.clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |texts| {
            read(&texts[0], &self.data_type, &self.zone).map_err(|e| DataFusionError::External(Box::new(e)))
        })
    }
}
