//! What stops a statement before its end: a cancel request or its timeout.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::types::{Error, Result, SqlState};

/// Cancels what a session is doing, from another connection.
#[derive(Clone)]
pub struct CancelHandle(Arc<watch::Sender<()>>);

impl CancelHandle {
    pub(super) fn new() -> Self {
        CancelHandle(Arc::new(watch::Sender::new(())))
    }

    /// The running statement, if any, ends with SQLSTATE 57014.
    pub fn cancel(&self) {
        self.0.send_replace(());
    }
}

/// What may stop one statement. A request that came before it began does not.
#[derive(Clone)]
pub(super) struct Interrupt {
    cancelled: watch::Receiver<()>,
    deadline: Option<Instant>,
}

impl Interrupt {
    /// For a statement that begins now.
    pub fn new(handle: &CancelHandle, timeout: Option<Duration>) -> Self {
        Interrupt { cancelled: handle.0.subscribe(), deadline: timeout.map(|t| Instant::now() + t) }
    }

    /// The value of `work`, unless something stops it first.
    pub async fn race<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            value = work => value,
            error = self.stopped() => Err(error),
        }
    }

    /// The same stream, ended by an error when something stops it.
    pub fn guard<T: Send + 'static>(
        self,
        rows: BoxStream<'static, Result<T>>,
    ) -> BoxStream<'static, Result<T>> {
        let next = |(mut rows, interrupt): (BoxStream<'static, Result<T>>, Interrupt)| async move {
            interrupt.check()?;
            let item = interrupt.race(async { rows.next().await.transpose() }).await?;
            Ok(item.map(|item| (item, (rows, interrupt))))
        };
        stream::try_unfold((rows, self), next).boxed()
    }

    /// An error if the statement is to stop. Work that is always ready would
    /// otherwise never be interrupted.
    pub fn check(&self) -> Result<()> {
        if self.cancelled.has_changed().unwrap_or(false) {
            return Err(cancelled());
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(timed_out()),
            _ => Ok(()),
        }
    }

    async fn stopped(&self) -> Error {
        let mut requests = self.cancelled.clone();
        let requested = async move {
            if requests.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let late = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = requested => cancelled(),
            () = late => timed_out(),
        }
    }
}

fn cancelled() -> Error {
    Error::new(SqlState::QUERY_CANCELED, "canceling statement due to user request")
}

fn timed_out() -> Error {
    Error::new(SqlState::QUERY_CANCELED, "canceling statement due to statement timeout")
        .with_hint("SET statement_timeout = 0 lets it run to its end.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_running_statement_is_cancelled() {
        let handle = CancelHandle::new();
        handle.cancel();
        let interrupt = Interrupt::new(&handle, None);
        assert_eq!(interrupt.race(async { Ok(1) }).await.unwrap(), 1);
        handle.cancel();
        let never = interrupt.race(std::future::pending::<Result<()>>()).await;
        assert_eq!(never.unwrap_err().code(), SqlState::QUERY_CANCELED);
    }

    #[tokio::test]
    async fn a_stream_that_is_always_ready_stops_too() {
        let handle = CancelHandle::new();
        let endless = stream::iter(0..).map(Ok).boxed();
        let mut rows = Interrupt::new(&handle, None).guard(endless);
        assert_eq!(rows.next().await.unwrap().unwrap(), 0);
        handle.cancel();
        assert!(rows.next().await.unwrap().is_err());
        assert!(rows.next().await.is_none());
    }

    #[tokio::test]
    async fn time_runs_out() {
        let handle = CancelHandle::new();
        let interrupt = Interrupt::new(&handle, Some(Duration::from_millis(5)));
        let error = interrupt.race(std::future::pending::<Result<()>>()).await.unwrap_err();
        assert!(error.message().contains("timeout"));
        assert!(interrupt.check().is_err());
    }
}
