//! A session that understands a few words instead of SQL, and keeps a log.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use datafusion::common::ScalarValue;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::super::{CancelFn, Conversation, StartupParameters};
use crate::session::{CopyIn, CopyOut, Description, Notice, Outcome, Rows, TransactionStatus};
use crate::types::{Error, Result, SqlState};

/// What happened, in order, over all sessions of a server.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(super) fn add(&self, entry: impl Into<String>) {
        self.0.lock().push(entry.into());
    }

    pub(super) fn has(&self, entry: &str) -> bool {
        self.0.lock().iter().any(|e| e == entry)
    }

    pub(super) fn entries(&self) -> Vec<String> {
        self.0.lock().clone()
    }

    /// Waits until something has happened.
    pub(super) async fn wait_for(&self, entry: &str) {
        for _ in 0..500 {
            if self.has(entry) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{entry:?} has not happened; only {:?}", self.entries());
    }
}

/// Logs its own end.
struct OnDrop(Log, &'static str);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

pub(super) struct MockSession {
    log: Log,
    status: TransactionStatus,
    notices: Vec<Notice>,
    changes: Vec<(String, String)>,
    cancel: watch::Sender<()>,
}

impl MockSession {
    pub(super) fn new(client: &StartupParameters, log: Log) -> Result<Self> {
        if client.database != "dev" {
            return Err(Error::new(
                SqlState::INVALID_CATALOG_NAME,
                format!("database \"{}\" does not exist", client.database),
            ));
        }
        Ok(MockSession {
            log,
            status: TransactionStatus::Idle,
            notices: Vec::new(),
            changes: vec![("TimeZone".to_owned(), "Etc/UTC".to_owned())],
            cancel: watch::Sender::new(()),
        })
    }

    async fn sleep(&mut self) -> Result<Outcome> {
        let _end = OnDrop(self.log.clone(), "sleep over");
        self.log.add("asleep");
        let mut cancelled = self.cancel.subscribe();
        let _ = cancelled.changed().await;
        Err(Error::new(SqlState::QUERY_CANCELED, "canceling statement due to user request"))
    }
}

fn two_columns() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("n", DataType::Int32, true),
        Field::new("word", DataType::Utf8, true),
    ]))
}

fn rows(log: &Log, count: i32, fails_at: Option<i32>) -> Rows {
    let end = OnDrop(log.clone(), "rows dropped");
    let batches = stream::iter((0..count).step_by(100)).map(move |from| {
        let _ = &end;
        if fails_at.is_some_and(|at| from >= at) {
            return Err(Error::new(SqlState::DIVISION_BY_ZERO, "division by zero"));
        }
        let numbers: Vec<i32> = (from..count.min(from + 100)).collect();
        let words: StringArray = numbers.iter().map(|n| (n % 3 != 0).then(|| format!("word {n}"))).collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(numbers)), Arc::new(words)];
        Ok(RecordBatch::try_new(two_columns(), columns)?)
    });
    Rows { schema: two_columns(), batches: batches.boxed(), tag: "SELECT" }
}

struct MockCopyIn {
    bytes: usize,
    log: Log,
    _end: OnDrop,
}

impl CopyIn for MockCopyIn {
    fn columns(&self) -> usize {
        2
    }

    fn push(&mut self, bytes: Bytes) -> BoxFuture<'_, Result<()>> {
        self.bytes += bytes.len();
        let bad = bytes.starts_with(b"bad");
        async move { if bad { Err(Error::new(SqlState::BAD_COPY_FILE_FORMAT, "bad data")) } else { Ok(()) } }
            .boxed()
    }

    fn finish(self: Box<Self>) -> BoxFuture<'static, Result<String>> {
        self.log.add(format!("copied {} bytes", self.bytes));
        async move { Ok(format!("COPY {}", self.bytes)) }.boxed()
    }
}

/// The type of the parameter of `echo`, by the name behind it.
fn echo_type(name: &str) -> DataType {
    match name {
        "int" => DataType::Int32,
        "bigint" => DataType::Int64,
        "float" => DataType::Float64,
        _ => DataType::Utf8,
    }
}

