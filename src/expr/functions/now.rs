//! `now()` and `current_timestamp` as timestamptz with microseconds, as in
//! PostgreSQL. In an ad-hoc query it is the statement's time, put in by the
//! optimiser; in a view the dataflow puts in the epoch's time.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The function's name.
pub const NOW: &str = "now";

/// The type of a point in time: timestamptz.
pub fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// `now()` once the statement's time is known; unchanged before.
pub fn simplify(args: Vec<Expr>, info: &SimplifyContext) -> ExprSimplifyResult {
    match info.query_execution_start_time() {
        None => ExprSimplifyResult::Original(args),
        Some(now) => ExprSimplifyResult::Simplified(Expr::Literal(
            ScalarValue::TimestampMicrosecond(Some(now.timestamp_micros()), Some("UTC".into())),
            None,
        )),
    }
}

/// The function for the registry.
pub fn udf() -> Arc<ScalarUDF> {
    let aliases = ["current_timestamp", "transaction_timestamp", "statement_timestamp"];
    Arc::new(ScalarUDF::new_from_impl(Now {
        signature: Signature::nullary(Volatility::Stable),
        aliases: aliases.map(String::from).to_vec(),
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Now {
    signature: Signature,
    aliases: Vec<String>,
}

impl ScalarUDFImpl for Now {
    fn name(&self) -> &str {
        NOW
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(instant_type())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(NOW, instant_type(), false)))
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        Ok(simplify(args, info))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("now() was not replaced by the time of its statement or epoch")
    }
}
