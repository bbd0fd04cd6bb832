//! Cursors: `DECLARE`, `FETCH`, `CLOSE`. They run forward only.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::Statement;

pub(super) fn declare(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("declare")?;
    let name = cursor.name()?;
    if cursor.at("subscription cursor") {
        return unbuilt("SUBSCRIPTION CURSOR");
    }
    loop {
        if cursor.at("binary") {
            return unbuilt("BINARY cursors");
        } else if cursor.at("scroll") {
            return unbuilt("SCROLL cursors");
        } else if !cursor.eat("insensitive") && !cursor.eat("asensitive") && !cursor.eat("no scroll") {
            break;
        }
    }
    cursor.expect("cursor")?;
    let hold = cursor.eat("with hold");
    if !hold {
        cursor.eat("without hold");
    }
    cursor.expect("for")?;
    if cursor.at("subscribe") {
        return unbuilt("SUBSCRIBE");
    }
    let query = cursor.query()?;
    if !query.locks.is_empty() || cursor.at("for") {
        return unbuilt("cursors FOR UPDATE");
    }
    Ok(Statement::Declare { name, query, hold })
}

pub(super) fn fetch(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("fetch")?;
    let count = direction(cursor)?;
    if !cursor.eat("from") {
        cursor.eat("in");
    }
    let name = cursor.name()?;
    if cursor.at("with") {
        return unbuilt("FETCH … WITH");
    }
    Ok(Statement::Fetch { name, count })
}

/// How many rows; `None` for all.
fn direction(cursor: &mut Cursor) -> Parse<Option<u64>> {
    // A cursor may itself be called by one of these words: FETCH next.
    if cursor.nothing_at(1) {
        return Ok(Some(1));
    }
    if cursor.eat("next") {
        return Ok(Some(1));
    }
    let backward = ["prior", "first", "last", "absolute", "relative", "backward"];
    if backward.iter().any(|word| cursor.at(word)) || *cursor.peek() == Token::Minus {
        return unbuilt("FETCH in a direction other than forward");
    }
    let forward = cursor.eat("forward");
    if cursor.eat("all") {
        return Ok(None);
    }
    match cursor.peek() {
        Token::Number(..) => Ok(Some(cursor.count()?)),
        Token::Minus if forward => unbuilt("FETCH in a direction other than forward"),
        _ => Ok(Some(1)),
    }
}

pub(super) fn close(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("close")?;
    let name = if cursor.eat("all") { None } else { Some(cursor.name()?) };
    Ok(Statement::Close { name })
}
