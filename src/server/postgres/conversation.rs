//! What the server needs of a session, as a trait: the tests of the protocol
//! bring a session of their own, with nothing behind it.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;

use crate::session::{Description, Notice, Outcome, Session, Statement, TransactionStatus};
use crate::types::Result;

/// Ends what a conversation is doing; called from another connection.
pub type CancelFn = Arc<dyn Fn() + Send + Sync>;

/// One client's conversation. The methods are those of [`Session`], which says
/// what each promises.
pub trait Conversation: Send + 'static {
    /// A parsed statement.
    type Statement: Clone + Send + Sync + 'static;

    /// See [`Session::parse`].
    fn parse(&self, sql: &str) -> Result<Vec<Self::Statement>>;

    /// See [`Session::describe`].
    fn describe(
        &mut self,
        statement: &Self::Statement,
        parameter_types: &[Option<DataType>],
    ) -> impl Future<Output = Result<Description>> + Send;

    /// See [`Session::execute`].
    fn execute(
        &mut self,
        statement: &Self::Statement,
        parameters: &[ScalarValue],
    ) -> impl Future<Output = Result<Outcome>> + Send;

    /// See [`Session::begin_message`].
    fn begin_message(&mut self);

    /// See [`Session::end_message`].
    fn end_message(&mut self, failed: bool) -> impl Future<Output = Result<()>> + Send;

    /// See [`Session::transaction_status`].
    fn transaction_status(&self) -> TransactionStatus;

    /// See [`Session::take_notices`].
    fn take_notices(&mut self) -> Vec<Notice>;

    /// See [`Session::take_parameter_changes`].
    fn take_parameter_changes(&mut self) -> Vec<(String, String)>;

    /// See [`Session::cursor_schema`].
    fn cursor_schema(&self, _name: &str) -> Option<SchemaRef> {
        None
    }

    /// See [`Session::cancel_handle`].
    fn cancel_fn(&self) -> CancelFn;
}

impl Conversation for Session {
    type Statement = Statement;

    fn parse(&self, sql: &str) -> Result<Vec<Statement>> {
        Session::parse(self, sql)
    }

    fn describe(
        &mut self,
        statement: &Statement,
        parameter_types: &[Option<DataType>],
    ) -> impl Future<Output = Result<Description>> + Send {
        Session::describe(self, statement, parameter_types)
    }

    fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> impl Future<Output = Result<Outcome>> + Send {
        Session::execute(self, statement, parameters)
    }

    fn begin_message(&mut self) {
        Session::begin_message(self);
    }

    fn end_message(&mut self, failed: bool) -> impl Future<Output = Result<()>> + Send {
        Session::end_message(self, failed)
    }

    fn transaction_status(&self) -> TransactionStatus {
        Session::transaction_status(self)
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        Session::take_notices(self)
    }

    fn take_parameter_changes(&mut self) -> Vec<(String, String)> {
        Session::take_parameter_changes(self)
    }

    fn cursor_schema(&self, name: &str) -> Option<SchemaRef> {
        Session::cursor_schema(self, name)
    }

    fn cancel_fn(&self) -> CancelFn {
        let handle = Session::cancel_handle(self);
        Arc::new(move || handle.cancel())
    }
}
