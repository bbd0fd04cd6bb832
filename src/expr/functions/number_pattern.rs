//! PostgreSQL's patterns of numbers: `999,990.00`, `S9`, `FM`, `PR`, `RN`, `EEEE`, …
//!
//! Here they are taken apart; [`number_writing`](super::number_writing) writes by them.

use crate::types::{Error, Result, SqlState};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Node {
    Nine,
    Zero,
    Point,
    Comma,
    Currency,
    Sign,
    Minus,
    Plus,
    SignAnywhere,
    Roman(bool),
    Ordinal(bool),
    Char(char),
    /// Of no effect where it stands.
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum SignPlace {
    #[default]
    None,
    Before,
    After,
}

/// A pattern taken apart.
#[derive(Clone, Debug, Default)]
pub struct NumberPattern {
    pub(super) nodes: Vec<Node>,
    /// Digits before the point, behind it, and behind `V`.
    pub(super) pre: usize,
    pub(super) post: usize,
    pub(super) multi: usize,
    pub(super) has_multi: bool,
    /// The first place before the point that shows a zero.
    pub(super) zero_start: Option<usize>,
    pub(super) zero_end: usize,
    pub(super) decimal: bool,
    pub(super) fill: bool,
    pub(super) sign: SignPlace,
    pub(super) digits_before_sign: usize,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) bracket: bool,
    pub(super) roman: bool,
    pub(super) scientific: bool,
}

const WORDS: [&str; 17] =
    ["EEEE", "FM", "MI", "PL", "PR", "RN", "SG", "SP", "TH", ",", ".", "0", "9", "D", "G", "L", "S"];

impl NumberPattern {
    /// Takes a pattern apart.
    pub fn parse(pattern: &str) -> Result<NumberPattern> {
        let mut parsed = NumberPattern::default();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                rest = parsed.quoted(&rest[1..]);
                continue;
            }
            if first == '\\' && rest[1..].starts_with('"') {
                parsed.nodes.push(Node::Char('"'));
                rest = &rest[2..];
                continue;
            }
            let begins = |word: &&&str| {
                rest.as_bytes().get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()))
            };
            let found = WORDS.iter().find(begins).copied();
            let found = found.or_else(|| first.eq_ignore_ascii_case(&'V').then_some("V"));
            match found {
                Some(word) => {
                    parsed.word(word, first.is_ascii_lowercase())?;
                    rest = &rest[word.len()..];
                }
                None => {
                    parsed.nodes.push(Node::Char(first));
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        Ok(parsed)
    }

    fn quoted<'t>(&mut self, text: &'t str) -> &'t str {
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => return &text[at + 1..],
                '\\' => self.nodes.extend(chars.next().map(|(_, c)| Node::Char(c))),
                c => self.nodes.push(Node::Char(c)),
            }
        }
        ""
    }

    fn word(&mut self, word: &str, lower: bool) -> Result<()> {
        let wrong = |text: &str| Err(Error::new(SqlState::SYNTAX_ERROR, text));
        let node = match word {
            "9" if self.bracket => return wrong("\"9\" must be ahead of \"PR\""),
            "9" => {
                let count = if self.has_multi {
                    &mut self.multi
                } else if self.decimal {
                    &mut self.post
                } else {
                    &mut self.pre
                };
                *count += 1;
                Node::Nine
            }
            "0" if self.bracket => return wrong("\"0\" must be ahead of \"PR\""),
            "0" => {
                if !self.decimal {
                    self.zero_start.get_or_insert(self.pre);
                    self.pre += 1;
                } else {
                    self.post += 1;
                }
                self.zero_end = self.pre + self.post;
                Node::Zero
            }
            "." | "D" if self.decimal => return wrong("multiple decimal points"),
            "." | "D" if self.has_multi => return wrong("cannot use \"V\" and decimal point together"),
            "." | "D" => {
                self.decimal = true;
                Node::Point
            }
            "," | "G" => Node::Comma,
            "FM" => {
                self.fill = true;
                Node::Nothing
            }
            "S" if self.sign != SignPlace::None => return wrong("cannot use \"S\" twice"),
            "S" if self.plus || self.minus || self.bracket => {
                return wrong("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
            }
            "S" => {
                self.sign = if self.decimal { SignPlace::After } else { SignPlace::Before };
                self.digits_before_sign = self.pre;
                Node::Sign
            }
            "MI" | "PL" | "SG" | "PR" if self.sign != SignPlace::None => {
                return wrong(&format!("cannot use \"S\" and \"{word}\" together"));
            }
            "MI" => {
                self.minus = true;
                Node::Minus
            }
            "PL" => {
                self.plus = true;
                Node::Plus
            }
            "SG" => {
                (self.plus, self.minus) = (true, true);
                Node::SignAnywhere
            }
            "PR" => {
                self.bracket = true;
                Node::Nothing
            }
            "RN" => {
                self.roman = true;
                Node::Roman(lower)
            }
            "TH" => Node::Ordinal(lower),
            "L" => Node::Currency,
            "V" => {
                self.has_multi = true;
                Node::Nothing
            }
            "EEEE" => {
                self.scientific = true;
                Node::Nothing
            }
            _ => Node::Nothing,
        };
        self.nodes.push(node);
        Ok(())
    }
}
