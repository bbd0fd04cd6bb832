//! `ms_text(value)`: a value as PostgreSQL prints it, where Arrow's cast prints
//! it otherwise. Users write casts to text.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::expr::TextPrinter;

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(1, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Text { signature }))
    });
    FUNCTION.clone()
}

/// Does a cast to text print this type otherwise than Arrow? Booleans are
/// `true` and `false` in a cast, as Arrow has them.
pub fn differs(data_type: &DataType) -> bool {
    use DataType::*;
    let is_same = data_type.is_integer()
        || matches!(data_type, Null | Boolean | Utf8 | LargeUtf8 | Utf8View | Dictionary(..));
    !is_same
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Text {
    signature: Signature,
}

impl ScalarUDFImpl for Text {
    fn name(&self) -> &str {
        "ms_text"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |values| printed(&values[0]))
    }
}

fn printed(values: &ArrayRef) -> Result<ArrayRef> {
    let printer = TextPrinter::new(values).map_err(|e| DataFusionError::External(Box::new(e)))?;
    let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 20);
    let mut text = String::new();
    for row in 0..values.len() {
        text.clear();
        match printer.write(row, &mut text) {
            true => builder.append_value(&text),
            false => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}
