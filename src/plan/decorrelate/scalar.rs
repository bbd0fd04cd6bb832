//! Subqueries that stand for a value.

use datafusion::common::{Column, ExprSchema, Result};
use datafusion::functions_aggregate::expr_fn::{count, first_value, min};
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, Subquery, lit};

use super::Purpose;
use super::apply::Applier;
use super::dependent::{Dependent, or_default, same};
use super::operator::{Carrier, depends};
use super::outer::{Outer, columns_of, with_columns};
use super::single::at_most_one;
use crate::expr::functions::single_row;

/// `input` with what the value comes from, and the value.
pub fn attach(applier: &mut Applier, input: LogicalPlan, subquery: Subquery) -> Result<(LogicalPlan, Expr)> {
    let inner = applier.inner(&subquery)?;
    // DataFusion takes the value to be there if the column is not NULL.
    let is_value = inner.schema().fields().iter().all(|f| f.is_nullable()) || is_one(&inner);
    if applier.purpose == Purpose::Once && is_value && !depends(&inner)? {
        let left = Subquery { subquery: inner.into(), ..subquery };
        return Ok((input, Expr::ScalarSubquery(left)));
    }
    let outer = Outer { plan: input };
    let part = Carrier { outer: &outer, names: &mut applier.names }.carry(&inner)?;
    let column = inner.schema().columns().into_iter().next();
    let column = column.ok_or_else(|| super::unsupported("a scalar subquery without a column"))?;
    if part.missing.is_some() || at_most_one(&part, &outer)? {
        return joined(applier, outer, part, column);
    }
    let (part, value, rows) = counted(applier, &outer, part, &column)?;
    let (plan, _) = joined(applier, outer, part, value.clone())?;
    Ok((plan, single_row::call(Expr::Column(value), Expr::Column(rows))))
}

/// Exactly one row.
fn is_one(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_one(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_one(&alias.input),
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(empty) => empty.produce_one_row,
        _ => false,
    }
}

/// One row for each outer row: some value, and how many there were.
fn counted(
    applier: &mut Applier,
    outer: &Outer,
    mut part: Dependent,
    column: &Column,
) -> Result<(Dependent, Column, Column)> {
    part.bind(&[], outer, &mut applier.names)?;
    let (value, rows) = (applier.names.fresh(), applier.names.fresh());
    let data_type = part.plan.schema().field_from_column(column)?.data_type().clone();
    let some = Expr::Column(column.clone());
    let some = if data_type.is_nested() { first_value(some, vec![]) } else { min(some) };
    let group = part.bound_columns();
    part.plan = LogicalPlanBuilder::from(part.plan)
        .aggregate(group, vec![some.alias(&value.name), count(lit(1i64)).alias(&rows.name)])?
        .build()?;
    Ok((part, value, rows))
}

/// A left join, whose right side gives at most one row; and the value.
fn joined(
    applier: &mut Applier,
    outer: Outer,
    part: Dependent,
    column: Column,
) -> Result<(LogicalPlan, Expr)> {
    let (right, on, names) = side(applier, &outer, &part)?;
    let on = if on.is_empty() { vec![lit(true)] } else { on };
    let plan = LogicalPlanBuilder::from(outer.plan.clone()).join_on(right, JoinType::Left, on)?.build()?;
    let value = match &part.missing {
        Some(missing) => {
            let default = outer.at_home(missing[&column].clone())?;
            or_default(&names.of(&column), &default, &names.present)?
        }
        None => Expr::Column(names.of(&column)),
    };
    Ok((plan, value))
}

/// What the columns of a part are called where it is joined.
pub struct Renamed {
    columns: Vec<(Column, Column)>,
    /// True in every row of the part.
    pub present: Column,
}

impl Renamed {
    /// The new name.
    pub fn of(&self, column: &Column) -> Column {
        self.columns
            .iter()
            .find(|(old, _)| old == column)
            .map_or_else(|| column.clone(), |(_, new)| new.clone())
    }
}

/// The part under names that meet no others, and what makes its rows belong to
/// an outer row.
pub fn side(
    applier: &mut Applier,
    outer: &Outer,
    part: &Dependent,
) -> Result<(LogicalPlan, Vec<Expr>, Renamed)> {
    let mut columns = vec![];
    let mut output = vec![];
    for column in part.plan.schema().columns() {
        let name = if super::names::Names::is_ours(&column) { column.clone() } else { applier.names.fresh() };
        output.push(Expr::Column(column.clone()).alias(&name.name));
        columns.push((column, name));
    }
    let present = applier.names.fresh();
    if part.missing.is_some() {
        output.push(lit(true).alias(&present.name));
    }
    let names = Renamed { columns, present };
    let right = LogicalPlanBuilder::from(part.plan.clone()).project(output)?.build()?;
    let mut on = vec![];
    for (column, binding) in &part.bound {
        let own = Expr::Column(names.of(&binding.column));
        on.push(same(Expr::Column(column.clone()), own, binding.nullable));
    }
    for predicate in &part.pending {
        debug_assert!(columns_of(predicate).iter().all(|c| part.plan.schema().has_column(c)));
        let own = with_columns(predicate.clone(), &|c| Some(Expr::Column(names.of(c))))?;
        on.push(outer.at_home(own)?);
    }
    Ok((right, on, names))
}
