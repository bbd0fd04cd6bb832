//! Forms of FROM, WITH and OVER that `sqlparser` does not read, put in ones that it does.
//!
//! ```sql
//! SESSION(t, ts, gap, PARTITION BY a, b)  →  SESSION(t, ts, gap, ms_partition(a, b))
//! c AS changelog FROM t                   →  c AS (SELECT * FROM ms_changelog(t))
//! a ASOF [LEFT] JOIN b ON …               →  a GLOBAL [LEFT] JOIN b ON …
//! t [AS] a FOR SYSTEM_TIME AS OF x        →  t FOR SYSTEM_TIME AS OF x [AS] a
//! OVER (… SESSION WITH GAP gap)           →  OVER (… RANGE BETWEEN ms_session_gap(gap) PRECEDING AND UNBOUNDED FOLLOWING)
//! ```
//!
//! `GLOBAL` is another dialect's mark on a join of any kind; the binder reads it
//! as `ASOF`. Typed by a user it stays the plain name that it is in PostgreSQL.
//!
//! New tokens stand where those stood for which they were put.

use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::lexer;

/// The words between `ASOF` and `JOIN`.
const JOIN_KINDS: &[&str] = &["natural", "inner", "left", "right", "full", "cross", "outer", "semi", "anti"];

/// Rewrites all of them in place.
pub(super) fn rewrite(tokens: &mut Vec<TokenWithSpan>) {
    // For each bracket around here: are we in the list of a WITH?
    let mut in_list = vec![false];
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].token {
            Token::LParen => in_list.push(false),
            Token::RParen if in_list.len() > 1 => drop(in_list.pop()),
            _ => {}
        }
        if is_word(tokens, at, "session") && is(tokens, at + 1, &Token::LParen) {
            session(tokens, at + 1);
        }
        if is_word(tokens, at, "asof") || is_word(tokens, at, "global") {
            asof(tokens, at);
        }
        if is_word(tokens, at, "for") && is_word(tokens, at + 1, "system_time") {
            alias_last(tokens, at);
        }
        if ["session", "with", "gap"].iter().enumerate().all(|(nth, word)| is_word(tokens, at + nth, word)) {
            session_frame(tokens, at);
        }
        if let Some(list) = in_list.last_mut() {
            *list = (*list || begins_list(tokens, at)) && !is_word(tokens, at, "select");
            if *list && is_changelog(tokens, at) {
                changelog(tokens, at + 1);
            }
        }
        at += 1;
    }
}

/// A query as text that parses to the same query.
pub fn query_text(query: &Query) -> String {
    let mut text = query.to_string();
    let pieces = if text.contains("GLOBAL ") { lexer::split(&text) } else { Ok(vec![]) };
    let mut places = vec![];
    for piece in pieces.iter().flatten() {
        let tokens = &piece.tokens;
        let marks = (0..tokens.len()).filter(|at| is_word(tokens, *at, "global") && is_join(tokens, *at));
        places.extend(marks.map(|at| tokens[at].span.start));
    }
    for start in lexer::bytes_before(&text, &places).into_iter().rev() {
        // A name of these letters is printed in lower case, or in quotes.
        if text[start..].starts_with("GLOBAL") {
            text.replace_range(start..start + "GLOBAL".len(), "ASOF");
        }
    }
    text
}

/// `WITH [RECURSIVE] name AS` or `WITH [RECURSIVE] name (`.
fn begins_list(tokens: &[TokenWithSpan], at: usize) -> bool {
    let name = if is_word(tokens, at + 1, "recursive") { at + 2 } else { at + 1 };
    is_word(tokens, at, "with") && (is_word(tokens, name + 1, "as") || is(tokens, name + 1, &Token::LParen))
}

/// `AS changelog FROM` behind the name of an entry of a WITH list.
fn is_changelog(tokens: &[TokenWithSpan], at: usize) -> bool {
    let words = ["as", "changelog", "from"];
    let entry = at.checked_sub(2).is_some_and(|before| {
        is(tokens, before, &Token::Comma)
            || is_word(tokens, before, "with")
            || is_word(tokens, before, "recursive")
    });
    entry && words.iter().enumerate().all(|(nth, word)| is_word(tokens, at + nth, word))
}

/// `open` is the bracket after SESSION.
fn session(tokens: &mut Vec<TokenWithSpan>, open: usize) {
    let (mut depth, mut partition) = (0_usize, None);
    for at in open..tokens.len() {
        match tokens[at].token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Comma
                if depth == 1 && is_word(tokens, at + 1, "partition") && is_word(tokens, at + 2, "by") =>
            {
                partition.get_or_insert(at + 1);
            }
            _ => {}
        }
        if depth == 0 {
            if let Some(partition) = partition {
                tokens.insert(at, TokenWithSpan::new(Token::RParen, tokens[at].span));
                tokens[partition].token = word("ms_partition");
                tokens[partition + 1].token = Token::LParen;
            }
            return;
        }
    }
}

