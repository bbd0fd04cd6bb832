//! A running database, and the changes of a query.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::TryStreamExt;
use tokio::sync::mpsc;

use crate::coordinator::{self, Handle, Subscription, definition};
use crate::dataflow::{Change, Connector};
use crate::plan::incremental::Planner;
use crate::query::Engine;
use crate::session::{AdvisoryLocks, Client, Outcome, Session, SessionContext};
use crate::sql::Statement;
use crate::storage::DataFolder;
use crate::types::{Error, Result, SqlState};

/// How to open a database.
pub struct Options {
    /// Where it lasts; `None` keeps everything in memory.
    pub data_dir: Option<PathBuf>,
    /// Worker threads.
    pub workers: usize,
    /// Bytes that ad-hoc queries may hold together.
    pub query_memory: usize,
    /// The outside systems that statements can name.
    pub connectors: Vec<Arc<dyn Connector>>,
}

impl Default for Options {
    fn default() -> Self {
        Options { data_dir: None, workers: 1, query_memory: 1 << 30, connectors: crate::connectors::all() }
    }
}

/// A running database. Cheap to clone; it ends with [`shutdown`](Self::shutdown)
/// or with the process.
#[derive(Clone)]
pub struct Database {
    folder: Arc<DataFolder>,
    handle: Handle,
    engine: Arc<Engine>,
    locks: Arc<AdvisoryLocks>,
    /// Microseconds since 1970.
    started_at: i64,
}

/// The changes of a query, as they come. They stop coming when it is dropped.
pub struct Changes {
    changes: mpsc::Receiver<Change>,
    _subscription: Subscription,
}

/// Changes on their way to a slow reader.
const CHANGES_MAX: usize = 1024;

impl Database {
    /// Opens a database, with everything that was in it running again.
    pub async fn open(options: Options) -> Result<Database> {
        let opened = tokio::task::spawn_blocking(move || {
            let folder = match &options.data_dir {
                Some(path) => DataFolder::open(path)?,
                None => DataFolder::in_memory(),
            };
            let handle = coordinator::start(&folder, options.connectors, options.workers.max(1))?;
            let engine = Arc::new(Engine::new(options.query_memory)?);
            let started_at = chrono::Utc::now().timestamp_micros();
            Ok(Database { folder: Arc::new(folder), handle, engine, locks: Arc::default(), started_at })
        });
        opened.await.map_err(|e| Error::internal(e.to_string()))?
    }

    /// A new conversation with default settings.
    pub fn session(&self) -> Session {
        Session::new(self.context())
    }

    /// A conversation with a client that has introduced itself.
    pub fn session_for(&self, client: Client) -> Result<Session> {
        Session::connect(self.context(), client)
    }

    fn context(&self) -> SessionContext {
        let (handle, engine) = (self.handle.clone(), self.engine.clone());
        SessionContext { handle, engine, started_at: self.started_at, locks: self.locks.clone() }
    }

    /// Runs statements and returns the rows of each that gives some.
    pub async fn execute(&self, sql: &str) -> Result<Vec<Vec<RecordBatch>>> {
        let mut session = self.session();
        let mut results = Vec::new();
        for statement in session.parse(sql)? {
            if let Outcome::Rows(rows) = session.execute(&statement, &[]).await? {
                results.push(rows.batches.try_collect().await?);
            }
        }
        Ok(results)
    }

    /// The changes of a query: first what is there, then what comes.
    pub async fn subscribe(&self, query: &str) -> Result<Changes> {
        let parsed = crate::sql::parse(query)?.into_iter().next().map(|p| p.statement);
        let Some(Statement::Query(syntax)) = parsed else {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "only a query can be subscribed to"));
        };
        let bound = definition::bind(&syntax, query, &self.handle.catalog())?;
        let plan = Planner::new(self.handle.shared().as_ref(), false).plan(bound.plan)?;
        let (sender, receiver) = crossbeam_channel::unbounded();
        let subscription = self.handle.subscribe(Arc::new(plan), sender).await?;
        let (forward, changes) = mpsc::channel(CHANGES_MAX);
        tokio::task::spawn_blocking(move || {
            for change in receiver {
                if forward.blocking_send(change).is_err() {
                    return;
                }
            }
        });
        Ok(Changes { changes, _subscription: subscription })
    }

    /// Returns when finite sources are read to their end and every view has
    /// taken them in.
    pub async fn until_idle(&self) -> Result<()> {
        self.handle.until_idle().await
    }

    /// The coordinator, for those who need more than SQL.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Where the database lasts, unless in memory.
    pub fn path(&self) -> Option<&std::path::Path> {
        self.folder.path()
    }

    /// Stops; everything acknowledged is safe.
    pub async fn shutdown(&self) -> Result<()> {
        self.handle.shutdown().await
    }
}

impl Changes {
    /// The next changes of one epoch from one worker; `None` after a shutdown.
    pub async fn next(&mut self) -> Option<Change> {
        self.changes.recv().await
    }

    /// The next changes, if there are any by now.
    pub fn try_next(&mut self) -> Option<Change> {
        self.changes.try_recv().ok()
    }
}
