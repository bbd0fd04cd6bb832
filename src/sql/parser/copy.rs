//! `COPY`, with PostgreSQL's defaults filled in.

use datafusion::sql::sqlparser::ast::{Ident, ObjectName, Query};
use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::cursor::Cursor;
use super::syntax::{Parse, unbuilt};
use crate::sql::{Copy, CopyDirection, CopyFormat, Statement};
use crate::types::{Error, SqlState};

pub(super) fn parse(cursor: &mut Cursor) -> Parse<Statement> {
    cursor.expect("copy")?;
    if cursor.at("binary") {
        return unbuilt("COPY BINARY");
    }
    let direction = match cursor.peek() {
        Token::LParen => query_out(cursor)?,
        _ => table(cursor)?,
    };
    let options = options(cursor)?;
    if cursor.at("where") {
        return unbuilt("COPY … WHERE");
    }
    let format = options.fill()?;
    Ok(Statement::Copy(Box::new(Copy { direction, format })))
}

fn query_out(cursor: &mut Cursor) -> Parse<CopyDirection> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.at("insert") || cursor.at("update") || cursor.at("delete") {
        return unbuilt("COPY of INSERT, UPDATE or DELETE");
    }
    let query = cursor.query()?;
    cursor.expect_token(&Token::RParen)?;
    cursor.expect("to")?;
    refuse_files(cursor, "COPY to a file or program")?;
    cursor.expect("stdout")?;
    Ok(CopyDirection::Out { query })
}

fn table(cursor: &mut Cursor) -> Parse<CopyDirection> {
    let table = cursor.object_name()?;
    let columns = match cursor.peek() {
        Token::LParen => cursor.parenthesized(Cursor::ident)?,
        _ => Vec::new(),
    };
    if cursor.eat("from") {
        refuse_files(cursor, "COPY from a file or program")?;
        cursor.expect("stdin")?;
        let columns = columns.into_iter().map(|column| column.value).collect();
        return Ok(CopyDirection::In { table, columns });
    }
    if !cursor.eat("to") {
        return cursor.fail("FROM or TO");
    }
    refuse_files(cursor, "COPY to a file or program")?;
    cursor.expect("stdout")?;
    Ok(CopyDirection::Out { query: select(&table, &columns)? })
}

fn refuse_files(cursor: &Cursor, part: &str) -> Parse<()> {
    match cursor.peek() {
        Token::SingleQuotedString(_) => unbuilt(part),
        _ if cursor.at("program") => unbuilt(part),
        _ => Ok(()),
    }
}

/// The query that reads these columns of a table, or all of them.
fn select(table: &ObjectName, columns: &[Ident]) -> Parse<Box<Query>> {
    let columns = match columns {
        [] => "*".to_string(),
        some => some.iter().map(quoted).collect::<Vec<_>>().join(", "),
    };
    let parts = table.0.iter().filter_map(|part| part.as_ident());
    let table = parts.map(quoted).collect::<Vec<_>>().join(".");
    let parsed = super::parse(&format!("SELECT {columns} FROM {table}"))?;
    match parsed.into_iter().next().map(|parsed| parsed.statement) {
        Some(Statement::Query(query)) => Ok(query),
        _ => Err(Error::internal("a made-up SELECT does not parse").into()),
    }
}

fn quoted(ident: &Ident) -> String {
    Ident::with_quote('"', ident.value.replace('"', "\"\"")).to_string()
}

/// The options as given.
#[derive(Default)]
struct Options {
    csv: bool,
    header: bool,
    delimiter: Option<String>,
    null: Option<String>,
    quote: Option<String>,
    escape: Option<String>,
}

/// `[WITH] (FORMAT csv, HEADER, …)`, or the old form `[WITH] CSV HEADER …`.
fn options(cursor: &mut Cursor) -> Parse<Options> {
    let with = cursor.eat("with");
    let mut options = Options::default();
    if cursor.eat_token(&Token::LParen) {
        loop {
            option(cursor, &mut options)?;
            if !cursor.eat_token(&Token::Comma) {
                break;
            }
        }
        cursor.expect_token(&Token::RParen)?;
        return Ok(options);
    }
    let mut any = false;
    while old_option(cursor, &mut options)? {
        any = true;
    }
    if with && !any { cursor.fail("\"(\"") } else { Ok(options) }
}

fn option(cursor: &mut Cursor, options: &mut Options) -> Parse<()> {
    let place = cursor.span();
    let name = cursor.any_word()?.value;
    match name.as_str() {
        "format" => return format(cursor, options),
        "header" => options.header = boolean(cursor)?,
        "delimiter" => options.delimiter = Some(cursor.string()?),
        "null" => options.null = Some(cursor.string()?),
        "quote" => options.quote = Some(cursor.string()?),
        "escape" => options.escape = Some(cursor.string()?),
        "encoding" => return encoding(cursor),
        "freeze" | "force_quote" | "force_not_null" | "force_null" | "default" | "on_error"
        | "reject_limit" | "log_verbosity" | "oids" => {
            return unbuilt(format!("COPY option {}", name.to_ascii_uppercase()));
        }
        _ => return Err(unrecognized(cursor, place, &name).into()),
    }
    Ok(())
}

