//! The conversation itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;
use parking_lot::Mutex;

use super::advisory::{AdvisoryLocks, SessionLocks};
use super::interrupt::{CancelHandle, Interrupt};
use super::notices::Notices;
use super::plan_cache::PlanSlot;
use super::settings::Settings;
use super::statement::cursor::Cursors;
use super::statement::prepare::Prepared;
use super::system::FunctionCache;
use super::transaction::{SharedTransaction, TransactionState};
use super::writer::Writer;
use super::{Description, Notice, Outcome, TransactionStatus};
use crate::coordinator::Handle;
use crate::query::Engine;
use crate::sql::{self, Parsed, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

/// The one database of a server.
pub(super) const DATABASE: &str = "dev";
/// The one user of a server.
const USER: &str = "root";

/// What all sessions share.
#[derive(Clone)]
pub struct SessionContext {
    /// The way to the coordinator.
    pub handle: Handle,
    /// Runs queries.
    pub engine: Arc<Engine>,
    /// When the server started: microseconds since 1970.
    pub started_at: i64,
    /// What the sessions have locked.
    pub locks: Arc<AdvisoryLocks>,
}

/// Who the client is.
#[derive(Clone, Debug)]
pub struct Client {
    /// The user's name.
    pub user: String,
    /// The database; there is only `dev`.
    pub database: String,
    /// Settings of the start-up message.
    pub settings: BTreeMap<String, String>,
    /// What `pg_backend_pid()` answers.
    pub backend_pid: i32,
}

impl Default for Client {
    fn default() -> Self {
        let (user, database) = (USER.to_string(), DATABASE.to_string());
        Client { user, database, settings: BTreeMap::new(), backend_pid: 0 }
    }
}

/// One client's state.
pub struct Session {
    pub(super) db: SessionContext,
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) transaction: SharedTransaction,
    pub(super) notices: Notices,
    pub(super) prepared: HashMap<String, Prepared>,
    pub(super) cursors: Cursors,
    pub(super) functions: FunctionCache,
    pub(super) locks: SessionLocks,
    /// What may stop the statement at hand.
    pub(super) interrupt: Interrupt,
    /// The time of the statement at hand, or of its block.
    pub(super) now: DateTime<Utc>,
    cancel: CancelHandle,
}

/// One parsed statement, cheap to clone and to keep as a prepared statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The text of this statement alone.
    pub text: Arc<str>,
    pub(super) parsed: Arc<Parsed>,
    /// Its plan, while the catalog stays as it was.
    pub(super) plan: Arc<PlanSlot>,
}

impl Statement {
    pub(super) fn new(parsed: Parsed) -> Self {
        Statement { text: parsed.text.as_str().into(), parsed: Arc::new(parsed), plan: Arc::default() }
    }

    /// What it says.
    pub(super) fn syntax(&self) -> &Syntax {
        &self.parsed.statement
    }
}

impl Session {
    /// A session of the default user.
    pub fn new(db: SessionContext) -> Self {
        Self::open(db, Client::default())
    }

    /// A session of this client; `3D000` for an unknown database, and what the
    /// settings of its start-up message are refused with.
    pub fn connect(db: SessionContext, client: Client) -> Result<Self> {
        if client.database != DATABASE {
            let message = format!("database \"{}\" does not exist", client.database);
            let hint = format!("The database is called \"{DATABASE}\": psql -d {DATABASE}");
            return Err(Error::new(SqlState::INVALID_CATALOG_NAME, message).with_hint(hint));
        }
        let given = client.settings.clone();
        let mut session = Self::open(db, client);
        for (name, value) in given {
            session.settings.set_initial(&name, &value)?;
        }
        Ok(session)
    }

    fn open(db: SessionContext, client: Client) -> Self {
        let cancel = CancelHandle::new();
        Session {
            locks: SessionLocks::new(db.locks.clone()),
            db,
            settings: Settings::new(&client.user),
            client,
            transaction: SharedTransaction::new(Mutex::new(TransactionState::default())),
            notices: Notices::default(),
            prepared: HashMap::new(),
            cursors: Cursors::default(),
            functions: FunctionCache::default(),
            interrupt: Interrupt::new(&cancel, None),
            now: Utc::now(),
            cancel,
        }
    }

