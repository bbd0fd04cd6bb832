//! The text and CSV formats of `COPY`, both ways, as pure code: bytes in any cut
//! to columns of text, and batches to lines.
//!
//! Rules and messages are PostgreSQL's. What it prints as `CONTEXT` (table and
//! line) stands in the detail of an error.

mod csv;
mod line;
mod reader;
mod text;
mod writer;

pub use reader::CopyReader;
pub use writer::CopyWriter;
