//! A message to statements: one pass over its characters, one over its tokens.
//!
//! Afterwards white space and comments are gone, unquoted words are in lower
//! case, strings continued on the next line are one, `>>` that closes two
//! `STRUCT<` is two tokens, and spans count from the statement's beginning.
//! Brackets and chains of operators are bounded here, so that neither the
//! recursive parser nor the recursive drop of its tree can exhaust the stack.

use std::mem;

use datafusion::sql::sqlparser::tokenizer::{
    Location, Span, Token, TokenWithSpan, Tokenizer, TokenizerError, Whitespace,
};

use super::dialect::StreamDialect;
use super::syntax::near;
use crate::types::{Error, Result, SqlState};

/// How deep brackets may nest, `STRUCT<` included.
const DEPTH_MAX: usize = 200;
/// How many operators may stand in one list item. Each nests the tree once more, and
/// copying a tree takes 1.1 kB of stack per operator and 4 kB per set operator:
/// together half of the 2 MB that a thread has.
const CHAIN_MAX: usize = 1_000;
const SET_OPERATOR_WEIGHT: usize = 4;

/// One statement of a message.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) tokens: Vec<TokenWithSpan>,
    /// From its first token to its last.
    pub(super) text: &'a str,
    /// Characters of the message before `text`.
    pub(super) offset: usize,
    /// Characters of the message before its semicolon, or all of them.
    pub(super) end: usize,
    /// Whether a semicolon ends it, or the message does.
    pub(super) semicolon: bool,
}

/// Splits a message at its semicolons. Empty statements are left out.
pub(super) fn split(message: &str) -> Result<Vec<Piece<'_>>> {
    let mut raw = Vec::new();
    Tokenizer::new(&StreamDialect::new(&[]), message)
        .tokenize_with_location_into_buf(&mut raw)
        .map_err(|error| lexical_error(message, raw.last().map(|t| t.span.end), &error))?;

    let mut splitter = Splitter::new(message);
    for token in raw {
        splitter.take(token)?;
    }
    splitter.finish(None);
    Ok(splitter.pieces)
}

/// How many bytes of a text come before each of these places, which ascend.
pub(super) fn bytes_before(text: &str, places: &[Location]) -> Vec<usize> {
    let mut walker = Walker::new(text);
    places.iter().map(|place| walker.to(*place).0).collect()
}

/// Walks over the text once, turning lines and columns into offsets.
struct Walker<'a> {
    rest: std::str::Chars<'a>,
    at: Location,
    bytes: usize,
    characters: usize,
}

impl<'a> Walker<'a> {
    fn new(text: &'a str) -> Self {
        Walker { rest: text.chars(), at: Location::new(1, 1), bytes: 0, characters: 0 }
    }

    /// Goes forward to a location; (bytes, characters) before it.
    fn to(&mut self, location: Location) -> (usize, usize) {
        while self.at < location {
            let Some(c) = self.rest.next() else { break };
            self.bytes += c.len_utf8();
            self.characters += 1;
            self.at = match c {
                '\n' => Location::new(self.at.line + 1, 1),
                _ => Location::new(self.at.line, self.at.column + 1),
            };
        }
        (self.bytes, self.characters)
    }

    fn to_end(&mut self) -> (usize, usize) {
        self.to(Location::new(u64::MAX, 1))
    }
}

struct Splitter<'a> {
    message: &'a str,
    walker: Walker<'a>,
    pieces: Vec<Piece<'a>>,
    /// The statement being gathered.
    tokens: Vec<TokenWithSpan>,
    /// Where it begins in the message; and (bytes, characters) before that.
    start: Location,
    before: (usize, usize),
    /// Where its last token ends in the message.
    last_end: Location,
    newline: bool,
    nesting: Nesting,
}

