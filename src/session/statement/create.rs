//! `CREATE`: the statement is made into a definition, the coordinator makes it
//! real. All of it takes effect at once, also inside a transaction block.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use datafusion::sql::sqlparser::ast;
use tokio::task::JoinHandle;

use super::stored_rows::{stored_rows, stored_schema};
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::definition::{
    Definition, define_relation, define_sink, define_table_as, define_view,
};
use crate::coordinator::{Handle, TableChangeKind, TableWrite};
use crate::session::conversation::{DATABASE, Statement};
use crate::session::names::RelationName;
use crate::session::transaction::BufferedWrite;
use crate::session::{Outcome, Session};
use crate::sql::{CreateRelation, CreateSink, CreateView};
use crate::types::{Error, ObjectId, Result, SqlState};

/// How a statement treats an object that is there already.
#[derive(Clone, Copy, Default)]
struct Existing {
    skip: bool,
    replace: bool,
}

impl Session {
    pub(super) async fn create_relation(
        &mut self,
        statement: &Statement,
        relation: &CreateRelation,
    ) -> Result<Outcome> {
        let command = if relation.is_source { "CREATE SOURCE" } else { "CREATE TABLE" };
        let existing = Existing { skip: relation.if_not_exists, replace: false };
        self.create(command, &relation.name, existing, |session, catalog| {
            define_relation(relation, &statement.text, catalog, session.db.handle.shared())
        })
        .await
    }

    pub(super) async fn create_view(&mut self, statement: &Statement, view: &CreateView) -> Result<Outcome> {
        let command = if view.materialized { "CREATE MATERIALIZED VIEW" } else { "CREATE VIEW" };
        let existing = Existing { skip: view.if_not_exists, replace: view.or_replace };
        self.create(command, &view.name, existing, |session, catalog| {
            define_view(view, &statement.text, catalog, session.db.handle.shared())
        })
        .await
    }

    pub(super) async fn create_sink(&mut self, statement: &Statement, sink: &CreateSink) -> Result<Outcome> {
        let existing = Existing { skip: sink.if_not_exists, replace: false };
        self.create("CREATE SINK", &sink.name, existing, |session, catalog| {
            define_sink(sink, &statement.text, catalog, session.db.handle.shared())
        })
        .await
    }

    pub(super) async fn create_schema(&mut self, name: &ast::ObjectName, skip: bool) -> Result<Outcome> {
        const COMMAND: &str = "CREATE SCHEMA";
        self.begin_ddl(COMMAND).await?;
        let name = RelationName::read(name, DATABASE)?.name;
        let exists = self.db.handle.catalog().has_schema(&name);
        match (exists, skip) {
            (true, true) => self.notices.add(
                "NOTICE",
                Error::new(SqlState::DUPLICATE_SCHEMA, format!("schema \"{name}\" already exists, skipping")),
            ),
            (true, false) => {
                let message = format!("schema \"{name}\" already exists");
                return Err(Error::new(SqlState::DUPLICATE_SCHEMA, message));
            }
            (false, _) => self.interrupt.race(self.db.handle.create_schema(&name)).await?,
        }
        Ok(Outcome::Command(COMMAND.to_string()))
    }

    /// `CREATE TABLE … AS SELECT`: the table and then its rows; if these cannot
    /// be had, there is no table either.
    pub(super) async fn create_table_as(
        &mut self,
        statement: &Statement,
        name: &ast::ObjectName,
        skip: bool,
        query: &ast::Query,
    ) -> Result<Outcome> {
        const COMMAND: &str = "CREATE TABLE AS";
        self.begin_ddl(COMMAND).await?;
        let catalog = self.db.handle.catalog();
        if self.skips_existing(&catalog, name, Existing { skip, replace: false })? {
            return Ok(Outcome::Command(COMMAND.to_string()));
        }
        let bound = self.binder(&catalog).with_text(statement.text.clone()).bind_query(query, &[])?;
        let definition = define_table_as(name, &bound.schema, &statement.text, &catalog)?;
        let (_, rows) = self.read(&catalog, &bound, &[]).await?;
        let batches = self.collect(rows).await?;
        let id = self.make(definition, Existing::default()).await?;
        self.transaction.lock().set_view(None);
        match self.fill(id, batches).await {
            Ok(count) => Ok(Outcome::Command(format!("SELECT {count}"))),
            Err(error) => {
                self.db.handle.drop_object(id, true).await?;
                Err(error)
            }
        }
    }

