//! `INTERSECT ALL` and `EXCEPT ALL` count rows.
//!
//! DataFusion binds them to semi and anti joins, which keep or drop all copies
//! of a row. PostgreSQL keeps the lesser of the two counts, or what is left
//! after subtracting. So both sides are put together, counted by all columns,
//! and each row comes out as often as the counts say. NULL is a value here.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, NullEquality, Result, UnnestOptions};
use datafusion::functions::core::expr_fn::least;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::functions_nested::expr_fn::gen_series;
use datafusion::logical_expr::{
    Distinct, Expr, ExprSchemable, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Union, cast, lit,
};

/// The plan in which no `INTERSECT ALL` or `EXCEPT ALL` is a join.
pub fn count_set_operations(plan: LogicalPlan) -> Result<LogicalPlan> {
    let counted = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Join(join) if is_multiset(&join) => Ok(Transformed::yes(counted(&join)?)),
        other => Ok(Transformed::no(other)),
    })?;
    Ok(counted.data)
}

/// Only set operations bind to such joins; over distinct rows, joins they can stay.
fn is_multiset(join: &Join) -> bool {
    matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti)
        && join.null_equality == NullEquality::NullEqualsNull
        && join.filter.is_none()
        && join.on.len() == join.left.schema().fields().len()
        && !matches!(join.left.as_ref(), LogicalPlan::Distinct(Distinct::All(_)))
}

fn counted(join: &Join) -> Result<LogicalPlan> {
    let value = |index: usize| Column::new_unqualified(format!("__ms_v{index}"));
    let (left, right) = ("__ms_left", "__ms_right");
    let side = |input: &LogicalPlan, keys: Vec<Expr>, counts: (i64, i64)| -> Result<Arc<LogicalPlan>> {
        let keys = keys.into_iter().enumerate().map(|(i, key)| key.alias(value(i).name));
        let counts = [lit(counts.0).alias(left), lit(counts.1).alias(right)];
        Ok(Arc::new(LogicalPlanBuilder::from(input.clone()).project(keys.chain(counts))?.build()?))
    };
    let (of_left, of_right): (Vec<Expr>, Vec<Expr>) = join.on.iter().cloned().unzip();
    let inputs = vec![side(&join.left, of_left, (1, 0))?, side(&join.right, of_right, (0, 1))?];
    let keys: Vec<Expr> = (0..join.on.len()).map(|i| Expr::Column(value(i))).collect();
    let total = |name: &str| sum(Expr::Column(Column::new_unqualified(name))).alias(name);
    let of = |name: &str| Expr::Column(Column::new_unqualified(name));
    let times = if join.join_type == JoinType::LeftSemi {
        least(vec![of(left), of(right)])
    } else {
        of(left) - of(right)
    };
    let copy = Column::new_unqualified("__ms_copy");
    let once_each = gen_series(lit(1i64), times.clone(), lit(1i64)).alias(&copy.name);
    let union = LogicalPlan::Union(Union::try_new(inputs)?);
    let builder = LogicalPlanBuilder::from(union)
        .aggregate(keys.clone(), vec![total(left), total(right)])?
        .filter(times.gt(lit(0i64)))?
        .project(keys.into_iter().chain([once_each]))?
        .unnest_columns_with_options(vec![copy], UnnestOptions::new().with_preserve_nulls(false))?;
    let plan = builder.build()?;
    let mut output = vec![];
    for (index, (qualifier, field)) in join.schema.iter().enumerate() {
        let column = Expr::Column(value(index));
        let same = column.get_type(plan.schema())? == *field.data_type();
        let column = if same { column } else { cast(column, field.data_type().clone()) };
        output.push(column.alias_qualified(qualifier.cloned(), field.name()));
    }
    LogicalPlanBuilder::from(plan).project(output)?.build()
}
