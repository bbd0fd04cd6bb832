//! The simple query: one message, any number of statements, all in text.

use pgwire::messages::response::{CommandComplete, EmptyQueryResponse};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Conversation;
use super::attend::attend;
use super::connection::Connection;
use super::failure::{Failure, error_response};
use super::rows::{RowCursor, Sent, row_description};
use super::values::Format;
use crate::session::{Outcome, Rows};

impl<S: AsyncRead + AsyncWrite + Unpin, C: Conversation> Connection<'_, S, C> {
    /// Runs a message of the simple protocol; always ends in `ReadyForQuery`.
    pub(super) async fn query(&mut self, sql: &str) -> Result<(), Failure> {
        if std::mem::take(&mut self.in_pipeline) {
            self.session.end_message(false).await?;
        }
        self.portals.remove("");
        match self.run_all(sql).await {
            Err(Failure::Statement(error)) => {
                self.report()?;
                self.wire.put(&error_response("ERROR", &error))?;
            }
            other => other?,
        }
        self.ready()
    }

    /// The first error stops the rest. Several statements are one implicit
    /// transaction, ended before the last one is acknowledged.
    async fn run_all(&mut self, sql: &str) -> Result<(), Failure> {
        let statements = self.session.parse(sql)?;
        let Some((last, before)) = statements.split_last() else {
            return self.wire.put(&EmptyQueryResponse::new());
        };
        if before.is_empty() {
            let tag = self.run(last).await?;
            return self.complete(tag);
        }
        self.session.begin_message();
        let ran = self.run_several(last, before).await;
        let ended = self.session.end_message(ran.is_err()).await;
        let tag = ran?;
        ended?;
        self.complete(tag)
    }

    async fn run_several(
        &mut self,
        last: &C::Statement,
        before: &[C::Statement],
    ) -> Result<Option<String>, Failure> {
        for statement in before {
            let tag = self.run(statement).await?;
            self.complete(tag)?;
        }
        self.run(last).await
    }

    /// Everything of one statement but its acknowledgement: the command tag,
    /// or `None` for an empty statement.
    async fn run(&mut self, statement: &C::Statement) -> Result<Option<String>, Failure> {
        let outcome = attend(self.wire, &self.cancel, self.session.execute(statement, &[])).await??;
        self.report()?;
        Ok(match outcome {
            Outcome::Empty => None,
            Outcome::Command(tag) => Some(tag),
            Outcome::Rows(rows) => Some(self.all_rows(rows).await?),
            Outcome::CopyIn(copy) => Some(self.copy_in(copy).await?),
            Outcome::CopyOut(copy) => Some(self.copy_out(copy).await?),
        })
    }

    async fn all_rows(&mut self, rows: Rows) -> Result<String, Failure> {
        let formats = vec![Format::Text; rows.schema.fields().len()];
        self.wire.put(&row_description(&rows.schema, &formats))?;
        let mut cursor = RowCursor::new(rows, formats);
        match cursor.send(self.wire, &self.cancel, None).await? {
            Sent::All(count) => Ok(format!("{} {count}", cursor.tag)),
            Sent::Suspended => Ok(cursor.tag.to_owned()),
        }
    }

    /// Acknowledges a statement.
    pub(super) fn complete(&mut self, tag: Option<String>) -> Result<(), Failure> {
        self.report()?;
        let Some(tag) = tag else { return self.wire.put(&EmptyQueryResponse::new()) };
        if matches!(tag.as_str(), "DEALLOCATE ALL" | "DISCARD ALL") {
            self.statements.clear();
        }
        self.wire.put(&CommandComplete::new(tag))
    }
}