/// `at` is the word ASOF, or GLOBAL, perhaps before a join.
fn asof(tokens: &mut [TokenWithSpan], at: usize) {
    if is_join(tokens, at)
        && let Token::Word(word) = &mut tokens[at].token
    {
        word.keyword = if word.value == "asof" { Keyword::GLOBAL } else { Keyword::NoKeyword };
    }
}

/// Do the words of a join follow?
fn is_join(tokens: &[TokenWithSpan], at: usize) -> bool {
    let kinds = (at + 1..).take_while(|next| JOIN_KINDS.iter().any(|kind| is_word(tokens, *next, kind)));
    is_word(tokens, at + 1 + kinds.count(), "join")
}

/// `at` is the word FOR of FOR SYSTEM_TIME AS OF: an alias before it goes behind
/// the moment, which is a call or a name.
fn alias_last(tokens: &mut [TokenWithSpan], at: usize) {
    let is_name = |at: usize| matches!(tokens.get(at).map(|t| &t.token), Some(Token::Word(_)));
    let Some(alias) = at.checked_sub(1).filter(|alias| is_name(*alias)) else { return };
    let Some(before) = alias.checked_sub(1) else { return };
    let opens = ["from", "join", "lateral", "only"].iter().any(|word| is_word(tokens, before, word));
    let first = if is_word(tokens, before, "as") { before } else { alias };
    if opens || !is_name(before) || !is_word(tokens, at + 2, "as") || !is_word(tokens, at + 3, "of") {
        return;
    }
    if !is_name(at + 4) {
        return;
    }
    let mut end = at + 5;
    while is(tokens, end, &Token::Period) && is_name(end + 1) {
        end += 2;
    }
    if is(tokens, end, &Token::LParen) && is(tokens, end + 1, &Token::RParen) {
        end += 2;
    }
    tokens[first..end].rotate_left(at - first);
}

/// `at` is the word SESSION of a frame, which goes up to the bracket that closes
/// the window.
fn session_frame(tokens: &mut Vec<TokenWithSpan>, at: usize) {
    let mut depth = 0_usize;
    let closing = (at + 3..tokens.len()).find(|index| match tokens[*index].token {
        Token::LParen => {
            depth += 1;
            false
        }
        Token::RParen if depth == 0 => true,
        Token::RParen => {
            depth -= 1;
            false
        }
        _ => false,
    });
    let Some(closing) = closing.filter(|closing| *closing > at + 3) else { return };
    let put = |token: Token, span: Span| TokenWithSpan::new(token, span);
    let (first, last) = (tokens[at].span, tokens[closing].span);
    let mut all: Vec<TokenWithSpan> =
        ["range", "between", "ms_session_gap"].iter().map(|text| put(word(text), first)).collect();
    all.push(put(Token::LParen, first));
    all.extend_from_slice(&tokens[at + 3..closing]);
    all.push(put(Token::RParen, last));
    all.extend(["preceding", "and", "unbounded", "following"].iter().map(|text| put(word(text), last)));
    tokens.splice(at..closing, all);
}

/// `at` is the word CHANGELOG.
fn changelog(tokens: &mut Vec<TokenWithSpan>, at: usize) {
    let mut end = at + 3;
    if !matches!(tokens.get(at + 2).map(|t| &t.token), Some(Token::Word(_))) {
        return;
    }
    while is(tokens, end, &Token::Period) {
        end += 2;
    }
    let Some(last) = tokens.get(end - 1) else { return };
    let closing = last.span;
    let span = tokens[at].span;
    let name: Vec<TokenWithSpan> = tokens[at + 2..end].to_vec();
    let star = Token::Mul;
    let before = [Token::LParen, word("select"), star, word("from"), word("ms_changelog"), Token::LParen];
    let put = |token: Token, span: Span| TokenWithSpan::new(token, span);
    let before = before.into_iter().map(|token| put(token, span));
    let after = [Token::RParen, Token::RParen].into_iter().map(|token| put(token, closing));
    let all: Vec<TokenWithSpan> = before.chain(name).chain(after).collect();
    tokens.splice(at..end, all);
}

fn word(text: &str) -> Token {
    Token::make_word(text, None)
}

fn is(tokens: &[TokenWithSpan], at: usize, token: &Token) -> bool {
    tokens.get(at).is_some_and(|t| t.token == *token)
}

fn is_word(tokens: &[TokenWithSpan], at: usize, text: &str) -> bool {
    matches!(tokens.get(at).map(|t| &t.token), Some(Token::Word(w)) if w.quote_style.is_none() && w.value == text)
}
