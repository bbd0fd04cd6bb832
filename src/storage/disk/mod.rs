//! The few things that the log asks of a disk.
//!
//! What we assume: a write lasts once `sync` of its file has returned; a new,
//! renamed or removed name lasts once `sync` of the folder has returned. Before
//! that, after a crash, any prefix of a file's unsynced bytes may be there, and
//! names may be the old or the new ones. A rename is never half done.

#[cfg(test)]
mod faulty;
mod local;

use std::io::{Read, Result};

#[cfg(test)]
pub use faulty::FaultyDisk;
pub use local::LocalDisk;

/// One folder of files.
pub trait Disk: Send + Sync {
    /// Its path, for messages.
    fn place(&self) -> String;

    /// The names of all files, in no order.
    fn names(&self) -> Result<Vec<String>>;

    /// Starts a file from nothing, in place of one of the same name.
    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>>;

    /// Opens a file to write on after its first `length` bytes, cutting the rest.
    fn resume(&self, name: &str, length: u64) -> Result<Box<dyn DiskFile>>;

    /// Reads a file from its beginning.
    fn read(&self, name: &str) -> Result<Box<dyn Read>>;

    /// Gives a file another name, in place of one that has it.
    fn rename(&self, from: &str, to: &str) -> Result<()>;

    /// Takes a file away.
    fn remove(&self, name: &str) -> Result<()>;

    /// Returns when all names are on the disk.
    fn sync(&self) -> Result<()>;
}

/// A file being written, from front to back.
pub trait DiskFile: Send {
    /// Adds bytes at the end.
    fn write_all(&mut self, bytes: &[u8]) -> Result<()>;

    /// Returns when all bytes are on the disk.
    fn sync(&mut self) -> Result<()>;
}
