//! What a statement gives back, without a word about the wire.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;

use crate::types::{Error, Result};

/// The outcome of one statement.
pub enum Outcome {
    /// The statement was empty (only white space or comments).
    Empty,
    /// Done; the command tag, for example `INSERT 0 3`.
    Command(String),
    /// Rows.
    Rows(Rows),
    /// `COPY t FROM STDIN`: the client sends the data now.
    CopyIn(Box<dyn CopyIn>),
    /// `COPY … TO STDOUT`: already in the format asked for.
    CopyOut(CopyOut),
}

/// Rows on their way to a client.
pub struct Rows {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The batches; ends after the first error. Endless for a subscription.
    pub batches: BoxStream<'static, Result<RecordBatch>>,
    /// The command tag before the row count: `SELECT`, `INSERT 0`, `FETCH`, …
    pub tag: &'static str,
}

/// The text that `COPY … TO STDOUT` sends, a chunk at a time.
pub struct CopyOut {
    /// How many columns, for `CopyOutResponse`.
    pub columns: usize,
    /// Chunks of whole lines and the number of rows in each.
    pub chunks: BoxStream<'static, Result<(Bytes, usize)>>,
}

/// Takes the data of `COPY … FROM STDIN`.
pub trait CopyIn: Send {
    /// How many columns, for `CopyInResponse`.
    fn columns(&self) -> usize;
    /// Bytes in any cut.
    fn push(&mut self, bytes: Bytes) -> BoxFuture<'_, Result<()>>;
    /// The client is done: commits, and returns the command tag. Nothing has
    /// happened if it fails, or if the value is dropped before.
    fn finish(self: Box<Self>) -> BoxFuture<'static, Result<String>>;
}

/// A message that does not end the statement.
#[derive(Clone, Debug)]
pub struct Notice {
    /// `NOTICE`, `WARNING`, `INFO`, `LOG` or `DEBUG`.
    pub severity: &'static str,
    /// Message, SQLSTATE, detail and hint.
    pub error: Error,
}

/// What the client learns before a statement runs.
#[derive(Clone, Debug)]
pub struct Description {
    /// The types of `$1`, `$2`, …
    pub parameters: Vec<DataType>,
    /// The columns of the result; `None` when it gives no rows.
    pub columns: Option<SchemaRef>,
}

/// The letter of `ReadyForQuery`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionStatus {
    /// `I`: not in a transaction block.
    Idle,
    /// `T`: in a transaction block.
    InBlock,
    /// `E`: in a failed block; everything but its end is refused.
    Failed,
}
