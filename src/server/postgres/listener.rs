//! Accepting connections, and what they share.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::cancel::CancelRegistry;
use super::connection::Connection;
use super::failure::{Failure, error_response};
use super::startup::{Greeting, StartupParameters, greet, welcome};
use super::wire::Wire;
use super::{CancelFn, Conversation};
use crate::types::{Error, Result, SqlState};

/// Makes the session of a client that has introduced itself; an error refuses it.
pub type SessionFactory<C> = Arc<dyn Fn(&StartupParameters) -> Result<C> + Send + Sync>;

/// How long a client may take to introduce itself.
const GREETING_TIME_MAX: Duration = Duration::from_secs(60);
/// How long a last message may take to go out.
const FAREWELL_TIME_MAX: Duration = Duration::from_secs(2);
/// How long connections have to end at shutdown.
const SHUTDOWN_TIME_MAX: Duration = Duration::from_secs(5);
/// Before the next try when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What is refused beyond.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Clients at one time; one more is told `53300`.
    pub connections_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { connections_max: 1_000 }
    }
}

/// Binds `address` (`host:port`).
pub async fn bind(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "Another server uses this port; stop it or choose another with --listen HOST:PORT."
            }
            io::ErrorKind::PermissionDenied => "Choose a port above 1023 with --listen HOST:PORT.",
            _ => "Choose an address of this machine with --listen HOST:PORT.",
        };
        Error::new(SqlState::CONNECTION_FAILURE, format!("cannot listen on {address}: {error}"))
            .with_hint(hint)
    })
}

/// What all connections share.
struct Shared<C> {
    factory: SessionFactory<C>,
    cancels: Arc<CancelRegistry>,
    clients: Arc<Semaphore>,
    shutdown: CancellationToken,
}

/// Serves clients until `shutdown`; then tells those that are connected, and
/// returns when they are gone or have had their time.
pub async fn serve<C: Conversation>(
    listener: TcpListener,
    factory: SessionFactory<C>,
    limits: Limits,
    shutdown: CancellationToken,
) -> Result<()> {
    let shared = Arc::new(Shared {
        factory,
        cancels: Arc::default(),
        clients: Arc::new(Semaphore::new(limits.connections_max)),
        shutdown: shutdown.clone(),
    });
    // Twice the clients, so that cancel requests come through when all are busy.
    let sockets = Arc::new(Semaphore::new(2 * limits.connections_max));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&sockets).acquire_owned().await.expect("the semaphore is never closed");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = shutdown.cancelled() => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    serve_stream(stream, &shared).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let all_gone = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(SHUTDOWN_TIME_MAX, all_gone).await.is_err() {
        connections.shutdown().await;
    }
    Ok(())
}

/// One connection from first to last byte. Nothing that happens in it, not even
/// a panic, reaches another.
async fn serve_stream<C: Conversation>(stream: TcpStream, shared: &Shared<C>) {
    // Answers are short and waited for. Without it they are only slower.
    let _ = stream.set_nodelay(true);
    let mut wire = Wire::new(stream);
    let served = AssertUnwindSafe(converse(&mut wire, shared)).catch_unwind();
    let failure = tokio::select! {
        served = served => match served {
            Ok(Ok(())) => None,
            Ok(Err(Failure::Gone)) => return,
            Ok(Err(Failure::Statement(error) | Failure::Fatal(error))) => Some(error),
            Err(panic) => Some(panicked(panic.as_ref())),
        },
        () = shared.shutdown.cancelled() => Some(Error::new(
            SqlState::ADMIN_SHUTDOWN,
            "terminating connection due to administrator command",
        )),
    };
    let farewell = async {
        if let Some(error) = failure {
            wire.unwind();
            wire.put(&error_response("FATAL", &error))?;
        }
        wire.close().await.map_err(Failure::from)
    };
    // Whether it arrives is the client's affair by now.
    let _ = tokio::time::timeout(FAREWELL_TIME_MAX, farewell).await;
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(text, "a connection panicked");
    Error::internal(format!("the server failed while serving this connection: {text}"))
}

async fn converse<C: Conversation>(wire: &mut Wire<TcpStream>, shared: &Shared<C>) -> Result<(), Failure> {
    let greeting =
        tokio::time::timeout(GREETING_TIME_MAX, greet(wire)).await.map_err(|_| Failure::Gone)??;
    let client = match greeting {
        Greeting::Cancel(request) => {
            shared.cancels.cancel(&request);
            return Ok(());
        }
        Greeting::Client(client) => client,
    };
    let _permit = shared.clients.try_acquire().map_err(|_| {
        Failure::Fatal(
            Error::new(SqlState::TOO_MANY_CONNECTIONS, "sorry, too many clients already")
                .with_hint("Close connections that are not in use, or use a connection pool."),
        )
    })?;
    let mut session = (shared.factory)(&client).map_err(Failure::Fatal)?;
    let cancelled = Arc::new(Notify::new());
    let key = shared.cancels.enter(cancel_fn(&session, &cancelled), wire.protocol.version_number() >= (3, 2));
    welcome(wire, &client, session.take_parameter_changes(), &key)?;
    Connection::new(wire, session, cancelled).serve().await
}

/// What a cancel request does: stops the session, and our wait for the client.
fn cancel_fn<C: Conversation>(session: &C, cancelled: &Arc<Notify>) -> CancelFn {
    let cancel = session.cancel_fn();
    let cancelled = Arc::clone(cancelled);
    Arc::new(move || {
        cancel();
        cancelled.notify_waiters();
    })
}
