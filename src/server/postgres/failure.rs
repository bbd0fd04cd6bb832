//! How a message can fail, and errors and notices as the protocol has them.

use std::io;

use pgwire::error::PgWireError;
use pgwire::messages::response::{ErrorResponse, NoticeResponse};

use crate::session::Notice;
use crate::types::{Error, SqlState};

/// Bytes that are not UTF-8 (`character_not_in_repertoire`).
pub(super) const CHARACTER_NOT_IN_REPERTOIRE: SqlState = SqlState("22021");

/// Why a message was not served to its end.
#[derive(Debug)]
pub(super) enum Failure {
    /// The statement failed; the conversation goes on.
    Statement(Error),
    /// The connection cannot go on; the client is told why.
    Fatal(Error),
    /// The client is gone; there is nobody to tell.
    Gone,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Statement(error)
    }
}

impl From<io::Error> for Failure {
    fn from(_: io::Error) -> Self {
        Failure::Gone
    }
}

impl From<PgWireError> for Failure {
    fn from(error: PgWireError) -> Self {
        Failure::Fatal(Error::new(SqlState::PROTOCOL_VIOLATION, lower_first(&error.to_string())))
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// The message for a failed statement or, with severity `FATAL`, connection.
pub(super) fn error_response(severity: &str, error: &Error) -> ErrorResponse {
    ErrorResponse::new(fields(severity, error))
}

/// The message for a notice.
pub(super) fn notice_response(notice: &Notice) -> NoticeResponse {
    NoticeResponse::new(fields(notice.severity, &notice.error))
}

fn fields(severity: &str, error: &Error) -> Vec<(u8, String)> {
    let mut fields = vec![
        (b'S', severity.to_owned()),
        (b'V', severity.to_owned()),
        (b'C', error.code().to_string()),
        (b'M', without_nul(error.message())),
    ];
    fields.extend(error.detail().map(|detail| (b'D', without_nul(detail))));
    fields.extend(error.hint().map(|hint| (b'H', without_nul(hint))));
    fields.extend(error.position().map(|position| (b'P', position.to_string())));
    fields
}

/// A zero byte would end the field early and the client would lose its place.
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
