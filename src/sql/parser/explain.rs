//! `EXPLAIN`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::{portal, prepared};
use crate::expr::nearest;
use crate::sql::{Explain, ExplainFormat, ExplainOptions, Statement};
use crate::types::{Error, SqlState};

/// Options that say something here.
const KNOWN: [&str; 5] = ["analyze", "verbose", "format", "timing", "summary"];
/// Options of PostgreSQL and of this dialect for what is not shown here: they
/// can only be switched off.
const NEVER_SHOWN: [&str; 13] = [
    "costs",
    "buffers",
    "settings",
    "wal",
    "memory",
    "serialize",
    "generic_plan",
    "logical",
    "physical",
    "distsql",
    "trace",
    "type",
    "backfill",
];
/// Formats, and those of PostgreSQL that are not built.
const FORMATS: [&str; 5] = ["text", "json", "dot", "xml", "yaml"];

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("explain")?;
    let mut options = ExplainOptions::default();
    if *cursor.peek() == Token::LParen && is_option(cursor) {
        cursor.parenthesized(|cursor| option(cursor, &mut options))?;
    } else {
        options.analyze = cursor.eat("analyze");
        options.verbose = cursor.eat("verbose");
    }
    if options.analyze && (cursor.eat("materialized view") || cursor.eat("sink")) {
        return Ok(Statement::ExplainRunning { name: cursor.object_name()?, options });
    }
    let statement = explained(cursor)?;
    Ok(Statement::Explain(Box::new(Explain { statement, options })))
}

/// `EXPLAIN (SELECT 1)` explains a query in brackets.
fn is_option(cursor: &Cursor) -> bool {
    !matches!(cursor.word_at(1), None | Some("select" | "with" | "values" | "table"))
}

fn option(cursor: &mut Cursor, options: &mut ExplainOptions) -> Parse<()> {
    let Some(name) = cursor.word_at(0).map(str::to_owned) else {
        return cursor.fail("an option of EXPLAIN");
    };
    let position = cursor.position();
    // A format may stand alone.
    if FORMATS.contains(&name.as_str()) {
        return format(cursor, options);
    }
    cursor.next();
    match name.as_str() {
        "analyze" => options.analyze = flag(cursor, &name)?,
        "verbose" => options.verbose = flag(cursor, &name)?,
        "timing" => options.timing = flag(cursor, &name)?,
        "summary" => options.summary = flag(cursor, &name)?,
        "format" => return format(cursor, options),
        _ if NEVER_SHOWN.contains(&name.as_str()) => {
            if flag(cursor, &name).unwrap_or(true) {
                return unbuilt(format!("EXPLAIN ({})", name.to_ascii_uppercase()));
            }
        }
        _ => {
            let message = format!("unrecognized EXPLAIN option \"{name}\"");
            let error = Error::new(SqlState::SYNTAX_ERROR, message);
            return Err(hinted(error, &name, &KNOWN).at(position).into());
        }
    }
    Ok(())
}

fn hinted(error: Error, word: &str, known: &[&str]) -> Error {
    match nearest(word, known.iter().copied()) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint(format!("Known are {}.", known.join(", "))),
    }
}

fn flag(cursor: &mut Cursor, name: &str) -> Parse<bool> {
    if cursor.eat("true") || cursor.eat("on") || cursor.eat_token(&Token::Number("1".into(), false)) {
        return Ok(true);
    }
    if cursor.eat("false") || cursor.eat("off") || cursor.eat_token(&Token::Number("0".into(), false)) {
        return Ok(false);
    }
    match cursor.peek() {
        Token::Comma | Token::RParen => Ok(true),
        Token::Word(_) | Token::Number(..) | Token::SingleQuotedString(_) => {
            let message = format!("{name} requires a Boolean value");
            Err(Error::new(SqlState::SYNTAX_ERROR, message)
                .with_hint("Write true or false, on or off.")
                .at(cursor.position())
                .into())
        }
        _ => cursor.fail("true or false"),
    }
}

fn format(cursor: &mut Cursor, options: &mut ExplainOptions) -> Parse<()> {
    let position = cursor.position();
    let word = match cursor.peek() {
        Token::Word(word) => word.value.to_ascii_lowercase(),
        Token::SingleQuotedString(text) => text.to_ascii_lowercase(),
        _ => return cursor.fail("TEXT, JSON or DOT"),
    };
    options.format = match word.as_str() {
        "text" => ExplainFormat::Text,
        "json" => ExplainFormat::Json,
        "dot" => ExplainFormat::Dot,
        "xml" | "yaml" => return unbuilt(format!("EXPLAIN (FORMAT {word})")),
        _ => {
            let message = format!("unrecognized value for EXPLAIN option \"format\": \"{word}\"");
            let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, message);
            return Err(hinted(error, &word, &FORMATS[..3]).at(position).into());
        }
    };
    cursor.next();
    Ok(())
}

fn explained(cursor: &mut Cursor) -> Parse<Statement> {
    match cursor.word_at(0) {
        Some("create") => cursor.creation(),
        Some("execute") => prepared::execute(cursor),
        Some("declare") => portal::declare(cursor),
        _ => cursor.preparable(),
    }
}