    /// Splits a message into statements and parses each. A syntax error carries
    /// its position counted from the beginning of `sql`, and fails an open block.
    pub fn parse(&self, sql: &str) -> Result<Vec<Statement>> {
        match sql::parse(sql) {
            Ok(parsed) => Ok(parsed.into_iter().map(Statement::new).collect()),
            Err(error) => {
                self.transaction.lock().fail();
                Err(error)
            }
        }
    }

    /// Parameter types (those the client did not give are inferred) and columns.
    pub async fn describe(
        &mut self,
        statement: &Statement,
        parameter_types: &[Option<DataType>],
    ) -> Result<Description> {
        self.begin_statement();
        let described = match self.refuse_in_failed_block(statement.syntax()) {
            Ok(()) => self.describe_statement(statement, parameter_types).await,
            Err(error) => Err(error),
        };
        described.map_err(|error| self.failed(statement, error))
    }

    /// Runs one statement. `parameters` are the values of `$1`, `$2`, …
    /// In a failed transaction block everything but its end is `25P02`; an
    /// error here makes an open block a failed one.
    pub async fn execute(&mut self, statement: &Statement, parameters: &[ScalarValue]) -> Result<Outcome> {
        self.begin_statement();
        let outcome = match self.refuse_in_failed_block(statement.syntax()) {
            Ok(()) => self.run(statement, parameters).await,
            Err(error) => Err(error),
        };
        self.end_statement();
        outcome.map_err(|error| self.failed(statement, error))
    }

    /// Several statements in one simple-query message form an implicit
    /// transaction for what they change: the server calls this before the first
    /// and after the last. A read of something changed, DDL and FLUSH commit
    /// what was changed before them.
    pub fn begin_message(&mut self) {
        self.transaction.lock().begin_message();
    }

    /// See [`begin_message`](Self::begin_message); an error is an error of the commit.
    pub async fn end_message(&mut self, failed: bool) -> Result<()> {
        let (writes, leases) = {
            let mut transaction = self.transaction.lock();
            if !transaction.end_message() {
                return Ok(());
            }
            transaction.take()
        };
        if !failed && !writes.is_empty() {
            self.writer().commit(writes, leases).await?;
        }
        Ok(())
    }

    /// For `ReadyForQuery`.
    pub fn transaction_status(&self) -> TransactionStatus {
        self.transaction.lock().status()
    }

    /// Notices raised since the last call, for `NoticeResponse`.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.take(self.settings.get("client_min_messages"))
    }

    /// Settings reported at start-up and whenever they change since the last
    /// call, for `ParameterStatus`: (name, value).
    pub fn take_parameter_changes(&mut self) -> Vec<(String, String)> {
        self.settings.take_changes()
    }

    /// The columns of an open cursor, if there is one of this name.
    pub fn cursor_schema(&self, name: &str) -> Option<SchemaRef> {
        self.cursors.schema(name).ok().cloned()
    }

    /// For cancel requests.
    pub fn cancel_handle(&self) -> CancelHandle {
        self.cancel.clone()
    }

    /// What makes changes last.
    pub(super) fn writer(&self) -> Writer {
        Writer::new(self.db.handle.clone(), self.transaction.clone(), self.notices.clone())
    }

    fn begin_statement(&mut self) {
        self.interrupt = Interrupt::new(&self.cancel, self.settings.duration("statement_timeout"));
        let mut transaction = self.transaction.lock();
        transaction.touch();
        self.now = transaction.begun().unwrap_or_else(Utc::now);
    }

    fn end_statement(&mut self) {
        if !self.transaction.lock().in_block() {
            self.locks.end_transaction();
            self.settings.end(true);
            self.cursors.end_block();
        } else if let Some(patience) = self.settings.duration("idle_in_transaction_session_timeout") {
            self.writer().fail_if_idle(patience);
        }
    }

    fn refuse_in_failed_block(&self, syntax: &Syntax) -> Result<()> {
        let ends = matches!(syntax, Syntax::Commit | Syntax::Rollback | Syntax::RollbackTo { .. });
        if ends || !self.transaction.lock().has_failed() {
            return Ok(());
        }
        let message = "current transaction is aborted, commands ignored until end of transaction block";
        Err(Error::new(SqlState::IN_FAILED_SQL_TRANSACTION, message).with_hint("End it with ROLLBACK."))
    }

    /// Fails the block and makes the error's place count from the message's beginning.
    fn failed(&self, statement: &Statement, error: Error) -> Error {
        self.transaction.lock().fail();
        match error.position() {
            Some(position) => error.at(position + statement.parsed.offset),
            None => error,
        }
    }
}
