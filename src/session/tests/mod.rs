//! Conversations with a running engine.

mod records;
mod statements;
mod transactions;

use std::sync::Arc;

use arrow::array::RecordBatch;
use bytes::Bytes;
use futures::TryStreamExt;

use super::*;
use crate::coordinator::{Handle, start};
use crate::expr::TextPrinter;
use crate::query::Engine;
use crate::storage::DataFolder;
use crate::types::{Error, Result};

fn server() -> SessionContext {
    let handle: Handle = start(&DataFolder::in_memory(), crate::connectors::all(), 2).expect("it starts");
    let engine = Arc::new(Engine::new(64 << 20).expect("it starts"));
    SessionContext { handle, engine, started_at: 0, locks: Arc::default() }
}

/// A client that writes down what it hears.
struct Talk(Session);

impl Talk {
    fn new(server: &SessionContext) -> Talk {
        Talk(Session::new(server.clone()))
    }

    /// Statements one by one: rows, then the tag, then notices.
    async fn hear(&mut self, sql: &str) -> Result<Vec<String>> {
        let mut heard = vec![];
        for statement in self.0.parse(sql)? {
            let outcome = self.0.execute(&statement, &[]).await?;
            heard.extend(lines(outcome).await?);
            let notices = self.0.take_notices();
            heard.extend(notices.iter().map(|n| format!("{}: {}", n.severity, n.error.message())));
        }
        Ok(heard)
    }

    async fn expect(&mut self, sql: &str, expected: &[&str]) {
        let heard = self.hear(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        assert_eq!(heard, expected, "{sql}");
    }

    async fn refused(&mut self, sql: &str, code: &str) -> Error {
        match self.hear(sql).await {
            Ok(heard) => panic!("{sql} gave {heard:?}"),
            Err(error) => {
                assert_eq!(error.code().0, code, "{sql}: {error:?}");
                error
            }
        }
    }

    async fn copy(&mut self, sql: &str, data: &str) -> Result<String> {
        let statement = self.0.parse(sql)?.remove(0);
        let Outcome::CopyIn(mut input) = self.0.execute(&statement, &[]).await? else {
            panic!("{sql} takes no data");
        };
        input.push(Bytes::copy_from_slice(data.as_bytes())).await?;
        input.finish().await
    }
}

async fn lines(outcome: Outcome) -> Result<Vec<String>> {
    Ok(match outcome {
        Outcome::Empty => vec![],
        Outcome::Command(tag) => vec![tag],
        Outcome::Rows(rows) => {
            let batches: Vec<RecordBatch> = rows.batches.try_collect().await?;
            let mut lines: Vec<String> = batches.iter().flat_map(print).collect();
            lines.push(format!("{} {}", rows.tag, lines.len()));
            lines
        }
        Outcome::CopyIn(_) => vec!["COPY IN".to_string()],
        Outcome::CopyOut(copy) => {
            let chunks: Vec<(Bytes, usize)> = copy.chunks.try_collect().await?;
            let text: String = chunks.iter().map(|(bytes, _)| String::from_utf8_lossy(bytes)).collect();
            text.lines().map(str::to_string).collect()
        }
    })
}

fn print(batch: &RecordBatch) -> Vec<String> {
    let printers: Vec<_> =
        batch.columns().iter().map(|c| TextPrinter::new(c).expect("a type with text")).collect();
    let cell = |printer: &TextPrinter, row: usize| {
        let mut text = String::new();
        if printer.write(row, &mut text) { text } else { "NULL".to_string() }
    };
    let line = |row| printers.iter().map(|p| cell(p, row)).collect::<Vec<_>>().join("|");
    (0..batch.num_rows()).map(line).collect()
}
