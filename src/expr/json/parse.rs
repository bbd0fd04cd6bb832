//! JSON text to a tree, with PostgreSQL's errors.

use super::value::Json;
use crate::types::{Error, Result, SqlState};

/// How deep arrays and objects may lie in each other.
const DEPTH_MAX: usize = 500;

/// The document that `text` is.
pub fn parse(text: &str) -> Result<Json> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let value = parser.document()?;
    Ok(value)
}

/// `22P02` if `text` is no JSON.
pub fn check(text: &str) -> Result<()> {
    parse(text).map(drop)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Json> {
        let value = self.value()?;
        self.space();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.unexpected("end of input")),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Json> {
        self.space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            _ => Err(self.unexpected("JSON value")),
        }
    }

    fn nested(&mut self, part: fn(&mut Self) -> Result<Json>) -> Result<Json> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let message = format!("a JSON value is nested more than {DEPTH_MAX} levels deep");
            return Err(Error::new(SqlState::STATEMENT_TOO_COMPLEX, message));
        }
        self.at += 1;
        let value = part(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Json> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.unexpected("\",\" or \"]\"")),
            }
        }
        self.at += 1;
        Ok(Json::Array(items))
    }

    fn object(&mut self) -> Result<Json> {
        let mut entries = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(entries));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected(if entries.is_empty() { "string or \"}\"" } else { "string" }));
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("\":\""));
            }
            self.at += 1;
            entries.push((key, self.value()?));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.unexpected("\",\" or \"}\"")),
            }
        }
        self.at += 1;
        Ok(Json::object(entries))
    }

    fn word(&mut self) -> Result<Json> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let value = match &rest[..length] {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            word => return Err(invalid(format!("Token \"{word}\" is invalid."))),
        };
        self.at += length;
        Ok(value)
    }

    fn number(&mut self) -> Result<Json> {
        let rest = &self.text[self.at..];
        let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let number = normal_number(word).ok_or_else(|| invalid(format!("Token \"{word}\" is invalid.")))?;
        self.at += word.len();
        Ok(Json::Number(number))
    }

    fn string(&mut self) -> Result<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(invalid("The input string ended unexpectedly.".to_string()));
            };
            out.push_str(&rest[..stop]);
            self.at += stop + 1;
            match rest.as_bytes()[stop] {
                b'"' => return Ok(out),
                b'\\' => self.escape(&mut out)?,
                control => {
                    let detail = format!("Character with value 0x{control:02x} must be escaped.");
                    return Err(invalid(detail));
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<()> {
        let Some(c) = self.text[self.at..].chars().next() else {
            return Err(invalid("The input string ended unexpectedly.".to_string()));
        };
        self.at += c.len_utf8();
        out.push(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(out),
            other => return Err(invalid(format!("Escape sequence \"\\{other}\" is invalid."))),
        });
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4);
        let value = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        self.at += 4;
        value.ok_or_else(|| invalid("\"\\u\" must be followed by four hexadecimal digits.".to_string()))
    }

    fn unicode(&mut self, out: &mut String) -> Result<()> {
        let first = self.hex4()?;
        let code = match first {
            0 => {
                let error = Error::new(SqlState("22P05"), "unsupported Unicode escape sequence");
                return Err(error.with_detail("\\u0000 cannot be converted to text."));
            }
            0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                self.at += 2;
                let second = self.hex4()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(invalid("Unicode low surrogate must follow a high surrogate.".to_string()));
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        let c = char::from_u32(code);
        out.push(
            c.ok_or_else(|| invalid("Unicode low surrogate must follow a high surrogate.".to_string()))?,
        );
        Ok(())
    }

    fn unexpected(&self, expected: &str) -> Error {
        let Some(c) = self.text[self.at..].chars().next() else {
            return invalid("The input string ended unexpectedly.".to_string());
        };
        let expected = match expected {
            "JSON value" | "end of input" | "string" => format!("Expected {expected}"),
            other => format!("Expected {other}"),
        };
        invalid(format!("{expected}, but found \"{c}\"."))
    }
}

fn invalid(detail: String) -> Error {
    Error::new(SqlState::INVALID_TEXT_REPRESENTATION, "invalid input syntax for type json")
        .with_detail(detail)
}

/// A JSON number as `numeric` prints it; `None` if it is none.
fn normal_number(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    if !all_digits(whole) || !all_digits(fraction) || exponent.unsigned_abs() > 131_072 {
        return None;
    }
    let plain = if exponent == 0 { mantissa.to_string() } else { shift(whole, fraction, exponent) };
    let is_zero = plain.bytes().all(|b| matches!(b, b'0' | b'.'));
    Some(if negative && !is_zero { format!("-{plain}") } else { plain })
}

/// `whole`.`fraction` × 10^`exponent` without an exponent.
fn shift(whole: &str, fraction: &str, exponent: i32) -> String {
    let digits = format!("{whole}{fraction}");
    let scale = (fraction.len() as i32 - exponent).max(0) as usize;
    let point = whole.len() as i32 + exponent;
    let mut out = String::new();
    match usize::try_from(point) {
        Ok(point) if point > 0 => {
            out.extend(digits.chars().chain(std::iter::repeat('0')).take(point));
            let trimmed = out.trim_start_matches('0').to_string();
            out = if trimmed.is_empty() { "0".to_string() } else { trimmed };
        }
        _ => out.push('0'),
    }
    if scale > 0 {
        out.push('.');
        let zeros = usize::try_from(-point).unwrap_or(0).min(scale);
        out.extend(std::iter::repeat_n('0', zeros));
        let from = usize::try_from(point).unwrap_or(0).min(digits.len());
        out.extend(digits[from..].chars().chain(std::iter::repeat('0')).take(scale - zeros));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn documents_are_normalised() {
        for (given, expected) in [
            ("null", "null"),
            (" [1,2 , {\"b\":1,\"aa\":2,\"a\":3,\"b\":4}] ", "[1, 2, {\"a\": 3, \"b\": 4, \"aa\": 2}]"),
            ("\"a\\u00e4\\n\\/\\ud83d\\ude00\"", "\"aä\\n/😀\""),
            (
                "[1.10, 1e2, 1.5E-3, -0, 12e-1, 0.00, 1e0, -1.5e1]",
                "[1.10, 100, 0.0015, 0, 1.2, 0.00, 1, -15]",
            ),
            ("{}", "{}"),
            ("[]", "[]"),
            ("\"\\u0001\"", "\"\\u0001\""),
        ] {
            assert_eq!(text(&parse(given).unwrap()), expected, "{given}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for wrong in [
            "", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "+1", "tru", "[1] 2", "\"a", "\"\\x\"", "\"\t\"",
        ] {
            let error = parse(wrong).unwrap_err();
            assert_eq!(error.code(), SqlState::INVALID_TEXT_REPRESENTATION, "{wrong}");
        }
        assert_eq!(parse("\"\\u0000\"").unwrap_err().code().0, "22P05");
        assert!(parse(&"[".repeat(10_000)).is_err());
    }
}
