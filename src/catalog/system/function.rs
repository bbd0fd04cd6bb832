//! A scalar function of the catalogs: a closure from values to a value.
//!
//! It takes arguments of any type, since clients are careless about them
//! (`pg_table_is_visible('16385')`), and is evaluated a row at a time: catalogs
//! are small.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::new_empty_array;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

/// From the arguments of one row to the answer.
pub type Body = dyn Fn(&Arguments) -> Result<ScalarValue> + Send + Sync;

/// The arguments of one call.
pub struct Arguments(Vec<ScalarValue>);

struct CatalogFunction {
    name: &'static str,
    signature: Signature,
    result: DataType,
    body: Arc<Body>,
}

/// A function with this result type. It is NULL when its first argument is.
pub fn function(
    name: &'static str,
    result: DataType,
    body: impl Fn(&Arguments) -> Result<ScalarValue> + Send + Sync + 'static,
) -> ScalarUDF {
    let nothing = ScalarValue::try_from(&result).unwrap_or(ScalarValue::Null);
    let strict = move |arguments: &Arguments| match arguments.0.first() {
        Some(first) if first.is_null() => Ok(nothing.clone()),
        _ => body(arguments),
    };
    let any = vec![TypeSignature::Nullary, TypeSignature::VariadicAny];
    let signature = Signature::one_of(any, Volatility::Stable);
    ScalarUDF::new_from_impl(CatalogFunction { name, signature, result, body: Arc::new(strict) })
}

impl Arguments {
    /// The argument as a number, also if it is written as text.
    pub fn int(&self, index: usize) -> Option<i64> {
        let value = self.0.get(index)?;
        if value.is_null() {
            return None;
        }
        match value.cast_to(&DataType::Int64) {
            Ok(ScalarValue::Int64(number)) => number,
            _ => None,
        }
    }

    /// The argument as an OID.
    pub fn oid(&self, index: usize) -> Option<u32> {
        self.int(index).and_then(|number| u32::try_from(number).ok())
    }

    /// The argument as text.
    pub fn text(&self, index: usize) -> Option<String> {
        let value = self.0.get(index)?;
        if value.is_null() {
            return None;
        }
        match value.cast_to(&DataType::Utf8) {
            Ok(ScalarValue::Utf8(text)) => text,
            _ => None,
        }
    }

    /// The argument as it is.
    pub fn value(&self, index: usize) -> Option<&ScalarValue> {
        self.0.get(index)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for CatalogFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for CatalogFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CatalogFunction {}

impl Hash for CatalogFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for CatalogFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let result = call.return_type().clone();
        if call.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_))) {
            let scalar = |a: ColumnarValue| if let ColumnarValue::Scalar(s) = a { Some(s) } else { None };
            let arguments = Arguments(call.args.into_iter().filter_map(scalar).collect());
            return Ok(ColumnarValue::Scalar((self.body)(&arguments)?));
        }
        let rows = call.number_rows;
        let arrays = ColumnarValue::values_to_arrays(&call.args)?;
        let mut answers = Vec::with_capacity(rows);
        for row in 0..rows {
            let arguments = arrays.iter().map(|a| ScalarValue::try_from_array(a, row));
            answers.push((self.body)(&Arguments(arguments.collect::<Result<_>>()?))?);
        }
        if answers.is_empty() {
            return Ok(ColumnarValue::Array(new_empty_array(&result)));
        }
        Ok(ColumnarValue::Array(ScalarValue::iter_to_array(answers)?))
    }
}
