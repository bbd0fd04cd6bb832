//! `INSERT … ON CONFLICT`: what becomes of rows whose key is there already.
//!
//! The rows to insert, called `excluded`, are joined to the table by its
//! primary key. Of each pair the result has all columns of the new row, all of
//! the old one, all as they will be, and an [`Action`](super::BoundConflict).
//! What SET and WHERE say is computed only for rows that they are about.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{
    self, BinaryOperator, ConflictTarget, Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName,
    OnConflict, OnConflictAction, OnInsert, TableAlias, TableFactor, TableWithJoins, Value,
};

use super::bound::{BoundConflict, UPSERT_FRESH, UPSERT_KEPT, UPSERT_UPDATED};
use super::query::Binder;
use super::syntax::{column_of, select};
use super::table_query::table_factor;
use super::types::fold;
use super::update::{assigned, numbered};
use crate::catalog::{Object, ObjectKind};
use crate::types::{Error, Result, SqlState};

/// What the rows to insert are called.
pub(super) const EXCLUDED: &str = "excluded";

impl Binder {
    /// Binds the clause over the plan of the rows to insert.
    pub(super) fn bind_conflict(
        &self,
        insert: &ast::Insert,
        rows: &LogicalPlan,
        table: &Arc<Object>,
        alias: &Ident,
        parameter_types: &mut Vec<Option<DataType>>,
    ) -> Result<Option<BoundConflict>> {
        let Some(on) = &insert.on else { return Ok(None) };
        let OnInsert::OnConflict(on) = on else {
            return Err(
                Error::unsupported("ON DUPLICATE KEY UPDATE").with_hint("Write ON CONFLICT DO UPDATE.")
            );
        };
        let key = key_of(on, table)?;
        if key.is_empty() {
            return Ok(None);
        }
        let query = match &on.action {
            OnConflictAction::DoNothing => pairs(table, alias, &key, None, vec![]),
            OnConflictAction::DoUpdate(update) => {
                let values = assigned(&update.assignments, table, parameter_types)?;
                pairs(table, alias, &key, Some(update.selection.clone()), values)
            }
        };
        let binder = Binder { given: Some(Arc::new(rows.clone())), ..self.clone() };
        let plan = binder.plan_query(query, parameter_types, None)?;
        let plan = binder.old_and_new(plan, table, table.columns.len())?;
        let query = binder.finish(plan, parameter_types)?;
        Ok(Some(BoundConflict { query, updates: matches!(on.action, OnConflictAction::DoUpdate(_)) }))
    }
}

/// The key that decides; none if the table has no key, and so no conflict.
fn key_of(on: &OnConflict, table: &Object) -> Result<Vec<usize>> {
    let ObjectKind::Table(properties) = &table.kind else { return Ok(vec![]) };
    let updates = matches!(on.action, OnConflictAction::DoUpdate(_));
    if updates && properties.append_only {
        let message = format!("cannot update append-only table \"{}\"", table.name);
        return Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message)
            .with_hint("Rows of a table declared APPEND ONLY stay as they are."));
    }
    let mut named: Vec<usize> = match &on.conflict_target {
        None if updates => {
            let message = "ON CONFLICT DO UPDATE requires inference specification or constraint name";
            return Err(Error::new(SqlState::SYNTAX_ERROR, message)
                .with_hint("For example, ON CONFLICT (column_name)."));
        }
        None => return Ok(properties.primary_key.clone()),
        Some(ConflictTarget::OnConstraint(name)) => {
            let name = name.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default();
            if properties.primary_key.is_empty() || name != format!("{}_pkey", table.name) {
                let message = format!("constraint \"{name}\" for table \"{}\" does not exist", table.name);
                return Err(Error::new(SqlState::UNDEFINED_OBJECT, message));
            }
            return Ok(properties.primary_key.clone());
        }
        Some(ConflictTarget::Columns(names)) => {
            let index = |name: &Ident| {
                let found = table.columns.iter().position(|c| c.name == fold(name));
                found.ok_or_else(|| {
                    let message = format!("column \"{}\" does not exist", fold(name));
                    Error::new(SqlState::UNDEFINED_COLUMN, message)
                })
            };
            names.iter().map(index).collect::<Result<_>>()?
        }
    };
    let mut key = properties.primary_key.clone();
    named.sort_unstable();
    named.dedup();
    key.sort_unstable();
    if named.is_empty() || named != key {
        let message = "there is no unique or exclusion constraint matching the ON CONFLICT specification";
        return Err(Error::new(SqlState::INVALID_COLUMN_REFERENCE, message)
            .with_hint("The columns are those of the table's PRIMARY KEY."));
    }
    Ok(properties.primary_key.clone())
}

