//! The names and headers of segments and snapshots.

use crate::storage::StorageError;

/// The layout this code writes, and the newest that it reads.
const VERSION: u32 = 1;
/// Magic, version, number.
pub(super) const HEADER_BYTES: usize = 16;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Changes of epochs.
    Segment,
    /// All rows.
    Snapshot,
}

impl FileKind {
    fn magic(self) -> [u8; 8] {
        match self {
            FileKind::Segment => *b"MSTRMWAL",
            FileKind::Snapshot => *b"MSTRMSNP",
        }
    }

    fn affixes(self) -> (&'static str, &'static str) {
        match self {
            FileKind::Segment => ("wal-", ".log"),
            FileKind::Snapshot => ("snapshot-", ".arrow"),
        }
    }

    /// The name of the file with this number.
    pub fn name(self, number: u32) -> String {
        let (prefix, suffix) = self.affixes();
        format!("{prefix}{number:08}{suffix}")
    }

    /// The number of the file, if it is of this kind.
    pub fn number(self, name: &str) -> Option<u32> {
        let (prefix, suffix) = self.affixes();
        let number = name.strip_prefix(prefix)?.strip_suffix(suffix)?.parse().ok()?;
        (self.name(number) == name).then_some(number)
    }

    /// The first bytes of the file with this number.
    pub fn header(self, number: u32) -> Vec<u8> {
        [&self.magic()[..], &VERSION.to_le_bytes(), &number.to_le_bytes()].concat()
    }

    /// Is this the header of that file? `Ok(false)` when it is not whole.
    pub fn check(self, number: u32, header: &[u8], place: &str) -> Result<bool, StorageError> {
        let Some(header) = header.get(..HEADER_BYTES) else {
            return Ok(false);
        };
        let found = u32::from_le_bytes(header[8..12].try_into().expect("four bytes"));
        if header[..8] == self.magic() && found > VERSION {
            return Err(StorageError::Newer { place: place.to_string(), found, known: VERSION });
        }
        Ok(header == self.header(number))
    }
}
