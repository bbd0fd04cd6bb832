//! `*`, `/` and `%` on `numeric`, and `numeric` from floats and other numerics.
//! They are not in the registry: users write operators and casts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal256Array, Float64Array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, DecimalType, Float32Type, Float64Type, i256,
};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::over_columns;
use crate::expr::input::read_value;
use crate::expr::numeric::{Number, multiply, quotient, remainder};
use crate::types::logical::{NUMERIC_SCALE, QUOTIENT_SCALE};
use crate::types::{Error, SqlState, logical};

/// Which operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`
    Remainder,
    /// A float as this type.
    FromFloat(DataType),
    /// A wide numeric as `double precision`, to the last digit.
    ToFloat,
}

/// The function of an operation.
pub fn udf(operation: Operation) -> Arc<ScalarUDF> {
    let signature = Signature::user_defined(Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(Numeric { operation, signature }))
}

/// Places behind the point that leave a numeric of 128 bits enough digits before it.
pub const NARROW_SCALE: i8 = 24;

/// Does Arrow multiply these with all their digits?
pub fn multiplies(a: &DataType, b: &DataType) -> bool {
    match (a, b) {
        (DataType::Decimal128(_, a), DataType::Decimal128(_, b)) => a + b <= NARROW_SCALE,
        (DataType::Decimal128(_, a), b) => *a <= NARROW_SCALE && b.is_integer(),
        (a, DataType::Decimal128(_, b)) => *b <= NARROW_SCALE && a.is_integer(),
        _ => false,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Numeric {
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Numeric {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Multiply => "ms_numeric_multiply",
            Operation::Divide => "ms_numeric_divide",
            Operation::Remainder => "ms_numeric_remainder",
            Operation::FromFloat(_) => "ms_numeric_of_float",
            Operation::ToFloat => "ms_float_of_numeric",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let coerced = |t: &DataType| match t {
            DataType::Decimal128(..) | DataType::Decimal256(..) => t.clone(),
            DataType::Float32 | DataType::Float64 => t.clone(),
            DataType::Decimal32(p, s) | DataType::Decimal64(p, s) => DataType::Decimal128(*p, *s),
            t if t.is_integer() => DataType::Decimal128(20, 0),
            _ => logical::numeric(),
        };
        Ok(types.iter().map(coerced).collect())
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match &self.operation {
            Operation::FromFloat(to) => to.clone(),
            Operation::ToFloat => DataType::Float64,
            Operation::Divide => logical::quotient(),
            Operation::Multiply => product_type(&types[0], &types[1]),
            Operation::Remainder => remainder_type(&types[0], &types[1]),
        })
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_columns(&args.args, args.number_rows, |columns| match &self.operation {
            Operation::FromFloat(to) => of_float(&columns[0], to),
            Operation::ToFloat => to_float(&columns[0]),
            operation => apply(operation, &columns[0], &columns[1], args.return_field.data_type()),
        })
    }
}

fn scale(data_type: &DataType) -> i8 {
    match data_type {
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => *scale,
        _ => 0,
    }
}

/// A product has the scales' sum, unless an operand's scale is not what is shown.
fn product_type(a: &DataType, b: &DataType) -> DataType {
    let is = |t: DataType| *a == t || *b == t;
    if is(logical::quotient()) {
        return logical::quotient();
    }
    let scale = i32::from(scale(a)) + i32::from(scale(b));
    if is(logical::numeric()) || scale > 40 {
        logical::numeric()
    } else {
        DataType::Decimal256(75, scale as i8)
    }
}

fn remainder_type(a: &DataType, b: &DataType) -> DataType {
    let is = |t: DataType| *a == t || *b == t;
    if is(logical::quotient()) {
        return logical::quotient();
    }
    match (a, b) {
        _ if is(logical::numeric()) => logical::numeric(),
        (DataType::Decimal128(_, a), DataType::Decimal128(_, b)) if *a.max(b) <= NARROW_SCALE => {
            DataType::Decimal128(38, *a.max(b))
        }
        _ => DataType::Decimal256(75, scale(a).max(scale(b))),
    }
}

/// The numbers of a column; those of types whose scale is not shown without
/// zeros at the end.
fn numbers(column: &ArrayRef) -> Result<Box<dyn Fn(usize) -> Number + '_>> {
    Ok(match column.data_type() {
        DataType::Decimal128(_, scale) => {
            let values = column.as_primitive::<Decimal128Type>();
            let scale = i32::from(*scale);
            Box::new(move |row| Number { value: i256::from_i128(values.value(row)), scale })
        }
        DataType::Decimal256(76, scale @ (NUMERIC_SCALE | QUOTIENT_SCALE)) => {
            let values = column.as_primitive::<Decimal256Type>();
            let scale = i32::from(*scale);
            Box::new(move |row| Number { value: values.value(row), scale }.trimmed())
        }
        DataType::Decimal256(_, scale) => {
            let values = column.as_primitive::<Decimal256Type>();
            let scale = i32::from(*scale);
            Box::new(move |row| Number { value: values.value(row), scale })
        }
        other => return Err(DataFusionError::Execution(format!("{other} is not a numeric"))),
    })
}

