//! Numbers written by a [`NumberPattern`].
//!
//! It follows PostgreSQL's own walk over the pattern, because what a pattern means
//! beside another is nowhere written but there.

use super::number_pattern::{Node, NumberPattern, SignPlace};

impl NumberPattern {
    /// Appends a decimal, `value` / 10^`scale`.
    pub fn write_decimal(&self, value: i128, scale: i8, out: &mut String) {
        let places = if self.has_multi { 0 } else { self.post };
        let shift = places as i32 + self.multi as i32 - i32::from(scale);
        if self.scientific || self.roman {
            return self.write_special(value as f64 / 10f64.powi(scale.into()), out);
        }
        let scaled = if shift >= 0 {
            10i128.checked_pow(shift as u32).and_then(|f| value.checked_mul(f)).unwrap_or(i128::MAX)
        } else {
            let unit = 10i128.pow(shift.unsigned_abs());
            let (quotient, rest) = (value / unit, value % unit);
            if rest.unsigned_abs() * 2 >= unit.unsigned_abs() { quotient + value.signum() } else { quotient }
        };
        let mut digits = format!("{:0width$}", scaled.unsigned_abs(), width = places + 1);
        if places > 0 {
            digits.insert(digits.len() - places, '.');
        }
        self.write(scaled < 0, digits, places, out);
    }

    /// Appends a float, of which only the first `digits_max` digits count.
    pub fn write_float(&self, value: f64, digits_max: usize, out: &mut String) {
        if self.scientific || self.roman {
            return self.write_special(value, out);
        }
        let value = value * 10f64.powi(self.multi as i32);
        let whole = format!("{:.0}", value.abs()).len();
        let places = if whole >= digits_max { 0 } else { self.post.min(digits_max - whole) };
        let digits = if value.is_nan() { "NaN".to_string() } else { format!("{:.places$}", value.abs()) };
        self.write(value.is_sign_negative() && !value.is_nan(), digits, places, out);
    }

    fn write_special(&self, value: f64, out: &mut String) {
        if self.roman {
            let number = value.round_ties_even();
            let text = if (1.0..4000.0).contains(&number) { roman(number as u32) } else { "#".repeat(15) };
            let lower = self.nodes.contains(&Node::Roman(true));
            let text = if lower { text.to_lowercase() } else { text };
            if self.fill {
                out.push_str(&text)
            } else {
                out.push_str(&format!("{text:>15}"))
            }
            return;
        }
        let text = format!("{:.*e}", self.post, value.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push(if value < 0.0 { '-' } else { ' ' });
        out.push_str(&format!("{mantissa}e{sign}{:02}", exponent.abs()));
    }

    /// `digits` are those of the absolute value, with `places` of them behind a point.
    fn write(&self, negative: bool, mut digits: String, places: usize, out: &mut String) {
        let pre = self.pre + self.multi;
        let whole = digits.find('.').unwrap_or(digits.len());
        if whole > pre {
            digits = "#".repeat(pre);
            if self.decimal {
                digits.push('.');
                digits.push_str(&"#".repeat(self.post));
            }
        }
        let mut walk = Walk {
            pattern: self,
            post: places,
            negative,
            spaces: pre.saturating_sub(whole),
            number: digits.into_bytes(),
            at: 0,
            current: 0,
            count: 0,
            sign_written: false,
            digit_written: false,
            last_relevant: None,
            sign: self.sign,
            bracket: self.bracket,
        };
        walk.prepare(pre);
        walk.run(out);
    }
}

/// The state of PostgreSQL's walk.
struct Walk<'a> {
    pattern: &'a NumberPattern,
    post: usize,
    negative: bool,
    /// Places before the first digit.
    spaces: usize,
    number: Vec<u8>,
    /// Where in `number`.
    at: usize,
    /// Which place of the pattern.
    current: usize,
    count: usize,
    sign_written: bool,
    digit_written: bool,
    /// The last digit that `FM` keeps.
    last_relevant: Option<usize>,
    sign: SignPlace,
    bracket: bool,
}

