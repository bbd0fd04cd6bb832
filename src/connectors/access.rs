//! What a statement answers when the server cannot use a path.

use std::io::{self, ErrorKind};

use crate::types::{Error, SqlState};

/// Fails as a statement should when a file cannot be used: `58P01` when it is
/// not there, `42501` when it may not be read.
pub fn file_error(path: &str, error: &io::Error) -> Error {
    let reason = match error.kind() {
        ErrorKind::NotFound => "No such file or directory".to_string(),
        ErrorKind::PermissionDenied => "Permission denied".to_string(),
        _ => error.to_string(),
    };
    let text = format!("could not open \"{path}\": {reason}");
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            let folder = std::env::current_dir().map(|d| d.display().to_string()).unwrap_or_default();
            Error::new(SqlState::UNDEFINED_FILE, text)
                .with_hint(format!("The path is looked up on the server, whose working folder is {folder}."))
        }
        ErrorKind::PermissionDenied => Error::new(SqlState::INSUFFICIENT_PRIVILEGE, text)
            .with_hint("Let the user that the server runs as read it (and, for a folder, list it)."),
        _ => Error::new(SqlState::IO_ERROR, text),
    }
}
