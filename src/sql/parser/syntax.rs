//! Failures of parsing, and how a user sees them: in PostgreSQL's words, with
//! the place, and with a hint where a misspelling can be guessed.

use std::cell::OnceCell;

use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use super::lexer::Piece;
use crate::types::{Error, SqlState};

/// Why a statement did not become one of ours.
#[derive(Debug)]
pub(super) enum Failure {
    Error(Error),
    /// It means something, and is not built; the part is named.
    Unbuilt(String),
}

pub(super) type Parse<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

/// A part that parses and is not built.
pub(super) fn unbuilt<T>(part: impl Into<String>) -> Parse<T> {
    Err(Failure::Unbuilt(part.into()))
}

/// The text of one statement, for places and quotations.
pub(super) struct Source<'a> {
    text: &'a str,
    /// Characters of the message before `text`.
    offset: usize,
    /// Characters of the message before its end.
    end: usize,
    semicolon: bool,
    /// For each line, the (bytes, characters) before it.
    lines: OnceCell<Vec<(usize, usize)>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(piece: &Piece<'a>) -> Self {
        let Piece { text, offset, end, semicolon, .. } = *piece;
        Source { text, offset, end, semicolon, lines: OnceCell::new() }
    }

    /// Characters from 1, counted from the statement's beginning.
    pub(super) fn position(&self, location: Location) -> usize {
        let (_, before) = self.line(location);
        before + column(location) + 1
    }

    /// `syntax error at or near …`, at a token or, for an empty span, at the end.
    pub(super) fn syntax_error(&self, span: Span, detail: Option<&str>) -> Error {
        let error = if span.start.line == 0 {
            let message = match self.semicolon {
                true => "syntax error at or near \";\"",
                false => "syntax error at end of input",
            };
            Error::new(SqlState::SYNTAX_ERROR, message).at(self.end + 1)
        } else {
            let message = format!("syntax error at or near \"{}\"", near(self.quote(span)));
            Error::new(SqlState::SYNTAX_ERROR, message).at(self.in_message(span.start))
        };
        match detail {
            Some(detail) => error.with_detail(detail),
            None => error,
        }
    }

    /// An error of `sqlparser`; `next` is the token it stopped before.
    pub(super) fn foreign_error(&self, error: ParserError, next: Span) -> Error {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
            ParserError::RecursionLimitExceeded => {
                return Error::new(SqlState::STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                    .with_hint("Break the statement up: its expressions or subqueries nest too deeply.");
            }
        };
        let (what, location) = cut_location(&text);
        let detail = match what.strip_prefix("Expected: ") {
            Some(rest) => format!("expected {}", rest.rfind(", found: ").map_or(rest, |at| &rest[..at])),
            None => what.to_string(),
        };
        let span = match location {
            Some(location) => Span::new(location, self.token_end(location)),
            None => next,
        };
        self.syntax_error(span, Some(&detail))
    }

    /// The text from one place to another, or to the end.
    pub(super) fn between(&self, start: Location, end: Option<Location>) -> &'a str {
        let end = end.map_or(self.text.len(), |end| self.byte(end));
        self.text.get(self.byte(start)..end).unwrap_or_default()
    }

    /// Characters from 1, counted over the whole message.
    pub(super) fn in_message(&self, location: Location) -> usize {
        self.offset + self.position(location)
    }

    /// The characters of a span.
    fn quote(&self, span: Span) -> &'a str {
        let (start, end) = (self.byte(span.start), self.byte(span.end));
        self.text.get(start..end.max(start)).unwrap_or_default()
    }

    /// The end of the word, number or string that begins at a location, roughly:
    /// used only when `sqlparser` gave a place without its token.
    fn token_end(&self, location: Location) -> Location {
        let rest = &self.text[self.byte(location)..];
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => 2 + rest[1..].chars().take_while(|c| *c != quote).count(),
            Some(first) if word(first) => rest.chars().take_while(|c| word(*c)).count(),
            _ => 1,
        };
        Location::new(location.line, location.column + length as u64)
    }

    fn byte(&self, location: Location) -> usize {
        let (start, _) = self.line(location);
        let line = &self.text[start..];
        start + line.char_indices().nth(column(location)).map_or(line.len(), |(at, _)| at)
    }

    fn line(&self, location: Location) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| {
            let mut lines = vec![(0, 0)];
            for (characters, (byte, c)) in self.text.char_indices().enumerate() {
                if c == '\n' {
                    lines.push((byte + 1, characters + 1));
                }
            }
            lines
        });
        let index = (location.line as usize).saturating_sub(1).min(lines.len() - 1);
        lines[index]
    }
}

/// Characters of the line before a location.
fn column(location: Location) -> usize {
    (location.column as usize).saturating_sub(1)
}

/// What is quoted after `at or near`: not more than a line's worth.
pub(super) fn near(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// Where an error of `sqlparser` says it stands.
pub(super) fn location(error: &ParserError) -> Option<Location> {
    match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => cut_location(text).1,
        ParserError::RecursionLimitExceeded => None,
    }
}

/// Cuts ` at Line: 1, Column: 5` off an error's text.
fn cut_location(text: &str) -> (&str, Option<Location>) {
    let Some((what, place)) = text.rsplit_once(" at Line: ") else { return (text, None) };
    let Some((line, column)) = place.split_once(", Column: ") else { return (text, None) };
    match (line.parse(), column.parse()) {
        (Ok(line), Ok(column)) => (what, Some(Location::new(line, column))),
        _ => (text, None),
    }
}
