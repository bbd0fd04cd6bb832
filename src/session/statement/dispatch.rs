//! Which handler a statement has, and what is known of its answer before.

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;

use super::session_call::session_call;
use super::{describe, explain, set_config, show, verify};
use crate::session::conversation::Statement;
use crate::session::localize::localized_schema;
use crate::session::{Description, Outcome, Session};
use crate::sql::{CopyDirection, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

impl Session {
    /// Runs one statement.
    pub(in crate::session) async fn run(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        match statement.syntax() {
            Syntax::Query(_) => self.run_query(statement, parameters).await,
            Syntax::Insert(_) => self.run_insert(statement, parameters).await,
            Syntax::Update(_) => self.run_update(statement, parameters).await,
            Syntax::Delete(_) => self.run_delete(statement, parameters).await,
            Syntax::Copy(copy) => self.run_copy(statement, copy).await,
            Syntax::CreateRelation(relation) => self.create_relation(statement, relation).await,
            Syntax::CreateTableAs { name, if_not_exists, query } => {
                self.create_table_as(statement, name, *if_not_exists, query).await
            }
            Syntax::CreateView(view) => self.create_view(statement, view).await,
            Syntax::CreateSink(sink) => self.create_sink(statement, sink).await,
            Syntax::CreateFunction(function) => self.create_function(statement, function).await,
            Syntax::DropFunction { names, if_exists, cascade } => {
                self.drop_functions(names, *if_exists, *cascade).await
            }
            Syntax::Truncate { names } => self.run_truncate(names).await,
            Syntax::CreateSchema { name, if_not_exists } => self.create_schema(name, *if_not_exists).await,
            Syntax::Drop { kind, names, if_exists, cascade } => {
                self.run_drop(*kind, names, *if_exists, *cascade).await
            }
            Syntax::Flush => self.run_flush().await,
            Syntax::Explain(explain) => self.run_explain(statement, explain).await,
            Syntax::ExplainRunning { name, options } => self.run_explain_running(name, options).await,
            Syntax::Verify { name } => self.run_verify(name).await,
            Syntax::Show(show) => self.run_show(show),
            Syntax::ShowVariable { name, like } => self.show_variable(name, like.as_deref()),
            Syntax::Describe { name } => self.run_describe(name),
            Syntax::Set { name, values, local } => self.run_set(name, values, *local),
            Syntax::Reset { name } => self.run_reset(name),
            Syntax::Unlisten => Ok(Outcome::Command("UNLISTEN".to_string())),
            Syntax::Discard => self.run_discard(&statement.text),
            Syntax::Begin => self.run_begin(&statement.text),
            Syntax::Commit => self.run_commit().await,
            Syntax::Rollback => self.run_rollback(),
            Syntax::Savepoint { name } => self.run_savepoint(name),
            Syntax::RollbackTo { name } => self.run_rollback_to(name),
            Syntax::Release { name } => self.run_release(name),
            Syntax::Prepare { name, types, statement: inner } => {
                self.run_prepare(statement, name, types, inner)
            }
            Syntax::Execute { name, values } => self.run_execute(name, values).await,
            Syntax::Deallocate { name } => self.run_deallocate(name.as_deref()),
            Syntax::Declare { name, query, hold } => self.run_declare(statement, name, query, *hold).await,
            Syntax::Fetch { name, count } => self.run_fetch(name, *count).await,
            Syntax::Close { name } => self.run_close(name.as_deref()),
            Syntax::Unsupported { part } => Err(Error::unsupported(part)),
        }
    }

    /// What the client learns of a statement before it runs.
    pub(in crate::session) async fn describe_statement(
        &mut self,
        statement: &Statement,
        types: &[Option<DataType>],
    ) -> Result<Description> {
        let columns = match statement.syntax() {
            Syntax::Query(_) | Syntax::Insert(_) | Syntax::Update(_) | Syntax::Delete(_) => {
                if let Some(call) = set_config::set_config(statement.syntax()) {
                    return Ok(set_config::describe(call));
                }
                if let Some(call) = session_call(statement) {
                    return self.describe_session_call(&call, types);
                }
                let plan = self.plan(statement, Some(types))?;
                let parameters = plan.bound.query().parameter_types.clone();
                let columns = plan.bound.columns().map(|c| self.shown(&c));
                return Ok(Description { parameters, columns });
            }
            Syntax::Copy(copy) => {
                if let CopyDirection::In { table, columns } = &copy.direction {
                    self.copy_target(table, columns)?;
                }
                None
            }
            Syntax::Explain(explain) => Some(explain::schema(&explain.options)),
            Syntax::ExplainRunning { options, .. } => Some(explain::schema(options)),
            Syntax::Verify { .. } => Some(verify::schema()),
            Syntax::Show(show) => Some(show::schema(show.what)),
            Syntax::ShowVariable { name, .. } => Some(self.variable_schema(name)?),
            Syntax::Describe { .. } => Some(describe::schema()),
            Syntax::Execute { name, .. } => self.prepared(name)?.columns.clone().map(|c| self.shown(&c)),
            Syntax::Fetch { name, .. } => Some(self.shown(self.cursors.schema(name)?)),
            Syntax::Unsupported { part } => return Err(Error::unsupported(part)),
            _ => None,
        };
        Ok(Description { parameters: vec![], columns })
    }

    /// The columns as they leave, see [`Session::outgoing`].
    fn shown(&self, columns: &SchemaRef) -> SchemaRef {
        localized_schema(columns, self.settings.get("TimeZone"))
    }

    /// `25006` in a read-only transaction.
    pub(super) fn require_writable(&self, command: &str) -> Result<()> {
        if !self.settings.is_on("transaction_read_only") {
            return Ok(());
        }
        let message = format!("cannot execute {command} in a read-only transaction");
        Err(Error::new(SqlState::READ_ONLY_SQL_TRANSACTION, message))
    }
}
