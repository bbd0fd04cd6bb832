//! Session variables: `SET`, `RESET`, the name after `SHOW`, and `DISCARD`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::transaction;
use crate::sql::Statement;

pub(super) fn set(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("set")?;
    if cursor.eat("session characteristics") {
        cursor.expect("as transaction")?;
        return transaction::characteristics(cursor, true);
    }
    if cursor.at("session authorization") {
        cursor.next();
        cursor.next();
        return assign(cursor, "session_authorization", false);
    }
    if cursor.at("constraints") {
        return unbuilt("SET CONSTRAINTS");
    }
    let session = cursor.at("session") && !is_assignment(cursor, 1);
    let local = cursor.at("local") && !is_assignment(cursor, 1);
    if session || local {
        cursor.next();
    }
    if cursor.at("transaction") && !is_assignment(cursor, 1) {
        cursor.next();
        if cursor.at("snapshot") {
            return unbuilt("SET TRANSACTION SNAPSHOT");
        }
        return transaction::characteristics(cursor, false);
    }
    if cursor.eat("time zone") {
        return time_zone(cursor, local);
    }
    for (word, variable) in [("names", "client_encoding"), ("role", "role"), ("schema", "search_path")] {
        if cursor.at(word) && !is_assignment(cursor, 1) {
            cursor.next();
            return assign(cursor, variable, local);
        }
    }
    let name = name(cursor)?;
    if !cursor.eat("to") && !cursor.eat_token(&Token::Eq) {
        return cursor.fail("TO or \"=\"");
    }
    assign(cursor, &name, local)
}

/// Whether a variable may be called by the word before: `SET role = 'x'`.
fn is_assignment(cursor: &Cursor, nth: usize) -> bool {
    cursor.word_at(nth) == Some("to") || cursor.is_token_at(nth, &Token::Eq)
}

fn assign(cursor: &mut Cursor, name: &str, local: bool) -> Parse<Statement> {
    let name = name.to_string();
    let default = cursor.eat("default");
    let values = if default { Vec::new() } else { cursor.separated(value)? };
    Ok(Statement::Set { name, values, local })
}

/// `SET TIME ZONE {value | LOCAL | DEFAULT}`.
fn time_zone(cursor: &mut Cursor, local: bool) -> Parse<Statement> {
    if cursor.at("interval") {
        return unbuilt("SET TIME ZONE INTERVAL");
    }
    if cursor.eat("local") {
        return Ok(Statement::Set { name: "timezone".to_string(), values: Vec::new(), local });
    }
    assign(cursor, "timezone", local)
}

/// A string, a word or a number, as text.
fn value(cursor: &mut Cursor) -> Parse<String> {
    if let Some(string) = cursor.string_if() {
        return Ok(string);
    }
    let sign = if cursor.eat_token(&Token::Minus) {
        "-"
    } else {
        cursor.eat_token(&Token::Plus);
        ""
    };
    match cursor.peek() {
        Token::Number(number, _) => {
            let value = format!("{sign}{number}");
            cursor.next();
            Ok(value)
        }
        Token::Word(_) if sign.is_empty() => Ok(cursor.any_word()?.value),
        _ => cursor.fail("a value"),
    }
}

/// A variable's name, as one word: `TIME ZONE` is `timezone`, `a.b` keeps its dot.
pub(super) fn name(cursor: &mut Cursor) -> Parse<String> {
    const LONG: &[(&str, &str)] = &[
        ("time zone", "timezone"),
        ("transaction isolation level", "transaction_isolation"),
        ("session authorization", "session_authorization"),
    ];
    if let Some((_, name)) = LONG.iter().find(|(words, _)| cursor.eat(words)) {
        return Ok((*name).to_string());
    }
    if cursor.eat("all") {
        return Ok("all".to_string());
    }
    let mut name = cursor.name()?.to_ascii_lowercase();
    while cursor.eat_token(&Token::Period) {
        name.push('.');
        name.push_str(&cursor.any_word()?.value.to_ascii_lowercase());
    }
    Ok(name)
}

pub(super) fn reset(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("reset")?;
    Ok(Statement::Reset { name: name(cursor)? })
}

/// No channel can be listened to, so there is nothing to end.
pub(super) fn unlisten(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("unlisten")?;
    if !cursor.eat_token(&Token::Mul) {
        cursor.name()?;
    }
    Ok(Statement::Unlisten)
}

pub(super) fn discard(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("discard")?;
    if !["all", "plans", "sequences", "temp", "temporary"].iter().any(|word| cursor.eat(word)) {
        return cursor.fail("ALL, PLANS, SEQUENCES or TEMP");
    }
    Ok(Statement::Discard)
}
