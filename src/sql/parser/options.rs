//! `WITH (name = value, …)` and `FORMAT … ENCODE … (…)`.

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::FormatClause;
use crate::types::{Error, SqlState};

/// `(name = value, …)`. Names may have dots, and any words between them.
pub(super) fn list(cursor: &mut Cursor) -> Parse<BTreeMap<String, String>> {
    let mut options = BTreeMap::new();
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(options);
    }
    loop {
        let place = cursor.span();
        let name = name(cursor)?;
        if !cursor.eat_token(&Token::Eq) {
            return cursor.fail("\"=\"");
        }
        let value = value(cursor)?;
        if options.insert(name.clone(), value).is_some() {
            let error = Error::new(SqlState::SYNTAX_ERROR, format!("option \"{name}\" given more than once"));
            return Err(error.at(cursor.source.in_message(place.start)).into());
        }
        if !cursor.eat_token(&Token::Comma) {
            break;
        }
    }
    if !cursor.eat_token(&Token::RParen) {
        return cursor.fail("\",\" or \")\"");
    }
    Ok(options)
}

fn name(cursor: &mut Cursor) -> Parse<String> {
    let mut name = cursor.any_word()?.value;
    while cursor.eat_token(&Token::Period) {
        name.push('.');
        name.push_str(&cursor.any_word()?.value);
    }
    Ok(name)
}

/// A string, a number or a boolean, as text.
fn value(cursor: &mut Cursor) -> Parse<String> {
    if let Some(string) = cursor.string_if() {
        return Ok(string);
    }
    let sign = if cursor.eat_token(&Token::Minus) { "-" } else { "" };
    let value = match cursor.peek() {
        Token::Number(number, _) => format!("{sign}{number}"),
        Token::Word(word) if sign.is_empty() && matches!(word.value.as_str(), "true" | "false") => {
            word.value.clone()
        }
        Token::Word(word) if word.value == "secret" => return unbuilt("SECRET"),
        _ => return cursor.fail("a string, a number, true or false"),
    };
    cursor.next();
    Ok(value)
}

/// `FORMAT f ENCODE e [(options)]`.
pub(super) fn format(cursor: &mut Cursor) -> Parse<FormatClause> {
    cursor.expect("format")?;
    let format = cursor.name()?.to_ascii_uppercase();
    cursor.expect("encode")?;
    let encode = cursor.name()?.to_ascii_uppercase();
    let options = if *cursor.peek() == Token::LParen { list(cursor)? } else { BTreeMap::new() };
    if cursor.at("key encode") {
        return unbuilt("KEY ENCODE");
    }
    Ok(FormatClause { format, encode, options })
}
