//! Whether a message's body is what its type says, before it is decoded.
//!
//! `pgwire` trusts counts and lengths in a message and replaces what is not
//! UTF-8; a broken message must be refused, and a statement must not be changed.

use std::str::from_utf8;

use super::failure::{CHARACTER_NOT_IN_REPERTOIRE, Failure};
use crate::types::{Error, SqlState};

/// Checks the body of a message of type `kind`. Text that is not UTF-8 fails
/// the statement, anything else the connection.
pub(super) fn check(kind: u8, body: &[u8]) -> Result<(), Failure> {
    let mut rest = Rest { bytes: body, not_utf8: None };
    let well_formed = rest.is_message(kind).is_some() && rest.bytes.is_empty();
    match rest.not_utf8 {
        Some(byte) => Err(Failure::Statement(Error::new(
            CHARACTER_NOT_IN_REPERTOIRE,
            format!("invalid byte sequence for encoding \"UTF8\": 0x{byte:02x}"),
        ))),
        None if well_formed => Ok(()),
        None => Err(Failure::Fatal(Error::new(
            SqlState::PROTOCOL_VIOLATION,
            format!("invalid message format of message type {:?}", char::from(kind)),
        ))),
    }
}

/// What is left to check. A method returns `None` when it is not there.
struct Rest<'a> {
    bytes: &'a [u8],
    /// The first byte of text that is not UTF-8.
    not_utf8: Option<u8>,
}

impl Rest<'_> {
    fn is_message(&mut self, kind: u8) -> Option<()> {
        match kind {
            b'Q' | b'f' => self.text(),
            b'P' => {
                self.text()?;
                self.text()?;
                self.items(4)
            }
            b'B' => {
                self.text()?;
                self.text()?;
                self.items(2)?;
                for _ in 0..self.count()? {
                    self.value()?;
                }
                self.items(2)
            }
            b'D' | b'C' => {
                self.skip(1)?;
                self.text()
            }
            b'E' => {
                self.text()?;
                self.skip(4)
            }
            b'S' | b'H' | b'X' | b'c' => Some(()),
            // Data and passwords are any bytes; the rest is refused elsewhere.
            _ => self.skip(self.bytes.len()),
        }
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }

    /// Text up to a zero byte.
    fn text(&mut self) -> Option<()> {
        let end = self.bytes.iter().position(|byte| *byte == 0)?;
        if let Err(error) = from_utf8(&self.bytes[..end]) {
            self.not_utf8 = self.not_utf8.or(Some(self.bytes[error.valid_up_to()]));
        }
        self.skip(end + 1)
    }

    fn count(&mut self) -> Option<usize> {
        let (head, tail) = self.bytes.split_first_chunk::<2>()?;
        self.bytes = tail;
        Some(u16::from_be_bytes(*head).into())
    }

    /// A count and that many items of `size` bytes.
    fn items(&mut self, size: usize) -> Option<()> {
        let count = self.count()?;
        self.skip(count * size)
    }

    /// A length and that many bytes; -1 is null.
    fn value(&mut self) -> Option<()> {
        let (head, tail) = self.bytes.split_first_chunk::<4>()?;
        self.bytes = tail;
        match i32::from_be_bytes(*head) {
            -1 => Some(()),
            length => self.skip(usize::try_from(length).ok()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_checked_to_their_last_byte() {
        let fatal = |kind, body: &[u8]| matches!(check(kind, body), Err(Failure::Fatal(_)));
        assert!(check(b'Q', b"select\0").is_ok());
        assert!(fatal(b'Q', b"select"), "no end");
        assert!(fatal(b'Q', b"select\0x"), "too much");
        assert!(check(b'B', b"\0\0\0\0\0\x02\xff\xff\xff\xff\0\0\0\x01x\0\0").is_ok());
        assert!(fatal(b'B', b"\0\0\0\0\0\x02\xff\xff\xff\xff\0\0"), "one value missing");
        assert!(fatal(b'B', b"\0\0\0\0\0\x01\xff\xff\xff\xfe\0\0"), "a length of -2");
        assert!(fatal(b'B', b"\0\0\0\0\0\x01\x7f\xff\xff\xffx\0\0"), "a value cut off");
        assert!(fatal(b'P', b"\0\0\xff\xff"), "types missing");
        assert!(fatal(b'E', b"\0\0"), "no limit");
        assert!(matches!(check(b'P', b"\0caf\xe9\0\0\0"), Err(Failure::Statement(_))));
    }
}
