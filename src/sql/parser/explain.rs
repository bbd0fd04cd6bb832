//! `EXPLAIN`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use super::{portal, prepared};
use crate::sql::{Explain, Statement};

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("explain")?;
    let placeholder = Statement::Flush;
    let mut explain =
        Explain { statement: placeholder, analyze: false, verbose: false, format: "TEXT".to_string() };
    if *cursor.peek() == Token::LParen && is_option(cursor) {
        cursor.parenthesized(|cursor| option(cursor, &mut explain))?;
    } else {
        explain.analyze = cursor.eat("analyze");
        explain.verbose = cursor.eat("verbose");
    }
    if explain.analyze && (cursor.eat("materialized view") || cursor.eat("sink")) {
        return Ok(Statement::ExplainRunning { name: cursor.object_name()?, verbose: explain.verbose });
    }
    explain.statement = explained(cursor)?;
    Ok(Statement::Explain(Box::new(explain)))
}

/// `EXPLAIN (SELECT 1)` explains a query in brackets.
fn is_option(cursor: &Cursor) -> bool {
    !matches!(cursor.word_at(1), None | Some("select" | "with" | "values" | "table"))
}

fn option(cursor: &mut Cursor, explain: &mut Explain) -> Parse<()> {
    let name = match cursor.word_at(0) {
        Some(name) => name.to_owned(),
        None => return cursor.fail("an option of EXPLAIN"),
    };
    match name.as_str() {
        "analyze" => {
            cursor.next();
            explain.analyze = flag(cursor)?;
        }
        "verbose" => {
            cursor.next();
            explain.verbose = flag(cursor)?;
        }
        "format" => {
            cursor.next();
            return format(cursor, explain);
        }
        "text" | "json" | "dot" | "xml" | "yaml" => return format(cursor, explain),
        "costs" | "buffers" | "timing" | "summary" | "settings" | "wal" | "memory" | "serialize"
        | "generic_plan" | "logical" | "physical" | "distsql" | "trace" | "type" | "backfill" => {
            return unbuilt(format!("EXPLAIN ({})", name.to_ascii_uppercase()));
        }
        _ => return cursor.fail("ANALYZE, VERBOSE or FORMAT"),
    }
    Ok(())
}

fn flag(cursor: &mut Cursor) -> Parse<bool> {
    if cursor.eat("true") || cursor.eat("on") || cursor.eat_token(&Token::Number("1".into(), false)) {
        return Ok(true);
    }
    if cursor.eat("false") || cursor.eat("off") || cursor.eat_token(&Token::Number("0".into(), false)) {
        return Ok(false);
    }
    match cursor.peek() {
        Token::Comma | Token::RParen => Ok(true),
        _ => cursor.fail("true or false"),
    }
}

fn format(cursor: &mut Cursor, explain: &mut Explain) -> Parse<()> {
    let format = match cursor.word_at(0) {
        Some(format @ ("text" | "json" | "dot")) => format.to_ascii_uppercase(),
        Some(other @ ("xml" | "yaml")) => return unbuilt(format!("EXPLAIN (FORMAT {other})")),
        _ => return cursor.fail("TEXT, JSON or DOT"),
    };
    cursor.next();
    explain.format = format;
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
