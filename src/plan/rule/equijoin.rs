//! Equalities in join conditions become keys.
//!
//! DataFusion's rule reads `IS NOT DISTINCT FROM` as an equality of a join in
//! which NULL equals NULL, and later lets plain equalities join the same keys,
//! where NULL then equals NULL as well. Here `l IS NOT DISTINCT FROM r` becomes
//! two plain equalities of values that are never NULL instead:
//! `coalesce(l, d) = coalesce(r, d) AND (l IS NULL) = (r IS NULL)`.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::utils::{
    can_hash, conjunction, find_valid_equijoin_key_pair, split_conjunction_owned,
};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::optimizer::extract_equijoin_predicate::ExtractEquijoinPredicate;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The rule.
#[derive(Debug, Default)]
pub struct EquijoinKeys {
    plain: ExtractEquijoinPredicate,
}

impl OptimizerRule for EquijoinKeys {
    fn name(&self) -> &str {
        "equijoin_keys"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(mut join) = plan else { return Ok(Transformed::no(plan)) };
        let Some(filter) = join.filter.take() else { return Ok(Transformed::no(LogicalPlan::Join(join))) };
        let (left, right) = (join.left.schema().clone(), join.right.schema().clone());
        let mut conjuncts = vec![];
        let mut changed = false;
        for conjunct in split_conjunction_owned(filter) {
            match null_safe(&conjunct, &left, &right)? {
                Some(equalities) => {
                    changed = true;
                    conjuncts.extend(equalities);
                }
                None => conjuncts.push(conjunct),
            }
        }
        join.filter = conjunction(conjuncts);
        let extracted = self.plain.rewrite(LogicalPlan::Join(join), config)?;
        Ok(Transformed::new_transformed(extracted.data, extracted.transformed || changed))
    }
}

/// `l IS NOT DISTINCT FROM r` of the two sides, as equalities.
fn null_safe(predicate: &Expr, left: &DFSchema, right: &DFSchema) -> Result<Option<Vec<Expr>>> {
    let Expr::BinaryExpr(BinaryExpr { left: l, op: Operator::IsNotDistinctFrom, right: r }) = predicate
    else {
        return Ok(None);
    };
    let Some((l, r)) = find_valid_equijoin_key_pair(l, r, left, right)? else { return Ok(None) };
    let (left_type, right_type) = (l.get_type(left)?, r.get_type(right)?);
    if left_type != right_type || !can_hash(&left_type) {
        return Ok(None);
    }
    if !l.nullable(left)? || !r.nullable(right)? {
        return Ok(Some(vec![l.eq(r)]));
    }
    let Ok(some) = ScalarValue::new_default(&left_type) else { return Ok(None) };
    let some = Expr::Literal(some, None);
    let values = coalesce(vec![l.clone(), some.clone()]).eq(coalesce(vec![r.clone(), some]));
    Ok(Some(vec![values, l.is_null().eq(r.is_null())]))
}
