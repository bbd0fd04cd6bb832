//! Where a query inside a longer statement ends.
//!
//! `sqlparser` would read `FROM t EMIT` as an alias and `FROM t WITH (…)` as
//! another dialect's table hints, so an end-of-input token is put before such a
//! clause; [`Cursor::pass_boundary`](super::cursor::Cursor::pass_boundary) steps over it.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// Puts the marks. Only the outermost brackets' level is looked at.
pub(super) fn mark(tokens: &mut Vec<TokenWithSpan>) {
    // Far enough in for EXPLAIN with its options before it.
    let sink = (0..24).any(|nth| is(tokens, nth, "create") && is(tokens, nth + 1, "sink"));
    let mut depth = 0_usize;
    let mut marks = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at].token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            Token::Word(_) if depth == 0 && begins_clause(tokens, at, sink) => marks.push(at),
            _ => {}
        }
    }
    marks.truncate(2);
    for at in marks.into_iter().rev() {
        let span = tokens[at].span;
        tokens.insert(at, TokenWithSpan::new(Token::EOF, span));
    }
}

fn begins_clause(tokens: &[TokenWithSpan], at: usize, sink: bool) -> bool {
    let emit = is(tokens, at, "emit") && is(tokens, at + 1, "on") && is(tokens, at + 2, "window");
    let column = tokens.get(at + 3).is_some_and(|t| t.token == Token::Period);
    let options =
        sink && is(tokens, at, "with") && tokens.get(at + 1).is_some_and(|t| t.token == Token::LParen);
    (emit && !column) || options
}

fn is(tokens: &[TokenWithSpan], at: usize, word: &str) -> bool {
    matches!(tokens.get(at).map(|t| &t.token), Some(Token::Word(w)) if w.quote_style.is_none() && w.value == word)
}
