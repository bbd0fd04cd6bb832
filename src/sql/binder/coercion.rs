//! Types are coerced from the inside out, and a subquery after what it looks
//! out at.
//!
//! DataFusion's rule takes a subquery first. A column of a query outside has in
//! it the type with which it was planned, which is that of the first branch where
//! the column comes from a UNION; what is coerced by that type compares values of
//! two types later. Here the inputs of a node come first, then its subqueries see
//! the types that these have, then the node itself is coerced, by DataFusion's
//! rewriter.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DFSchemaRef, ExprSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, Join, LogicalPlan, Subquery};
use datafusion::optimizer::analyzer::type_coercion::TypeCoercionRewriter;

/// The same plan, in which every operator and function has arguments of types that
/// it takes.
pub(super) fn coerced(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = match plan {
        // What is LATERAL looks out at the left.
        LogicalPlan::Join(join) => {
            let left = coerced(Arc::unwrap_or_clone(join.left))?;
            let right = seeing(Arc::unwrap_or_clone(join.right), left.schema())?;
            let (left, right) = (Arc::new(left), Arc::new(coerced(right)?));
            LogicalPlan::Join(Join { left, right, ..join })
        }
        other => other.map_children(|child| coerced(child).map(Transformed::yes))?.data,
    };
    let inputs = schema_of_inputs(&plan)?;
    let plan = plan.map_subqueries(|subquery| {
        let LogicalPlan::Subquery(subquery) = subquery else { return Ok(Transformed::no(subquery)) };
        let seen = seeing(LogicalPlan::Subquery(subquery), &inputs)?;
        coerced(seen).map(Transformed::yes)
    })?;
    node(plan.data, &inputs)
}

/// One node, whose inputs and subqueries are coerced.
fn node(plan: LogicalPlan, inputs: &DFSchema) -> Result<LogicalPlan> {
    let plan = match plan {
        LogicalPlan::Filter(mut filter) => {
            filter.predicate = filter.predicate.cast_to(&DataType::Boolean, inputs)?;
            LogicalPlan::Filter(filter)
        }
        other => other,
    };
    let names = NamePreserver::new(&plan);
    let mut rewriter = TypeCoercionRewriter::new(inputs);
    let plan = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        Ok(expr.rewrite(&mut rewriter)?.update_data(|expr| name.restore(expr)))
    })?;
    rewriter.coerce_plan(plan.data)?.recompute_schema()
}

/// All columns that the expressions of a node can name.
fn schema_of_inputs(plan: &LogicalPlan) -> Result<DFSchemaRef> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = plan {
        let columns = DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())?;
        schema.merge(&columns);
    }
    Ok(Arc::new(schema))
}

/// A subquery whose outer columns have the types that they have in `outside`. What
/// is not found there belongs to a query further out, which has been there before.
fn seeing(plan: LogicalPlan, outside: &DFSchema) -> Result<LogicalPlan> {
    let typed = |expr: Expr| {
        expr.transform_up(|expr| match expr {
            Expr::OuterReferenceColumn(field, column) => match outside.field_from_column(&column) {
                Ok(now) if now.data_type() != field.data_type() => {
                    let field = field.as_ref().clone().with_data_type(now.data_type().clone());
                    Ok(Transformed::yes(Expr::OuterReferenceColumn(Arc::new(field), column)))
                }
                _ => Ok(Transformed::no(Expr::OuterReferenceColumn(field, column))),
            },
            other => Ok(Transformed::no(other)),
        })
    };
    let seen = plan.transform_down_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::Subquery(subquery) => {
                let columns = subquery.outer_ref_columns.into_iter().map(|e| typed(e).map(|t| t.data));
                let outer_ref_columns = columns.collect::<Result<Vec<_>>>()?;
                LogicalPlan::Subquery(Subquery { outer_ref_columns, ..subquery })
            }
            other => other,
        };
        node.map_expressions(typed)
    })?;
    Ok(seen.data)
}
