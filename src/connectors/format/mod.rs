//! How bytes become rows, one format a file, apart from where the bytes come from.
//!
//! Text formats (`json`, `csv`) implement [`Decoder`]: they cut bytes into
//! records and decode many records at a time into text columns, which `typed`
//! turns into the declared types. Each bad record becomes one
//! [`Rejected`](crate::dataflow::Rejected); the records around it are not
//! touched. Whether a record is good does not depend on which columns are
//! wanted, so every view of a source sees the same rows. Parquet brings its own
//! structure and is read by file.

mod csv;
mod decoder;
mod encoding;
mod json;
mod parquet;
mod split;
mod typed;

pub use decoder::{Decoder, Place, shortened};
pub use encoding::Encoding;
pub use parquet::ParquetRows;
