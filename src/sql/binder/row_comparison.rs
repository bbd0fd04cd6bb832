//! `(a, b) < (x, y)`: rows compared with each other, column by column from the
//! left, as PostgreSQL does. DataFusion's tuples are literals only.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, FunctionArguments, UnaryOperator, Value};

use super::spelled;
use crate::types::{Error, Result, SqlState};

/// Rewrites a comparison of rows in place.
pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let new = match expr {
        Expr::BinaryOp { op: BinaryOperator::Overlaps, .. } => return Ok(()),
        Expr::BinaryOp { left, op, right } => match (row(left), row(right)) {
            (Some(left), Some(right)) => compared(op, left, right)?,
            _ => return Ok(()),
        },
        Expr::IsDistinctFrom(left, right) => match (row(left), row(right)) {
            (Some(left), Some(right)) => distinct(left, right)?,
            _ => return Ok(()),
        },
        Expr::IsNotDistinctFrom(left, right) => match (row(left), row(right)) {
            (Some(left), Some(right)) => not(distinct(left, right)?),
            _ => return Ok(()),
        },
        Expr::InList { expr: value, list, negated } => match row(value) {
            Some(value) => {
                let Some(found) = listed(&value, list)? else { return Ok(()) };
                if *negated { not(found) } else { found }
            }
            None => return Ok(()),
        },
        Expr::IsNull(value) => match row(inner(value)) {
            Some(values) if !values.is_empty() => every(values, false),
            _ => return Ok(()),
        },
        Expr::IsNotNull(value) => match row(inner(value)) {
            Some(values) if !values.is_empty() => every(values, true),
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    *expr = nested(new);
    Ok(())
}

/// The values of `(a, b)` and `ROW(a, b)`.
pub(super) fn row(expr: &Expr) -> Option<Vec<Expr>> {
    match expr {
        Expr::Tuple(values) => Some(values.clone()),
        Expr::Function(function) if matches!(function.args, FunctionArguments::List(_)) => {
            spelled::arguments(function).filter(|(name, _)| name == "row").map(|(_, values)| values)
        }
        _ => None,
    }
}

/// A row is NULL when all its values are, and not NULL when none of them is.
fn every(values: Vec<Expr>, negated: bool) -> Expr {
    let tests = values.into_iter().map(|value| match (row(inner(&value)), negated) {
        // A row in a row is a value that is there, whatever is in it.
        (Some(_), _) => Expr::Value(Value::Boolean(negated).with_empty_span()),
        (None, true) => Expr::IsNotNull(Box::new(nested(value))),
        (None, false) => Expr::IsNull(Box::new(nested(value))),
    });
    tests.reduce(|a, b| binary(a, BinaryOperator::And, b)).expect("a row has a column")
}

fn inner(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(nested) = expr {
        expr = nested;
    }
    expr
}

fn compared(op: &BinaryOperator, left: Vec<Expr>, right: Vec<Expr>) -> Result<Expr> {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    check(&left, &right)?;
    Ok(match op {
        Eq => all_equal(&left, &right),
        NotEq => not(all_equal(&left, &right)),
        Lt | LtEq | Gt | GtEq => ordered(op, &left, &right),
        _ => return Err(Error::unsupported(format!("the operator {op} between rows"))),
    })
}

fn check(left: &[Expr], right: &[Expr]) -> Result<()> {
    if left.len() == right.len() && !left.is_empty() {
        return Ok(());
    }
    Err(Error::new(SqlState::SYNTAX_ERROR, "unequal number of entries in row expressions"))
}

fn all_equal(left: &[Expr], right: &[Expr]) -> Expr {
    let equal = |(l, r): (&Expr, &Expr)| binary(l.clone(), BinaryOperator::Eq, r.clone());
    let all = left.iter().zip(right).map(equal).reduce(|a, b| binary(a, BinaryOperator::And, b));
    nested(all.expect("a row has a column"))
}

/// The first column decides unless it is equal.
fn ordered(op: &BinaryOperator, left: &[Expr], right: &[Expr]) -> Expr {
    let ([first, left @ ..], [other, right @ ..]) = (left, right) else { unreachable!("rows are not empty") };
    if left.is_empty() {
        return binary(first.clone(), op.clone(), other.clone());
    }
    let strict = match op {
        BinaryOperator::Lt | BinaryOperator::LtEq => BinaryOperator::Lt,
        _ => BinaryOperator::Gt,
    };
    let decided = binary(first.clone(), strict, other.clone());
    let equal = binary(first.clone(), BinaryOperator::Eq, other.clone());
    let rest = binary(equal, BinaryOperator::And, ordered(op, left, right));
    binary(decided, BinaryOperator::Or, rest)
}

fn distinct(left: Vec<Expr>, right: Vec<Expr>) -> Result<Expr> {
    check(&left, &right)?;
    let one = |(l, r)| nested(Expr::IsDistinctFrom(Box::new(nested(l)), Box::new(nested(r))));
    let any = left.into_iter().zip(right).map(one).reduce(|a, b| binary(a, BinaryOperator::Or, b));
    Ok(any.expect("a row has a column"))
}

/// `(a, b) IN ((1, 2), (3, 4))`; `None` if a candidate is no row.
fn listed(value: &[Expr], list: &[Expr]) -> Result<Option<Expr>> {
    let mut any = None;
    for candidate in list {
        let Some(candidate) = row(candidate) else { return Ok(None) };
        check(value, &candidate)?;
        let equal = all_equal(value, &candidate);
        any = Some(match any {
            None => equal,
            Some(before) => binary(before, BinaryOperator::Or, equal),
        });
    }
    Ok(any)
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let is_logical = matches!(op, BinaryOperator::And | BinaryOperator::Or);
    let part = |e: Expr| Box::new(if is_logical { nested(e) } else { e });
    Expr::BinaryOp { left: part(left), op, right: part(right) }
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(nested(expr)) }
}

fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(_) => expr,
        other => Expr::Nested(Box::new(other)),
    }
}
