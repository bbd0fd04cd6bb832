//! What can go wrong with durable things, and what to do about it.

use std::io;

use thiserror::Error;

use crate::types::{Error, SqlState};

/// A failure of this room.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The operating system refused.
    #[error("could not {action} \"{place}\": {source}")]
    Io {
        /// What was tried, for example `write`.
        action: &'static str,
        /// The file or folder.
        place: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A file does not hold what was written to it.
    #[error("\"{place}\" is damaged at byte {offset}: {reason}")]
    Corrupt {
        /// The file.
        place: String,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A file or folder of a later release.
    #[error(
        "\"{place}\" was written by a newer version of Millstream (format {found}, this one knows {known})"
    )]
    Newer {
        /// The file.
        place: String,
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Another process has the folder.
    #[error("data folder \"{folder}\" is in use by {owner}")]
    InUse {
        /// The folder.
        folder: String,
        /// `process 1234`, or `another process`.
        owner: String,
    },
    /// The folder belongs to something else.
    #[error("\"{0}\" is not a data folder of Millstream, and it is not empty")]
    Foreign(String),
    /// A write failed before, so nobody knows what is on the disk.
    #[error("the write-ahead log takes no more changes since an earlier failure: {0}")]
    Poisoned(String),
    /// One epoch's changes do not fit a record.
    #[error("the changes of one epoch take {0} bytes, more than the write-ahead log can hold at once")]
    TooLarge(u64),
}

impl StorageError {
    /// For `map_err`: an `io::Error` with what was tried on what.
    pub fn io(action: &'static str, place: impl Into<String>) -> impl FnOnce(io::Error) -> StorageError {
        let place = place.into();
        move |source| StorageError::Io { action, place, source }
    }

    fn code(&self) -> SqlState {
        use io::ErrorKind;
        match self {
            StorageError::Io { source, .. } => match source.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                    SqlState::INSUFFICIENT_PRIVILEGE
                }
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SqlState::DISK_FULL,
                ErrorKind::NotFound => SqlState::UNDEFINED_FILE,
                _ => SqlState::IO_ERROR,
            },
            StorageError::Corrupt { .. } => SqlState::DATA_CORRUPTED,
            StorageError::Newer { .. } => SqlState::FEATURE_NOT_SUPPORTED,
            StorageError::InUse { .. } => SqlState::OBJECT_IN_USE,
            StorageError::Foreign(_) => SqlState::INVALID_PARAMETER_VALUE,
            StorageError::Poisoned(_) => SqlState::IO_ERROR,
            StorageError::TooLarge(_) => SqlState::PROGRAM_LIMIT_EXCEEDED,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            StorageError::Io { .. } => match self.code() {
                SqlState::INSUFFICIENT_PRIVILEGE => {
                    "Give the user that runs millstream the right to write there, or choose another folder with --data-dir."
                }
                SqlState::DISK_FULL => "Free some space, or choose another folder with --data-dir.",
                _ => return None,
            },
            StorageError::Corrupt { .. } => {
                "Restore the data folder from a backup, and check the disk. Nothing was changed."
            }
            StorageError::Newer { .. } => "Start that version, or choose another folder with --data-dir.",
            StorageError::InUse { .. } => "Stop it, or choose another folder with --data-dir.",
            StorageError::Foreign(_) => "Choose an empty folder or a new one with --data-dir.",
            StorageError::Poisoned(_) => "Restart millstream: all that was acknowledged will be there.",
            StorageError::TooLarge(_) => "Write fewer rows in one statement.",
        })
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        let out = Error::new(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => out.with_hint(hint),
            None => out,
        }
    }
}
