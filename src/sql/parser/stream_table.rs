//! Forms of FROM and WITH that `sqlparser` does not read, put in ones that it does.
//!
//! ```sql
//! SESSION(t, ts, gap, PARTITION BY a, b)  →  SESSION(t, ts, gap, ms_partition(a, b))
//! c AS changelog FROM t                   →  c AS (SELECT * FROM ms_changelog(t))
//! ```
//!
//! New tokens stand where those stood for which they were put.

use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

/// Rewrites both in place.
pub(super) fn rewrite(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        if is_word(tokens, at, "session") && is(tokens, at + 1, &Token::LParen) {
            session(tokens, at + 1);
        }
        if is_word(tokens, at, "as")
            && is_word(tokens, at + 1, "changelog")
            && is_word(tokens, at + 2, "from")
        {
            changelog(tokens, at + 1);
        }
        at += 1;
    }
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
