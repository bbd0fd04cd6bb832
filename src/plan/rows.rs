//! Expressions over one row: generated columns and watermarks.

use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_expr::PhysicalExpr;

use super::incremental::ExpressionBuilder;
use crate::expr::EpochTime;
use crate::types::{Error, Result};

/// The expressions of `SELECT <expressions> FROM relation`, over rows with all
/// columns of the relation, and the clock that `proctime()` reads in them.
pub fn row_expressions(plan: &LogicalPlan) -> Result<(Vec<Arc<dyn PhysicalExpr>>, EpochTime)> {
    let LogicalPlan::Projection(projection) = plan else {
        return Err(Error::unsupported("an expression that is more than a function of one row"));
    };
    if !matches!(leaf(&projection.input), LogicalPlan::TableScan(scan) if scan.projection.is_none()) {
        return Err(Error::unsupported("an expression that is more than a function of one row"));
    }
    let mut builder = ExpressionBuilder::default();
    let schema = projection.input.schema();
    let expressions = projection.expr.iter().map(|e| builder.build(e, schema)).collect::<Result<_>>()?;
    Ok((expressions, builder.clock()))
}

fn leaf(plan: &LogicalPlan) -> &LogicalPlan {
    match plan {
        LogicalPlan::SubqueryAlias(alias) => leaf(&alias.input),
        other => other,
    }
}
