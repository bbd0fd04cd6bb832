//! Values of an INSERT or UPDATE that have their column's type.
//!
//! DataFusion casts what stands in VALUES by Arrow's rules, which do not know
//! text as a uuid, a jsonb or a record, and cast a text to the type of the
//! numbers in the other rows; so the syntax says the type.

use arrow::datatypes::{DataType, Field};
use datafusion::sql::sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value};

use super::rewriting::call;
use super::types::fold;
use crate::sql::sql_type;

/// The value as one of `to`, if its spelling does not say another type.
pub(super) fn type_value(value: &mut Expr, to: &DataType) {
    use DataType::*;
    if !matches!(to, FixedSizeBinary(16) | LargeBinary | BinaryView | List(_) | Struct(_) | Map(..))
        && !matches!(to, Decimal128(..) | Decimal256(..) | Float32 | Float64)
    {
        return;
    }
    if let Expr::Nested(inner) = value {
        return type_value(inner, to);
    }
    if let (Struct(fields), Some(mut parts)) = (to, parts(value)) {
        if parts.len() == fields.len() {
            parts.iter_mut().zip(fields).for_each(|(part, field)| type_part(part, field));
            let named = fields.iter().zip(parts).flat_map(|(field, part)| [text(field.name()), part]);
            *value = call("named_struct", named.collect());
        }
        return;
    }
    let is_text = matches!(value, Expr::Value(v) if matches!(v.value, Value::SingleQuotedString(_)));
    if is_text {
        cast(value, to);
    }
}

fn type_part(part: &mut Expr, field: &Field) {
    type_value(part, field.data_type());
    cast(part, field.data_type());
}

fn cast(value: &mut Expr, to: &DataType) {
    let Some(data_type) = sql_type(to) else { return };
    let expr = Box::new(value.clone());
    *value = Expr::Cast { kind: ast::CastKind::Cast, expr, data_type, array: false, format: None };
}

fn text(value: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.to_string()).with_empty_span())
}

/// The parts of `ROW(a, b)` and `(a, b)`.
pub(super) fn parts(value: &Expr) -> Option<Vec<Expr>> {
    match value {
        Expr::Tuple(parts) => Some(parts.clone()),
        Expr::Function(function) => {
            let name = function.name.0.last()?.as_ident().map(fold)?;
            let FunctionArguments::List(list) = &function.args else { return None };
            let part = |argument: &FunctionArg| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
                _ => None,
            };
            (name == "row").then(|| list.args.iter().map(part).collect::<Option<_>>()).flatten()
        }
        _ => None,
    }
}
