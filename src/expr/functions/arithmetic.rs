//! Checked `+`, `-`, `*` and, of floats, `/` as functions, for logical plans.
//!
//! They are not in the registry: users write operators.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, Datum};
use arrow::compute::kernels::numeric;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use crate::types::{Error, SqlState};

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

/// Division of two floats, which fails on zero.
pub fn divide() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Checked::udf(Kind::Divide));
    FUNCTION.clone()
}

/// Is this the name of one of the functions here?
pub fn is_checked(name: &str) -> bool {
    matches!(name, "ms_add" | "ms_subtract" | "ms_multiply" | "ms_quotient")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Add,
    Subtract,
    Multiply,
    Divide,
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
            Kind::Divide => divide_floats,
        }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Add => "ms_add",
            Kind::Subtract => "ms_subtract",
            Kind::Multiply => "ms_multiply",
            Kind::Divide => "ms_quotient",
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
        let result = apply(&args.args[0], &args.args[1], self.kernel())?;
        let is_float = result.data_type().is_floating();
        if is_float && overflows(&result)? && is_finite(&args.args[0])? && is_finite(&args.args[1])? {
            let error = Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
            return Err(DataFusionError::External(Box::new(error)));
        }
        Ok(result)
    }
}

/// Arrow divides floats by zero, PostgreSQL does not.
fn divide_floats(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef, ArrowError> {
    let (divisors, _) = right.get();
    let zero = match divisors.data_type() {
        DataType::Float64 => divisors.as_primitive::<Float64Type>().iter().any(|x| x == Some(0.0)),
        DataType::Float32 => divisors.as_primitive::<Float32Type>().iter().any(|x| x == Some(0.0)),
        _ => false,
    };
    if zero {
        // A row whose dividend is NULL, or not a number, does not fail.
        let (dividends, is_scalar) = left.get();
        let nan = |row: usize| match dividends.data_type() {
            DataType::Float64 => dividends.as_primitive::<Float64Type>().value(row).is_nan(),
            _ => dividends.as_primitive::<Float32Type>().value(row).is_nan(),
        };
        let zero_at = |row: usize| match divisors.data_type() {
            DataType::Float64 => divisors.as_primitive::<Float64Type>().value(row) == 0.0,
            _ => divisors.as_primitive::<Float32Type>().value(row) == 0.0,
        };
        let rows = dividends.len().max(divisors.len());
        let fails = (0..rows).any(|row| {
            let (l, r) = (if is_scalar { 0 } else { row }, if divisors.len() == 1 { 0 } else { row });
            divisors.is_valid(r) && zero_at(r) && dividends.is_valid(l) && !nan(l)
        });
        if fails {
            return Err(ArrowError::DivideByZero);
        }
    }
    numeric::div(left, right)
}

fn overflows(value: &ColumnarValue) -> Result<bool> {
    any_float(value, f64::is_infinite)
}

fn is_finite(value: &ColumnarValue) -> Result<bool> {
    Ok(!any_float(value, f64::is_infinite)?)
}

/// Is this true of a value that is not NULL?
fn any_float(value: &ColumnarValue, test: fn(f64) -> bool) -> Result<bool> {
    let array = value.to_array(1)?;
    Ok(match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().flatten().any(test),
        DataType::Float32 => array.as_primitive::<Float32Type>().iter().flatten().any(|x| test(x.into())),
        _ => false,
    })
}
