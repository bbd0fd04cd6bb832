//! `PREPARE`, `EXECUTE`, `DEALLOCATE`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::Statement;

pub(super) fn prepare(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("prepare")?;
    if cursor.at("transaction") && cursor.word_at(1) != Some("as") {
        return unbuilt("two-phase commit");
    }
    let name = cursor.name()?;
    let types = match cursor.peek() {
        Token::LParen => cursor.parenthesized(Cursor::data_type)?,
        _ => Vec::new(),
    };
    cursor.expect("as")?;
    let statement = Box::new(cursor.preparable()?);
    Ok(Statement::Prepare { name, types, statement })
}

pub(super) fn execute(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("execute")?;
    let name = cursor.name()?;
    let values = match cursor.peek() {
        Token::LParen => cursor.parenthesized(Cursor::expr)?,
        _ => Vec::new(),
    };
    Ok(Statement::Execute { name, values })
}

pub(super) fn deallocate(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("deallocate")?;
    cursor.eat("prepare");
    let name = if cursor.eat("all") { None } else { Some(cursor.name()?) };
    Ok(Statement::Deallocate { name })
}
