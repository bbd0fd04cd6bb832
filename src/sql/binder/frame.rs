//! RANGE frames over values that have no distance.
//!
//! A frame without a distance ends at peers, whatever their type: RANGE then
//! says the same as GROUPS. DataFusion asks for the type of the distance even so,
//! and knows none for bytes and what is made of them (`uuid`, `jsonb`).

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, WindowFrameBound, WindowFrameUnits};

/// The plan with such frames counted in peers.
pub(super) fn by_peers(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::Window(window) = &node else { return Ok(Transformed::no(node)) };
        let schema = window.input.schema().clone();
        let concerned = |e: &Expr| e.exists(|e| has_no_distance(e, &schema));
        if !window.window_expr.iter().map(concerned).collect::<Result<Vec<bool>>>()?.contains(&true) {
            return Ok(Transformed::no(node));
        }
        let names = NamePreserver::new(&node);
        let rewritten = node.map_expressions(|expression| {
            let name = names.save(&expression);
            let changed = expression.transform_up(|mut e| {
                if !has_no_distance(&e, &schema)? {
                    return Ok(Transformed::no(e));
                }
                if let Expr::WindowFunction(function) = &mut e {
                    function.params.window_frame.units = WindowFrameUnits::Groups;
                }
                Ok(Transformed::yes(e))
            })?;
            Ok(changed.update_data(|e| name.restore(e)))
        })?;
        rewritten.map_data(LogicalPlan::recompute_schema)
    })?;
    Ok(rewritten.data)
}

fn has_no_distance(expression: &Expr, schema: &DFSchema) -> Result<bool> {
    let Expr::WindowFunction(function) = expression else { return Ok(false) };
    let frame = &function.params.window_frame;
    let open = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::CurrentRow => true,
        WindowFrameBound::Preceding(distance) | WindowFrameBound::Following(distance) => distance.is_null(),
    };
    if frame.units != WindowFrameUnits::Range || !open(&frame.start_bound) || !open(&frame.end_bound) {
        return Ok(false);
    }
    let Some(first) = function.params.order_by.first() else { return Ok(false) };
    let data_type = first.expr.get_type(schema)?;
    Ok(data_type.is_binary() || matches!(data_type, DataType::FixedSizeBinary(_)))
}
