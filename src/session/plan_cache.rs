//! Bound statements, kept with the statement for as long as they are right.
//!
//! A plan depends on the catalog and on the settings. It holds the catalog
//! snapshot it was bound over, so "the same catalog" is "the same pointer".

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::sql::sqlparser::ast;
use parking_lot::Mutex;

use super::Session;
use super::conversation::{DATABASE, Statement};
use super::names::RelationName;
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::sql::binder::{BoundDelete, BoundInsert, BoundUpdate, Settings as BinderSettings};
use crate::sql::{Binder, BoundQuery, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

/// Where a statement keeps its plan.
#[derive(Debug, Default)]
pub(super) struct PlanSlot(Mutex<Option<Arc<Plan>>>);

/// A bound statement.
#[derive(Debug)]
pub(super) struct Plan {
    /// What it was bound over.
    pub catalog: Arc<Snapshot>,
    settings: u64,
    /// The parameter types that the client gave.
    declared: Vec<Option<DataType>>,
    /// What it comes to.
    pub bound: Bound,
}

/// A bound query, or a bound change of a table.
#[derive(Debug)]
pub(super) enum Bound {
    Query(BoundQuery),
    Insert(BoundInsert),
    Update(BoundUpdate),
    Delete(BoundDelete),
}

impl Bound {
    /// The query that is run.
    pub fn query(&self) -> &BoundQuery {
        match self {
            Bound::Query(query) => query,
            Bound::Insert(insert) => insert.conflict.as_ref().map_or(&insert.source, |c| &c.query),
            Bound::Update(update) => &update.query,
            Bound::Delete(delete) => &delete.query,
        }
    }

    /// The columns that the client gets, if it gets rows.
    pub fn columns(&self) -> Option<SchemaRef> {
        let returning = match self {
            Bound::Query(query) => return Some(query.schema.clone()),
            Bound::Insert(insert) => &insert.returning,
            Bound::Update(update) => &update.returning,
            Bound::Delete(delete) => &delete.returning,
        };
        returning.as_ref().map(|r| r.schema.clone())
    }
}

impl Session {
    /// The plan of a query, INSERT, UPDATE or DELETE. Without `declared`, the
    /// parameter types are those it was last bound with.
    pub(super) fn plan(
        &self,
        statement: &Statement,
        declared: Option<&[Option<DataType>]>,
    ) -> Result<Arc<Plan>> {
        let catalog = self.catalog();
        let mut slot = statement.plan.0.lock();
        let last = slot.as_ref().map(|p| p.declared.clone());
        let declared = declared.map(<[_]>::to_vec).or(last).unwrap_or_default();
        if let Some(plan) = &*slot
            && Arc::ptr_eq(&plan.catalog, &catalog)
            && plan.settings == self.settings.version()
            && plan.declared == declared
        {
            return Ok(plan.clone());
        }
        let binder = self.binder(&catalog).with_text(statement.text.clone());
        let bound = bind(&binder, &catalog, statement.syntax(), &declared)?;
        let plan = Arc::new(Plan { catalog, settings: self.settings.version(), declared, bound });
        *slot = Some(plan.clone());
        Ok(plan)
    }

    /// A binder over this catalog, for this session.
    pub(super) fn binder(&self, catalog: &Arc<Snapshot>) -> Binder {
        let settings = Arc::new(self.binder_settings());
        Binder::new(catalog.clone(), settings, Arc::new(self.system_tables(catalog)))
    }

    /// What binding depends on besides the catalog.
    pub(super) fn binder_settings(&self) -> BinderSettings {
        BinderSettings {
            database: self.client.database.clone(),
            user: self.client.user.clone(),
            search_path: vec!["public".to_string()],
            time_zone: self.settings.get("TimeZone").to_string(),
        }
    }
}

/// Binds a query or a change.
pub(super) fn bind(
    binder: &Binder,
    catalog: &Snapshot,
    syntax: &Syntax,
    declared: &[Option<DataType>],
) -> Result<Bound> {
    Ok(match syntax {
        Syntax::Query(query) => Bound::Query(binder.bind_query(query, declared)?),
        Syntax::Insert(insert) => {
            let ast::TableObject::TableName(name) = &insert.table else {
                return Err(Error::unsupported("INSERT into a function or query"));
            };
            let table = changeable(catalog, name, "insert into")?;
            Bound::Insert(binder.bind_insert(insert, &table, declared)?)
        }
        Syntax::Update(update) => {
            let ast::Statement::Update(parts) = update.as_ref() else {
                return Err(Error::internal("an UPDATE is another statement"));
            };
            let table = changeable(catalog, relation(&parts.table)?, "update")?;
            Bound::Update(binder.bind_update(update, &table, declared)?)
        }
        Syntax::Delete(delete) => {
            let (ast::FromTable::WithFromKeyword(from) | ast::FromTable::WithoutKeyword(from)) = &delete.from;
            let [from] = from.as_slice() else {
                return Err(Error::unsupported("DELETE from several tables"));
            };
            let table = changeable(catalog, relation(from)?, "delete from")?;
            Bound::Delete(binder.bind_delete(delete, &table, declared)?)
        }
        _ => return Err(Error::internal("a statement without a plan was planned")),
    })
}

fn relation(table: &ast::TableWithJoins) -> Result<&ast::ObjectName> {
    match &table.relation {
        ast::TableFactor::Table { name, .. } => Ok(name),
        _ => Err(Error::new(SqlState::SYNTAX_ERROR, "a table's name is expected")),
    }
}

/// The table of this name; anything else cannot be changed.
pub(super) fn changeable(catalog: &Snapshot, name: &ast::ObjectName, verb: &str) -> Result<Arc<Object>> {
    let object = RelationName::read(name, DATABASE)?.resolve(catalog)?;
    let refuse = |what: &str, hint: &str| {
        let message = format!("cannot {verb} {what} \"{}\"", object.name);
        Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message).with_hint(hint))
    };
    match &object.kind {
        ObjectKind::Table(table) if table.append_only && verb != "insert into" => {
            refuse("append-only table", "Rows of a table declared APPEND ONLY stay as they are.")
        }
        ObjectKind::Table(_) => Ok(object),
        ObjectKind::Source(_) => {
            refuse("source", "A source's rows come from its connector; use a table instead.")
        }
        _ => refuse(object.kind_name(), "Change the tables that it reads; it follows by itself."),
    }
}
