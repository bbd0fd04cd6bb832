//! PostgreSQL's dialect of `sqlparser`, with the few changes that Millstream needs.
//!
//! To the parser's own `dialect_of!` questions it is PostgreSQL. It differs in
//! five ways: `STRUCT<…>` is a type, `FROM` and its like never begin an expression, `x NOT NULL` never reads as `x IS NOT NULL`
//! (it would swallow a column's constraint), function arguments are parsed once
//! and not twice, and the number of prefix expressions is bounded, because the
//! parser's backtracking is exponential on some hostile inputs.

use std::any::TypeId;
use std::cell::Cell;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use datafusion::sql::sqlparser::dialect::{Dialect, PostgreSqlDialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::spelling::is_clause;

const POSTGRES: PostgreSqlDialect = PostgreSqlDialect {};

/// How often, on average, a token may be tried as the beginning of an expression.
const TRIES_PER_TOKEN: usize = 64;

/// The dialect of one statement.
#[derive(Debug)]
pub(super) struct StreamDialect {
    /// What is left of the budget of prefix expressions.
    tries: Cell<usize>,
    /// `FOR SYSTEM_TIME` is somewhere in it.
    versions: bool,
}

impl StreamDialect {
    /// A dialect for a statement of these tokens.
    pub(super) fn new(tokens: &[TokenWithSpan]) -> Self {
        let versions = tokens.iter().any(|t| is_keyword(&t.token, Keyword::SYSTEM_TIME));
        StreamDialect { tries: Cell::new((tokens.len() + 64).saturating_mul(TRIES_PER_TOKEN)), versions }
    }
}

/// Asks PostgreSQL's dialect.
macro_rules! as_postgres {
    ($($method:ident),* $(,)?) => {
        $(fn $method(&self) -> bool { POSTGRES.$method() })*
    };
}

impl Dialect for StreamDialect {
    fn dialect(&self) -> TypeId {
        TypeId::of::<PostgreSqlDialect>()
    }

    as_postgres!(
        supports_unicode_string_literal,
        supports_filter_during_aggregation,
        supports_group_by_expr,
        allow_extract_custom,
        allow_extract_single_quotes,
        supports_create_index_with_clause,
        supports_explain_with_utility_options,
        supports_listen_notify,
        supports_factorial_operator,
        supports_bitwise_shift_operators,
        supports_comment_on,
        supports_load_extension,
        supports_empty_projections,
        supports_nested_comments,
        supports_string_escape_constant,
        supports_numeric_literal_underscores,
        supports_array_typedef_with_brackets,
        supports_geometric_types,
        supports_set_names,
        supports_alter_column_type_using,
        supports_notnull_operator,
        supports_interval_options,
        supports_insert_table_alias,
        supports_create_table_like_parenthesized,
        supports_comma_separated_trim,
        supports_xml_expressions,
    );

    /// Only where it is meant: with it, `at`, `before` and `changes` are no aliases.
    fn supports_table_versioning(&self) -> bool {
        self.versions
    }

    fn supports_struct_literal(&self) -> bool {
        true
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        POSTGRES.identifier_quote_style(identifier)
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        POSTGRES.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        POSTGRES.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        POSTGRES.is_identifier_part(ch)
    }

    fn is_custom_operator_part(&self, ch: char) -> bool {
        POSTGRES.is_custom_operator_part(ch)
    }

    fn is_reserved_for_identifier(&self, kw: Keyword) -> bool {
        POSTGRES.is_reserved_for_identifier(kw)
    }

    fn prec_value(&self, prec: Precedence) -> u8 {
        POSTGRES.prec_value(prec)
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        if matches!(&parser.peek_token_ref().token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case("isnull"))
        {
            return Some(Ok(self.prec_value(Precedence::Is)));
        }
        let not_null = is_keyword(&parser.peek_token_ref().token, Keyword::NOT)
            && is_keyword(&parser.peek_nth_token_ref(1).token, Keyword::NULL);
        if not_null { Some(Ok(self.prec_unknown())) } else { POSTGRES.get_next_precedence(parser) }
    }

    /// `BETWEEN SYMMETRIC` is a choice of two orders; `ISNULL` is `IS NULL`;
    /// `IS DISTINCT FROM` binds tighter than `AND`.
    fn parse_infix(
        &self,
        parser: &mut Parser,
        expr: &Expr,
        _precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let word_at = |parser: &Parser, nth: usize, word: &str| matches!(&parser.peek_nth_token_ref(nth).token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word));
        if word_at(parser, 0, "isnull") {
            parser.advance_token();
            return Some(Ok(Expr::IsNull(Box::new(expr.clone()))));
        }
        if word_at(parser, 0, "is")
            && let Some(compared) = self.parse_distinct(parser, expr, &word_at)
        {
            return Some(compared);
        }
        let negated = word_at(parser, 0, "not");
        let at = usize::from(negated);
        if !word_at(parser, at, "between") || !word_at(parser, at + 1, "symmetric") {
            return None;
        }
        (0..at + 2).for_each(|_| parser.advance_token());
        Some(self.parse_symmetric(parser, expr, negated))
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        let Some(left) = self.tries.get().checked_sub(1) else {
            return Some(Err(ParserError::RecursionLimitExceeded));
        };
        self.tries.set(left);
        match &parser.peek_token_ref().token {
            // The commonest tokens of a long INSERT, without the detour over type names.
            Token::Number(..) | Token::SingleQuotedString(_) => Some(parser.parse_value().map(Expr::Value)),
            // A sign binds tighter than a power: -2 ^ 2 is 4.
            Token::Minus => {
                let mut signs = 0;
                while parser.consume_token(&Token::Minus) {
                    signs += 1;
                }
                let operand = parser.parse_subexpr(self.prec_value(Precedence::Caret));
                let minus = |expr, _| Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(expr) };
                Some(operand.map(|expr| (0..signs).fold(expr, minus)))
            }
            // `:name` is psql's, and never reaches a server.
            Token::Colon => Some(parser.expected_ref("an expression", parser.peek_token_ref())),
            Token::Word(word) if word.quote_style.is_none() && is_clause(&word.value) => {
                Some(parser.expected_ref("an expression", parser.peek_token_ref()))
            }
            // Without this, INTERVAL INTERVAL … would recurse without a bound.
            token
                if is_keyword(token, Keyword::INTERVAL)
                    && is_keyword(&parser.peek_nth_token_ref(1).token, Keyword::INTERVAL) =>
            {
                Some(parser.expected_ref("an interval", parser.peek_nth_token_ref(1)))
            }
            _ => None,
        }
    }
}

