//! The conversation itself.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::{Description, Notice, Outcome, TransactionStatus};
use crate::types::{Error, Result};

/// One client's state.
pub struct Session {}

/// One parsed statement, cheap to clone and to keep as a prepared statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The text of this statement alone.
    pub text: Arc<str>,
}

/// Cancels what a session is doing, from another connection.
#[derive(Clone)]
pub struct CancelHandle {}

impl CancelHandle {
    /// The running statement, if any, ends with SQLSTATE 57014.
    pub fn cancel(&self) {}
}

impl Session {
    /// Splits a message into statements and parses each. A syntax error carries
    /// its position counted from the beginning of `sql`.
    pub fn parse(&self, _sql: &str) -> Result<Vec<Statement>> {
        Err(Error::unsupported("parsing"))
    }

    /// Parameter types (those the client did not give are inferred) and columns.
    pub async fn describe(
        &mut self,
        _statement: &Statement,
        _parameter_types: &[Option<DataType>],
    ) -> Result<Description> {
        Err(Error::unsupported("describing"))
    }

    /// Runs one statement. `parameters` are the values of `$1`, `$2`, …
    /// In a failed transaction block everything but its end is `25P02`; an
    /// error here makes an open block a failed one.
    pub async fn execute(&mut self, _statement: &Statement, _parameters: &[ScalarValue]) -> Result<Outcome> {
        Err(Error::unsupported("executing"))
    }

    /// Several statements in one simple-query message form an implicit
    /// transaction: the server calls this before the first and after the last.
    pub fn begin_message(&mut self) {}

    /// See [`begin_message`](Self::begin_message); an error is an error of the commit.
    pub async fn end_message(&mut self, _failed: bool) -> Result<()> {
        Ok(())
    }

    /// For `ReadyForQuery`.
    pub fn transaction_status(&self) -> TransactionStatus {
        TransactionStatus::Idle
    }

    /// Notices raised since the last call, for `NoticeResponse`.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        Vec::new()
    }

    /// Settings reported at start-up and whenever they change since the last
    /// call, for `ParameterStatus`: (name, value).
    pub fn take_parameter_changes(&mut self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// For cancel requests.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle {}
    }
}