impl<'a> Splitter<'a> {
    fn new(message: &'a str) -> Self {
        let start = Location::new(1, 1);
        Splitter {
            message,
            walker: Walker::new(message),
            pieces: Vec::new(),
            tokens: Vec::new(),
            start,
            before: (0, 0),
            last_end: start,
            newline: false,
            nesting: Nesting::default(),
        }
    }

    fn take(&mut self, mut token: TokenWithSpan) -> Result<()> {
        match &mut token.token {
            Token::Whitespace(Whitespace::Newline | Whitespace::SingleLineComment { .. }) => {
                self.newline = true;
                return Ok(());
            }
            Token::Whitespace(_) => return Ok(()),
            Token::SemiColon => {
                self.finish(Some(token.span.start));
                return Ok(());
            }
            Token::Word(word) if word.quote_style.is_none() => word.value.make_ascii_lowercase(),
            Token::SingleQuotedString(more) if self.newline => {
                let more = mem::take(more);
                if let Some(TokenWithSpan { token: Token::SingleQuotedString(string), span }) =
                    self.tokens.last_mut()
                {
                    string.push_str(&more);
                    span.end = rebase(token.span.end, self.start);
                    self.last_end = token.span.end;
                    self.newline = false;
                    return Ok(());
                }
                token.token = Token::SingleQuotedString(more);
            }
            _ => {}
        }
        self.newline = false;
        if let Token::CustomBinaryOperator(operator) = &token.token
            && let Some(sign) = sign_behind_modulo(operator)
        {
            let (start, end) = (token.span.start, token.span.end);
            let middle = Location::new(start.line, start.column + 1);
            self.push(TokenWithSpan::new(Token::Mod, Span::new(start, middle)))?;
            return self.push(TokenWithSpan::new(sign, Span::new(middle, end)));
        }
        self.push(token)
    }

    fn push(&mut self, token: TokenWithSpan) -> Result<()> {
        if self.tokens.is_empty() {
            self.start = token.span.start;
            self.before = self.walker.to(token.span.start);
        }
        if !self.nesting.allows(self.tokens.last().map(|t| &t.token), &token.token) {
            let (_, characters) = self.walker.to(token.span.start);
            return Err(too_complex().at(characters + 1));
        }
        self.last_end = token.span.end;
        let span = Span::new(rebase(token.span.start, self.start), rebase(token.span.end, self.start));
        match closing_angles(&token.token) {
            Some(count) if count > 1 && self.nesting.closes(count) => {
                for i in 0..count as u64 {
                    let start = Location::new(span.start.line, span.start.column + i);
                    let end = Location::new(start.line, start.column + 1);
                    self.tokens.push(TokenWithSpan::new(Token::Gt, Span::new(start, end)));
                }
            }
            Some(count) => {
                self.nesting.closes(count);
                self.tokens.push(TokenWithSpan::new(token.token, span));
            }
            None => self.tokens.push(TokenWithSpan::new(token.token, span)),
        }
        Ok(())
    }

    fn finish(&mut self, semicolon: Option<Location>) {
        let tokens = mem::take(&mut self.tokens);
        self.nesting = Nesting::default();
        self.newline = false;
        if tokens.is_empty() {
            return;
        }
        let (last_byte, _) = self.walker.to(self.last_end);
        let text = &self.message[self.before.0..last_byte];
        let (_, end) = match semicolon {
            Some(location) => self.walker.to(location),
            None => self.walker.to_end(),
        };
        let semicolon = semicolon.is_some();
        self.pieces.push(Piece { tokens, text, offset: self.before.1, end, semicolon });
    }
}

/// The open brackets of a statement, and the operators since the last comma in each.
#[derive(Debug, Default)]
struct Nesting {
    /// For each open bracket, the count of operators around it.
    outer: Vec<usize>,
    chain: usize,
    /// Open `STRUCT<` and `ARRAY<`.
    angles: usize,
}