impl Conversation for MockSession {
    type Statement = Arc<str>;

    fn parse(&self, sql: &str) -> Result<Vec<Arc<str>>> {
        if let Some(at) = sql.find('?') {
            return Err(Error::new(SqlState::SYNTAX_ERROR, "syntax error at or near \"?\"").at(at + 1));
        }
        Ok(sql.split(';').map(str::trim).filter(|s| !s.is_empty()).map(Arc::from).collect())
    }

    async fn describe(&mut self, statement: &Arc<str>, types: &[Option<DataType>]) -> Result<Description> {
        let words: Vec<&str> = statement.split(' ').collect();
        Ok(match words[..] {
            ["rows", _] => Description { parameters: vec![], columns: Some(two_columns()) },
            ["echo", name] => {
                let given = types.first().cloned().flatten();
                let found = given.unwrap_or_else(|| echo_type(name));
                let schema = Schema::new(vec![Field::new("echo", found.clone(), true)]);
                Description { parameters: vec![found], columns: Some(Arc::new(schema)) }
            }
            _ => Description { parameters: vec![], columns: None },
        })
    }

    async fn execute(&mut self, statement: &Arc<str>, parameters: &[ScalarValue]) -> Result<Outcome> {
        self.log.add(format!("run {}", &statement[..statement.len().min(30)]));
        let words: Vec<&str> = statement.split(' ').collect();
        Ok(match words[..] {
            ["rows", count] => Outcome::Rows(rows(&self.log, count.parse().expect("a count"), None)),
            ["rows", count, "fail", at] => {
                let (count, at) = (count.parse().expect("a count"), at.parse().expect("a place"));
                Outcome::Rows(rows(&self.log, count, Some(at)))
            }
            ["echo", _] => {
                let array = parameters[0].to_array()?;
                let batch = RecordBatch::try_from_iter_with_nullable([("echo", array, true)])?;
                let schema = batch.schema();
                Outcome::Rows(Rows { schema, batches: stream::iter([Ok(batch)]).boxed(), tag: "SELECT" })
            }
            ["begin"] | ["START", "TRANSACTION"] => {
                self.status = TransactionStatus::InBlock;
                Outcome::Command("BEGIN".to_owned())
            }
            ["commit" | "COMMIT"] => {
                self.status = TransactionStatus::Idle;
                Outcome::Command("COMMIT".to_owned())
            }
            ["sleep"] => self.sleep().await?,
            ["panic"] => panic!("as asked"),
            ["notice"] => {
                let error = Error::new(SqlState("00000"), "take note").with_hint("Do.");
                self.notices.push(Notice { severity: "NOTICE", error });
                self.changes.push(("application_name".to_owned(), "changed".to_owned()));
                Outcome::Command("NOTICE".to_owned())
            }
            ["copyin"] => Outcome::CopyIn(Box::new(MockCopyIn {
                bytes: 0,
                log: self.log.clone(),
                _end: OnDrop(self.log.clone(), "copy dropped"),
            })),
            ["copyout"] => {
                let chunks = [Ok((Bytes::from("1\ta\n2\tb\n"), 2)), Ok((Bytes::from("3\tc\n"), 1))];
                Outcome::CopyOut(CopyOut { columns: 2, chunks: stream::iter(chunks).boxed() })
            }
            ["long", ..] => Outcome::Command(format!("LONG {}", statement.len())),
            _ => {
                return Err(Error::new(
                    SqlState::UNDEFINED_TABLE,
                    format!("relation \"{statement}\" does not exist"),
                )
                .with_detail("Nothing is known of it.")
                .with_hint("Create it.")
                .at(3));
            }
        })
    }

    fn begin_message(&mut self) {
        self.log.add("begin message");
    }

    async fn end_message(&mut self, failed: bool) -> Result<()> {
        self.log.add(if failed { "message failed" } else { "message done" });
        Ok(())
    }

    fn transaction_status(&self) -> TransactionStatus {
        self.status
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    fn take_parameter_changes(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.changes)
    }

    fn cancel_fn(&self) -> CancelFn {
        let cancel = self.cancel.clone();
        Arc::new(move || cancel.send_modify(|()| ()))
    }
}
