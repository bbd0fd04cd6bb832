//! `ms_bytea(text)`: text read as PostgreSQL reads bytea, `\x` and hexadecimal
//! digits or the older escape format. Users write casts to bytea.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, BinaryBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::types::{Error, SqlState};

/// The function.
pub fn udf() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(1, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Bytea { signature }))
    });
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bytea {
    signature: Signature,
}

impl ScalarUDFImpl for Bytea {
    fn name(&self) -> &str {
        "ms_bytea"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let values = args.args[0].to_array(if is_scalar { 1 } else { args.number_rows })?;
        let values = cast(&values, &DataType::Utf8)?;
        let mut builder = BinaryBuilder::new();
        for text in values.as_string::<i32>() {
            match text {
                Some(text) => {
                    let bytes = parse(text).map_err(|e| DataFusionError::External(Box::new(e)))?;
                    builder.append_value(bytes);
                }
                None => builder.append_null(),
            }
        }
        let bytes: ArrayRef = Arc::new(builder.finish());
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&bytes, 0)?));
        }
        Ok(ColumnarValue::Array(bytes))
    }
}

/// The bytes that `text` stands for, in either format.
pub fn parse(text: &str) -> Result<Vec<u8>, Error> {
    match text.strip_prefix("\\x") {
        Some(digits) => parse_hex(digits),
        None => parse_escaped(text.as_bytes()),
    }
}

/// Pairs of hexadecimal digits; blanks do not count.
pub fn parse_hex(digits: &str) -> Result<Vec<u8>, Error> {
    let invalid = |message: String| Error::new(SqlState::INVALID_PARAMETER_VALUE, message);
    let mut nibbles = vec![];
    for digit in digits.chars().filter(|c| !c.is_ascii_whitespace()) {
        let nibble =
            digit.to_digit(16).ok_or_else(|| invalid(format!("invalid hexadecimal digit: \"{digit}\"")))?;
        nibbles.push(nibble as u8);
    }
    if nibbles.len() % 2 == 1 {
        return Err(invalid("invalid hexadecimal data: odd number of digits".to_string()));
    }
    Ok(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// `\\` is a backslash, `\ooo` a byte in octal.
pub fn parse_escaped(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![];
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
        } else if rest.first() == Some(&b'\\') {
            bytes.push(b'\\');
            rest = &rest[1..];
        } else {
            let octal = rest.get(..3).filter(|o| matches!(o, [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7']));
            let Some(octal) = octal else {
                let message = "invalid input syntax for type bytea";
                return Err(Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message));
            };
            bytes.push(octal.iter().fold(0, |byte, digit| byte << 3 | (digit - b'0')));
            rest = &rest[3..];
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn both_formats_are_read() {
        assert_eq!(parse("\\x01fF").unwrap(), [1, 255]);
        assert_eq!(parse("a\\\\b\\001").unwrap(), [b'a', b'\\', b'b', 1]);
        assert!(parse("\\x1").is_err());
        assert!(parse("\\9").is_err());
    }
}