    async fn fill(&self, id: ObjectId, batches: Vec<RecordBatch>) -> Result<usize> {
        let gone = || Error::internal("a table that was made is not there");
        let table = self.db.handle.catalog().get(id).cloned().ok_or_else(gone)?;
        let batches =
            batches.into_iter().map(|b| with_hidden_columns(b, &table)).collect::<Result<Vec<_>>>()?;
        let rows = stored_rows(&table, &batches, 0)?;
        let count = rows.num_rows();
        if count > 0 {
            let change = TableChangeKind::Insert { rows, on_conflict: None };
            let write = BufferedWrite { write: TableWrite { table: id, change }, table };
            self.writer().commit(vec![write], vec![]).await?;
        }
        Ok(count)
    }

    async fn create(
        &mut self,
        command: &'static str,
        name: &ast::ObjectName,
        existing: Existing,
        define: impl FnOnce(&Session, &Arc<Snapshot>) -> Result<Definition>,
    ) -> Result<Outcome> {
        self.begin_ddl(command).await?;
        let catalog = self.db.handle.catalog();
        if !self.skips_existing(&catalog, name, existing)? {
            let definition = define(self, &catalog)?;
            self.hint_growth_of(&definition);
            self.make(definition, existing).await?;
        }
        Ok(Outcome::Command(command.to_string()))
    }

    /// What comes before any DDL. It does not wait for a commit, so a block's
    /// next read begins anew and sees it.
    pub(super) async fn begin_ddl(&mut self, command: &str) -> Result<()> {
        self.require_writable(command)?;
        self.commit_message().await?;
        let mut transaction = self.transaction.lock();
        if transaction.in_block() {
            transaction.set_view(None);
            let message = format!("{command} takes effect at once and is not undone by ROLLBACK");
            self.notices.warning(SqlState("01000"), message);
        }
        Ok(())
    }

    /// Is the object there, and is that fine?
    fn skips_existing(&self, catalog: &Snapshot, name: &ast::ObjectName, existing: Existing) -> Result<bool> {
        let name = RelationName::read(name, DATABASE)?;
        let Some(found) = name.find(catalog) else { return Ok(false) };
        if existing.skip {
            let message = format!("relation \"{}\" already exists, skipping", found.name);
            self.notices.add("NOTICE", Error::new(SqlState::DUPLICATE_TABLE, message));
            return Ok(true);
        }
        if existing.replace && matches!(found.kind, ObjectKind::View(_)) {
            return Ok(false);
        }
        let message = format!("relation \"{}\" already exists", found.name);
        let hint = format!("DROP {} {name} first.", found.kind_name().to_ascii_uppercase());
        Err(Error::new(SqlState::DUPLICATE_TABLE, message).with_hint(hint))
    }

    /// Has an object made. If the wait is interrupted, it is dropped again as
    /// soon as it is there.
    async fn make(&self, definition: Definition, existing: Existing) -> Result<ObjectId> {
        let handle = self.db.handle.clone();
        let making =
            tokio::spawn(async move { handle.create(definition, existing.skip, existing.replace).await });
        let mut making = DropUnlessTaken { handle: self.db.handle.clone(), making: Some(making) };
        self.interrupt.race(making.take()).await
    }
}

/// An object being made, which nobody wants any more if this is dropped.
struct DropUnlessTaken {
    handle: Handle,
    making: Option<JoinHandle<Result<ObjectId>>>,
}

impl DropUnlessTaken {
    async fn take(&mut self) -> Result<ObjectId> {
        let Some(making) = &mut self.making else { return Err(Error::internal("made twice")) };
        let made = making.await;
        self.making = None;
        made.map_err(|error| Error::internal(error.to_string()))?
    }
}

impl Drop for DropUnlessTaken {
    fn drop(&mut self) {
        let Some(making) = self.making.take() else { return };
        let handle = self.handle.clone();
        tokio::spawn(async move {
            if let Ok(Ok(id)) = making.await {
                let _ = handle.drop_object(id, true).await;
            }
        });
    }
}

/// The query's columns with NULL for those that the table has beyond them.
fn with_hidden_columns(batch: RecordBatch, table: &Object) -> Result<RecordBatch> {
    let mut columns = batch.columns().to_vec();
    let hidden = table.columns.iter().skip(columns.len());
    columns.extend(hidden.map(|c| new_null_array(&c.data_type, batch.num_rows())));
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(stored_schema(table), columns, &rows)?)
}
