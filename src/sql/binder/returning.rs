//! `RETURNING`.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNode;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;
use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

use super::bound::{BoundQuery, ReturningProjection};
use super::query::{Binder, config};
use super::syntax::select;
use super::table_query::table_factor;
use crate::catalog::Object;
use crate::expr::checked;
use crate::expr::shelter::{hide, restore};
use crate::types::{Error, Result};

impl ReturningProjection {
    /// The output rows for `rows`, which have all columns of the table.
    pub fn project(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let count = rows.num_rows();
        let columns = self.expressions.iter().map(|e| e.evaluate(rows).and_then(|v| v.into_array(count)));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?)
    }
}

impl Binder {
    /// Binds the list over all columns of `table`, which the statement calls
    /// `alias`, and then those of the other relations. Subqueries, aggregates and parameters are not built.
    pub(super) fn bind_returning(
        &self,
        items: Option<&[SelectItem]>,
        table: &Object,
        alias: &Ident,
        others: &[TableWithJoins],
        parameter_types: &[DataType],
    ) -> Result<Option<ReturningProjection>> {
        let Some(items) = items else { return Ok(None) };
        let name = ObjectName::from(vec![
            Ident::with_quote('"', &table.schema),
            Ident::with_quote('"', &table.name),
        ]);
        let mut relation = table_factor(name);
        if let TableFactor::Table { alias: written, .. } = &mut relation {
            *written = Some(TableAlias { explicit: true, name: alias.clone(), columns: vec![], at: None });
        }
        let from = TableWithJoins { relation, joins: vec![] };
        let mut query = select(items.to_vec(), from, None);
        if let SetExpr::Select(select) = query.body.as_mut() {
            select.from.extend(others.iter().cloned());
        }
        // Parameters may stand in the other relations, which are not read again.
        let types: Vec<Option<DataType>> = match others {
            [] => vec![],
            _ => parameter_types.iter().cloned().map(Some).collect(),
        };
        let plan = self.plan_all_columns(query, table, &types)?;
        let bound = self.finish(plan, &types)?;
        projection(&bound, table, !others.is_empty()).map(Some)
    }
}

fn projection(bound: &BoundQuery, table: &Object, others: bool) -> Result<ReturningProjection> {
    let unsupported = || Error::unsupported("RETURNING with subqueries, aggregates or parameters");
    let LogicalPlan::Projection(projection) = &bound.plan else { return Err(unsupported()) };
    let input = projection.input.schema();
    let is_subquery = |e: &Expr| matches!(e, Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_));
    let is_strange = |e: &Expr| is_subquery(e) || matches!(e, Expr::Placeholder(_));
    let own = table.columns.len();
    if input.fields().len() < own || (input.fields().len() > own && !others) {
        return Err(unsupported());
    }
    let context = SimplifyContext::builder()
        .with_schema(input.clone())
        .with_config_options(config().clone())
        .with_current_time()
        .build();
    let simplifier = ExprSimplifier::new(context);
    let properties = ExecutionProps::new();
    let mut expressions = vec![];
    for expr in &projection.expr {
        if expr.exists(|e| Ok(is_strange(e)))? {
            return Err(unsupported());
        }
        let expr = restore(simplifier.simplify(hide(expr.clone(), input)?)?)?;
        let expr = create_physical_expr(&expr, input, &properties, &PhysicalPlanningContext::default())?;
        expressions.push(checked(expr, input.as_arrow()));
    }
    Ok(ReturningProjection { expressions, schema: Arc::clone(&bound.schema) })
}
