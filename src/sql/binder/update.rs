//! `UPDATE`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column as PlanColumn, DFSchema, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{self, AssignmentTarget, Ident, SelectItem, Value};

use super::assignment::{assign, check_not_generated, default_syntax, is_default, target};
use super::bound::BoundUpdate;
use super::insert::give_type;
use super::query::Binder;
use super::syntax::{column_of, select, table_alias};
use super::typed_value::type_value;
use super::types::fold;
use crate::catalog::Object;
use crate::types::{Error, Result, SqlState};

const OLD: &str = "old";
const NEW: &str = "new";

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
        if update.from.is_some() || !update.table.joins.is_empty() {
            return Err(
                Error::unsupported("UPDATE … FROM").with_hint("Use a subquery in SET or WHERE instead.")
            );
        }
        let mut parameter_types = parameter_types.to_vec();
        let values = assigned(update, table, &mut parameter_types)?;
        let name = table_alias(&update.table.relation, table);
        let mut items: Vec<ast::Expr> = table.columns.iter().map(|c| column_of(&name, &c.name)).collect();
        for (column, value) in table.columns.iter().zip(&values) {
            items.push(value.clone().unwrap_or_else(|| column_of(&name, &column.name)));
        }
        let query = select(numbered(items), update.table.clone(), update.selection.clone());
        let plan = self.plan_query(query, &parameter_types, None)?;
        let plan = self.old_and_new(plan, table)?;
        let query = self.finish(plan, &parameter_types)?;
        let returning = self.bind_returning(update.returning.as_deref(), table, &name)?;
        Ok(BoundUpdate { table: table.clone(), query, returning })
    }

    /// Names, casts and generates the columns of a plan that gives all old and
    /// then all assigned values.
    fn old_and_new(&self, plan: LogicalPlan, table: &Object) -> Result<LogicalPlan> {
        let count = table.columns.len();
        let source = |i: usize| Expr::Column(PlanColumn::from(plan.schema().qualified_field(i)));
        let mut all = vec![];
        for (i, column) in table.columns.iter().enumerate() {
            all.push(source(i).alias_qualified(Some(OLD), &column.name));
        }
        for (i, column) in table.columns.iter().enumerate() {
            let value = match column.generated {
                Some(_) => source(i),
                None => assign(source(count + i), &plan, column)?,
            };
            all.push(value.alias_qualified(Some(NEW), &column.name));
        }
        let plan = LogicalPlanBuilder::from(plan).project(all)?.build()?;
        if table.columns.iter().all(|c| c.generated.is_none()) {
            return Ok(plan);
        }
        self.generate(plan, table)
    }

    fn generate(&self, plan: LogicalPlan, table: &Object) -> Result<LogicalPlan> {
        let count = table.columns.len();
        let new = (count..2 * count).map(|i| {
            let (qualifier, field) = plan.schema().qualified_field(i);
            (qualifier.cloned(), field.clone())
        });
        let new = DFSchema::new_with_metadata(new.collect(), Default::default())?;
        let mut all: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        for (i, column) in table.columns.iter().enumerate() {
            if let Some(text) = &column.generated {
                let value = self.generated(column, text, &new)?;
                all[count + i] = value.alias_qualified(Some(TableReference::bare(NEW)), &column.name);
            }
        }
        Ok(LogicalPlanBuilder::from(plan).project(all)?.build()?)
    }
}

/// The new value of each column, as syntax; `None` where none is assigned.
fn assigned(
    update: &ast::Update,
    table: &Object,
    parameter_types: &mut Vec<Option<DataType>>,
) -> Result<Vec<Option<ast::Expr>>> {
    let mut values = vec![None; table.columns.len()];
    for assignment in &update.assignments {
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
    match (&assignment.target, &assignment.value) {
        (AssignmentTarget::ColumnName(name), value) => Ok(vec![(name.clone(), value.clone())]),
        (AssignmentTarget::Tuple(names), ast::Expr::Tuple(values)) if names.len() == values.len() => {
            Ok(names.iter().cloned().zip(values.iter().cloned()).collect())
        }
        (AssignmentTarget::Tuple(_), ast::Expr::Tuple(_)) => {
            Err(Error::new(SqlState::SYNTAX_ERROR, "number of columns does not match number of values"))
        }
        (AssignmentTarget::Tuple(_), _) => Err(Error::unsupported("UPDATE … SET (a, b) = (SELECT …)")),
    }
}

/// Items under names that differ, since old and new columns share theirs.
fn numbered(items: Vec<ast::Expr>) -> Vec<SelectItem> {
    let items = items.into_iter().enumerate();
    items
        .map(|(i, expr)| SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', format!("c{i}")) })
        .collect()
}
