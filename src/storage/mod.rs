//! What lasts: the data folder with its catalog and its write-ahead log.
//!
//! A [`DataFolder`] belongs to one process at a time and opens what is in it:
//! the [`CatalogStore`] (small, changed atomically; sled) and the [`Log`] of
//! table changes (bulk; our own files). Both are traits with a twin that keeps
//! nothing, so that `--in-memory` and tests run the same code above.
//!
//! ```text
//!   LOCK       held while a process uses the folder; its pid
//!   FORMAT     "millstream 1": ours, and how to read the rest
//!   catalog/   sled
//!   log/       wal-00000007.log, snapshot-00000007.arrow
//! ```
//!
//! Everything here is synchronous, and is handed its disk ([`disk::Disk`]).

pub mod catalog;
pub mod disk;
mod error;
mod folder;
mod lock;
pub mod wal;

pub use catalog::{CatalogChange, CatalogRecord, CatalogStore, SchemaRecord};
pub use error::StorageError;
pub use folder::DataFolder;
pub use wal::{Log, TableChange, TableRows};
