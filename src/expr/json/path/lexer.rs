//! Path text to tokens.

use crate::types::{Error, Result, SqlState};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `$name`; `$` is a symbol.
    Variable(String),
    Word(String),
    String(String),
    Number(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 29] = [
    "&&", "||", "==", "!=", "<>", "<=", ">=", "**", "<", ">", "!", "(", ")", "[", "]", "{", "}", ".", ",",
    "?", "@", "$", "+", "-", "*", "/", "%", "=", ":",
];

/// The tokens of a path.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                let end = string_end(rest).ok_or_else(|| wrong("unterminated quoted string", text))?;
                let crate::expr::json::Json::String(value) = crate::expr::json::parse(&rest[..end])? else {
                    return Err(wrong("syntax error", text));
                };
                tokens.push(Token::String(value));
                end
            }
            '0'..='9' => {
                let end = number_end(rest);
                tokens.push(Token::Number(rest[..end].to_string()));
                end
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = word_end(rest);
                tokens.push(Token::Word(rest[..end].to_string()));
                end
            }
            '$' if rest[1..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"')) => {
                let name = &rest[1..];
                let end = if name.starts_with('"') {
                    string_end(name).unwrap_or(name.len())
                } else {
                    word_end(name)
                };
                tokens.push(Token::Variable(name[..end].trim_matches('"').to_string()));
                end + 1
            }
            _ => {
                let symbol = SYMBOLS.iter().find(|s| rest.starts_with(**s));
                let symbol = symbol.ok_or_else(|| wrong("syntax error", text))?;
                tokens.push(Token::Symbol(symbol));
                symbol.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

pub(super) fn wrong(what: &str, text: &str) -> Error {
    Error::new(SqlState::SYNTAX_ERROR, format!("{what} in jsonpath input: \"{text}\""))
}

fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn number_end(text: &str) -> usize {
    let digits =
        |from: usize| text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| from + n);
    let mut end = digits(0);
    let followed = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
    if text[end..].starts_with('.') && followed(end + 1) {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if followed(end + 1 + sign) {
            end = digits(end + 1 + sign);
        }
    }
    end
}
