//! Integer arithmetic that fails instead of wrapping around.
//!
//! DataFusion adds, subtracts and multiplies integers modulo 2^n; PostgreSQL
//! raises 22003. A physical expression is switched by [`checked`]. A logical
//! plan has no such switch, and its constants are folded before there are
//! physical expressions, so [`checked_plan`] puts checked functions in the place
//! of the operators. `sum` is not covered: DataFusion's wraps around at 2^63.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, ScalarUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::BinaryExpr as PhysicalBinaryExpr;

use super::functions::arithmetic;

/// The same expression with every `+`, `-` and `*` failing on overflow.
pub fn checked(expr: Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
    let result = Arc::clone(&expr).transform_up(|node| {
        let Some(binary) = node.downcast_ref::<PhysicalBinaryExpr>() else {
            return Ok(Transformed::no(node));
        };
        if !matches!(binary.op(), Operator::Plus | Operator::Minus | Operator::Multiply) {
            return Ok(Transformed::no(node));
        }
        let checked = PhysicalBinaryExpr::new(binary.left().clone(), *binary.op(), binary.right().clone());
        Ok(Transformed::yes(Arc::new(checked.with_fail_on_overflow(true)) as Arc<dyn PhysicalExpr>))
    });
    result.map_or(expr, |transformed| transformed.data)
}

/// The same plan with all integer arithmetic checked. For plans that are
/// executed as they are; it must have been analyzed (types are coerced).
pub fn checked_plan(plan: LogicalPlan) -> Result<LogicalPlan> {
    rewrite(plan, &|_| true)
}

/// The same plan with only the arithmetic between constants checked, so that
/// an optimiser that folds it finds the overflow, while arithmetic on columns
/// stays in the operators that [`checked`] switches.
pub fn checked_constants(plan: LogicalPlan) -> Result<LogicalPlan> {
    rewrite(plan, &is_constant)
}

fn rewrite(plan: LogicalPlan, wanted: &dyn Fn(&Expr) -> bool) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        if !has_arithmetic(&node) {
            return Ok(Transformed::no(node));
        }
        let schema = input_schema(&node);
        let names = NamePreserver::new(&node);
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = expr.transform_up(|e| rewrite_expr(e, &schema, wanted))?;
            Ok(expr.update_data(|e| name.restore(e)))
        })
    })?;
    Ok(rewritten.data)
}

fn has_arithmetic(node: &LogicalPlan) -> bool {
    let found = |e: &Expr| Ok(matches!(e, Expr::BinaryExpr(b) if function(b.op).is_some()));
    node.expressions().iter().any(|e| e.exists(found).unwrap_or(true))
}

fn input_schema(node: &LogicalPlan) -> DFSchema {
    let mut schema = merge_schema(&node.inputs());
    if let LogicalPlan::TableScan(scan) = node
        && let Ok(full) = DFSchema::try_from_qualified_schema(scan.table_name.clone(), &scan.source.schema())
    {
        schema.merge(&full);
    }
    schema
}

fn rewrite_expr(expr: Expr, schema: &DFSchema, wanted: &dyn Fn(&Expr) -> bool) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(binary) = &expr else { return Ok(Transformed::no(expr)) };
    let Some(function) = function(binary.op) else { return Ok(Transformed::no(expr)) };
    let integers = matches!(
        (binary.left.get_type(schema), binary.right.get_type(schema)),
        (Ok(left), Ok(right)) if is_integer(&left) && left == right
    );
    if !integers || !wanted(&expr) {
        return Ok(Transformed::no(expr));
    }
    let Expr::BinaryExpr(BinaryExpr { left, right, .. }) = expr else { unreachable!("matched above") };
    let call = ScalarFunction::new_udf(function, vec![*left, *right]);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}

fn function(op: Operator) -> Option<Arc<ScalarUDF>> {
    match op {
        Operator::Plus => Some(arithmetic::add()),
        Operator::Minus => Some(arithmetic::subtract()),
        Operator::Multiply => Some(arithmetic::multiply()),
        _ => None,
    }
}

fn is_integer(data_type: &DataType) -> bool {
    data_type.is_integer()
}

fn is_constant(expr: &Expr) -> bool {
    let varies = expr.exists(|e| {
        Ok(match e {
            Expr::Literal(..) | Expr::BinaryExpr(_) | Expr::Cast(_) | Expr::Negative(_) => false,
            Expr::ScalarFunction(call) => !arithmetic::is_checked(call.name()),
            _ => true,
        })
    });
    !varies.unwrap_or(true)
}
