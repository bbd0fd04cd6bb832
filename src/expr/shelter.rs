//! Expressions that are kept from an optimiser that makes others of them.
//!
//! - DataFusion makes `x > 3` of `CAST(x AS SMALLINT) > 3`, which does not fail
//!   where the cast does. Casts that every value fits may go away.
//! - It makes `0` of `0 * x`, with the type of the factor and not of the product,
//!   which is another one for numerics.
//!
//! [`hide`] puts a function that it knows nothing of in the place of these, and
//! [`restore`] puts them back.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, binary_expr,
};

/// May there be something to hide, going by the form alone?
pub fn may_need_shelter(expr: &Expr) -> Result<bool> {
    expr.exists(|part| {
        Ok(match part {
            Expr::Cast(_) => true,
            Expr::BinaryExpr(binary) => is_product(binary.op),
            _ => false,
        })
    })
}

/// Is there something to hide?
pub fn needs_shelter(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    expr.exists(|part| {
        Ok(match part {
            Expr::Cast(cast) => narrows(cast, schema),
            Expr::BinaryExpr(product) => changes_type(product, schema),
            _ => false,
        })
    })
}

/// The expression with these hidden.
pub fn hide(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    let hidden = expr.transform_up(|part| match part {
        Expr::Cast(cast) if narrows(&cast, schema) => {
            Ok(Transformed::yes(call(Hidden::Cast, cast.field, vec![*cast.expr])))
        }
        Expr::BinaryExpr(product) if changes_type(&product, schema) => {
            let BinaryExpr { left, op, right } = product;
            let to = Expr::BinaryExpr(BinaryExpr { left: left.clone(), op, right: right.clone() });
            let to = Arc::new(Field::new("", to.get_type(schema)?, true));
            Ok(Transformed::yes(call(Hidden::Product(op), to, vec![*left, *right])))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(hidden.data)
}

fn call(hidden: Hidden, to: FieldRef, arguments: Vec<Expr>) -> Expr {
    let function = Arc::new(ScalarUDF::new_from_impl(Sheltered::new(hidden, to, arguments.len())));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))
}

/// The expression with what was hidden.
pub fn restore(expr: Expr) -> Result<Expr> {
    let restored = expr.transform_up(|part| {
        let Expr::ScalarFunction(mut call) = part else { return Ok(Transformed::no(part)) };
        let function =
            call.func.inner().downcast_ref::<Sheltered>().map(|f| (f.hidden.clone(), f.to.clone()));
        let mut arguments = std::mem::take(&mut call.args).into_iter();
        match (function, arguments.next(), arguments.next()) {
            (Some((Hidden::Cast, field)), Some(expr), None) => {
                Ok(Transformed::yes(Expr::Cast(Cast { expr: Box::new(expr), field })))
            }
            (Some((Hidden::Product(op), _)), Some(left), Some(right)) => {
                Ok(Transformed::yes(binary_expr(left, op, right)))
            }
            (_, first, second) => {
                call.args = first.into_iter().chain(second).chain(arguments).collect();
                Ok(Transformed::no(Expr::ScalarFunction(call)))
            }
        }
    })?;
    Ok(restored.data)
}

fn is_product(op: Operator) -> bool {
    matches!(op, Operator::Multiply | Operator::Modulo)
}

/// Is it a numeric product of a constant whose type is not that of the constant?
fn changes_type(product: &BinaryExpr, schema: &DFSchema) -> bool {
    if !is_product(product.op) || product.left.any_column_refs() == product.right.any_column_refs() {
        return false;
    }
    let constant = if product.left.any_column_refs() { &product.right } else { &product.left };
    let Ok(factor) = constant.get_type(schema) else { return false };
    let whole = || Expr::BinaryExpr(product.clone()).get_type(schema);
    factor.is_decimal() && whole().is_ok_and(|whole| whole != factor)
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

/// What a function stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Hidden {
    Cast,
    Product(Operator),
}

/// Stands for an expression and is never run.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Sheltered {
    hidden: Hidden,
    to: FieldRef,
    signature: Signature,
}

impl Sheltered {
    fn new(hidden: Hidden, to: FieldRef, arguments: usize) -> Self {
        Sheltered { hidden, to, signature: Signature::any(arguments, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Sheltered {
    fn name(&self) -> &str {
        "ms_sheltered"
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
        Err(DataFusionError::Internal("what is hidden is put back before it is run".to_string()))
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
