//! Each logical operator, carried from inside a dependent part to where the
//! part no longer depends: what "Unnesting Arbitrary Queries" (Neumann and
//! Kemper, BTW 2015) calls pushing the dependent join down.
//!
//! Predicates that read the outer row are carried upwards as long as they can
//! be; only where an operator's answer depends on them (an aggregate, a limit,
//! an outer join, a union) does the outer row's value become a column.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, ExprSchemable, Filter, LogicalPlan, LogicalPlanBuilder, Projection, Union,
    Unnest, Values,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

use super::dependent::{Binding, Dependent};
use super::names::Names;
use super::outer::{Outer, columns_of, shared, with_columns};
use super::{join, ordered, unsupported};
use crate::plan::rule::expand_grouping_sets;

/// Carries out `plan`, a part that may depend on the rows of `outer`.
pub struct Carrier<'a> {
    pub outer: &'a Outer,
    pub names: &'a mut Names,
}

impl Carrier<'_> {
    /// The part in a form that does not depend.
    pub fn carry(&mut self, plan: &LogicalPlan) -> Result<Dependent> {
        if self.outer.references_in(plan)?.is_empty() {
            return Ok(Dependent::free(plan.clone()));
        }
        match plan {
            LogicalPlan::Subquery(subquery) => self.carry(&subquery.subquery),
            LogicalPlan::SubqueryAlias(alias) => {
                let below = self.carry(&alias.input)?;
                let columns = alias.input.schema().columns().into_iter().map(Expr::Column).collect();
                self.project(below, columns, &alias.schema)
            }
            LogicalPlan::Projection(projection) => {
                let below = self.carry(&projection.input)?;
                self.project(below, projection.expr.clone(), &projection.schema)
            }
            LogicalPlan::Filter(filter) => self.filter(filter),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut below = self.carry(input)?;
                below.bind(&[], self.outer, self.names)?;
                below.plan = self.with_bound(&below, input.schema())?;
                below.plan = LogicalPlan::Distinct(Distinct::All(shared(&below.plan)));
                Ok(below)
            }
            LogicalPlan::Distinct(Distinct::On(on)) => ordered::distinct_on(self, on),
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => self.carry(&sort.input),
            LogicalPlan::Limit(limit) => ordered::limit(self, limit),
            LogicalPlan::Window(window) => ordered::window(self, window),
            LogicalPlan::Join(one) => join::carry(self, one),
            LogicalPlan::Union(union) => self.union(union),
            LogicalPlan::Unnest(unnest) => self.unnest(unnest),
            LogicalPlan::Values(values) => {
                let union = rows_as_union(values)?;
                self.carry(&union)
            }
            other => Err(unsupported(&format!("a correlated reference inside {}", other.display()))),
        }
    }

    /// `expressions` over `below`, under the names of `schema`, with all that
    /// bindings and pending predicates need.
    fn project(
        &mut self,
        mut below: Dependent,
        expressions: Vec<Expr>,
        schema: &DFSchema,
    ) -> Result<Dependent> {
        let mut read = vec![];
        for expression in &expressions {
            read.extend(self.outer.references(expression)?);
        }
        read.retain(|c| !below.bound.contains_key(c));
        if !read.is_empty() {
            below.bind(&read, self.outer, self.names)?;
        }
        let mut output = vec![];
        let mut missing = below.missing.as_ref().map(|_| BTreeMap::new());
        for (expression, (qualifier, field)) in expressions.into_iter().zip(schema.iter()) {
            let expression = below.resolved(expression)?.unalias();
            if let (Some(now), Some(before)) = (&mut missing, &below.missing) {
                let default = with_columns(expression.clone(), &|c| before.get(c).cloned())?;
                let default = simplified(default, below.plan.schema())?;
                now.insert(Column::new(qualifier.cloned(), field.name()), default);
            }
            output.push(expression.alias_qualified(qualifier.cloned(), field.name()));
        }
        self.keep_pending(&mut below, &mut output)?;
        output.extend(below.bound_columns());
        let plan = LogicalPlan::Projection(Projection::try_new(output, shared(&below.plan))?);
        Ok(Dependent { plan, missing, ..below })
    }

    /// Columns that pending predicates read go along, under names of their own.
    fn keep_pending(&mut self, below: &mut Dependent, output: &mut Vec<Expr>) -> Result<()> {
        let bound: Vec<Column> = below.bound.values().map(|b| b.column.clone()).collect();
        let mut kept: BTreeMap<Column, Column> = BTreeMap::new();
        for column in below.pending.iter().flat_map(columns_of) {
            if bound.contains(&column) || kept.contains_key(&column) {
                continue;
            }
            if Names::is_ours(&column) {
                output.push(Expr::Column(column.clone()));
                kept.insert(column.clone(), column);
            } else {
                let name = self.names.fresh();
                output.push(Expr::Column(column.clone()).alias(&name.name));
                kept.insert(column, name);
            }
        }
        for predicate in &mut below.pending {
            let renamed = |c: &Column| kept.get(c).map(|new| Expr::Column(new.clone()));
            *predicate = with_columns(predicate.clone(), &renamed)?;
        }
        Ok(())
    }

    /// The columns of `schema` and those bound, and no others.
    pub fn with_bound(&self, part: &Dependent, schema: &DFSchema) -> Result<LogicalPlan> {
        let mut columns: Vec<Expr> = schema.columns().into_iter().map(Expr::Column).collect();
        columns.extend(part.bound_columns());
        LogicalPlanBuilder::from(part.plan.clone()).project(columns)?.build()
    }

    fn filter(&mut self, filter: &Filter) -> Result<Dependent> {
        let mut below = self.carry(&filter.input)?;
        let conjuncts = split_conjunction_owned(filter.predicate.clone());
        if let Some(missing) = &below.missing {
            let mut passes = true;
            for conjunct in &conjuncts {
                let default = with_columns(conjunct.clone(), &|c| missing.get(c).cloned())?;
                if is_false(&simplified(default, below.plan.schema())?) {
                    passes = false;
                }
            }
            if passes {
                below.settle(self.outer, self.names)?;
            } else {
                below.missing = None;
            }
        }
        for conjunct in conjuncts {
            below.filter(conjunct, self.outer)?;
        }
        Ok(below)
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Dependent> {
        if matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]) {
            let expanded = expand_grouping_sets(LogicalPlan::Aggregate(aggregate.clone()))?;
            return self.carry(&expanded);
        }
        let mut below = self.carry(&aggregate.input)?;
        below.settle(self.outer, self.names)?;
        let mut read = vec![];
        for expression in aggregate.group_expr.iter().chain(&aggregate.aggr_expr) {
            read.extend(self.outer.references(expression)?);
        }
        below.bind(&read, self.outer, self.names)?;
        let mut columns = aggregate.schema.iter();
        let mut named = |expressions: &[Expr]| -> Result<Vec<Expr>> {
            let named = expressions.iter().zip(columns.by_ref()).map(|(e, (qualifier, field))| {
                let resolved = below.resolved(e.clone())?;
                Ok(if resolved == *e {
                    resolved
                } else {
                    resolved.unalias().alias_qualified(qualifier.cloned(), field.name())
                })
            });
            named.collect()
        };
        let (mut group, results) = (named(&aggregate.group_expr)?, named(&aggregate.aggr_expr)?);
        let is_scalar = group.is_empty() && !below.bound.is_empty();
        group.extend(below.bound_columns());
        let plan = Aggregate::try_new(shared(&below.plan), group, results)?;
        let missing = if is_scalar { Some(over_nothing(aggregate)?) } else { None };
        Ok(Dependent {
            plan: LogicalPlan::Aggregate(plan),
            missing,
            single: is_scalar || below.single,
            ..below
        })
    }

    fn union(&mut self, union: &Union) -> Result<Dependent> {
        let mut parts = vec![];
        let mut read: Vec<Column> = vec![];
        for input in &union.inputs {
            let mut part = self.carry(input)?;
            part.settle(self.outer, self.names)?;
            read.extend(self.outer.references_in(input)?);
            parts.push(part);
        }
        read.sort();
        read.dedup();
        let binding = |name: Column| Binding { column: name, nullable: true };
        let bound: BTreeMap<Column, Binding> =
            read.iter().map(|c| (c.clone(), binding(self.names.fresh()))).collect();
        let shown: Vec<Column> = union.schema.fields().iter().map(|_| self.names.fresh()).collect();
        let mut inputs = vec![];
        for (mut part, input) in parts.into_iter().zip(&union.inputs) {
            part.bind(&read, self.outer, self.names)?;
            let own = input.schema().columns().into_iter().zip(&shown);
            let mut columns: Vec<Expr> = own.map(|(c, name)| Expr::Column(c).alias(&name.name)).collect();
            for (outer, target) in &bound {
                columns.push(Expr::Column(part.bound[outer].column.clone()).alias(&target.column.name));
            }
            inputs.push(Arc::new(LogicalPlanBuilder::from(part.plan).project(columns)?.build()?));
        }
        let all = LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?);
        let named = shown.into_iter().zip(union.schema.iter());
        let mut columns: Vec<Expr> =
            named.map(|(c, (q, f))| Expr::Column(c).alias_qualified(q.cloned(), f.name())).collect();
        columns.extend(bound.values().map(|b| Expr::Column(b.column.clone())));
        let plan = LogicalPlanBuilder::from(all).project(columns)?.build()?;
        Ok(Dependent { plan, bound, pending: vec![], missing: None, single: false })
    }

    fn unnest(&mut self, unnest: &Unnest) -> Result<Dependent> {
        let mut below = self.carry(&unnest.input)?;
        below.settle(self.outer, self.names)?;
        let plan = Unnest::try_new(shared(&below.plan), unnest.exec_columns.clone(), unnest.options.clone())?;
        Ok(Dependent { plan: LogicalPlan::Unnest(plan), single: false, ..below })
    }
}