impl Walk<'_> {
    fn prepare(&mut self, pre: usize) {
        let pattern = self.pattern;
        if pattern.plus || pattern.minus {
            self.sign_written = !(pattern.plus && !pattern.minus);
        } else {
            if !self.negative && pattern.fill {
                self.bracket = false;
            }
            self.sign_written = !self.negative && pattern.fill && self.sign == SignPlace::None;
            if self.sign == SignPlace::Before && pattern.pre == pattern.digits_before_sign {
                self.sign = SignPlace::After;
            }
        }
        self.count = (self.post + pre).saturating_sub(1);
        if pattern.fill && pattern.decimal {
            self.last_relevant = self.number.iter().position(|b| *b == b'.').map(|point| {
                let last = self.number.iter().rposition(|b| *b != b'0').unwrap_or(point).max(point);
                if pattern.zero_end > self.spaces {
                    last.max((self.number.len() - 1).min(pattern.zero_end - self.spaces))
                } else {
                    last
                }
            });
        }
        if !self.sign_written && self.spaces == 0 {
            self.count += 1;
        }
    }

    fn run(&mut self, out: &mut String) {
        let fill = self.pattern.fill;
        for node in &self.pattern.nodes {
            match node {
                Node::Nine | Node::Zero | Node::Point => self.place(*node, out),
                Node::Comma if self.digit_written => out.push(','),
                Node::Comma if !fill => out.push(' '),
                Node::Currency => out.push(' '),
                Node::Minus if self.negative => out.push('-'),
                Node::Minus if !fill => out.push(' '),
                Node::Plus if !self.negative => out.push('+'),
                Node::Plus if !fill => out.push(' '),
                Node::SignAnywhere => out.push(if self.negative { '-' } else { '+' }),
                Node::Ordinal(lower) if !self.negative && !self.pattern.decimal => {
                    let ending = ordinal(&self.number);
                    out.push_str(&if *lower { ending.to_string() } else { ending.to_uppercase() });
                }
                Node::Char(c) => out.push(*c),
                _ => {}
            }
        }
    }

    /// `0.1` by `9.9`: the zero before the point is a blank.
    fn is_blank_zero(&self) -> bool {
        let pattern = self.pattern;
        pattern.zero_start.is_none() && self.at == 0 && self.number.first() == Some(&b'0') && self.post != 0
    }

    fn ends_at_point(&self) -> bool {
        self.last_relevant.is_some_and(|last| self.number.get(last) == Some(&b'.'))
    }

    fn place(&mut self, node: Node, out: &mut String) {
        let fill = self.pattern.fill;
        let zero_start = self.pattern.zero_start;
        let begins = self.current >= self.spaces || zero_start == Some(self.current);
        if !self.sign_written && begins && (!self.is_blank_zero() || self.ends_at_point()) {
            self.write_sign(out);
        }
        let is_zero = zero_start.is_some_and(|start| start <= self.current);
        if self.current < self.spaces && !is_zero {
            if !fill {
                out.push(' ');
            }
        } else if self.current < self.spaces {
            out.push('0');
            self.digit_written = true;
        } else {
            self.digit(node, out);
        }
        let mut end = self.count + usize::from(self.spaces > 0) + usize::from(self.pattern.decimal);
        if self.last_relevant.is_some_and(|last| last == self.at) {
            end = self.current;
        }
        if self.current + 1 == end {
            if self.sign_written && self.bracket {
                out.push(if self.negative { '>' } else { ' ' });
            } else if self.sign == SignPlace::After {
                out.push(if self.negative { '-' } else { '+' });
            }
        }
        self.current += 1;
    }

    fn write_sign(&mut self, out: &mut String) {
        match self.sign {
            SignPlace::Before => out.push(if self.negative { '-' } else { '+' }),
            SignPlace::After => return,
            SignPlace::None if self.bracket => out.push(if self.negative { '<' } else { ' ' }),
            SignPlace::None if self.negative => out.push('-'),
            SignPlace::None if !self.pattern.fill => out.push(' '),
            SignPlace::None => {}
        }
        self.sign_written = true;
    }

    fn digit(&mut self, node: Node, out: &mut String) {
        let fill = self.pattern.fill;
        let Some(byte) = self.number.get(self.at).copied() else { return };
        if byte == b'.' {
            if !self.ends_at_point() || fill {
                out.push('.');
            }
        } else if self.last_relevant.is_some_and(|last| self.at > last) && node != Node::Zero {
            // FM drops what is not relevant.
        } else if self.is_blank_zero() {
            if !fill {
                out.push(' ');
            } else if self.ends_at_point() {
                out.push('0');
            }
        } else {
            out.push(char::from(byte));
            self.digit_written = true;
        }
        self.at += 1;
    }
}

/// `st`, `nd`, `rd` or `th`.
pub fn ordinal(digits: &[u8]) -> &'static str {
    let teen = digits.len() > 1 && digits[digits.len() - 2] == b'1';
    match digits.last() {
        Some(b'1') if !teen => "st",
        Some(b'2') if !teen => "nd",
        Some(b'3') if !teen => "rd",
        _ => "th",
    }
}

fn roman(mut number: u32) -> String {
    let mut out = String::new();
    for (value, digits) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while number >= value {
            out.push_str(digits);
            number -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_postgresql_writes_them() {
        let write = |value: i128, scale: i8, pattern: &str| {
            let mut out = String::new();
            NumberPattern::parse(pattern).unwrap().write_decimal(value, scale, &mut out);
            out
        };
        for (value, scale, pattern, expected) in [
            (125, 0, "9999", "  125"),
            (-125, 0, "999S", "125-"),
            (1_234_567, 0, "9,999,999", " 1,234,567"),
            (5, 1, "9.99", "  .50"),
            (-5, 1, "FM9.99", "-.5"),
            (12, 0, "FM9990999.9", "0012."),
            (-485, 0, "999PR", "<485>"),
            (482, 0, "999th", " 482nd"),
            (1234, 0, "99", " ##"),
        ] {
            assert_eq!(write(value, scale, pattern), expected, "{pattern}");
        }
    }
}
