//! The server, until SIGTERM or SIGINT.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::embedded::{Database, Options};
use crate::server::postgres::{Limits, SessionFactory, StartupParameters, bind, serve as serve_postgres};
use crate::session::{Client, Session};
use crate::types::{Error, Result};

/// What `millstream serve` is told.
pub struct ServeOptions {
    /// Where clients connect.
    pub listen: String,
    /// Where the database lasts; `None` keeps it in memory.
    pub data_dir: Option<PathBuf>,
    /// Worker threads.
    pub workers: usize,
    /// Bytes for everything.
    pub memory: usize,
}

/// A server whose clients are being served.
pub struct Serving {
    /// The database behind it.
    pub database: Database,
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<()>>,
}

/// Opens the database and serves it until the process is told to stop.
pub async fn serve(options: ServeOptions) -> Result<()> {
    let serving = begin(options).await?;
    let place = serving.database.path().map_or("memory".to_string(), |p| p.display().to_string());
    println!("Millstream {} keeps its data in {place}", env!("CARGO_PKG_VERSION"));
    println!("listening on {}", serving.address);
    println!("connect with: psql -h {} -p {} -U root dev", serving.address.ip(), serving.address.port());
    serving.until_signal().await
}

/// Opens the database and starts serving it.
pub async fn begin(options: ServeOptions) -> Result<Serving> {
    // The port first: if it is taken, nothing has been touched yet.
    let listener = bind(&options.listen).await?;
    let address = listener.local_addr().map_err(|e| Error::internal(e.to_string()))?;
    let database = Database::open(Options {
        data_dir: options.data_dir,
        workers: options.workers,
        query_memory: options.memory / 4,
        ..Options::default()
    })
    .await?;
    let stop = CancellationToken::new();
    let factory_database = database.clone();
    let factory: SessionFactory<Session> =
        Arc::new(move |parameters| factory_database.session_for(client(parameters)));
    let task = tokio::spawn(serve_postgres(listener, factory, Limits::default(), stop.clone()));
    Ok(Serving { database, address, stop, task })
}

fn client(parameters: &StartupParameters) -> Client {
    Client {
        user: parameters.user.clone(),
        database: parameters.database.clone(),
        settings: parameters.settings.clone(),
        ..Client::default()
    }
}

impl Serving {
    /// Serves until SIGTERM or SIGINT; then stops in order.
    pub async fn until_signal(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::internal(format!("signals cannot be heard: {e}"));
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        self.stop().await
    }

    /// Lets clients finish, then closes the database.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        let served = self.task.await.map_err(|e| Error::internal(e.to_string()))?;
        self.database.shutdown().await?;
        served
    }
}