/// The row that an aggregate without keys gives over no rows.
fn over_nothing(aggregate: &Aggregate) -> Result<BTreeMap<Column, Expr>> {
    let mut row = BTreeMap::new();
    for (expression, (qualifier, field)) in aggregate.aggr_expr.iter().zip(aggregate.schema.iter()) {
        let Expr::AggregateFunction(AggregateFunction { func, .. }) = expression.clone().unalias() else {
            return Err(unsupported("an aggregate of this kind in a correlated subquery"));
        };
        let value = match func.name() {
            "approx_distinct" | "regr_count" => ScalarValue::new_zero(field.data_type())?,
            _ => func.default_value(field.data_type())?,
        };
        row.insert(Column::new(qualifier.cloned(), field.name()), Expr::Literal(value, None));
    }
    Ok(row)
}

/// `VALUES` as a union of its rows, so that each can read the outer row.
pub fn rows_as_union(values: &Values) -> Result<LogicalPlan> {
    let mut inputs = vec![];
    for row in &values.values {
        let named = row.iter().zip(values.schema.fields());
        let mut columns = vec![];
        for (value, field) in named {
            let value = if value.get_type(&DFSchema::empty())? == *field.data_type() {
                value.clone()
            } else {
                datafusion::logical_expr::cast(value.clone(), field.data_type().clone())
            };
            columns.push(value.alias(field.name()));
        }
        inputs.push(Arc::new(LogicalPlanBuilder::empty(true).project(columns)?.build()?));
    }
    match inputs.len() {
        1 => Ok(Arc::unwrap_or_clone(inputs.remove(0))),
        _ => Ok(LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?)),
    }
}

fn simplified(expression: Expr, schema: &DFSchema) -> Result<Expr> {
    let context = SimplifyContext::builder().with_schema(Arc::new(schema.clone())).build();
    ExprSimplifier::new(context).simplify(expression)
}

fn is_false(expression: &Expr) -> bool {
    match expression {
        Expr::Literal(ScalarValue::Boolean(value), _) => *value != Some(true),
        Expr::Literal(value, _) => value.is_null(),
        _ => false,
    }
}

/// Is there anything that reads an outer row, or a subquery, anywhere in it?
pub fn depends(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        found |= node.contains_outer_reference();
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}
