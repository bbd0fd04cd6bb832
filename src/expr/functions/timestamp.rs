//! `ms_timestamp(text)`: text read as a timestamp where PostgreSQL is more
//! patient than Arrow: seconds may be left out. Users write casts to timestamp.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringBuilder};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The function's name.
pub const NAME: &str = "ms_timestamp";

/// The function that gives this type of timestamp.
pub fn udf(data_type: DataType) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Timestamp { signature, data_type }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Timestamp {
    signature: Signature,
    data_type: DataType,
}

impl ScalarUDFImpl for Timestamp {
    fn name(&self) -> &str {
        NAME
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
        let values = args.args[0].to_array(if is_scalar { 1 } else { args.number_rows })?;
        let times = read(&values, &self.data_type)?;
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&times, 0)?));
        }
        Ok(ColumnarValue::Array(times))
    }
}

fn read(values: &ArrayRef, data_type: &DataType) -> Result<ArrayRef> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    if let Ok(times) = cast_with_options(values, data_type, &strict) {
        return Ok(times);
    }
    let values = cast(values, &DataType::Utf8)?;
    let mut builder = StringBuilder::new();
    for text in values.as_string::<i32>() {
        builder.append_option(text.map(with_seconds));
    }
    let patient: ArrayRef = Arc::new(builder.finish());
    Ok(cast_with_options(&patient, data_type, &strict)?)
}

/// `2024-01-01 10:00+02` with `:00` after the minutes, if they end the time.
fn with_seconds(text: &str) -> String {
    let text = text.trim();
    let Some(colon) = text.find(':') else {
        return text.to_string();
    };
    let minutes = text.get(colon + 1..colon + 3).is_some_and(|m| m.bytes().all(|b| b.is_ascii_digit()));
    match text.get(colon + 3..) {
        Some(rest) if minutes && !rest.starts_with(':') => format!("{}:00{rest}", &text[..colon + 3]),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_seconds;

    #[test]
    fn only_missing_seconds_are_added() {
        assert_eq!(with_seconds("2024-01-01 10:00"), "2024-01-01 10:00:00");
        assert_eq!(with_seconds("2024-01-01 10:00+02"), "2024-01-01 10:00:00+02");
        assert_eq!(with_seconds("2024-01-01 10:00:05"), "2024-01-01 10:00:05");
        assert_eq!(with_seconds("2024-01-01"), "2024-01-01");
        assert_eq!(with_seconds("ten:ü"), "ten:ü");
    }
}
