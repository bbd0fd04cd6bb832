//! From the SQL of `ASOF JOIN` to its node.
//!
//! In the syntax tree the condition of such a join is wrapped in a call,
//! `ms_asof(condition)`; once types are known, the join whose condition is such
//! a call becomes an [`AsofJoin`].

use std::hash::Hash;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result as PlanResult, ScalarValue, internal_err};
use datafusion::functions::math::expr_fn::nanvl;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Filter, Join, JoinType, LogicalPlan, Operator,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, lit, when,
};
use datafusion::sql::sqlparser::ast::{JoinConstraint, JoinOperator, Select, TableFactor, TableWithJoins};

use super::asof_join::{AsofJoin, Nearest, is_of, same_type};
use super::error::external;
use super::rewriting::call;
use crate::types::{Error, Result, SqlState};

/// The name of the call around the condition.
pub(super) const MARK: &str = "ms_asof";
const FORM: &str = "Write a ASOF [LEFT] JOIN b ON a.key = b.key AND b.ts <= a.ts: equalities, \
    and one inequality (<=, <, >= or >) that says which row of b is the nearest.";
const REST: &str = "ON takes equalities, one inequality, and conditions on one of the relations; \
    a condition in WHERE filters the rows that have been joined.";

/// Wraps the conditions of the ASOF joins in FROM.
pub(super) fn mark_select(select: &mut Select) -> Result<()> {
    select.from.iter_mut().try_for_each(mark)
}

fn mark(from: &mut TableWithJoins) -> Result<()> {
    for join in &mut from.joins {
        if !std::mem::take(&mut join.global) {
            continue;
        }
        let kind = match &mut join.join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint) => {
                wrap(constraint)?;
                None
            }
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) => Some("RIGHT JOIN"),
            JoinOperator::FullOuter(_) => Some("FULL JOIN"),
            JoinOperator::CrossJoin(_) => Some("CROSS JOIN"),
            _ => Some("JOIN of this kind"),
        };
        if let Some(kind) = kind {
            let hint =
                "Only ASOF JOIN and ASOF LEFT JOIN are there: each row of the left meets one of the right.";
            return Err(Error::unsupported(format!("ASOF {kind}")).with_hint(hint));
        }
        if is_lateral(&join.relation) {
            return Err(Error::unsupported("ASOF JOIN LATERAL")
                .with_hint("Write JOIN LATERAL (SELECT … ORDER BY ts DESC LIMIT 1) ON true."));
        }
    }
    Ok(())
}

/// The same of a FROM item that is joins in brackets.
pub(super) fn mark_nested(factor: &mut TableFactor) -> Result<()> {
    match factor {
        TableFactor::NestedJoin { table_with_joins, .. } => mark(table_with_joins),
        _ => Ok(()),
    }
}

fn wrap(constraint: &mut JoinConstraint) -> Result<()> {
    match constraint {
        JoinConstraint::On(condition) => {
            *condition = call(MARK, vec![condition.clone()]);
            Ok(())
        }
        JoinConstraint::None => {
            Err(Error::new(SqlState::SYNTAX_ERROR, "ASOF JOIN needs a condition").with_hint(FORM))
        }
        JoinConstraint::Using(_) => Err(Error::unsupported("ASOF JOIN with USING").with_hint(FORM)),
        JoinConstraint::Natural => Err(Error::unsupported("ASOF NATURAL JOIN").with_hint(FORM)),
    }
}

fn is_lateral(relation: &TableFactor) -> bool {
    match relation {
        TableFactor::Derived { lateral, .. } | TableFactor::Function { lateral, .. } => *lateral,
        _ => false,
    }
}

/// The function around the condition.
pub(super) fn udf() -> Arc<ScalarUDF> {
    static UDF: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| Arc::new(ScalarUDF::new_from_impl(Mark::new())));
    UDF.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Mark {
    signature: Signature,
}

