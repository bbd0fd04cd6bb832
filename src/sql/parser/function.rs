//! `CREATE FUNCTION` and `DROP FUNCTION`.

use datafusion::sql::sqlparser::ast::{self, DataType};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::{CreateFunction, FunctionArgument, FunctionName, Statement};
use crate::types::{Error, SqlState};

/// Words that begin a type of several words.
const LONG_TYPES: &[(&str, &[&str])] = &[
    ("double", &["precision"]),
    ("timestamp", &["with", "without"]),
    ("time", &["with", "without"]),
    ("character", &["varying"]),
    ("char", &["varying"]),
    ("bit", &["varying"]),
];

/// Clauses that mean something, and are not built.
const UNBUILT: &[&str] =
    &["window", "transform", "support", "set", "security definer", "external security definer"];

/// From the word `FUNCTION` on.
pub(super) fn create(cursor: &mut Cursor, or_replace: bool) -> Parse<Statement> {
    cursor.expect("function")?;
    let name = cursor.object_name()?;
    cursor.expect_token(&Token::LParen)?;
    let arguments = match cursor.eat_token(&Token::RParen) {
        true => vec![],
        false => {
            let arguments = cursor.separated(argument)?;
            cursor.expect_token(&Token::RParen)?;
            arguments
        }
    };
    let mut function = CreateFunction {
        or_replace,
        name,
        arguments,
        returns: None,
        strict: false,
        volatility: 'v',
        body: String::new(),
        body_position: 0,
    };
    let mut language = None;
    while !cursor.at_end() {
        clause(cursor, &mut function, &mut language)?;
    }
    finish(function, language)
}

fn finish(function: CreateFunction, language: Option<String>) -> Parse<Statement> {
    let incomplete = |message: &str| Err(Error::new(SqlState::INVALID_FUNCTION_DEFINITION, message).into());
    let standard = function.body.starts_with(STANDARD);
    match language.as_deref() {
        Some("sql") => {}
        None if standard => {}
        None => return incomplete("no language specified"),
        Some(other) => return unbuilt(format!("CREATE FUNCTION in language {other}")),
    }
    if function.body_position == 0 {
        return incomplete("no function body specified");
    }
    if function.returns.is_none() {
        return incomplete("function result type must be specified");
    }
    Ok(Statement::CreateFunction(Box::new(function)))
}

/// `[IN] [name] type`
fn argument(cursor: &mut Cursor) -> Parse<FunctionArgument> {
    let start = cursor.position();
    if cursor.at("out") || cursor.at("inout") || cursor.at("variadic") || cursor.at("in out") {
        return unbuilt("OUT, INOUT and VARIADIC arguments of functions");
    }
    cursor.eat("in");
    let name = if type_comes(cursor) { None } else { Some(cursor.name()?) };
    let data_type = cursor.data_type()?;
    if cursor.at("default") || *cursor.peek() == Token::Eq {
        return unbuilt("default values of arguments");
    }
    Ok(FunctionArgument { name, data_type, position: start })
}

/// Whether there is a type right here, and not a name before it.
fn type_comes(cursor: &Cursor) -> bool {
    let ends =
        [Token::Comma, Token::RParen, Token::LParen, Token::LBracket, Token::Period, Token::Lt, Token::Eq];
    if ends.iter().any(|token| cursor.is_token_at(1, token)) || cursor.nothing_at(1) {
        return true;
    }
    let (first, second) = (cursor.word_at(0), cursor.word_at(1));
    let long = |(head, tails): &(&str, &[&str])| {
        first == Some(*head) && second.is_some_and(|word| tails.contains(&word))
    };
    second == Some("default") || LONG_TYPES.iter().any(long)
}

fn clause(cursor: &mut Cursor, function: &mut CreateFunction, language: &mut Option<String>) -> Parse<()> {
    if let Some(words) = UNBUILT.iter().find(|words| cursor.at(words)) {
        return unbuilt(format!("CREATE FUNCTION … {}", words.to_ascii_uppercase()));
    }
    if cursor.eat("returns null on null input") || cursor.eat("strict") {
        function.strict = true;
    } else if cursor.eat("called on null input") {
        function.strict = false;
    } else if cursor.at("returns") && function.returns.is_none() {
        function.returns = Some(result(cursor)?);
    } else if cursor.eat("immutable") {
        function.volatility = 'i';
    } else if cursor.eat("stable") {
        function.volatility = 's';
    } else if cursor.eat("volatile") {
        function.volatility = 'v';
    } else if cursor.eat("language") && language.is_none() {
        let name = match cursor.string_if() {
            Some(name) => name,
            None => cursor.any_word()?.value,
        };
        *language = Some(name.to_lowercase());
    } else if cursor.at("as") && function.body_position == 0 {
        quoted_body(cursor, function)?;
    } else if (cursor.at("return") || cursor.at("begin")) && function.body_position == 0 {
        standard_body(cursor, function)?;
    } else {
        return hint(cursor);
    }
    Ok(())
}

