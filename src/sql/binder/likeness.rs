//! `LIKE` and `ILIKE` beyond DataFusion's: with ESCAPE, `ANY (ARRAY[…])` and
//! `ALL (ARRAY[…])`.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value, ValueWithSpan,
};

use super::rewriting::{call, negate, take};
use super::types::fold;

/// What a likeness becomes; `None` if it stays as it is.
pub(super) fn rewrite(
    negated: bool,
    any: bool,
    insensitive: bool,
    expr: &mut Expr,
    pattern: &mut Expr,
    escape: Option<&ValueWithSpan>,
) -> Option<Expr> {
    match (any, escape) {
        (false, Some(escape)) => Some(like(negated, expr, pattern, &escape.value, insensitive)),
        (false, None) => {
            let mut pattern = all_of(pattern)?;
            like_each(negated, insensitive, BinaryOperator::And, expr, &mut pattern)
        }
        (true, None) => like_each(negated, insensitive, BinaryOperator::Or, expr, pattern),
        (true, Some(_)) => None,
    }
}

fn like(negated: bool, expr: &mut Expr, pattern: &mut Expr, escape: &Value, insensitive: bool) -> Expr {
    let insensitive = Expr::Value(Value::Boolean(insensitive).with_empty_span());
    let escape = Expr::Value(escape.clone().with_empty_span());
    negate(negated, call("ms_like", vec![take(expr), take(pattern), escape, insensitive]))
}

/// `x LIKE ANY (ARRAY['a%', 'b%'])` and `x LIKE ALL (…)`
fn like_each(
    negated: bool,
    insensitive: bool,
    joined_by: BinaryOperator,
    expr: &mut Expr,
    pattern: &mut Expr,
) -> Option<Expr> {
    let mut inner = pattern;
    while let Expr::Nested(nested) = inner {
        inner = nested;
    }
    let Expr::Array(array) = inner else { return None };
    let one = |pattern: Expr| {
        let (expr, pattern) = (Box::new(expr.clone()), Box::new(pattern));
        match insensitive {
            true => Expr::ILike { negated, any: false, expr, pattern, escape_char: None },
            false => Expr::Like { negated, any: false, expr, pattern, escape_char: None },
        }
    };
    let each = array.elem.drain(..).map(one).reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: joined_by.clone(),
        right: Box::new(right),
    });
    each.map(|expr| Expr::Nested(Box::new(expr)))
}

/// The array of `ALL (array)`, which the parser takes for a call.
fn all_of(pattern: &Expr) -> Option<Expr> {
    let Expr::Function(function) = pattern else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    let is_all = function.name.0.last()?.as_ident().map(fold)? == "all";
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(array))] if is_all => Some(array.clone()),
        _ => None,
    }
}