impl StreamDialect {
    fn parse_distinct(
        &self,
        parser: &mut Parser,
        left: &Expr,
        word_at: &impl Fn(&Parser, usize, &str) -> bool,
    ) -> Option<Result<Expr, ParserError>> {
        let negated = word_at(parser, 1, "not");
        let at = 1 + usize::from(negated);
        if !word_at(parser, at, "distinct") || !word_at(parser, at + 1, "from") {
            return None;
        }
        (0..at + 2).for_each(|_| parser.advance_token());
        let right = parser.parse_subexpr(self.prec_value(Precedence::Is));
        let (left, form) =
            (Box::new(left.clone()), if negated { Expr::IsNotDistinctFrom } else { Expr::IsDistinctFrom });
        Some(right.map(|right| form(left, Box::new(right))))
    }

    fn parse_symmetric(&self, parser: &mut Parser, expr: &Expr, negated: bool) -> Result<Expr, ParserError> {
        let precedence = self.prec_value(Precedence::Between);
        let low = parser.parse_subexpr(precedence)?;
        parser.expect_keyword_is(Keyword::AND)?;
        let high = parser.parse_subexpr(precedence)?;
        let between = |low: &Expr, high: &Expr| {
            let boxed = |e: &Expr| Box::new(e.clone());
            Box::new(Expr::Between { expr: boxed(expr), negated, low: boxed(low), high: boxed(high) })
        };
        let op = if negated { BinaryOperator::And } else { BinaryOperator::Or };
        let either = Expr::BinaryOp { left: between(&low, &high), op, right: between(&high, &low) };
        Ok(Expr::Nested(Box::new(either)))
    }
}

fn is_keyword(token: &Token, keyword: Keyword) -> bool {
    matches!(token, Token::Word(word) if word.keyword == keyword)
}