/// What tells the planner of PostgreSQL something that does not matter here.
fn hint(cursor: &mut Cursor) -> Parse<()> {
    if cursor.eat("parallel") {
        cursor.any_word()?;
    } else if cursor.eat("cost") || cursor.eat("rows") {
        cursor.count()?;
    } else if !["leakproof", "not leakproof", "security invoker", "external security invoker"]
        .iter()
        .any(|words| cursor.eat(words))
    {
        return cursor.fail("RETURNS, LANGUAGE, AS or RETURN");
    }
    Ok(())
}

fn result(cursor: &mut Cursor) -> Parse<DataType> {
    cursor.expect("returns")?;
    if cursor.at("table") {
        return unbuilt("CREATE FUNCTION … RETURNS TABLE");
    }
    if cursor.at("setof") {
        return unbuilt("CREATE FUNCTION … RETURNS SETOF");
    }
    for word in ["void", "record", "trigger", "anyelement", "anyarray"] {
        if cursor.at(word) {
            return unbuilt(format!("CREATE FUNCTION … RETURNS {}", word.to_ascii_uppercase()));
        }
    }
    cursor.data_type()
}

/// `AS $$ select … $$`
fn quoted_body(cursor: &mut Cursor, function: &mut CreateFunction) -> Parse<()> {
    cursor.expect("as")?;
    let quote = match cursor.peek() {
        Token::DollarQuotedString(body) => body.tag.as_ref().map_or(0, |tag| tag.chars().count()) + 2,
        Token::EscapedStringLiteral(_) => 2,
        _ => 1,
    };
    let position = cursor.position();
    function.body = cursor.string()?;
    function.body_position = position + quote;
    if *cursor.peek() == Token::Comma {
        return unbuilt("functions of compiled libraries");
    }
    Ok(())
}

/// What a body of the standard's form is kept with: it is as long as RETURN.
const STANDARD: &str = "SELECT\n";

/// `RETURN expression`
fn standard_body(cursor: &mut Cursor, function: &mut CreateFunction) -> Parse<()> {
    if cursor.at("begin") {
        return unbuilt("CREATE FUNCTION … BEGIN ATOMIC");
    }
    let position = cursor.position();
    cursor.expect("return")?;
    let start = cursor.span().start;
    let expr = cursor.expr()?;
    let end = if cursor.at_end() { None } else { Some(cursor.span().start) };
    let text = cursor.source.between(start, end);
    let text = if text.trim().is_empty() { expr.to_string() } else { text.trim_end().to_string() };
    // The place of the expression stays the same if it follows RETURN at once.
    function.body = format!("{STANDARD}{text}");
    function.body_position = position;
    Ok(())
}

/// `DROP FUNCTION [IF EXISTS] f[(types)], … [CASCADE | RESTRICT]`, after `FUNCTION`.
pub(super) fn drop(cursor: &mut Cursor) -> Parse<Statement> {
    let if_exists = cursor.eat("if");
    if if_exists {
        cursor.expect("exists")?;
    }
    let names = cursor.separated(function_name)?;
    let cascade = cursor.eat("cascade");
    if !cascade {
        cursor.eat("restrict");
    }
    Ok(Statement::DropFunction { names, if_exists, cascade })
}

fn function_name(cursor: &mut Cursor) -> Parse<FunctionName> {
    let name: ast::ObjectName = cursor.object_name()?;
    if !cursor.eat_token(&Token::LParen) {
        return Ok(FunctionName { name, arguments: None });
    }
    if cursor.eat_token(&Token::RParen) {
        return Ok(FunctionName { name, arguments: Some(vec![]) });
    }
    let arguments = cursor.separated(argument)?;
    cursor.expect_token(&Token::RParen)?;
    Ok(FunctionName { name, arguments: Some(arguments.into_iter().map(|a| a.data_type).collect()) })
}
