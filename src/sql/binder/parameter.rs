//! Parameters get types: those that a cast or a neighbour gives them, and else text.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::expr::UNKNOWN;

/// `$1::type` is a parameter of that type, as in PostgreSQL.
fn cast_parameters(plan: LogicalPlan) -> Result<LogicalPlan> {
    let typed = plan.transform_up_with_subqueries(|node| {
        node.map_expressions(|expr| {
            expr.transform_down(|e| match e {
                Expr::Cast(mut cast) => {
                    let Expr::Placeholder(placeholder) = cast.expr.as_mut() else {
                        return Ok(Transformed::no(Expr::Cast(cast)));
                    };
                    if placeholder.field.is_some() {
                        return Ok(Transformed::no(Expr::Cast(cast)));
                    }
                    placeholder.field = Some(cast.field.clone());
                    Ok(Transformed::yes(Expr::Cast(cast)))
                }
                other => Ok(Transformed::no(other)),
            })
        })
    })?;
    Ok(typed.data)
}

/// A parameter about which nothing is known is text, as in PostgreSQL; in
/// LIMIT and OFFSET it is a bigint.
pub(super) fn defaulted(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = agreed(cast_parameters(plan)?)?;
    if plan.get_parameter_types()?.values().all(Option::is_some) {
        return Ok(plan);
    }
    let typed = plan.transform_up_with_subqueries(|node| {
        let is_limit = matches!(node, LogicalPlan::Limit(_));
        let default = if is_limit { DataType::Int64 } else { DataType::Utf8 };
        let field: FieldRef = Arc::new(Field::new(if is_limit { "" } else { UNKNOWN }, default, true));
        let typed = node.map_expressions(|expr| {
            expr.transform_up(|e| match e {
                Expr::Placeholder(mut placeholder) if placeholder.field.is_none() => {
                    placeholder.field = Some(field.clone());
                    Ok(Transformed::yes(Expr::Placeholder(placeholder)))
                }
                other => Ok(Transformed::no(other)),
            })
        })?;
        if is_limit || !typed.transformed {
            Ok(typed)
        } else {
            typed.map_data(|node| node.recompute_schema())
        }
    })?;
    Ok(typed.data)
}

/// A parameter that has a type in one place is of that type where nothing is known of it.
pub(super) fn agreed(plan: LogicalPlan) -> Result<LogicalPlan> {
    let (mut known, mut any_unknown) = (HashMap::new(), false);
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                if let Expr::Placeholder(Placeholder { id, field }) = part {
                    match field.as_ref().filter(|field| field.name() != UNKNOWN) {
                        Some(field) => drop(known.insert(id.clone(), field.clone())),
                        None => any_unknown = true,
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    if !any_unknown || known.is_empty() {
        return Ok(plan);
    }
    let typed = plan.transform_up_with_subqueries(|node| {
        let typed = node.map_expressions(|expr| {
            expr.transform_up(|part| match part {
                Expr::Placeholder(mut parameter)
                    if parameter.field.as_ref().is_none_or(|field| field.name() == UNKNOWN)
                        && known.contains_key(&parameter.id) =>
                {
                    parameter.field = known.get(&parameter.id).cloned();
                    Ok(Transformed::yes(Expr::Placeholder(parameter)))
                }
                other => Ok(Transformed::no(other)),
            })
        })?;
        if typed.transformed { typed.map_data(LogicalPlan::recompute_schema) } else { Ok(typed) }
    })?;
    Ok(typed.data)
}
