//! `BEGIN`, `COMMIT`, `ROLLBACK`, their other names, savepoints, and transaction modes.
//!
//! Reads are strictly serializable whatever isolation level is asked for: every
//! level of the standard allows more than that, so asking is all there is to it.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::Statement;

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    if cursor.eat("start") {
        cursor.expect("transaction")?;
        modes(cursor)?;
        return Ok(Statement::Begin);
    }
    if cursor.eat("begin") {
        noise(cursor);
        modes(cursor)?;
        return Ok(Statement::Begin);
    }
    let commit = cursor.at("commit") || cursor.at("end");
    cursor.next();
    if cursor.at("prepared") {
        return unbuilt("two-phase commit");
    }
    noise(cursor);
    if !commit && cursor.eat("to") {
        cursor.eat("savepoint");
        return Ok(Statement::RollbackTo { name: cursor.name()? });
    }
    if cursor.eat("and") && !cursor.eat("no") {
        cursor.expect("chain")?;
        return unbuilt("AND CHAIN");
    } else if cursor.at("chain") {
        cursor.next();
    }
    Ok(if commit { Statement::Commit } else { Statement::Rollback })
}

/// `SAVEPOINT name`, `RELEASE [SAVEPOINT] name`.
pub(super) fn savepoint(cursor: &mut Cursor) -> Parse<Statement> {
    if cursor.eat("savepoint") {
        return Ok(Statement::Savepoint { name: cursor.name()? });
    }
    cursor.expect("release")?;
    cursor.eat("savepoint");
    Ok(Statement::Release { name: cursor.name()? })
}

fn noise(cursor: &mut Cursor) {
    if !cursor.eat("work") {
        cursor.eat("transaction");
    }
}

/// The modes of `BEGIN`, as (variable, value).
fn modes(cursor: &mut Cursor) -> Parse<Vec<(&'static str, String)>> {
    let mut modes = Vec::new();
    while !cursor.at_end() {
        modes.push(mode(cursor)?);
        // PostgreSQL lets the comma be left out.
        if cursor.eat_token(&Token::Comma) && cursor.at_end() {
            return cursor.fail("a transaction mode");
        }
    }
    Ok(modes)
}

fn mode(cursor: &mut Cursor) -> Parse<(&'static str, String)> {
    const MODES: &[(&str, &str, &str)] = &[
        ("isolation level serializable", "isolation", "serializable"),
        ("isolation level repeatable read", "isolation", "repeatable read"),
        ("isolation level read committed", "isolation", "read committed"),
        ("isolation level read uncommitted", "isolation", "read uncommitted"),
        ("read only", "read_only", "on"),
        ("read write", "read_only", "off"),
        ("not deferrable", "deferrable", "off"),
        ("deferrable", "deferrable", "on"),
    ];
    match MODES.iter().find(|(words, ..)| cursor.eat(words)) {
        Some((_, variable, value)) => Ok((variable, (*value).to_string())),
        None if cursor.eat("isolation level") => cursor.fail("an isolation level"),
        None => cursor.fail("ISOLATION LEVEL, READ ONLY, READ WRITE or DEFERRABLE"),
    }
}

/// `SET [SESSION CHARACTERISTICS AS] TRANSACTION mode`.
pub(super) fn characteristics(cursor: &mut Cursor, session: bool) -> Parse<Statement> {
    if cursor.at_end() {
        return cursor.fail("a transaction mode");
    }
    let mut modes = modes(cursor)?;
    let (Some((mode, value)), true) = (modes.pop(), modes.is_empty()) else {
        return unbuilt("SET TRANSACTION with several modes");
    };
    let default = if session { "default_" } else { "" };
    Ok(Statement::Set { name: format!("{default}transaction_{mode}"), values: vec![value], local: !session })
}
