//! `COPY` in both directions.

use futures::StreamExt;
use pgwire::messages::PgWireFrontendMessage;
use pgwire::messages::copy::{CopyData, CopyDone, CopyInResponse, CopyOutResponse};
use tokio::io::{AsyncRead, AsyncWrite};

use super::Conversation;
use super::attend::attend;
use super::connection::Connection;
use super::failure::Failure;
use crate::session::{CopyIn, CopyOut};
use crate::types::{Error, SqlState};

impl<S: AsyncRead + AsyncWrite + Unpin, C: Conversation> Connection<'_, S, C> {
    /// Takes the client's data to its end; the tag. On every other way out,
    /// the client's own disappearance among them, `copy` is dropped and nothing
    /// has happened.
    pub(super) async fn copy_in(&mut self, mut copy: Box<dyn CopyIn>) -> Result<String, Failure> {
        let columns = copy.columns();
        self.wire.put(&CopyInResponse::new(0, columns as i16, vec![0; columns]))?;
        loop {
            match self.next_of_copy().await? {
                PgWireFrontendMessage::CopyData(data) => {
                    attend(self.wire, &self.cancel, copy.push(data.data)).await??;
                }
                PgWireFrontendMessage::CopyDone(_) => {
                    return Ok(attend(self.wire, &self.cancel, copy.finish()).await??);
                }
                PgWireFrontendMessage::CopyFail(fail) => {
                    return Err(Failure::Statement(Error::new(
                        SqlState::QUERY_CANCELED,
                        format!("COPY from stdin failed: {}", fail.message),
                    )));
                }
                // Drivers send them right behind the statement.
                PgWireFrontendMessage::Flush(_) | PgWireFrontendMessage::Sync(_) => {}
                PgWireFrontendMessage::Terminate(_) => return Err(Failure::Gone),
                _ => {
                    return Err(Failure::Statement(Error::new(
                        SqlState::PROTOCOL_VIOLATION,
                        format!("unexpected message type 0x{:02X} during COPY from stdin", self.wire.kind()),
                    )));
                }
            }
        }
    }

    async fn next_of_copy(&mut self) -> Result<PgWireFrontendMessage, Failure> {
        tokio::select! {
            message = self.wire.next() => message?.ok_or(Failure::Gone),
            () = self.cancelled.notified() => Err(Failure::Statement(Error::new(
                SqlState::QUERY_CANCELED,
                "canceling statement due to user request",
            ))),
        }
    }

    /// Sends all chunks; the tag.
    pub(super) async fn copy_out(&mut self, mut copy: CopyOut) -> Result<String, Failure> {
        self.wire.put(&CopyOutResponse::new(0, copy.columns as i16, vec![0; copy.columns]))?;
        let mut total = 0;
        while let Some(chunk) = attend(self.wire, &self.cancel, copy.chunks.next()).await? {
            let (bytes, rows) = chunk?;
            total += rows;
            for line in lines(&bytes, rows) {
                self.wire.put(&CopyData::new(bytes.slice_ref(line)))?;
                self.wire.flush_if_full().await?;
            }
        }
        self.wire.put(&CopyDone::new())?;
        Ok(format!("COPY {total}"))
    }
}

/// One message for each row, which is what drivers expect, unless line ends
/// inside quotes make rows longer than lines.
fn lines(bytes: &[u8], rows: usize) -> Vec<&[u8]> {
    let mut lines = Vec::with_capacity(rows);
    lines.extend(bytes.split_inclusive(|byte| *byte == b'\n'));
    if lines.len() == rows || lines.len() == rows + 1 { lines } else { vec![bytes] }
}
