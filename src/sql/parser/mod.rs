//! Text to [`Statement`]s.
//!
//! The message is tokenised once (`lexer`) and cut at its semicolons. Statements
//! are told apart by their leading words (`statement`), and those of the streaming
//! dialect are read by recursive descent, one file each, on a `Cursor` that
//! hands expressions, types and queries to `sqlparser`. What is known and not
//! built becomes [`Statement::Unsupported`]; everything else is `42601` with
//! PostgreSQL's words and the place (`syntax`).
//!
//! Names come out ready for use: an unquoted word is in lower case, in every
//! identifier of every tree. Work is linear in the message, and depth is bounded
//! (`54001`), so that no input exhausts the stack.

mod boundary;
mod column;
mod copy;
mod cursor;
mod deepest;
mod dialect;
mod drop;
mod explain;
mod function;
mod interval;
mod lexer;
mod options;
mod parse;
mod portal;
mod prepared;
mod relation;
mod show;
mod sink;
mod spelled_query;
mod spelling;
mod statement;
mod stream_table;
mod syntax;
#[cfg(test)]
mod tests;
mod transaction;
mod truncate;
mod unbuilt;
mod variable;
mod verify;
mod view;

pub use interval::{interval_micros, read_literal};
pub use parse::{Parsed, parse};
pub use stream_table::query_text;

#[cfg(doc)]
use super::Statement;
