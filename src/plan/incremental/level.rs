//! The body of a recursion, with the level of each row.
//!
//! One copy of the body serves all levels: rows carry their level in a column,
//! and rows of different levels never meet. What the body reads besides is
//! indexed once, however deep the recursion goes.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::common::{Column, DFSchema, Result as PlanResult};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Filter, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Projection,
    TableScan, TableSource, Union, Unnest, Window,
};

use super::planner::in_view;
use crate::types::{Error, Result};

/// The column of the level.
const LEVEL: &str = "__ms_level";

/// The rows of a recursion as its body sees them: with their level.
#[derive(Debug)]
pub struct LevelSource {
    schema: SchemaRef,
}

impl TableSource for LevelSource {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// The body of the recursion `name` with the level of each row as the last
/// column; `None` if it does not read the recursion.
pub fn with_level(plan: &LogicalPlan, name: &str) -> Result<Option<LogicalPlan>> {
    let carried = Carrier { name }.carry(plan)?;
    let Some(carried) = carried else { return Ok(None) };
    let columns = plan.schema().columns().into_iter().chain([level()]).map(Expr::Column);
    Ok(Some(LogicalPlanBuilder::from(carried).project(columns)?.build()?))
}

fn level() -> Column {
    Column::new_unqualified(LEVEL)
}

struct Carrier<'a> {
    name: &'a str,
}

impl Carrier<'_> {
    /// The plan with a level column somewhere, if it reads the recursion.
    fn carry(&self, plan: &LogicalPlan) -> Result<Option<LogicalPlan>> {
        Ok(Some(match plan {
            LogicalPlan::TableScan(scan) if self.is_own(scan) => leaf(scan)?,
            LogicalPlan::Join(join) => return self.join(join),
            LogicalPlan::Union(union) => return self.union(union),
            _ => {
                let [input] = plan.inputs()[..] else { return Ok(None) };
                let Some(input) = self.carry(input)? else { return Ok(None) };
                over(plan, Arc::new(input))?
            }
        }))
    }

    fn is_own(&self, scan: &TableScan) -> bool {
        source_as_provider(&scan.source)
            .is_ok_and(|p| p.downcast_ref::<CteWorkTable>().is_some_and(|w| w.name() == self.name))
    }

    fn join(&self, join: &Join) -> Result<Option<LogicalPlan>> {
        use JoinType::{Inner, Left, LeftAnti, LeftMark, LeftSemi, Right, RightAnti, RightMark, RightSemi};
        let both = (self.carry(&join.left)?, self.carry(&join.right)?);
        let kind = join.join_type;
        let inputs = match both {
            (None, None) => return Ok(None),
            (Some(left), None) if matches!(kind, Inner | Left | LeftSemi | LeftAnti | LeftMark) => {
                (Arc::new(left), join.right.clone())
            }
            (None, Some(right)) if matches!(kind, Inner | Right | RightSemi | RightAnti | RightMark) => {
                (join.left.clone(), Arc::new(right))
            }
            (Some(left), Some(right)) if kind == Inner => return Ok(Some(twice(join, left, right)?)),
            _ => return Err(in_view("WITH RECURSIVE that reads itself where rows may be missing")),
        };
        let joined = Join::try_new(
            inputs.0,
            inputs.1,
            join.on.clone(),
            join.filter.clone(),
            kind,
            join.join_constraint,
            join.null_equality,
            join.null_aware,
        )?;
        Ok(Some(LogicalPlan::Join(joined)))
    }

    fn union(&self, union: &Union) -> Result<Option<LogicalPlan>> {
        let parts = union.inputs.iter().map(|i| self.carry(i)).collect::<Result<Vec<_>>>()?;
        if parts.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut inputs = vec![];
        for (part, input) in parts.into_iter().zip(&union.inputs) {
            let part = part.ok_or_else(|| in_view("WITH RECURSIVE with a part that never ends"))?;
            let own = input.schema().columns().into_iter().zip(union.schema.fields());
            let columns = own.map(|(c, f)| Expr::Column(c).alias(f.name()));
            let columns = columns.chain([Expr::Column(level())]);
            inputs.push(Arc::new(LogicalPlanBuilder::from(part).project(columns)?.build()?));
        }
        Ok(Some(LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?)))
    }
}

