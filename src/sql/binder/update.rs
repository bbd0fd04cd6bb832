//! `UPDATE`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column as PlanColumn, DFSchema, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{
    self, AssignmentTarget, Ident, SelectItem, UpdateTableFromKind, Value,
};

use super::assignment::{assign, check_not_generated, default_syntax, is_default, target};
use super::bound::BoundUpdate;
use super::insert::give_type;
use super::matched::Matched;
use super::query::Binder;
use super::syntax::{column_of, table_alias};
use super::typed_value::{parts, type_value};
use super::types::fold;
use crate::catalog::Object;
use crate::types::{Error, Result, SqlState};

const OLD: &str = "old";
const NEW: &str = "new";
const OTHER: &str = "other";

impl Binder {
    /// Binds an UPDATE of `table`, which the statement names.
    pub fn bind_update(
        &self,
        update: &ast::Statement,
        table: &Arc<Object>,
        parameter_types: &[Option<DataType>],
    ) -> Result<BoundUpdate> {
        let ast::Statement::Update(update) = update else {
            return Err(Error::internal("bind_update was given another statement"));
        };
        let others = match &update.from {
            None => [].as_slice(),
            Some(UpdateTableFromKind::BeforeSet(others) | UpdateTableFromKind::AfterSet(others)) => others,
        };
        if !update.table.joins.is_empty() {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "an UPDATE is of one table")
                .with_hint("Join others with UPDATE … SET … FROM."));
        }
        let mut parameter_types = parameter_types.to_vec();
        let values = assigned(&update.assignments, table, &mut parameter_types)?;
        let name = table_alias(&update.table.relation, table);
        let mut items: Vec<ast::Expr> = table.columns.iter().map(|c| column_of(&name, &c.name)).collect();
        for (column, value) in table.columns.iter().zip(&values) {
            items.push(value.clone().unwrap_or_else(|| column_of(&name, &column.name)));
        }
        let shows_others = update.returning.is_some() && !others.is_empty();
        let matched = Matched::new(&update.table, others, table, &name)?;
        let (query, key) = matched.select(numbered(items), update.selection.clone(), &name, shows_others);
        let plan = self.plan_query(query, &parameter_types, None)?;
        let plan = self.old_and_new(plan, table, 0)?;
        let query = self.finish(plan, &parameter_types)?;
        let returning = self.bind_returning(update.returning.as_deref(), table, &name, others)?;
        Ok(BoundUpdate {
            table: table.clone(),
            query,
            key: (!others.is_empty()).then_some(key),
            others: shows_others.then_some(matched.own_columns(2 * table.columns.len())),
            returning,
        })
    }

    /// Names, casts and generates the columns of a plan that gives, from column
    /// `first` on, all old and then all assigned values; others stay.
    pub(super) fn old_and_new(&self, plan: LogicalPlan, table: &Object, first: usize) -> Result<LogicalPlan> {
        let count = table.columns.len();
        let source = |i: usize| Expr::Column(PlanColumn::from(plan.schema().qualified_field(i)));
        let mut all = vec![];
        for i in 0..plan.schema().fields().len() {
            let place = i.checked_sub(first).filter(|place| *place < 2 * count);
            all.push(match place {
                None => source(i).alias_qualified(Some(OTHER), format!("x{i}")),
                Some(place) if place < count => {
                    source(i).alias_qualified(Some(OLD), &table.columns[place].name)
                }
                Some(place) => {
                    let column = &table.columns[place - count];
                    let value = match column.generated {
                        Some(_) => source(i - count),
                        None => assign(source(i), &plan, column)?,
                    };
                    value.alias_qualified(Some(NEW), &column.name)
                }
            });
        }
        let plan = LogicalPlanBuilder::from(plan).project(all)?.build()?;
        if table.columns.iter().all(|c| c.generated.is_none()) {
            return Ok(plan);
        }
        self.generate(plan, table, first + count)
    }

    /// Computes the generated columns of the new row, which begins at `first`.
    fn generate(&self, plan: LogicalPlan, table: &Object, first: usize) -> Result<LogicalPlan> {
        let new = (first..first + table.columns.len()).map(|i| {
            let (qualifier, field) = plan.schema().qualified_field(i);
            (qualifier.cloned(), field.clone())
        });
        let new = DFSchema::new_with_metadata(new.collect(), Default::default())?;
        let mut all: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        for (i, column) in table.columns.iter().enumerate() {
            if let Some(text) = &column.generated {
                let value = self.generated(column, text, &new)?;
                all[first + i] = value.alias_qualified(Some(TableReference::bare(NEW)), &column.name);
            }
        }
        Ok(LogicalPlanBuilder::from(plan).project(all)?.build()?)
    }
}

