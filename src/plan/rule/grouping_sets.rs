//! GROUPING SETS, CUBE and ROLLUP: one aggregate for each set, put together.
//!
//! Each aggregate fills the keys that its set leaves out with NULL and says in
//! `__grouping_id` which they were, so `grouping()` reads there what DataFusion
//! has bound it to. The empty set has its one row whatever comes in.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{
    Aggregate, EmptyRelation, Expr, ExprSchemable, GroupingSet, LogicalPlan, Projection, Union,
};

/// The plan without GROUPING SETS, CUBE and ROLLUP.
pub fn expand_grouping_sets(plan: LogicalPlan) -> Result<LogicalPlan> {
    let expanded = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Aggregate(aggregate)
            if matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]) =>
        {
            Ok(Transformed::yes(expanded(aggregate)?))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(expanded.data)
}

fn expanded(aggregate: Aggregate) -> Result<LogicalPlan> {
    let keys: Vec<Expr> = grouping_set_to_exprlist(&aggregate.group_expr)?.into_iter().cloned().collect();
    let mut met: HashMap<u64, u64> = HashMap::new();
    let mut inputs = vec![];
    for set in sets(&aggregate.group_expr) {
        let mask = keys.iter().fold(0, |mask, key| mask << 1 | u64::from(!set.contains(key)));
        let ordinal = met.entry(mask).or_default();
        let id = mask | ordinal.checked_shl(keys.len() as u32).unwrap_or(0);
        *ordinal += 1;
        inputs.push(Arc::new(one_set(&aggregate, &keys, &set, id)?));
    }
    let all = match inputs.len() {
        1 => inputs.remove(0),
        _ => Arc::new(LogicalPlan::Union(Union::try_new(inputs)?)),
    };
    let named = aggregate.schema.iter().enumerate().map(|(index, (qualifier, field))| {
        Expr::Column(column(index)).alias_qualified(qualifier.cloned(), field.name())
    });
    Ok(LogicalPlan::Projection(Projection::try_new(named.collect(), all)?))
}

/// The columns of a union have no qualifier.
fn column(index: usize) -> Column {
    Column::new_unqualified(format!("__ms_set_{index}"))
}

/// The sets of a GROUP BY that is one grouping set.
fn sets(group: &[Expr]) -> Vec<Vec<Expr>> {
    match group {
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.clone(),
        [Expr::GroupingSet(GroupingSet::Rollup(keys))] => {
            (0..=keys.len()).rev().map(|length| keys[..length].to_vec()).collect()
        }
        [Expr::GroupingSet(GroupingSet::Cube(keys))] => {
            let chosen = |bits: u64| (0..keys.len()).filter(move |i| bits >> i & 1 == 1);
            (0..1 << keys.len()).rev().map(|bits| chosen(bits).map(|i| keys[i].clone()).collect()).collect()
        }
        plain => vec![plain.to_vec()],
    }
}

/// The aggregate of one set, with the columns of all.
fn one_set(aggregate: &Aggregate, keys: &[Expr], set: &[Expr], id: u64) -> Result<LogicalPlan> {
    let mut group: Vec<Expr> = vec![];
    for key in set {
        if !group.contains(key) {
            group.push(key.clone());
        }
    }
    let input = if group.is_empty() && aggregate.aggr_expr.is_empty() {
        let schema = Arc::new(datafusion::common::DFSchema::empty());
        LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: true, schema })
    } else {
        LogicalPlan::Aggregate(Aggregate::try_new(
            aggregate.input.clone(),
            group.clone(),
            aggregate.aggr_expr.clone(),
        )?)
    };
    let results: Vec<Column> = input.schema().columns();
    let (held, results) = results.split_at(group.len());
    let mut columns = Vec::with_capacity(aggregate.schema.fields().len());
    for (index, field) in aggregate.schema.fields().iter().enumerate() {
        let value = if let Some(key) = keys.get(index) {
            match group.iter().position(|g| g == key) {
                Some(place) => Expr::Column(held[place].clone()),
                None => {
                    let data_type = key.get_type(aggregate.input.schema())?;
                    Expr::Literal(ScalarValue::try_from(&data_type)?, None)
                }
            }
        } else if index == keys.len() {
            Expr::Literal(grouping_id(id, field.data_type()), None)
        } else {
            Expr::Column(results[index - keys.len() - 1].clone())
        };
        columns.push(value.alias(column(index).name));
    }
    Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(input))?))
}

fn grouping_id(id: u64, data_type: &DataType) -> ScalarValue {
    match data_type {
        DataType::UInt8 => ScalarValue::UInt8(Some(id as u8)),
        DataType::UInt16 => ScalarValue::UInt16(Some(id as u16)),
        DataType::UInt32 => ScalarValue::UInt32(Some(id as u32)),
        _ => ScalarValue::UInt64(Some(id)),
    }
}
