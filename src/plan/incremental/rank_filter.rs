//! Filters on the rank of a row: `row_number() OVER (…) <= 10`.

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::{Between, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Expr, LogicalPlan, Operator, Projection, Window, WindowFunctionDefinition,
};

use crate::plan::stream::RankKind;

/// A filter that keeps a range of ranks, taken apart.
pub struct RankFilter<'a> {
    /// What computes the rank.
    pub window: &'a Window,
    /// Which of its expressions.
    pub call: usize,
    /// How it counts.
    pub rank: RankKind,
    /// Partition and order.
    pub params: &'a WindowFunctionParams,
    /// The ranks that pass.
    pub range: RankRange,
    /// Projections between the window and the filter, the lowest last.
    pub path: Vec<&'a Projection>,
    /// What else the filter asks.
    pub rest: Vec<&'a Expr>,
}

/// Ranks above `low`, up to `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankRange {
    /// The highest rank that does not pass any more.
    pub low: u64,
    /// The highest rank that passes; all if `None`.
    pub high: Option<u64>,
}

impl<'a> RankFilter<'a> {
    /// Is `predicate` over `input` a filter on a rank? Of several ranks the first
    /// that is bounded from above is the one; the others remain filters.
    pub fn of(predicate: &'a Expr, input: &'a LogicalPlan) -> Option<RankFilter<'a>> {
        let (window, path) = window_below(input)?;
        let first = window.input.schema().fields().len();
        let conjuncts = split_conjunction(predicate);
        let mut found: Option<RankFilter<'a>> = None;
        for (call, expression) in window.window_expr.iter().enumerate() {
            let Some((rank, params)) = ranking(expression) else {
                continue;
            };
            let mut range = RankRange { low: 0, high: None };
            let is_rank = |e: &Expr| column_below(e, input.schema(), &path) == Some(first + call);
            let rest: Vec<&Expr> =
                conjuncts.iter().copied().filter(|c| !narrow(&mut range, c, &is_rank)).collect();
            let bounded = rest.len() < conjuncts.len();
            let better = |f: &RankFilter<'_>| f.range.high.is_none() && range.high.is_some();
            if bounded && found.as_ref().is_none_or(better) {
                found = Some(RankFilter { window, call, rank, params, range, path: path.clone(), rest });
            }
        }
        found
    }

    /// Is the rank used by one of these expressions over the window's output?
    pub fn uses_rank(&self, expressions: &[Expr]) -> bool {
        let (qualifier, field) = self.window.schema.qualified_field(self.column());
        let names_it =
            |c: &&datafusion::common::Column| c.name == *field.name() && c.relation.as_ref() == qualifier;
        expressions.iter().any(|e| e.column_refs().iter().any(|c| names_it(c)))
    }

    /// The rank's column in the window's output.
    pub fn column(&self) -> usize {
        self.window.input.schema().fields().len() + self.call
    }
}

/// The window under projections, and those.
fn window_below(mut plan: &LogicalPlan) -> Option<(&Window, Vec<&Projection>)> {
    let mut path = vec![];
    loop {
        match plan {
            LogicalPlan::Window(window) => return Some((window, path)),
            LogicalPlan::Projection(projection) => {
                path.push(projection);
                plan = &projection.input;
            }
            LogicalPlan::SubqueryAlias(alias) => plan = &alias.input,
            _ => return None,
        }
    }
}

/// The column below the projections that `expression` passes on.
fn column_below(expression: &Expr, schema: &DFSchema, path: &[&Projection]) -> Option<usize> {
    let index = column_index(expression, schema)?;
    match path {
        [] => Some(index),
        [next, rest @ ..] => column_below(next.expr.get(index)?, next.input.schema(), rest),
    }
}

/// The column that an expression is, casts between numbers aside: ranks are
/// small enough for all of them.
fn column_index(expression: &Expr, schema: &DFSchema) -> Option<usize> {
    match expression {
        Expr::Column(column) => schema.maybe_index_of_column(column),
        Expr::Alias(alias) => column_index(&alias.expr, schema),
        Expr::Cast(cast) if cast.field.data_type().is_numeric() => column_index(&cast.expr, schema),
        _ => None,
    }
}

fn ranking(expression: &Expr) -> Option<(RankKind, &WindowFunctionParams)> {
    let function: &WindowFunction = match expression {
        Expr::WindowFunction(function) => function,
        Expr::Alias(alias) => return ranking(&alias.expr),
        _ => return None,
    };
    let WindowFunctionDefinition::WindowUDF(udf) = &function.fun else {
        return None;
    };
    let kind = match udf.name() {
        "row_number" => RankKind::RowNumber,
        "rank" => RankKind::Rank,
        "dense_rank" => RankKind::DenseRank,
        _ => return None,
    };
    let plain = function.params.filter.is_none() && !function.params.distinct;
    plain.then_some((kind, &function.params))
}

/// If `conjunct` bounds the rank, takes the bound into `range`.
fn narrow(range: &mut RankRange, conjunct: &Expr, is_rank: &impl Fn(&Expr) -> bool) -> bool {
    match conjunct {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (op, bound) = match (whole(left), whole(right)) {
                (None, Some(bound)) if is_rank(left) => (Some(*op), bound),
                (Some(bound), None) if is_rank(right) => (op.swap(), bound),
                _ => return false,
            };
            op.is_some_and(|op| range.narrow(op, bound))
        }
        Expr::Between(Between { expr, negated: false, low, high }) if is_rank(expr) => {
            match (whole(low), whole(high)) {
                (Some(low), Some(high)) => {
                    range.narrow(Operator::GtEq, low) && range.narrow(Operator::LtEq, high)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

impl RankRange {
    /// The ranks for which also `rank op bound`; false if that is no range.
    fn narrow(&mut self, op: Operator, bound: i64) -> bool {
        let rank = |bound: i64| u64::try_from(bound).unwrap_or(0);
        let (low, high) = match op {
            Operator::Lt => (None, Some(rank(bound.saturating_sub(1)))),
            Operator::LtEq => (None, Some(rank(bound))),
            Operator::Gt => (Some(rank(bound)), None),
            Operator::GtEq => (Some(rank(bound.saturating_sub(1))), None),
            Operator::Eq if bound < 1 => (None, Some(0)),
            Operator::Eq => (Some(rank(bound - 1)), Some(rank(bound))),
            _ => return false,
        };
        self.low = self.low.max(low.unwrap_or(0));
        self.high = self.high.into_iter().chain(high).min();
        true
    }
}

/// The whole number that a literal is.
fn whole(expression: &Expr) -> Option<i64> {
    let value = match expression {
        Expr::Literal(value, _) => value,
        Expr::Cast(cast) if cast.field.data_type().is_numeric() => return whole(&cast.expr),
        _ => return None,
    };
    match value {
        ScalarValue::Int8(v) => v.map(i64::from),
        ScalarValue::Int16(v) => v.map(i64::from),
        ScalarValue::Int32(v) => v.map(i64::from),
        ScalarValue::Int64(v) => *v,
        ScalarValue::UInt8(v) => v.map(i64::from),
        ScalarValue::UInt16(v) => v.map(i64::from),
        ScalarValue::UInt32(v) => v.map(i64::from),
        ScalarValue::UInt64(v) => v.and_then(|v| i64::try_from(v).ok()),
        ScalarValue::Decimal128(Some(v), _, 0) => i64::try_from(*v).ok(),
        _ => None,
    }
}