/// A join of two readings of the recursion: rows of one level meet.
fn twice(join: &Join, left: LogicalPlan, right: LogicalPlan) -> PlanResult<LogicalPlan> {
    let other = Column::new_unqualified("__ms_other_level");
    let renamed = right
        .schema()
        .columns()
        .into_iter()
        .map(|c| if c == level() { Expr::Column(c).alias(&other.name) } else { Expr::Column(c) });
    let renamed: Vec<Expr> = renamed.collect();
    let right = LogicalPlanBuilder::from(right).project(renamed)?.build()?;
    let mut on = join.on.clone();
    on.push((Expr::Column(level()), Expr::Column(other)));
    Ok(LogicalPlan::Join(Join::try_new(
        Arc::new(left),
        Arc::new(right),
        on,
        join.filter.clone(),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?))
}

/// The scan of the recursion, with the level.
fn leaf(scan: &TableScan) -> Result<LogicalPlan> {
    let mut fields: Vec<Arc<Field>> = scan.source.schema().fields().iter().cloned().collect();
    let width = fields.len();
    fields.push(Arc::new(Field::new(LEVEL, DataType::Int64, false)));
    let source = Arc::new(LevelSource { schema: Arc::new(Schema::new(fields)) });
    let all = LogicalPlanBuilder::scan(scan.table_name.clone(), source, None)?.build()?;
    // The level has no qualifier, so that it is the same column everywhere.
    let columns = scan.projection.clone().unwrap_or_else(|| (0..width).collect());
    let named = all.schema().columns();
    let mut output: Vec<Expr> = columns.into_iter().map(|c| Expr::Column(named[c].clone())).collect();
    output.push(Expr::Column(named[width].clone()).alias(LEVEL));
    let mut builder = LogicalPlanBuilder::from(all).project(output)?;
    for filter in &scan.filters {
        builder = builder.filter(filter.clone())?;
    }
    Ok(builder.build()?)
}

/// An operator over one input, which has the level.
fn over(plan: &LogicalPlan, input: Arc<LogicalPlan>) -> Result<LogicalPlan> {
    Ok(match plan {
        LogicalPlan::Projection(projection) => {
            let columns = projection.expr.iter().cloned().chain([Expr::Column(level())]);
            LogicalPlan::Projection(Projection::try_new(columns.collect(), input)?)
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let own = alias.input.schema().columns().into_iter().zip(alias.schema.iter());
            let named = own.map(|(c, (q, f))| Expr::Column(c).alias_qualified(q.cloned(), f.name()));
            let columns = named.chain([Expr::Column(level())]);
            LogicalPlan::Projection(Projection::try_new(columns.collect(), input)?)
        }
        LogicalPlan::Filter(filter) => LogicalPlan::Filter(Filter::try_new(filter.predicate.clone(), input)?),
        LogicalPlan::Aggregate(aggregate) if !aggregate.group_expr.is_empty() => {
            let group = aggregate.group_expr.iter().cloned().chain([Expr::Column(level())]);
            LogicalPlan::Aggregate(Aggregate::try_new(input, group.collect(), aggregate.aggr_expr.clone())?)
        }
        LogicalPlan::Distinct(Distinct::All(_)) => LogicalPlan::Distinct(Distinct::All(input)),
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => input.as_ref().clone(),
        LogicalPlan::Unnest(unnest) => {
            LogicalPlan::Unnest(Unnest::try_new(input, unnest.exec_columns.clone(), unnest.options.clone())?)
        }
        LogicalPlan::Window(window) => partitioned(window, input)?,
        LogicalPlan::Aggregate(_) => {
            return Err(Error::new(
                crate::types::SqlState("42P19"),
                "aggregate functions are not allowed in a recursive query's recursive term",
            ));
        }
        other => return Err(in_view(&format!("{} over a WITH RECURSIVE in itself", other.display()))),
    })
}

fn partitioned(window: &Window, input: Arc<LogicalPlan>) -> Result<LogicalPlan> {
    let mut calls = vec![];
    for call in &window.window_expr {
        let Expr::WindowFunction(call) = call.clone() else {
            return Err(in_view("a named window function in WITH RECURSIVE"));
        };
        let mut call = *call;
        call.params.partition_by.push(Expr::Column(level()));
        calls.push(Expr::WindowFunction(Box::new(call)));
    }
    let below = input.schema().fields().len();
    let ranked = LogicalPlan::Window(Window::try_new(calls, input.clone())?);
    let mut columns: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
    let width = window.input.schema().fields().len();
    for (column, (q, f)) in
        ranked.schema().columns().into_iter().skip(below).zip(window.schema.iter().skip(width))
    {
        columns.push(Expr::Column(column).alias_qualified(q.cloned(), f.name()));
    }
    Ok(LogicalPlanBuilder::from(ranked).project(columns)?.build()?)
}

/// The columns of a recursion and their level.
pub fn leveled(schema: &DFSchema) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| Field::new(f.name(), f.data_type().clone(), true));
    let level = Field::new(LEVEL, DataType::Int64, true);
    Arc::new(Schema::new(fields.chain([level]).collect::<Vec<_>>()))
}