/// The new value of each column, as syntax; `None` where none is assigned.
pub(super) fn assigned(
    assignments: &[ast::Assignment],
    table: &Object,
    parameter_types: &mut Vec<Option<DataType>>,
) -> Result<Vec<Option<ast::Expr>>> {
    let mut values = vec![None; table.columns.len()];
    for assignment in assignments {
        for (name, value) in pairs(assignment)? {
            let name = name.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default();
            let index = target(table, &name)?;
            let column = &table.columns[index];
            if values[index].is_some() {
                let message = format!("multiple assignments to same column \"{name}\"");
                return Err(Error::new(SqlState::SYNTAX_ERROR, message));
            }
            let value = if is_default(&value) {
                default_syntax(column)?
            } else {
                check_not_generated(table, index, "UPDATE")?;
                let mut value = value;
                type_value(&mut value, &column.data_type);
                value
            };
            if let ast::Expr::Value(literal) = &value
                && let Value::Placeholder(name) = &literal.value
            {
                give_type(name, &column.data_type, parameter_types);
            }
            values[index] = Some(value);
        }
    }
    Ok(values)
}

fn pairs(assignment: &ast::Assignment) -> Result<Vec<(ast::ObjectName, ast::Expr)>> {
    let names = match &assignment.target {
        AssignmentTarget::ColumnName(name) => return Ok(vec![(name.clone(), assignment.value.clone())]),
        AssignmentTarget::Tuple(names) => names,
    };
    let values = match &assignment.value {
        ast::Expr::Tuple(values) => values.clone(),
        ast::Expr::Subquery(query) => each_column(query, names.len())?,
        ast::Expr::Nested(value) if names.len() == 1 => vec![value.as_ref().clone()],
        value => match parts(value) {
            Some(values) => values,
            None => {
                let message =
                    "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression";
                return Err(Error::unsupported("a row of another kind in SET").with_detail(message));
            }
        },
    };
    if names.len() != values.len() {
        let message = "number of columns does not match number of values";
        return Err(Error::new(SqlState::SYNTAX_ERROR, message));
    }
    Ok(names.iter().cloned().zip(values).collect())
}

/// `(SELECT x, y …)` as `(SELECT x …)` and `(SELECT y …)`.
fn each_column(query: &ast::Query, wanted: usize) -> Result<Vec<ast::Expr>> {
    let ast::SetExpr::Select(select) = query.body.as_ref() else {
        return Err(Error::unsupported("UPDATE … SET (a, b) = (a query that is not one SELECT)"));
    };
    let plain =
        |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. });
    if select.distinct.is_some() || query.order_by.is_some() || !select.projection.iter().all(plain) {
        return Err(Error::unsupported("UPDATE … SET (a, b) = (SELECT with DISTINCT, ORDER BY or *)"));
    }
    if select.projection.len() != wanted {
        let message = "number of columns does not match number of values";
        return Err(Error::new(SqlState::SYNTAX_ERROR, message));
    }
    let one = |item: &SelectItem| {
        let mut query = query.clone();
        if let ast::SetExpr::Select(select) = query.body.as_mut() {
            select.projection = vec![item.clone()];
        }
        ast::Expr::Subquery(Box::new(query))
    };
    Ok(select.projection.iter().map(one).collect())
}

/// Items under names that differ, since old and new columns share theirs.
pub(super) fn numbered(items: Vec<ast::Expr>) -> Vec<SelectItem> {
    let items = items.into_iter().enumerate();
    items
        .map(|(i, expr)| SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', format!("c{i}")) })
        .collect()
}
