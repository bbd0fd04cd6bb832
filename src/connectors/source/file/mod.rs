//! `connector = 'file'`: rows out of files, one partition.
//!
//! `path` names a file, a folder or a glob. Without `follow` the source is what
//! the files hold when it is created, and it ends. With `follow = 'true'` it
//! goes on with what is appended and with files that appear.
//!
//! The order of reading is decided once, in the `timeline` that all readers of
//! a source share: the files there at first by name, then growth and new files
//! as they are found. A reader opened later passes through the same stretches
//! and so sees the same rows in the same order.

mod connector;
mod offset;
mod opened;
mod pattern;
mod reader;
mod source;
mod store;
#[cfg(test)]
mod tests;
mod timeline;

pub use connector::File;
