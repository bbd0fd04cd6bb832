//! `ms_zoned(instant)`: the same instant, marked with the session's zone, in
//! which it is then printed. Users write casts to text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;

/// The function for a zone.
pub fn udf(zone: &str) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Zoned { signature, zone: zone.to_string() }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Zoned {
    signature: Signature,
    zone: String,
}

impl ScalarUDFImpl for Zoned {
    fn name(&self) -> &str {
        "ms_zoned"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(TimeUnit::Microsecond, Some(self.zone.as_str().into())))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |values| self.zoned(&values[0]))
    }
}

impl Zoned {
    fn zoned(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let values = match values.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, _) => values.clone(),
            _ => {
                let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
                arrow::compute::cast(values, &instant)?
            }
        };
        let zoned = values.as_primitive::<TimestampMicrosecondType>().clone();
        Ok(Arc::new(zoned.with_timezone(self.zone.as_str())))
    }
}
