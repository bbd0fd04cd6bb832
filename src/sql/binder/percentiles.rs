//! `percentile_cont(ARRAY[a, b]) WITHIN GROUP (…)` as an array of percentiles:
//!
//! ```sql
//! CASE WHEN percentile_cont(a) WITHIN GROUP (…) IS NOT NULL
//!      THEN ARRAY[percentile_cont(a) WITHIN GROUP (…), percentile_cont(b) WITHIN GROUP (…)] END
//! ```
//!
//! Of no rows it is NULL, as each of them is.

use super::types::fold;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Array, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
};

/// Rewrites one expression in place.
pub(super) fn rewrite(expr: &mut Expr) {
    let Expr::Function(function) = expr else { return };
    let Some(fractions) = fractions(function) else { return };
    let one = |fraction: &Expr| {
        if is_null(fraction) {
            return fraction.clone();
        }
        let mut function = function.clone();
        if let FunctionArguments::List(list) = &mut function.args {
            list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(fraction.clone()))];
        }
        Expr::Function(function)
    };
    let all: Vec<Expr> = fractions.iter().map(one).collect();
    // The percentile at NULL is NULL, whatever rows there are.
    let Some(first) = fractions.iter().position(|fraction| !is_null(fraction)) else { return };
    *expr = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition: Expr::IsNotNull(Box::new(all[first].clone())),
            result: Expr::Array(Array { elem: all, named: true }),
        }],
        else_result: None,
    };
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

/// The elements of the array that is the function's argument.
fn fractions(function: &Function) -> Option<Vec<Expr>> {
    let name = function.name.0.last()?.as_ident().map(fold)?;
    if !matches!(name.as_str(), "percentile_cont" | "percentile_disc") || function.within_group.is_empty() {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_slice() else { return None };
    let mut argument = argument;
    while let Expr::Nested(inner) | Expr::Cast { expr: inner, array: false, .. } = argument {
        argument = inner;
    }
    match argument {
        Expr::Array(array) => Some(array.elem.clone()),
        _ => None,
    }
}