fn unrecognized(cursor: &Cursor, place: Span, name: &str) -> Error {
    Error::new(SqlState::SYNTAX_ERROR, format!("option \"{name}\" not recognized"))
        .with_hint("The options of COPY are FORMAT, HEADER, DELIMITER, NULL, QUOTE, ESCAPE and ENCODING.")
        .at(cursor.source.in_message(place.start))
}

fn format(cursor: &mut Cursor, options: &mut Options) -> Parse<()> {
    let place = cursor.span();
    let name = match cursor.string_if() {
        Some(name) => name.to_ascii_lowercase(),
        None => cursor.any_word()?.value,
    };
    match name.as_str() {
        "text" => options.csv = false,
        "csv" => options.csv = true,
        "binary" => return unbuilt("COPY FORMAT binary"),
        _ => {
            let text = format!("COPY format \"{name}\" not recognized");
            let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, text);
            return Err(error.at(cursor.source.in_message(place.start)).into());
        }
    }
    Ok(())
}

/// The value of `HEADER`: none means yes.
fn boolean(cursor: &mut Cursor) -> Parse<bool> {
    if matches!(cursor.peek(), Token::Comma | Token::RParen) {
        return Ok(true);
    }
    let next = cursor.next();
    let text = match &next.token {
        Token::Word(word) => word.value.clone(),
        Token::SingleQuotedString(text) => text.to_ascii_lowercase(),
        Token::Number(number, _) => number.clone(),
        _ => String::new(),
    };
    match text.as_str() {
        "true" | "on" | "1" => Ok(true),
        "false" | "off" | "0" => Ok(false),
        "match" => unbuilt("COPY option HEADER MATCH"),
        _ => {
            let text = "header requires a Boolean value or \"match\"";
            let error = Error::new(SqlState::SYNTAX_ERROR, text);
            Err(error.at(cursor.source.in_message(next.span.start)).into())
        }
    }
}

fn encoding(cursor: &mut Cursor) -> Parse<()> {
    let name = cursor.string()?.to_ascii_lowercase();
    match name.as_str() {
        "utf8" | "utf-8" | "unicode" => Ok(()),
        _ => unbuilt(format!("COPY ENCODING '{name}'")),
    }
}

fn old_option(cursor: &mut Cursor, options: &mut Options) -> Parse<bool> {
    if cursor.eat("csv") {
        options.csv = true;
    } else if cursor.eat("header") {
        options.header = true;
    } else if cursor.eat("delimiter") || cursor.eat("delimiters") {
        cursor.eat("as");
        options.delimiter = Some(cursor.string()?);
    } else if cursor.eat("null") {
        cursor.eat("as");
        options.null = Some(cursor.string()?);
    } else if cursor.eat("quote") {
        cursor.eat("as");
        options.quote = Some(cursor.string()?);
    } else if cursor.eat("escape") {
        cursor.eat("as");
        options.escape = Some(cursor.string()?);
    } else if cursor.eat("encoding") {
        encoding(cursor)?;
    } else if cursor.at("binary") || cursor.at("freeze") || cursor.at("force") {
        return unbuilt("COPY BINARY, FREEZE and FORCE");
    } else {
        return Ok(false);
    }
    Ok(true)
}

impl Options {
    /// PostgreSQL's defaults and its checks.
    fn fill(self) -> Parse<CopyFormat> {
        let csv = self.csv;
        if !csv && (self.quote.is_some() || self.escape.is_some()) {
            let name = if self.quote.is_some() { "QUOTE" } else { "ESCAPE" };
            return refuse(format!("COPY {name} requires CSV mode"));
        }
        let default = if csv { "," } else { "\t" };
        let delimiter = byte("delimiter", self.delimiter.as_deref().unwrap_or(default))?;
        if matches!(delimiter, b'\n' | b'\r') {
            return invalid("COPY delimiter cannot be newline or carriage return");
        }
        if !csv && b"\\.abcdefghijklmnopqrstuvwxyz0123456789".contains(&delimiter) {
            return invalid(format!("COPY delimiter cannot be \"{}\"", delimiter as char));
        }
        let null = self.null.unwrap_or_else(|| if csv { String::new() } else { "\\N".to_string() });
        if null.contains(['\n', '\r']) {
            return invalid("COPY null representation cannot use newline or carriage return");
        }
        if null.bytes().any(|b| b == delimiter) {
            return invalid("COPY delimiter character must not appear in the NULL specification");
        }
        let quote = byte("quote", self.quote.as_deref().unwrap_or("\""))?;
        if csv && quote == delimiter {
            return invalid("COPY delimiter and quote must be different");
        }
        let escape = self.escape.map_or(Ok(quote), |escape| byte("escape", &escape))?;
        Ok(CopyFormat { csv, header: self.header, delimiter, null, quote, escape })
    }
}

fn byte(what: &str, text: &str) -> Parse<u8> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => refuse(format!("COPY {what} must be a single one-byte character")),
    }
}

fn refuse<T>(text: String) -> Parse<T> {
    Err(Error::new(SqlState::FEATURE_NOT_SUPPORTED, text).into())
}

fn invalid<T>(text: impl Into<String>) -> Parse<T> {
    Err(Error::new(SqlState::INVALID_PARAMETER_VALUE, text).into())
}