impl Mark {
    fn new() -> Self {
        Mark { signature: Signature::exact(vec![DataType::Boolean], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Mark {
    fn name(&self) -> &str {
        MARK
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        internal_err!("{MARK} stands for a condition of ASOF JOIN")
    }
}

/// The analyzed plan with a node for each ASOF join.
pub(super) fn joined(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let joined = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Join(join) => match join.filter.as_ref().and_then(marked).cloned() {
            Some(condition) => node_of(join, condition).map(Transformed::yes).map_err(external),
            None => Ok(Transformed::no(LogicalPlan::Join(join))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok(joined.data)
}

/// The condition, if it is that of an ASOF join.
fn marked(filter: &Expr) -> Option<&Expr> {
    match filter {
        Expr::ScalarFunction(call) if call.func.name() == MARK => call.args.first(),
        _ => None,
    }
}

/// What is said in ON.
#[derive(Default)]
struct Conditions {
    on: Vec<(Expr, Expr)>,
    times: Option<((Expr, Expr), Nearest)>,
    of_left: Vec<Expr>,
    of_right: Vec<Expr>,
}

fn node_of(join: Join, condition: Expr) -> Result<LogicalPlan> {
    let outer = join.join_type == JoinType::Left;
    let (left, right) = (Arc::unwrap_or_clone(join.left), Arc::unwrap_or_clone(join.right));
    let mut said = Conditions::default();
    for conjunct in split_conjunction_owned(condition) {
        said.add(conjunct, &left, &right)?;
    }
    let (mut times, nearest) = said.times.ok_or_else(|| {
        Error::new(SqlState::SYNTAX_ERROR, "ASOF JOIN needs an inequality between the two relations")
            .with_hint(FORM)
    })?;
    check_type(&times.0, &left)?;
    // A row of the left that may not meet any stays; without a time it meets none.
    let left = match conjunction(said.of_left) {
        Some(condition) if outer => {
            times.0 = when(condition, times.0).end()?;
            left
        }
        Some(condition) => filtered(left, condition)?,
        None => left,
    };
    let right = match conjunction(said.of_right) {
        Some(condition) => filtered(right, condition)?,
        None => right,
    };
    Ok(AsofJoin::new([left, right], said.on, times, nearest, outer)?.into_plan())
}

fn filtered(input: LogicalPlan, condition: Expr) -> Result<LogicalPlan> {
    Ok(LogicalPlan::Filter(Filter::try_new(condition, Arc::new(input))?))
}

impl Conditions {
    fn add(&mut self, conjunct: Expr, left: &LogicalPlan, right: &LogicalPlan) -> Result<()> {
        check_plain(&conjunct)?;
        if is_of(&conjunct, left.schema()) {
            self.of_left.push(conjunct);
        } else if is_of(&conjunct, right.schema()) {
            self.of_right.push(conjunct);
        } else {
            self.add_pair(conjunct, left, right)?;
        }
        Ok(())
    }

    /// A condition on both relations.
    fn add_pair(&mut self, conjunct: Expr, left: &LogicalPlan, right: &LogicalPlan) -> Result<()> {
        let wrong = |conjunct: &Expr| {
            Error::unsupported(format!("{conjunct} in the condition of ASOF JOIN")).with_hint(REST)
        };
        let Expr::BinaryExpr(BinaryExpr { left: a, op, right: b }) = &conjunct else {
            return Err(wrong(&conjunct));
        };
        // From here on the right row stands on the left of the operator.
        let (pair, op) = if is_of(a, left.schema()) && is_of(b, right.schema()) {
            ((a.as_ref().clone(), b.as_ref().clone()), op.swap())
        } else if is_of(a, right.schema()) && is_of(b, left.schema()) {
            ((b.as_ref().clone(), a.as_ref().clone()), Some(*op))
        } else {
            return Err(wrong(&conjunct));
        };
        let pair = same_type(pair, left.schema(), right.schema())?;
        let pair = (plain_float(pair.0, left)?, plain_float(pair.1, right)?);
        let nearest = match op {
            Some(Operator::Eq) => {
                self.on.push(pair);
                return Ok(());
            }
            Some(Operator::LtEq) => Nearest { later: false, strict: false },
            Some(Operator::Lt) => Nearest { later: false, strict: true },
            Some(Operator::GtEq) => Nearest { later: true, strict: false },
            Some(Operator::Gt) => Nearest { later: true, strict: true },
            _ => return Err(wrong(&conjunct)),
        };
        if self.times.replace((pair, nearest)).is_some() {
            return Err(
                Error::unsupported("a second inequality in the condition of ASOF JOIN").with_hint(REST)
            );
        }
        Ok(())
    }
}

/// A floating-point number so that equal ones have equal bits: no -0, one NaN.
fn plain_float(number: Expr, input: &LogicalPlan) -> Result<Expr> {
    let of_type = |value: f64| ScalarValue::Float64(Some(value)).cast_to(&number.get_type(input.schema())?);
    Ok(match number.get_type(input.schema())? {
        DataType::Float32 | DataType::Float64 => {
            let (nan, zero) = (lit(of_type(f64::NAN)?), lit(of_type(0.0)?));
            nanvl(number, nan) + zero
        }
        _ => number,
    })
}

/// Neither a subquery nor a column of a query around this one.
fn check_plain(conjunct: &Expr) -> Result<()> {
    let mut part = None;
    conjunct.apply(|e| {
        part = match e {
            Expr::OuterReferenceColumn(..) => Some("a column of the outer query"),
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_) => {
                Some("a subquery")
            }
            Expr::ScalarFunction(ScalarFunction { func, .. }) if func.name() == MARK => Some(MARK),
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        Ok(TreeNodeRecursion::Stop)
    })?;
    match part {
        Some(part) => {
            Err(Error::unsupported(format!("{part} in the condition of ASOF JOIN")).with_hint(REST))
        }
        None => Ok(()),
    }
}

/// The nearest must be told by a number or a time.
fn check_type(time: &Expr, left: &LogicalPlan) -> Result<()> {
    let data_type = time.get_type(left.schema())?;
    let is_ordered = data_type.is_numeric()
        || matches!(
            data_type,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Time32(_) | DataType::Time64(_)
        );
    if is_ordered {
        return Ok(());
    }
    let name = crate::sql::type_name(&data_type);
    Err(Error::unsupported(format!("ASOF JOIN by an inequality of type {name}")).with_hint(
        "The inequality compares numbers, dates, times or timestamps; cast both sides to one of these.",
    ))
}
