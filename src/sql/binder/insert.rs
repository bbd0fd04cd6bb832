//! `INSERT`.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Column as PlanColumn, DFSchema};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{self, SetExpr, Value};

use super::assignment::{assign, check_not_generated, default_syntax, is_default, target};
use super::bound::BoundInsert;
use super::number_literal::type_exact_number;
use super::query::Binder;
use super::typed_value::type_value;
use super::types::fold;
use crate::catalog::Object;
use crate::types::{Error, Result, SqlState};

impl Binder {
    /// Binds an INSERT into `table`, which the statement names. A parameter
    /// that stands alone in VALUES has its column's type.
    pub fn bind_insert(
        &self,
        insert: &ast::Insert,
        table: &Arc<Object>,
        parameter_types: &[Option<DataType>],
    ) -> Result<BoundInsert> {
        check_supported(insert)?;
        let mut targets = self.targets(insert, table)?;
        let mut parameter_types = parameter_types.to_vec();
        let given = match &insert.source {
            None => {
                targets.clear();
                LogicalPlanBuilder::empty(true).build()?
            }
            Some(source) => self.insert_source(
                source,
                !insert.columns.is_empty(),
                table,
                &mut targets,
                &mut parameter_types,
            )?,
        };
        let plan = self.fill(given, table, &targets)?;
        let alias = insert.table_alias.as_ref().map(|a| a.alias.clone());
        let alias = alias.unwrap_or_else(|| ast::Ident::with_quote('"', &table.name));
        let conflict = self.bind_conflict(insert, &plan, table, &alias, &mut parameter_types)?;
        let source = self.finish(plan, &parameter_types)?;
        let returning =
            self.bind_returning(insert.returning.as_deref(), table, &alias, &[], &source.parameter_types)?;
        Ok(BoundInsert { table: table.clone(), source, conflict, returning })
    }

    /// The columns that values are given for: all that are shown and not
    /// generated, unless the statement lists them.
    fn targets(&self, insert: &ast::Insert, table: &Object) -> Result<Vec<usize>> {
        if insert.columns.is_empty() {
            let all = 0..table.columns.len();
            let is_given = |i: &usize| !table.columns[*i].hidden && table.columns[*i].generated.is_none();
            return Ok(all.filter(is_given).collect());
        }
        let mut targets = vec![];
        for name in &insert.columns {
            let Some(name) = name.0.last().and_then(|part| part.as_ident()).map(fold) else {
                return Err(Error::new(SqlState::SYNTAX_ERROR, format!("\"{name}\" is not a column name")));
            };
            let index = target(table, &name)?;
            if targets.contains(&index) {
                let message = format!("column \"{name}\" specified more than once");
                return Err(Error::new(SqlState::DUPLICATE_COLUMN, message));
            }
            check_not_generated(table, index, "INSERT")?;
            targets.push(index);
        }
        Ok(targets)
    }

    /// The plan of what is inserted. `targets` is cut to the number of columns
    /// given when the statement does not list columns.
    fn insert_source(
        &self,
        source: &ast::Query,
        is_listed: bool,
        table: &Object,
        targets: &mut Vec<usize>,
        parameter_types: &mut Vec<Option<DataType>>,
    ) -> Result<LogicalPlan> {
        let mut source = source.clone();
        let mut values = None;
        if let SetExpr::Values(rows) = source.body.as_mut() {
            let widest = rows.rows.iter().map(|row| row.content.len()).max().unwrap_or(0);
            check_width(widest, targets, is_listed)?;
            targets.truncate(widest);
            for row in &mut rows.rows {
                if row.content.len() != widest {
                    let message = "VALUES lists must all be the same length";
                    return Err(Error::new(SqlState::SYNTAX_ERROR, message));
                }
                for (value, index) in row.content.iter_mut().zip(targets.iter()) {
                    prepare_value(value, table, *index, parameter_types)?;
                }
            }
            let types = targets.iter().map(|i| &table.columns[*i]);
            let types = types.map(|c| Field::new(&c.name, c.data_type.clone(), true)).collect::<Fields>();
            values = Some(DFSchema::from_unqualified_fields(types, Default::default())?);
        }
        let plan = self.plan_query(source, parameter_types, values)?;
        let width = plan.schema().fields().len();
        check_width(width, targets, is_listed)?;
        targets.truncate(width);
        Ok(plan)
    }

    /// All columns of the table in order: given ones cast, others defaulted or
    /// generated.
    fn fill(&self, given: LogicalPlan, table: &Object, targets: &[usize]) -> Result<LogicalPlan> {
        let mut stored = vec![];
        for (i, column) in table.columns.iter().enumerate() {
            let value = match targets.iter().position(|t| *t == i) {
                Some(at) => {
                    let source = Expr::Column(PlanColumn::from(given.schema().qualified_field(at)));
                    assign(source, &given, column)?
                }
                None => self.default_of(column)?,
            };
            stored.push(value.alias(&column.name));
        }
        let plan = LogicalPlanBuilder::from(given).project(stored)?.build()?;
        if table.columns.iter().all(|c| c.generated.is_none()) {
            return Ok(plan);
        }
        let mut all = vec![];
        for column in &table.columns {
            all.push(match &column.generated {
                Some(text) => self.generated(column, text, plan.schema())?.alias(&column.name),
                None => Expr::Column(PlanColumn::new_unqualified(&column.name)),
            });
        }
        Ok(LogicalPlanBuilder::from(plan).project(all)?.build()?)
    }
}

fn check_supported(insert: &ast::Insert) -> Result<()> {
    if insert.overwrite || insert.replace_into || insert.partitioned.is_some() {
        return Err(Error::unsupported("this form of INSERT"));
    }
    Ok(())
}

/// A statement that lists columns must give them all; otherwise the last ones
/// may be missing.
fn check_width(width: usize, targets: &[usize], is_listed: bool) -> Result<()> {
    if width > targets.len() {
        return Err(Error::new(SqlState::SYNTAX_ERROR, "INSERT has more expressions than target columns"));
    }
    if is_listed && width < targets.len() {
        return Err(Error::new(SqlState::SYNTAX_ERROR, "INSERT has more target columns than expressions"));
    }
    Ok(())
}

/// DEFAULT gives way to the column's default; a parameter gets the column's
/// type; a number with a point stays exact.
fn prepare_value(
    value: &mut ast::Expr,
    table: &Object,
    index: usize,
    parameter_types: &mut Vec<Option<DataType>>,
) -> Result<()> {
    let column = &table.columns[index];
    if is_default(value) {
        *value = default_syntax(column)?;
        return Ok(());
    }
    if let ast::Expr::Value(literal) = value
        && let Value::Placeholder(name) = &literal.value
    {
        give_type(name, &column.data_type, parameter_types);
    }
    type_exact_number(value);
    type_value(value, &column.data_type);
    Ok(())
}

/// The parameter's type is this one, unless the client has said otherwise.
pub(super) fn give_type(name: &str, data_type: &DataType, types: &mut Vec<Option<DataType>>) {
    let number = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
    let Some(index) = number.and_then(|n| n.checked_sub(1)).filter(|i| *i < 65_535) else { return };
    if index >= types.len() {
        types.resize(index + 1, None);
    }
    types[index].get_or_insert_with(|| data_type.clone());
}
