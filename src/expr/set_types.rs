//! The queries of a set operation have columns whose types agree, and a quoted
//! literal in one of them is of the type that the other has there.
//!
//! DataFusion plans a UNION with the types of its first query; so this comes
//! before types are coerced, and what is above a UNION is told of the change.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::{Distinct, Expr, Join, JoinType, LogicalPlan, Projection, Union};

use super::agreement::{self, operand_name};
use super::literals::as_type;
use crate::types::logical;

/// The plan with such literals cast; `42804` where types do not agree.
pub(super) fn agreed(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut changed = false;
    let agreed = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Union(union) => {
            let (union, cast) = united(union)?;
            changed |= cast;
            Ok(Transformed::yes(LogicalPlan::Union(union)))
        }
        other => {
            if let LogicalPlan::Join(join) = &other {
                check_join(join)?;
            }
            match changed {
                true => other.recompute_schema().map(Transformed::yes),
                false => Ok(Transformed::no(other)),
            }
        }
    })?;
    Ok(agreed.data)
}

/// The union, and whether a literal in it has been cast.
fn united(union: Union) -> Result<(Union, bool)> {
    let Union { mut inputs, schema } = union;
    let mut changed = false;
    for column in 0..schema.fields().len() {
        let Some(to) = common("UNION", &inputs, column)? else { continue };
        for input in inputs.iter_mut().filter(|input| is_text(input, column) && !logical::is_text(&to)) {
            *input = Arc::new(with_type(input.as_ref().clone(), column, &to)?);
            changed = true;
        }
    }
    match changed {
        true => Ok((Union::try_new_with_loose_types(inputs)?, true)),
        false => Ok((Union { inputs, schema }, false)),
    }
}

/// The type that a column has in these queries, as far as it is known.
fn common(what: &str, inputs: &[Arc<LogicalPlan>], column: usize) -> Result<Option<DataType>> {
    let known = inputs.iter().filter(|input| !literal(input, column).is_some_and(agreement::is_unknown));
    let types = known.map(|input| {
        let data_type = input.schema().field(column).data_type().clone();
        let name = literal(input, column).map(|expr| operand_name(expr, &data_type));
        (name.unwrap_or_else(|| super::sql_name(&data_type)), data_type)
    });
    agreement::common(what, types)
}

fn is_text(input: &LogicalPlan, column: usize) -> bool {
    let is_unknown = literal(input, column).is_some_and(agreement::is_unknown);
    is_unknown && logical::is_text(input.schema().field(column).data_type())
}

/// What a query gives as a column, without its name.
fn literal(plan: &LogicalPlan, column: usize) -> Option<&Expr> {
    match plan {
        LogicalPlan::Projection(projection) => {
            let mut expr = projection.expr.get(column)?;
            while let Expr::Alias(alias) = expr {
                expr = &alias.expr;
            }
            Some(expr)
        }
        LogicalPlan::Distinct(Distinct::All(input)) => literal(input, column),
        LogicalPlan::Sort(sort) => literal(&sort.input, column),
        LogicalPlan::Limit(limit) => literal(&limit.input, column),
        // What DataFusion calls the queries of INTERSECT and EXCEPT whose columns have one name.
        LogicalPlan::SubqueryAlias(alias) if matches!(alias.alias.table(), "left" | "right") => {
            literal(&alias.input, column)
        }
        _ => None,
    }
}

/// The query with a literal column of another type.
fn with_type(plan: LogicalPlan, column: usize, to: &DataType) -> Result<LogicalPlan> {
    if let LogicalPlan::Projection(Projection { mut expr, input, .. }) = plan {
        let given = expr.remove(column);
        let name = given.schema_name().to_string();
        expr.insert(column, as_type(&given.unalias_nested().data, to.clone()).alias(name));
        return Projection::try_new(expr, input).map(LogicalPlan::Projection);
    }
    let typed = plan.map_children(|input| with_type(input, column, to).map(Transformed::yes))?;
    typed.data.recompute_schema()
}

/// INTERSECT and EXCEPT are joins in which NULL equals NULL.
fn check_join(join: &Join) -> Result<()> {
    let what = match (join.null_equality, join.join_type) {
        (NullEquality::NullEqualsNull, JoinType::LeftSemi) => "INTERSECT",
        (NullEquality::NullEqualsNull, JoinType::LeftAnti) => "EXCEPT",
        _ => return Ok(()),
    };
    let inputs = [join.left.clone(), join.right.clone()];
    let columns = join.left.schema().fields().len().min(join.right.schema().fields().len());
    (0..columns).try_for_each(|column| common(what, &inputs, column).map(drop))
}
