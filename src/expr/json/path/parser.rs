//! Tokens to a path.

use regex::RegexBuilder;

use super::lexer::{Token, tokens, wrong};
use super::tree::{Accessor, Comparison, Node, Path};
use crate::types::{Error, Result, SqlState};

/// How deep parentheses may lie in each other.
const DEPTH_MAX: usize = 100;

/// The path that `text` is; `42601` if it is none.
pub fn parse(text: &str) -> Result<Path> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, text };
    let strict = parser.word("strict");
    if !strict {
        parser.word("lax");
    }
    let body = parser.or()?;
    match parser.peek() {
        None => Ok(Path { strict, body }),
        Some(_) => Err(parser.syntax()),
    }
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    text: &'a str,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| wrong("unexpected end", self.text))
    }

    fn syntax(&self) -> Error {
        wrong("syntax error", self.text)
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(s)) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<()> {
        if self.symbol(symbol) { Ok(()) } else { Err(self.syntax()) }
    }

    fn or(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Error::new(SqlState::STATEMENT_TOO_COMPLEX, "a jsonpath is nested too deep"));
        }
        let mut left = self.and()?;
        while self.symbol("||") {
            left = Node::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Node> {
        let mut left = self.comparison()?;
        while self.symbol("&&") {
            left = Node::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Node> {
        if self.symbol("!") {
            self.expect("(")?;
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(Node::Not(Box::new(inner)));
        }
        let left = self.sum()?;
        if self.word("starts") {
            if !self.word("with") {
                return Err(self.syntax());
            }
            let prefix = self.primary()?;
            return Ok(Node::StartsWith(Box::new(left), Box::new(prefix)));
        }
        if self.word("like_regex") {
            return self.like_regex(left);
        }
        let comparisons = [
            ("==", Comparison::Equal),
            ("=", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<>", Comparison::NotEqual),
            ("<=", Comparison::LessEqual),
            (">=", Comparison::GreaterEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (symbol, comparison) in comparisons {
            if self.symbol(symbol) {
                let right = self.sum()?;
                return Ok(Node::Compare(Box::new(left), comparison, Box::new(right)));
            }
        }
        if left.is_predicate() && self.word("is") {
            return match self.word("unknown") {
                true => Ok(Node::IsUnknown(Box::new(left))),
                false => Err(self.syntax()),
            };
        }
        Ok(left)
    }

    fn like_regex(&mut self, left: Node) -> Result<Node> {
        let Token::String(pattern) = self.next()? else { return Err(self.syntax()) };
        let mut flags = String::new();
        if self.word("flag") {
            let Token::String(given) = self.next()? else { return Err(self.syntax()) };
            flags = given;
        }
        let pattern = if flags.contains('q') { regex::escape(&pattern) } else { pattern };
        let built = RegexBuilder::new(&pattern)
            .case_insensitive(flags.contains('i'))
            .dot_matches_new_line(flags.contains('s'))
            .multi_line(flags.contains('m'))
            .ignore_whitespace(flags.contains('x'))
            .build();
        let regex =
            built.map_err(|e| Error::new(SqlState("2201B"), format!("invalid regular expression: {e}")))?;
        Ok(Node::LikeRegex(Box::new(left), regex))
    }

    fn sum(&mut self) -> Result<Node> {
        let mut left = self.product()?;
        loop {
            let op = if self.symbol("+") {
                '+'
            } else if self.symbol("-") {
                '-'
            } else {
                return Ok(left);
            };
            left = Node::Arithmetic(Box::new(left), op, Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Node> {
        let mut left = self.unary()?;
        loop {
            let op = if self.symbol("*") {
                '*'
            } else if self.symbol("/") {
                '/'
            } else if self.symbol("%") {
                '%'
            } else {
                return Ok(left);
            };
            left = Node::Arithmetic(Box::new(left), op, Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Node> {
        if self.symbol("-") {
            return Ok(Node::Negative(Box::new(self.accessors()?)));
        }
        self.symbol("+");
        self.accessors()
    }

    fn primary(&mut self) -> Result<Node> {
        Ok(match self.next()? {
            Token::Symbol("$") => Node::Root,
            Token::Symbol("@") => Node::Current,
            Token::Symbol("(") => {
                let inner = self.or()?;
                self.expect(")")?;
                inner
            }
            Token::Variable(name) => Node::Variable(name),
            Token::String(text) => Node::String(text),
            Token::Number(text) => match crate::expr::json::parse(&text)? {
                crate::expr::json::Json::Number(digits) => Node::Number(digits),
                _ => return Err(self.syntax()),
            },
            Token::Word(word) => match word.as_str() {
                "null" => Node::Null,
                "true" => Node::Bool(true),
                "false" => Node::Bool(false),
                "last" => Node::Last,
                "exists" => {
                    self.expect("(")?;
                    let inner = self.or()?;
                    self.expect(")")?;
                    Node::Exists(Box::new(inner))
                }
                _ => return Err(self.syntax()),
            },
            Token::Symbol(_) => return Err(self.syntax()),
        })
    }

    fn accessors(&mut self) -> Result<Node> {
        let mut node = self.primary()?;
        loop {
            let accessor = if self.symbol(".") {
                self.member()?
            } else if self.symbol("[") {
                self.subscripts()?
            } else if self.symbol("?") {
                self.expect("(")?;
                let predicate = self.or()?;
                self.expect(")")?;
                Accessor::Filter(Box::new(predicate))
            } else {
                return Ok(node);
            };
            node = Node::Step(Box::new(node), accessor);
        }
    }

    fn member(&mut self) -> Result<Accessor> {
        if self.symbol("**") {
            return self.levels();
        }
        if self.symbol("*") {
            return Ok(Accessor::AnyKey);
        }
        match self.next()? {
            Token::String(key) => Ok(Accessor::Key(key)),
            Token::Word(word) => {
                let methods = [
                    "type", "size", "double", "ceiling", "floor", "abs", "keyvalue", "number", "integer",
                    "bigint", "string", "boolean",
                ];
                let is_call = matches!(self.peek(), Some(Token::Symbol("(")))
                    && matches!(self.tokens.get(self.at + 1), Some(Token::Symbol(")")));
                if is_call && methods.contains(&word.as_str()) {
                    self.at += 2;
                    return Ok(Accessor::Method(word));
                }
                Ok(Accessor::Key(word))
            }
            _ => Err(self.syntax()),
        }
    }

    /// `.**`, `.**{2}`, `.**{1 to last}`
    fn levels(&mut self) -> Result<Accessor> {
        if !self.symbol("{") {
            return Ok(Accessor::AnyLevel(0, None));
        }
        let from = self.level()?;
        let to = if self.word("to") { self.level()? } else { from };
        self.expect("}")?;
        Ok(Accessor::AnyLevel(from.unwrap_or(usize::MAX), to))
    }

    /// A number, or `last` as `None`.
    fn level(&mut self) -> Result<Option<usize>> {
        match self.next()? {
            Token::Number(text) => text.parse().map(Some).map_err(|_| self.syntax()),
            Token::Word(word) if word == "last" => Ok(None),
            _ => Err(self.syntax()),
        }
    }

    fn subscripts(&mut self) -> Result<Accessor> {
        if self.symbol("*") {
            self.expect("]")?;
            return Ok(Accessor::AnyItem);
        }
        let mut items = Vec::new();
        loop {
            let from = self.sum()?;
            let to = if self.word("to") { Some(self.sum()?) } else { None };
            items.push((from, to));
            if !self.symbol(",") {
                break;
            }
        }
        self.expect("]")?;
        Ok(Accessor::Items(items))
    }
}