impl Nesting {
    /// Counts a token; `false` when the statement has become too complex.
    fn allows(&mut self, previous: Option<&Token>, token: &Token) -> bool {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                self.outer.push(self.chain + usize::from(*token == Token::LBracket));
                self.chain = 0;
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                self.chain = self.outer.pop().unwrap_or(0);
            }
            Token::Comma => self.chain = 0,
            Token::Lt if previous.is_some_and(opens_angle) => self.angles += 1,
            token => self.chain += weight(token),
        }
        self.outer.len() + self.angles <= DEPTH_MAX && self.chain <= CHAIN_MAX
    }

    /// Closes up to `count` angle brackets; whether that many were open.
    fn closes(&mut self, count: usize) -> bool {
        let enough = self.angles >= count;
        self.angles = self.angles.saturating_sub(count);
        enough
    }
}

fn opens_angle(previous: &Token) -> bool {
    matches!(previous, Token::Word(w) if w.quote_style.is_none() && matches!(w.value.as_str(), "struct" | "array" | "map"))
}

/// How many `>` an operator is, if it is nothing else.
fn closing_angles(token: &Token) -> Option<usize> {
    match token {
        Token::Gt => Some(1),
        Token::ShiftRight => Some(2),
        Token::CustomBinaryOperator(text) if text.bytes().all(|b| b == b'>') => Some(text.len()),
        _ => None,
    }
}

/// `7%-3`: there is no operator `%-`, so this is a sign.
fn sign_behind_modulo(operator: &str) -> Option<Token> {
    match operator {
        "%-" => Some(Token::Minus),
        "%+" => Some(Token::Plus),
        _ => None,
    }
}

/// How much deeper a token makes the tree.
fn weight(token: &Token) -> usize {
    match token {
        Token::Word(word) if word.quote_style.is_none() => match word.value.as_str() {
            "union" | "except" | "intersect" => SET_OPERATOR_WEIGHT,
            "and" | "or" | "not" | "is" | "in" | "like" | "ilike" | "similar" | "between" | "collate"
            | "at" | "join" | "notnull" | "isnull" | "operator" | "overlaps" | "xor" | "div" | "pivot"
            | "unpivot" => 1,
            _ => 0,
        },
        Token::Word(_) | Token::Number(..) | Token::Placeholder(_) | Token::Period => 0,
        Token::SingleQuotedString(_) | Token::DollarQuotedString(_) | Token::EscapedStringLiteral(_) => 0,
        _ => 1,
    }
}

/// A location of the message as one of the statement that begins at `start`.
fn rebase(location: Location, start: Location) -> Location {
    let line = location.line - start.line + 1;
    let column = if line == 1 { location.column - start.column + 1 } else { location.column };
    Location::new(line, column)
}

fn too_complex() -> Error {
    Error::new(SqlState::STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
        .with_detail(format!(
            "A statement may nest {DEPTH_MAX} brackets and chain {CHAIN_MAX} operators ({} set operators) in one list item.",
            CHAIN_MAX / SET_OPERATOR_WEIGHT
        ))
        .with_hint("Break the statement up, or use IN with a list instead of a chain of OR.")
}

/// What PostgreSQL's lexer says. `last` is where the last good token ended.
fn lexical_error(message: &str, last: Option<Location>, error: &TokenizerError) -> Error {
    let (bytes, characters) = Walker::new(message).to(last.unwrap_or(Location::new(1, 1)));
    let what = error.message.as_str();
    let text = if what.contains("comment") {
        "unterminated /* comment"
    } else if what.contains("dollar") {
        "unterminated dollar-quoted string"
    } else if what.contains("close delimiter") {
        "unterminated quoted identifier"
    } else if what.contains("string") || what.contains("quote") {
        "unterminated quoted string"
    } else {
        "syntax error"
    };
    let rest = &message[bytes..];
    let error = Error::new(SqlState::SYNTAX_ERROR, format!("{text} at or near \"{}\"", near(rest)));
    let error = if text == "syntax error" { error.with_detail(what) } else { error };
    error.at(characters + 1)
}
