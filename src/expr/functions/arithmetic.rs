//! Checked `+`, `-` and `*` as functions, for logical plans.
//!
//! They are not in the registry: users write operators.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Datum};
use arrow::compute::kernels::numeric;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

/// Checked addition of two integers of one type.
pub fn add() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Checked::udf(Kind::Add));
    FUNCTION.clone()
}

/// Checked subtraction of two integers of one type.
pub fn subtract() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Checked::udf(Kind::Subtract));
    FUNCTION.clone()
}

/// Checked multiplication of two integers of one type.
pub fn multiply() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Checked::udf(Kind::Multiply));
    FUNCTION.clone()
}

/// Is this the name of one of the functions here?
pub fn is_checked(name: &str) -> bool {
    matches!(name, "ms_add" | "ms_subtract" | "ms_multiply")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Add,
    Subtract,
    Multiply,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    kind: Kind,
    signature: Signature,
}

impl Checked {
    fn udf(kind: Kind) -> Arc<ScalarUDF> {
        let signature = Signature::any(2, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Checked { kind, signature }))
    }

    fn kernel(&self) -> fn(&dyn Datum, &dyn Datum) -> Result<ArrayRef, ArrowError> {
        match self.kind {
            Kind::Add => numeric::add,
            Kind::Subtract => numeric::sub,
            Kind::Multiply => numeric::mul,
        }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Add => "ms_add",
            Kind::Subtract => "ms_subtract",
            Kind::Multiply => "ms_multiply",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        apply(&args.args[0], &args.args[1], self.kernel())
    }
}
