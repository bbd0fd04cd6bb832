//! The way in.

use super::boundary;
use super::cursor::Cursor;
use super::dialect::StreamDialect;
use super::lexer::{self, Piece};
use super::stream_table;
use super::syntax::{Failure, Source};
use crate::sql::Statement;
use crate::types::Result;

/// One statement of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub statement: Statement,
    /// This statement alone, trimmed, without the semicolon. Places inside
    /// `statement` (spans, `position`) count from its beginning.
    pub text: String,
    /// Characters before it in the message: what to add to such a place.
    pub offset: usize,
}

/// Parses a message of any number of statements; blanks and comments alone give
/// none. As in PostgreSQL, one syntax error refuses the message as a whole; its
/// position counts from the message's beginning.
pub fn parse(sql: &str) -> Result<Vec<Parsed>> {
    lexer::split(sql)?.into_iter().map(parse_piece).collect()
}

fn parse_piece(mut piece: Piece) -> Result<Parsed> {
    stream_table::rewrite(&mut piece.tokens);
    boundary::mark(&mut piece.tokens);
    let (text, offset) = (piece.text.to_string(), piece.offset);
    let source = Source::new(&piece);
    let dialect = StreamDialect::new(&piece.tokens);
    let statement = match Cursor::new(&dialect, piece.tokens, source).whole() {
        Ok(statement) => statement,
        Err(Failure::Unbuilt(part)) => Statement::Unsupported { part },
        Err(Failure::Error(error)) => return Err(error),
    };
    Ok(Parsed { statement, text, offset })
}