fn error(code: SqlState, message: &str) -> DataFusionError {
    DataFusionError::External(Box::new(Error::new(code, message)))
}

fn apply(operation: &Operation, a: &ArrayRef, b: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let (left, right) = (numbers(a)?, numbers(b)?);
    let overflow = || error(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    let to_scale = i32::from(scale(to));
    let precision = match to {
        DataType::Decimal128(precision, _) | DataType::Decimal256(precision, _) => *precision,
        _ => 0,
    };
    let mut values: Vec<Option<i256>> = Vec::with_capacity(a.len());
    for row in 0..a.len() {
        if a.is_null(row) || b.is_null(row) {
            values.push(None);
            continue;
        }
        let (a, b) = (left(row), right(row));
        let divides = matches!(operation, Operation::Divide | Operation::Remainder);
        if divides && b.is_zero() {
            return Err(error(SqlState::DIVISION_BY_ZERO, "division by zero"));
        }
        let value = match operation {
            Operation::Divide => quotient(a, b),
            Operation::Remainder => remainder(a, b).and_then(|n| n.at_scale(to_scale)),
            _ => multiply(a, b).and_then(|n| n.at_scale(to_scale)),
        };
        let value = value.filter(|v| Decimal256Type::is_valid_decimal_precision(*v, precision));
        values.push(Some(value.ok_or_else(overflow)?));
    }
    Ok(match to {
        DataType::Decimal128(..) => {
            let narrow = values.into_iter().map(|v| v.map(i256::as_i128)).collect::<Decimal128Array>();
            Arc::new(narrow.with_data_type(to.clone()))
        }
        _ => Arc::new(values.into_iter().collect::<Decimal256Array>().with_data_type(to.clone())),
    })
}

/// The nearest float of each number.
fn to_float(column: &ArrayRef) -> Result<ArrayRef> {
    let number = numbers(column)?;
    let nearest = |row: usize| {
        let number = number(row).trimmed();
        // Both are exact, so their quotient is rounded once.
        match (number.value.to_i128(), u8::try_from(number.scale)) {
            (Some(value), Ok(scale @ 0..=22)) if value.unsigned_abs() <= 1 << 53 => {
                Ok(value as f64 / 10f64.powi(i32::from(scale)))
            }
            _ => number.text().parse::<f64>().map_err(|e| DataFusionError::Execution(e.to_string())),
        }
    };
    let values = (0..column.len()).map(|row| column.is_valid(row).then(|| nearest(row)).transpose());
    Ok(Arc::new(values.collect::<Result<Float64Array>>()?))
}

/// As many digits as a float surely has, not those of its binary fraction.
fn of_float(column: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let texts: Vec<Option<String>> = match column.data_type() {
        DataType::Float32 => {
            let digits = |v: f32| format!("{v:.5e}");
            column.as_primitive::<Float32Type>().iter().map(|v| v.map(digits)).collect()
        }
        DataType::Float64 => {
            let digits = |v: f64| format!("{v:.14e}");
            column.as_primitive::<Float64Type>().iter().map(|v| v.map(digits)).collect()
        }
        _ => {
            let options = CastOptions { safe: false, ..CastOptions::default() };
            return Ok(cast_with_options(column, to, &options)?);
        }
    };
    let mut values = Vec::with_capacity(texts.len());
    for text in texts {
        values.push(match text {
            None => ScalarValue::try_new_null(to)?,
            Some(text) => {
                let read = read_value(&text, to, "UTC");
                read.map_err(|e| DataFusionError::External(Box::new(e)))?
            }
        });
    }
    if values.is_empty() {
        return Ok(arrow::array::new_empty_array(to));
    }
    ScalarValue::iter_to_array(values)
}
