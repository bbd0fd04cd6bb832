//! One client, message after message.

use std::collections::HashMap;
use std::sync::Arc;

use pgwire::messages::PgWireFrontendMessage;
use pgwire::messages::response::{ReadyForQuery, TransactionStatus as Letter};
use pgwire::messages::startup::ParameterStatus;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;

use super::extended::{Portal, Prepared};
use super::failure::{Failure, error_response, notice_response};
use super::wire::Wire;
use super::{CancelFn, Conversation};
use crate::session::TransactionStatus;
use crate::types::{Error, SqlState};

/// The state of one connection after its greeting.
pub(super) struct Connection<'a, S, C: Conversation> {
    pub(super) wire: &'a mut Wire<S>,
    pub(super) session: C,
    pub(super) cancel: CancelFn,
    /// Rung by a cancel request, for when the session is not at work but we
    /// wait for the client (`COPY … FROM STDIN`).
    pub(super) cancelled: Arc<Notify>,
    pub(super) statements: HashMap<String, Arc<Prepared<C::Statement>>>,
    pub(super) portals: HashMap<String, Portal<C::Statement>>,
    /// After an error of the extended protocol: everything up to `Sync` is
    /// thrown away.
    skipping: bool,
    /// Several statements came without a `Sync` between: they are one implicit
    /// transaction, begun and not yet ended.
    pub(super) in_pipeline: bool,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin, C: Conversation> Connection<'a, S, C> {
    pub(super) fn new(wire: &'a mut Wire<S>, session: C, cancelled: Arc<Notify>) -> Self {
        let cancel = session.cancel_fn();
        Connection {
            wire,
            session,
            cancel,
            cancelled,
            statements: HashMap::new(),
            portals: HashMap::new(),
            skipping: false,
            in_pipeline: false,
        }
    }

    /// Serves until the client says goodbye or cannot be served any longer.
    pub(super) async fn serve(&mut self) -> Result<(), Failure> {
        self.ready()?;
        loop {
            let served = match self.wire.next().await {
                Ok(None | Some(PgWireFrontendMessage::Terminate(_))) => return Ok(()),
                Ok(Some(message)) => self.message(message).await,
                Err(failure) => Err(failure),
            };
            match served {
                Err(Failure::Statement(error)) => self.fail(&error)?,
                other => other?,
            }
        }
    }

    async fn message(&mut self, message: PgWireFrontendMessage) -> Result<(), Failure> {
        use PgWireFrontendMessage::*;
        if self.skipping && !matches!(message, Sync(_)) {
            return Ok(());
        }
        match message {
            Query(query) => self.query(&query.query).await,
            Parse(parse) => self.parse(parse).await,
            Bind(bind) => self.bind(bind),
            Describe(describe) => self.describe(&describe),
            Execute(execute) => self.execute(execute).await,
            Close(close) => self.close(&close),
            Flush(_) => Ok(self.wire.flush().await?),
            Sync(_) => self.sync().await,
            // What is left of a COPY that has failed already.
            CopyData(_) | CopyDone(_) | CopyFail(_) => Ok(()),
            _ => Err(Failure::Fatal(Error::new(
                SqlState::PROTOCOL_VIOLATION,
                format!("invalid frontend message type {}", self.wire.kind()),
            ))),
        }
    }

    /// Ends an extended message's error, or a simple query refused unread.
    fn fail(&mut self, error: &Error) -> Result<(), Failure> {
        self.wire.put(&error_response("ERROR", error))?;
        if self.wire.kind() == b'Q' {
            return self.ready();
        }
        self.skipping = true;
        Ok(())
    }

    async fn sync(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.in_pipeline)
            && let Err(error) = self.session.end_message(self.skipping).await
        {
            self.wire.put(&error_response("ERROR", &error))?;
        }
        self.skipping = false;
        if self.session.transaction_status() == TransactionStatus::Idle {
            self.portals.clear();
        }
        self.ready()
    }

    /// Notices and changed settings, as soon as they are known.
    pub(super) fn report(&mut self) -> Result<(), Failure> {
        for notice in self.session.take_notices() {
            self.wire.put(&notice_response(&notice))?;
        }
        for (name, value) in self.session.take_parameter_changes() {
            self.wire.put(&ParameterStatus::new(name, value))?;
        }
        Ok(())
    }

    pub(super) fn ready(&mut self) -> Result<(), Failure> {
        self.report()?;
        let letter = match self.session.transaction_status() {
            TransactionStatus::Idle => Letter::Idle,
            TransactionStatus::InBlock => Letter::Transaction,
            TransactionStatus::Failed => Letter::Error,
        };
        self.wire.put(&ReadyForQuery::new(letter))
    }
}
