//! The protocol, spoken to by a real driver and by hand, with a session behind
//! it that only pretends.

mod driver;
mod mock;
mod raw;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use self::mock::{Log, MockSession};
use super::{Limits, SessionFactory, bind, serve};

/// A running server; dropping it stops it.
struct TestServer {
    port: u16,
    log: Log,
    shutdown: CancellationToken,
}

impl TestServer {
    async fn start(connections_max: usize) -> Self {
        let listener = bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let log = Log::default();
        let for_sessions = log.clone();
        let factory: SessionFactory<MockSession> =
            Arc::new(move |client| MockSession::new(client, for_sessions.clone()));
        let shutdown = CancellationToken::new();
        tokio::spawn(serve(listener, factory, Limits { connections_max }, shutdown.clone()));
        TestServer { port, log, shutdown }
    }

    async fn client(&self) -> tokio_postgres::Client {
        self.try_client().await.expect("connected")
    }

    async fn try_client(&self) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let parameters = format!("host=127.0.0.1 port={} user=root dbname=dev", self.port);
        let (client, connection) = tokio_postgres::connect(&parameters, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
