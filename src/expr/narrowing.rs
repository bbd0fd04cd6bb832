//! Casts that a value may not fit, kept from an optimiser that takes them away.
//!
//! DataFusion makes `x > 3` of `CAST(x AS SMALLINT) > 3`, which does not fail
//! where the cast does. [`hide`] puts a function that it knows nothing of in the
//! place of such casts, and [`restore`] puts them back. Casts that every value
//! fits stay, and go away as before.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

/// Is there such a cast in it?
pub fn has_narrowing(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    expr.exists(|part| Ok(is_narrowing(part, schema)))
}

/// The expression with such casts hidden.
pub fn hide(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let hidden = expr.transform_up(|part| match part {
        Expr::Cast(cast) if narrows(&cast, schema) => {
            let function = Arc::new(ScalarUDF::new_from_impl(Narrowed::new(cast.field)));
            let call = ScalarFunction::new_udf(function, vec![*cast.expr]);
            Ok(Transformed::yes(Expr::ScalarFunction(call)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(hidden.data)
}

/// The expression with what was hidden.
pub fn restore(expr: Expr) -> Result<Expr> {
    let restored = expr.transform_up(|part| match part {
        Expr::ScalarFunction(mut call) => match call.func.inner().downcast_ref::<Narrowed>() {
            Some(Narrowed { to, .. }) if call.args.len() == 1 => {
                let cast = Cast { expr: Box::new(call.args.swap_remove(0)), field: to.clone() };
                Ok(Transformed::yes(Expr::Cast(cast)))
            }
            _ => Ok(Transformed::no(Expr::ScalarFunction(call))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok(restored.data)
}

fn is_narrowing(expr: &Expr, schema: &DFSchema) -> bool {
    matches!(expr, Expr::Cast(cast) if narrows(cast, schema))
}

/// A constant is computed when the query is planned, and fails there.
fn narrows(cast: &Cast, schema: &DFSchema) -> bool {
    let to = cast.field.data_type();
    to.is_numeric()
        && cast.expr.any_column_refs()
        && cast.expr.get_type(schema).is_ok_and(|from| from.is_numeric() && !fits(&from, to))
}

/// Has the second type every value of the first? A numeric of all digits that
/// there are is what comparisons give, and not meant to refuse any.
fn fits(from: &DataType, to: &DataType) -> bool {
    use DataType::*;
    match (digits(from), to) {
        _ if from == to => true,
        (_, Float32 | Float64) => true,
        (Some((whole, scale)), Decimal128(precision, kept) | Decimal256(precision, kept)) => {
            let room = i16::from(*precision) - i16::from(*kept);
            scale <= i16::from(*kept) && (whole <= room || *precision >= 38)
        }
        (Some(_), to) if from.is_integer() && to.is_integer() => {
            let (Some(a), Some(b)) = (from.primitive_width(), to.primitive_width()) else { return false };
            let same_sign = from.is_signed_integer() == to.is_signed_integer();
            if same_sign { a <= b } else { from.is_unsigned_integer() && a < b }
        }
        _ => false,
    }
}

/// Digits before and behind the point.
fn digits(data_type: &DataType) -> Option<(i16, i16)> {
    use DataType::*;
    Some(match data_type {
        Int8 | UInt8 => (3, 0),
        Int16 | UInt16 => (5, 0),
        Int32 | UInt32 => (10, 0),
        Int64 => (19, 0),
        UInt64 => (20, 0),
        Decimal128(precision, scale) | Decimal256(precision, scale) => {
            (i16::from(*precision) - i16::from(*scale), i16::from(*scale))
        }
        _ => return None,
    })
}

/// Stands for a cast and is never run.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Narrowed {
    to: FieldRef,
    signature: Signature,
}

impl Narrowed {
    fn new(to: FieldRef) -> Self {
        Narrowed { to, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Narrowed {
    fn name(&self) -> &str {
        "ms_narrowed"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.to.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name(), self.to.data_type().clone(), nullable)))
    }

    /// An optimiser that tries to compute it leaves it as it is.
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(DataFusionError::Internal("a hidden cast is put back before it is run".to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_casts_that_can_fail_or_round_narrow() {
        use DataType::*;
        for (from, to, expected) in [
            (Int32, Int16, false),
            (Int16, Int32, true),
            (Int64, Int64, true),
            (UInt32, Int32, false),
            (UInt32, Int64, true),
            (Int32, UInt64, false),
            (Int32, Float32, true),
            (Float64, Int64, false),
            (Int32, Decimal128(12, 2), true),
            (Int32, Decimal128(11, 2), false),
            (Int64, Decimal128(38, 30), true),
            (Decimal128(10, 2), Decimal128(12, 2), true),
            (Decimal128(10, 2), Decimal128(10, 4), false),
            (Decimal128(10, 4), Decimal128(10, 2), false),
            (Decimal128(38, 10), Decimal128(38, 18), true),
            (Decimal128(10, 2), Int64, false),
        ] {
            assert_eq!(fits(&from, &to), expected, "{from} to {to}");
        }
    }
}
