//! Subqueries and LATERAL become joins, whatever they read of the rows outside.
//!
//! Innermost first, each place where a query stands inside another one becomes
//! a join ([`apply`]): semi and anti joins for `EXISTS` and `IN` that filter,
//! mark joins for those inside an expression, left joins for scalar subqueries,
//! inner or left joins for LATERAL. The inner query is first carried into a form
//! that reads nothing of the outer row ([`operator`], [`join`], [`ordered`]),
//! which is possible for every operator: at worst it is asked once for each
//! distinct set of values that the outer rows have ([`dependent`]).
//!
//! SQL's three values are kept: `x IN (…)` is NULL, not false, when `x` or a
//! candidate is NULL and no candidate is equal. A scalar subquery that has a
//! second row fails with 21000 where its value is used, and only there.

mod apply;
mod dependent;
mod join;
mod lateral;
mod membership;
mod names;
mod operator;
mod ordered;
mod outer;
mod scalar;
mod single;

use datafusion::common::DataFusionError;
use datafusion::logical_expr::LogicalPlan;

use crate::types::{Error, Result};

/// What subqueries are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One answer: a scalar subquery that reads nothing from outside is left,
    /// to be asked once.
    Once,
    /// A view: everything is a join.
    Kept,
}

/// The analyzed plan without subqueries.
pub fn decorrelate(plan: LogicalPlan, purpose: Purpose) -> Result<LogicalPlan> {
    if !apply::concerns(&plan)? {
        return Ok(plan);
    }
    let plan = apply::Applier::new(purpose).walk(plan)?;
    if operator::depends(&plan)? {
        return Err(Error::unsupported("a correlated reference of this kind"));
    }
    Ok(plan)
}

/// `0A000` on its way through DataFusion's error type.
fn unsupported(part: &str) -> DataFusionError {
    DataFusionError::External(Box::new(Error::unsupported(part)))
}
