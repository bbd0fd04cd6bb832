//! A function that does not exist: it takes any arguments and fails when its
//! type is asked for, with a message that names the arguments' types.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use crate::expr::error::undefined_function;
use crate::types::Error;

/// The missing function of this name.
pub fn udf(name: &str) -> Arc<ScalarUDF> {
    let any = vec![TypeSignature::VariadicAny, TypeSignature::Nullary];
    let signature = Signature::one_of(any, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Undefined { name: name.to_string(), signature }))
}

/// Calls that do something to a session, which are statements and not expressions.
fn stands_alone(name: &str) -> bool {
    let name = name.strip_prefix("pg_").unwrap_or_default();
    name == "sleep" || name.starts_with("advisory_") || name.starts_with("try_advisory_")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Undefined {
    name: String,
    signature: Signature,
}

impl ScalarUDFImpl for Undefined {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let error = match stands_alone(&self.name) {
            true => Error::unsupported(format!("{} beside anything else", self.name))
                .with_hint("It stands alone in its SELECT, and cannot be part of a view."),
            false => undefined_function(&self.name, arguments),
        };
        Err(DataFusionError::External(Box::new(error)))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("function {} does not exist", self.name)
    }
}
