//! Messages in, messages out, over any stream of bytes.
//!
//! Both buffers are bounded: a message longer than [`LONG_BYTES_MAX`] is refused
//! before it is read, and output beyond [`OUTPUT_BYTES_MAX`] waits until the
//! client has taken it (that is the back pressure on a statement).
//!
//! A message is cut out whole before it is decoded, so that a malformed one can
//! be refused but never shifts the place of the next.

use std::io;

use bytes::{Buf, BytesMut};
use pgwire::messages::{DecodeContext, Message, PgWireFrontendMessage, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::failure::Failure;
use super::shape;
use crate::types::{Error, SqlState};

/// Output is handed to the socket when it has grown to this.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;
/// The longest `Query`, `Parse`, `Bind` and `CopyData`.
const LONG_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The longest message of any other kind, as PostgreSQL has it.
const SHORT_BYTES_MAX: usize = 10_000;
/// How far to read ahead while a statement runs (to see the client go away).
const READ_AHEAD_BYTES_MAX: usize = 256 * 1024;

/// One connection's two buffers and its stream.
pub(super) struct Wire<S> {
    stream: S,
    input: BytesMut,
    pub(super) output: BytesMut,
    /// Where the last whole message in `output` ends.
    whole: usize,
    pub(super) protocol: ProtocolVersion,
    /// The type byte of the last message taken.
    kind: u8,
    closed: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Wire {
            stream,
            input: BytesMut::new(),
            output: BytesMut::new(),
            whole: 0,
            protocol: ProtocolVersion::PROTOCOL3_0,
            kind: 0,
            closed: false,
        }
    }

    /// The next message, with everything put so far sent first; `None` when the
    /// client has closed the connection between two messages.
    pub(super) async fn next(&mut self) -> Result<Option<PgWireFrontendMessage>, Failure> {
        loop {
            if let Some(length) = self.whole_message()? {
                return self.decode(length).map(Some);
            }
            self.flush().await?;
            if !self.read_more().await? {
                return if self.input.is_empty() { Ok(None) } else { Err(Failure::Gone) };
            }
        }
    }

    /// The type byte of the last message that [`next`](Self::next) gave or refused.
    pub(super) fn kind(&self) -> u8 {
        self.kind
    }

    /// The type byte of the next message, if it has arrived already.
    pub(super) fn peek(&self) -> Option<u8> {
        self.input.first().copied()
    }

    /// One of the messages before the first with a type byte. Waits for 8 bytes
    /// and lets `decode` look for the rest.
    pub(super) async fn next_untyped<T>(
        &mut self,
        mut decode: impl FnMut(&mut BytesMut) -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        loop {
            if self.input.len() >= 8 {
                let length = (&self.input[..4]).get_u32() as usize;
                if !(8..=SHORT_BYTES_MAX).contains(&length) {
                    return Err(Failure::Fatal(Error::new(
                        SqlState::PROTOCOL_VIOLATION,
                        "invalid length of startup packet",
                    )));
                }
                if self.input.len() >= length
                    && let Some(message) = decode(&mut self.input)?
                {
                    return Ok(message);
                }
            }
            self.flush().await?;
            if !self.read_more().await? {
                return Err(Failure::Gone);
            }
        }
    }

    /// Resolves when the client has closed the connection. Meanwhile what it
    /// sends is kept for [`next`](Self::next); a client that sends a lot ahead
    /// is only looked at again once that has been taken.
    pub(super) async fn gone(&mut self) {
        while self.input.len() < READ_AHEAD_BYTES_MAX {
            match self.read_more().await {
                Ok(true) => {}
                Ok(false) | Err(_) => return,
            }
        }
        std::future::pending().await
    }

    async fn read_more(&mut self) -> io::Result<bool> {
        if self.closed {
            return Ok(false);
        }
        self.input.reserve(16 * 1024);
        let count = self.stream.read_buf(&mut self.input).await?;
        self.closed = count == 0;
        Ok(count > 0)
    }

    /// The length, type byte included, of the next message if it is all here.
    fn whole_message(&mut self) -> Result<Option<usize>, Failure> {
        if self.input.len() < 5 {
            return Ok(None);
        }
        let length = (&self.input[1..5]).get_u32() as usize;
        let longest = match self.input[0] {
            b'Q' | b'P' | b'B' | b'd' => LONG_BYTES_MAX,
            _ => SHORT_BYTES_MAX,
        };
        if !(4..=longest).contains(&length) {
            return Err(Failure::Fatal(
                Error::new(
                    SqlState::PROTOCOL_VIOLATION,
                    format!("invalid message length {length} for message type {:?}", self.input[0] as char),
                )
                .with_hint(format!("A message may have up to {longest} bytes; send the data by COPY.")),
            ));
        }
        if self.input.len() > length {
            return Ok(Some(1 + length));
        }
        self.input.reserve(1 + length - self.input.len());
        Ok(None)
    }

    fn decode(&mut self, length: usize) -> Result<PgWireFrontendMessage, Failure> {
        let mut message = self.input.split_to(length);
        self.kind = message[0];
        shape::check(self.kind, &message[5..])?;
        let mut context = DecodeContext::new(self.protocol);
        context.awaiting_frontend_ssl = false;
        context.awaiting_frontend_startup = false;
        PgWireFrontendMessage::decode(&mut message, &context)?.ok_or_else(|| {
            Failure::Fatal(Error::new(
                SqlState::PROTOCOL_VIOLATION,
                format!("malformed message of type {:?}", self.kind as char),
            ))
        })
    }

    /// Puts a message behind those that wait to be sent.
    pub(super) fn put(&mut self, message: &impl Message) -> Result<(), Failure> {
        self.output.truncate(self.whole);
        message.encode(&mut self.output)?;
        self.mark();
        Ok(())
    }

    /// Whatever has been written to `output` by hand is a whole message now.
    pub(super) fn mark(&mut self) {
        self.whole = self.output.len();
    }

    /// Takes back a message that was not finished.
    pub(super) fn unwind(&mut self) {
        self.output.truncate(self.whole);
    }

    /// Sends everything put so far when it is a lot.
    pub(super) async fn flush_if_full(&mut self) -> io::Result<()> {
        if self.output.len() >= OUTPUT_BYTES_MAX { self.flush().await } else { Ok(()) }
    }

    /// Sends everything put so far. May be dropped at any point: what has gone
    /// out is known, and the rest is sent by the next call.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        while !self.output.is_empty() {
            let count = self.stream.write(&self.output).await?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.output.advance(count);
            self.whole = self.whole.saturating_sub(count);
        }
        self.stream.flush().await
    }

    /// Sends the rest and says goodbye.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        self.flush().await?;
        self.stream.shutdown().await
    }
}
