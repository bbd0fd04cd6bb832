//! `ORDER BY … OFFSET m FETCH FIRST n ROWS WITH TIES`: the first rows, and those
//! that are equal to the last of them in the order.
//!
//! Their rank is no higher than `m + n`; the first `m` rows are left out
//! whatever their rank is. So the limit becomes a filter below the sort:
//!
//! ```sql
//! WHERE rank() OVER (ORDER BY …) <= m + n AND row_number() OVER (ORDER BY …) > m
//! ```
//!
//! The syntax tree carries the clause as `LIMIT ms_with_ties(n)` ([`marked`]),
//! the plan is rewritten before its types are coerced ([`planned`]).

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::expr::{Sort as SortExpr, WindowFunction};
use datafusion::logical_expr::{
    Distinct, Expr, ExprFunctionExt, Limit, LogicalPlan, LogicalPlanBuilder, Projection, Sort, SubqueryAlias,
    WindowFunctionDefinition, lit,
};
use datafusion::sql::sqlparser::ast;

use super::error::external;
use super::{rewriting, ties};
use crate::expr::registry;
use crate::types::{Error, Result, SqlState};

/// The function that marks the limit.
const MARK: &str = "ms_with_ties";

/// The limit of a query that has `WITH TIES`.
pub(super) fn marked(query: &ast::Query, limit: ast::Expr) -> Result<ast::Expr> {
    if query.order_by.is_none() {
        let message = "WITH TIES cannot be specified without ORDER BY clause";
        return Err(Error::new(SqlState::SYNTAX_ERROR, message));
    }
    Ok(rewriting::call(MARK, vec![limit]))
}

/// The plan without such limits.
pub(super) fn planned(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let planned = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Limit(limit) => match limit.fetch.as_deref().and_then(marked_limit).cloned() {
            Some(count) => rewritten(limit, count).map(Transformed::yes),
            None => Ok(Transformed::no(LogicalPlan::Limit(limit))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok(planned.data)
}

fn marked_limit(fetch: &Expr) -> Option<&Expr> {
    match fetch {
        Expr::ScalarFunction(call) if call.func.name() == MARK => call.args.first(),
        _ => None,
    }
}

fn rewritten(limit: Limit, count: Expr) -> PlanResult<LogicalPlan> {
    let constant = match &count {
        Expr::Literal(value, _) => whole(value),
        _ => None,
    };
    match (&count, constant) {
        (Expr::Literal(value, _), _) if value.is_null() => {
            let message = "row count cannot be null in FETCH FIRST ... WITH TIES clause";
            Err(external(Error::new(SqlState("2201W"), message)))
        }
        (_, Some(n)) if n < 0 => {
            let error = Error::new(SqlState("2201W"), "LIMIT must not be negative");
            Err(external(error))
        }
        (_, Some(0)) => Ok(LogicalPlan::Limit(Limit { fetch: Some(Box::new(lit(0_i64))), ..limit })),
        _ => {
            let skip = limit.skip.map(|skip| *skip).filter(|skip| !is_nothing(skip));
            let first = First { count, is_constant: constant.is_some(), skip };
            first.below_sort(Arc::unwrap_or_clone(limit.input))
        }
    }
}

fn whole(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}

/// `OFFSET 0` and `OFFSET NULL` leave nothing out.
fn is_nothing(skip: &Expr) -> bool {
    matches!(skip, Expr::Literal(value, _) if value.is_null() || whole(value) == Some(0))
}

/// What is asked of the rows.
struct First {
    count: Expr,
    is_constant: bool,
    skip: Option<Expr>,
}

impl First {
    /// The plan, whose first rows are asked for, with the filter below its sort.
    fn below_sort(&self, plan: LogicalPlan) -> PlanResult<LogicalPlan> {
        Ok(match plan {
            LogicalPlan::Sort(Sort { expr, input, fetch }) => {
                let input = Arc::new(self.filtered(Arc::unwrap_or_clone(input), &expr)?);
                LogicalPlan::Sort(Sort { expr, input, fetch })
            }
            LogicalPlan::Projection(projection) => {
                let input = Arc::new(self.below_sort(Arc::unwrap_or_clone(projection.input))?);
                let (columns, schema) = (projection.expr, projection.schema);
                LogicalPlan::Projection(Projection::try_new_with_schema(columns, input, schema)?)
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let input = Arc::new(self.below_sort(Arc::unwrap_or_clone(alias.input))?);
                LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(input, alias.alias)?)
            }
            LogicalPlan::Distinct(Distinct::On(distinct)) => {
                return self.below_sort(ties::distinct_on(distinct)?);
            }
            _ => return Err(external(Error::internal("WITH TIES over a plan without an order"))),
        })
    }

    fn filtered(&self, plan: LogicalPlan, order: &[SortExpr]) -> PlanResult<LogicalPlan> {
        let columns: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        let rank = window("rank", order)?;
        let mut calls = vec![rank.clone()];
        let last = match &self.skip {
            Some(skip) => self.count.clone() + skip.clone(),
            None => self.count.clone(),
        };
        let mut condition = column(&rank).lt_eq(last);
        if !self.is_constant {
            condition = condition.and(self.count.clone().gt(lit(0_i64)));
        }
        if let Some(skip) = &self.skip {
            let number = window("row_number", order)?;
            condition = condition.and(column(&number).gt(skip.clone()));
            calls.push(number);
        }
        let plan = LogicalPlanBuilder::window_plan(plan, calls)?;
        LogicalPlanBuilder::from(plan).filter(condition)?.project(columns)?.build()
    }
}

fn window(name: &str, order: &[SortExpr]) -> PlanResult<Expr> {
    let function = registry().window.get(name).expect("ranks are window functions").clone();
    let call = WindowFunction::new(WindowFunctionDefinition::WindowUDF(function), vec![]);
    Expr::from(call).order_by(order.to_vec()).build()
}

fn column(call: &Expr) -> Expr {
    Expr::Column(Column::new_unqualified(call.schema_name().to_string()))
}