/// `SELECT excluded.…, t.…, new values, action FROM excluded LEFT JOIN t ON key`.
/// `condition` is that of DO UPDATE, which may have none.
fn pairs(
    table: &Object,
    alias: &Ident,
    key: &[usize],
    condition: Option<Option<Expr>>,
    values: Vec<Option<Expr>>,
) -> ast::Query {
    let excluded = Ident::with_quote('"', EXCLUDED);
    let columns = || table.columns.iter().map(|c| c.name.as_str());
    let exists = Expr::IsNotNull(Box::new(column_of(alias, &table.columns[key[0]].name)));
    let updated = match &condition {
        None => Expr::Value(Value::Boolean(false).with_empty_span()),
        Some(None) => exists.clone(),
        Some(Some(condition)) => {
            and(exists.clone(), case(vec![(exists.clone(), condition.clone())], boolean(false)))
        }
    };
    let mut items: Vec<Expr> = columns().map(|name| column_of(&excluded, name)).collect();
    items.extend(columns().map(|name| column_of(alias, name)));
    for (index, name) in columns().enumerate() {
        let old = column_of(alias, name);
        items.push(match values.get(index).cloned().flatten() {
            None => old,
            // A literal cannot fail, and its type is seen only where it stands alone.
            Some(value @ Expr::Value(_)) => value,
            Some(value) => case(vec![(updated.clone(), value)], old),
        });
    }
    let not_there = Expr::IsNull(Box::new(column_of(alias, &table.columns[key[0]].name)));
    items.push(case(
        vec![(not_there, number(UPSERT_FRESH)), (updated, number(UPSERT_UPDATED))],
        number(UPSERT_KEPT),
    ));
    let same = key.iter().map(|index| {
        let name = &table.columns[*index].name;
        binary(column_of(&excluded, name), BinaryOperator::Eq, column_of(alias, name))
    });
    let same = same.reduce(and).unwrap_or_else(|| boolean(true));
    let mut target = table_factor(ObjectName::from(vec![
        Ident::with_quote('"', &table.schema),
        Ident::with_quote('"', &table.name),
    ]));
    if let TableFactor::Table { alias: written, .. } = &mut target {
        *written = Some(TableAlias { explicit: true, name: alias.clone(), columns: vec![], at: None });
    }
    let join = Join {
        relation: target,
        global: false,
        join_operator: JoinOperator::LeftOuter(JoinConstraint::On(same)),
    };
    let from = TableWithJoins { relation: table_factor(ObjectName::from(vec![excluded])), joins: vec![join] };
    select(numbered(items), from, None)
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let nested = |e| Box::new(Expr::Nested(Box::new(e)));
    Expr::BinaryOp { left: nested(left), op, right: nested(right) }
}

fn and(left: Expr, right: Expr) -> Expr {
    binary(left, BinaryOperator::And, right)
}

fn boolean(value: bool) -> Expr {
    Expr::Value(Value::Boolean(value).with_empty_span())
}

fn number(value: i32) -> Expr {
    Expr::Value(Value::Number(value.to_string(), false).with_empty_span())
}

fn case(branches: Vec<(Expr, Expr)>, otherwise: Expr) -> Expr {
    let conditions =
        branches.into_iter().map(|(condition, result)| ast::CaseWhen { condition, result }).collect();
    Expr::Case {
        case_token: ast::helpers::attached_token::AttachedToken::empty(),
        end_token: ast::helpers::attached_token::AttachedToken::empty(),
        operand: None,
        conditions,
        else_result: Some(Box::new(otherwise)),
    }
}
