//! The error that lies deepest.
//!
//! `sqlparser` takes back a subquery that does not parse and tries to read it as
//! a join in brackets, so that its error points at the subquery's beginning. Here
//! each subquery is parsed on its own, and the failure that stands furthest to
//! the right wins.

use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

use super::dialect::StreamDialect;

/// Subqueries that are tried, and tokens in all of them.
const TRIES_MAX: usize = 64;
const TOKENS_MAX: usize = 100_000;

/// A failure inside a subquery: the error, if it is the parser's, and the token it stands at.
pub(super) struct Deepest {
    pub(super) error: Option<ParserError>,
    pub(super) span: Span,
}

/// The failure furthest to the right, if one stands right of `outer`.
pub(super) fn find(tokens: &[&TokenWithSpan], outer: Location) -> Option<Deepest> {
    let starts = (1..tokens.len()).filter(|at| {
        tokens[at - 1].token == Token::LParen
            && matches!(&tokens[*at].token, Token::Word(w) if matches!(w.value.as_str(), "select" | "with" | "values"))
    });
    let mut budget = TOKENS_MAX;
    let mut deepest: Option<Deepest> = None;
    for start in starts.take(TRIES_MAX) {
        let Some(end) = closing(tokens, start) else { continue };
        budget = budget.saturating_sub(end - start);
        if budget == 0 {
            break;
        }
        let failure = parse(&tokens[start..end], tokens[end].span);
        let before = deepest.as_ref().map_or(outer, |d| d.span.start);
        deepest = failure.filter(|failure| failure.span.start > before).or(deepest);
    }
    deepest
}

/// The bracket that closes the one before `start`.
fn closing(tokens: &[&TokenWithSpan], start: usize) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// How a subquery fails by itself; `end` is the bracket after it.
fn parse(tokens: &[&TokenWithSpan], end: Span) -> Option<Deepest> {
    let tokens: Vec<TokenWithSpan> = tokens.iter().map(|token| (*token).clone()).collect();
    let dialect = StreamDialect::new(&tokens);
    let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens);
    let error = parser.parse_query().err();
    let next = parser.peek_token_ref();
    match error {
        None if next.token == Token::EOF => None,
        None => Some(Deepest { error: None, span: next.span }),
        Some(ParserError::RecursionLimitExceeded) => None,
        Some(error) => {
            let span = match super::syntax::location(&error) {
                Some(location) => Span::new(location, location),
                None if next.token == Token::EOF => end,
                None => next.span,
            };
            Some(Deepest { error: Some(error), span })
        }
    }
}
