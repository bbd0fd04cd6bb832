//! Where a reader stands, as text: for each file touched, how far it was read.

use serde::{Deserialize, Serialize};

use crate::types::{Error, Result, SqlState};

/// How far one file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The absolute path.
    #[serde(rename = "f")]
    pub path: String,
    /// Bytes of text, or rows of Parquet, that were read.
    #[serde(rename = "p")]
    pub position: u64,
    /// Lines that were read.
    #[serde(rename = "l")]
    pub line: u64,
}

/// Text that [`decode`] takes back.
pub fn encode(progress: &[Progress]) -> String {
    serde_json::to_string(progress).expect("paths and numbers are JSON")
}

/// What [`encode`] wrote.
pub fn decode(text: &str) -> Result<Vec<Progress>> {
    serde_json::from_str(text).map_err(|_| {
        Error::new(SqlState::DATA_CORRUPTED, format!("'{text}' is not an offset of a file source"))
    })
}
