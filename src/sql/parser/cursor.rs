//! Reading one statement's tokens: words by name, and `sqlparser` for the rest.
//!
//! Words are compared in lower case, as the lexer left them; a quoted word is
//! never taken for a keyword.

use datafusion::sql::sqlparser::ast::{DataType, Expr, Ident, ObjectName, Query, Select, SetExpr, Statement};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::deepest::{self, Deepest};
use super::dialect::StreamDialect;
use super::syntax::{self, Failure, Parse, Source, unbuilt};
use super::{spelled_query, spelling};
use crate::expr::is_reserved;
use crate::types::Error;

/// How deep expressions and subqueries may nest.
const DEPTH_MAX: usize = 250;

/// A place in one statement.
pub(super) struct Cursor<'a> {
    parser: Parser<'a>,
    pub(super) source: Source<'a>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(dialect: &'a StreamDialect, tokens: Vec<TokenWithSpan>, source: Source<'a>) -> Self {
        let parser = Parser::new(dialect).with_recursion_limit(DEPTH_MAX).with_tokens_with_locations(tokens);
        Cursor { parser, source }
    }

    /// The next token.
    pub(super) fn peek(&self) -> &Token {
        &self.parser.peek_token_ref().token
    }

    /// Where the next token stands.
    pub(super) fn span(&self) -> Span {
        self.parser.peek_token_ref().span
    }

    /// The next token's place: characters from 1, from the statement's beginning.
    pub(super) fn position(&self) -> usize {
        self.source.position(self.span().start)
    }

    /// Whether the statement has been read to its end.
    pub(super) fn at_end(&self) -> bool {
        let next = self.parser.peek_token_ref();
        next.token == Token::EOF && next.span == Span::empty()
    }

    /// The unquoted word that comes `nth` from here.
    pub(super) fn word_at(&self, nth: usize) -> Option<&str> {
        match &self.parser.peek_nth_token_ref(nth).token {
            Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
            _ => None,
        }
    }

    /// Whether these words, separated by blanks, come next.
    pub(super) fn at(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(nth, word)| self.word_at(nth) == Some(word))
    }

    /// Takes these words if they come next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let found = self.at(words);
        if found {
            words.split(' ').for_each(|_| self.parser.advance_token());
        }
        found
    }

    /// Takes these words, or fails at the first that is not there.
    pub(super) fn expect(&mut self, words: &str) -> Parse<()> {
        for word in words.split(' ') {
            if !self.eat(word) {
                return self.fail(&words.to_ascii_uppercase());
            }
        }
        Ok(())
    }

    /// Takes a token if it comes next.
    pub(super) fn eat_token(&mut self, token: &Token) -> bool {
        self.parser.consume_token(token)
    }

    /// Takes a token or fails.
    pub(super) fn expect_token(&mut self, token: &Token) -> Parse<()> {
        if self.eat_token(token) { Ok(()) } else { self.fail(&token.to_string()) }
    }

    /// Takes whatever comes next.
    pub(super) fn next(&mut self) -> TokenWithSpan {
        self.parser.next_token()
    }

    /// Steps over the mark that the end of a query leaves; see [`super::boundary`].
    pub(super) fn pass_boundary(&mut self) {
        if *self.peek() == Token::EOF && !self.at_end() {
            self.parser.advance_token();
        }
    }

    /// Skips to the end, for a statement that is not built.
    pub(super) fn expect_end(&mut self) -> Parse<()> {
        if self.at_end() { Ok(()) } else { self.fail("end of statement") }
    }

    /// `(a, b, …)`, each item by `item`; at least one.
    pub(super) fn parenthesized<T>(&mut self, item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        self.expect_token(&Token::LParen)?;
        let items = self.separated(item)?;
        if !self.eat_token(&Token::RParen) {
            return self.fail("\",\" or \")\"");
        }
        Ok(items)
    }

    /// `a, b, …`.
    pub(super) fn separated<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_token(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A name that is not a reserved word.
    pub(super) fn ident(&mut self) -> Parse<Ident> {
        match self.peek() {
            Token::Word(word) if word.quote_style.is_some() || !is_reserved(&word.value) => {
                self.sqlparser(|p| p.parse_identifier())
            }
            _ => self.fail("a name"),
        }
    }

    /// A name as text: folded unless it was quoted.
    pub(super) fn name(&mut self) -> Parse<String> {
        Ok(self.ident()?.value)
    }

    /// `a`, `s.a` or `d.s.a`.
    pub(super) fn object_name(&mut self) -> Parse<ObjectName> {
        let mut parts = vec![self.ident()?];
        while self.eat_token(&Token::Period) {
            parts.push(self.any_word()?);
        }
        Ok(ObjectName::from(parts))
    }

    /// Any word, reserved or not, as after a dot.
    pub(super) fn any_word(&mut self) -> Parse<Ident> {
        match self.peek() {
            Token::Word(_) => self.sqlparser(|p| p.parse_identifier()),
            _ => self.fail("a name"),
        }
    }

    /// A string literal.
    pub(super) fn string(&mut self) -> Parse<String> {
        match self.string_if() {
            Some(string) => Ok(string),
            None => self.fail("a string"),
        }
    }

    /// A string literal if one comes next.
    pub(super) fn string_if(&mut self) -> Option<String> {
        let string = match self.peek() {
            Token::SingleQuotedString(s) | Token::EscapedStringLiteral(s) => s.clone(),
            Token::DollarQuotedString(s) => s.value.clone(),
            _ => return None,
        };
        self.parser.advance_token();
        Some(string)
    }

    /// A whole number without a sign.
    pub(super) fn count(&mut self) -> Parse<u64> {
        self.sqlparser(|p| p.parse_literal_uint())
    }

    /// An expression.
    pub(super) fn expr(&mut self) -> Parse<Expr> {
        self.sqlparser(|p| p.parse_expr())
    }

    /// A type.
    pub(super) fn data_type(&mut self) -> Parse<DataType> {
        self.sqlparser(|p| p.parse_data_type())
    }

    /// A query, up to its end or to the mark of one.
    pub(super) fn query(&mut self) -> Parse<Box<Query>> {
        let mut query = self.relational(|p| p.parse_query())?;
        if let SetExpr::Table(_) | SetExpr::SetOperation { .. } = query.body.as_ref()
            && let Some(any) = any_select()
        {
            spelled_query::without_table(&mut query.body, &any);
        }
        Ok(query)
    }

    /// Something with relations in it, without what `sqlparser` accepts from other dialects.
    pub(super) fn relational<T>(
        &mut self,
        parse: impl FnOnce(&mut Parser<'a>) -> Result<T, ParserError>,
    ) -> Parse<T> {
        let start = self.parser.index();
        let parsed = self.sqlparser(parse)?;
        for index in start..self.parser.index() {
            let [this, next] = [index, index + 1].map(|index| self.parser.token_at(index));
            if is_foreign(&this.token, &next.token) {
                return Err(self.source.syntax_error(next.span, None).into());
            }
        }
        Ok(parsed)
    }

    /// Runs a method of `sqlparser`, turning its error into ours.
    pub(super) fn sqlparser<T>(
        &mut self,
        parse: impl FnOnce(&mut Parser<'a>) -> Result<T, ParserError>,
    ) -> Parse<T> {
        parse(&mut self.parser).map_err(|error| {
            if let Some(part) = self.unbuilt_ahead() {
                return Failure::Unbuilt(part.to_string());
            }
            Failure::Error(self.with_spelling(self.foreign(error)))
        })
    }

    /// An error of `sqlparser` as ours, at the deepest place that it can be given.
    fn foreign(&self, error: ParserError) -> Error {
        // It stopped at the end, wherever backtracking has left the parser.
        let text = error.to_string();
        let next = if text.ends_with("found: EOF") { Span::empty() } else { self.span() };
        let place = syntax::location(&error).unwrap_or(next.start);
        let at_end = place.line == 0 || error == ParserError::RecursionLimitExceeded;
        let tokens = self.tokens();
        match if at_end { None } else { deepest::find(&tokens, place) } {
            Some(Deepest { error: Some(error), span }) => self.source.foreign_error(error, span),
            Some(Deepest { error: None, span }) => self.source.syntax_error(span, None),
            None => self.source.foreign_error(error, next),
        }
    }

    /// Fails at the next token.
    pub(super) fn fail<T>(&self, expected: &str) -> Parse<T> {
        if let Some(part) = self.unbuilt_ahead() {
            return unbuilt(part);
        }
        let error = self.source.syntax_error(self.span(), Some(&format!("expected {expected}")));
        Err(self.with_spelling(error).into())
    }

    /// Fails at the next token, with a hint of ours.
    pub(super) fn fail_with_hint<T>(&self, hint: impl Into<String>) -> Parse<T> {
        Err(self.source.syntax_error(self.span(), None).with_hint(hint).into())
    }

    /// Whether what stopped the parser is a form that is known and not built.
    fn unbuilt_ahead(&self) -> Option<&'static str> {
        super::unbuilt::in_query(self)
    }

    fn with_spelling(&self, error: Error) -> Error {
        match error.position().and_then(|position| self.misspelt(position)) {
            Some(hint) if error.hint().is_none() => error.with_hint(hint),
            _ => error,
        }
    }

    /// A hint about the word at a place of the message, or one of the two before it.
    fn misspelt(&self, position: usize) -> Option<String> {
        let until = |token: &&TokenWithSpan| self.source.in_message(token.span.start) <= position;
        let words: Vec<&str> = self.tokens().into_iter().take_while(until).map(|t| word(&t.token)).collect();
        spelling::hint(&words)
    }
}

impl Cursor<'_> {
    /// Whether fewer than `nth + 1` tokens are left.
    pub(super) fn nothing_at(&self, nth: usize) -> bool {
        self.parser.peek_nth_token_ref(nth).token == Token::EOF
    }

    /// Whether this token comes `nth` from here.
    pub(super) fn is_token_at(&self, nth: usize, token: &Token) -> bool {
        self.parser.peek_nth_token_ref(nth).token == *token
    }

    /// Fails at the token that comes `nth` from here.
    pub(super) fn fail_after<T>(&self, nth: usize) -> Parse<T> {
        Err(self.source.syntax_error(self.parser.peek_nth_token_ref(nth).span, None).into())
    }

    /// The whole statement's tokens.
    fn tokens(&self) -> Vec<&TokenWithSpan> {
        let token = |index| self.parser.token_at(index);
        let end = |token: &&TokenWithSpan| token.token != Token::EOF || token.span != Span::empty();
        (0..).map(token).take_while(end).collect()
    }

    /// The whole statement's tokens as text: words, `(` and `,`; the rest empty.
    pub(super) fn words(&self) -> Vec<&str> {
        let text = |token: &'_ TokenWithSpan| match &token.token {
            Token::LParen => "(",
            Token::Comma => ",",
            _ => "",
        };
        self.tokens()
            .into_iter()
            .map(|t| if word(&t.token).is_empty() { text(t) } else { word(&t.token) })
            .collect()
    }
}

/// A SELECT from one relation, to be made into another.
fn any_select() -> Option<Select> {
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, "SELECT 1 FROM t").ok()?.pop();
    match parsed {
        Some(Statement::Query(query)) => query.body.as_select().cloned(),
        _ => None,
    }
}

/// Whether a token after another is not PostgreSQL's: the table hints of `FROM t WITH (…)`,
/// which would be forgotten; a clause's word as the name of a relation; a string as an alias.
fn is_foreign(this: &Token, next: &Token) -> bool {
    let first = word(this);
    match next {
        Token::LParen => first == "with",
        Token::SingleQuotedString(_) => {
            first == "as"
                || matches!(this, Token::Number(..) | Token::SingleQuotedString(_) | Token::RBracket)
        }
        next => {
            (*this == Token::Comma || matches!(first, "from" | "join" | "into"))
                && spelling::is_clause(word(next))
        }
    }
}

/// An unquoted word, or nothing.
fn word(token: &Token) -> &str {
    match token {
        Token::Word(word) if word.quote_style.is_none() => &word.value,
        _ => "",
    }
}
