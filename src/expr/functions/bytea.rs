//! Text read as PostgreSQL reads bytea: `\x` and hexadecimal digits, or the older
//! escape format.

use crate::types::{Error, SqlState};

/// The bytes that `text` stands for, in either format.
pub fn parse(text: &str) -> Result<Vec<u8>, Error> {
    match text.strip_prefix("\\x") {
        Some(digits) => parse_hex(digits),
        None => parse_escaped(text.as_bytes()),
    }
}

/// Pairs of hexadecimal digits; blanks do not count.
pub fn parse_hex(digits: &str) -> Result<Vec<u8>, Error> {
    let invalid = |message: String| Error::new(SqlState::INVALID_PARAMETER_VALUE, message);
    let mut nibbles = vec![];
    for digit in digits.chars().filter(|c| !c.is_ascii_whitespace()) {
        let nibble =
            digit.to_digit(16).ok_or_else(|| invalid(format!("invalid hexadecimal digit: \"{digit}\"")))?;
        nibbles.push(nibble as u8);
    }
    if nibbles.len() % 2 == 1 {
        return Err(invalid("invalid hexadecimal data: odd number of digits".to_string()));
    }
    Ok(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// `\\` is a backslash, `\ooo` a byte in octal.
pub fn parse_escaped(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![];
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
        } else if rest.first() == Some(&b'\\') {
            bytes.push(b'\\');
            rest = &rest[1..];
        } else {
            let octal = rest.get(..3).filter(|o| matches!(o, [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7']));
            let Some(octal) = octal else {
                let message = "invalid input syntax for type bytea";
                return Err(Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message));
            };
            bytes.push(octal.iter().fold(0, |byte, digit| byte << 3 | (digit - b'0')));
            rest = &rest[3..];
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn both_formats_are_read() {
        assert_eq!(parse("\\x01fF").unwrap(), [1, 255]);
        assert_eq!(parse("a\\\\b\\001").unwrap(), [b'a', b'\\', b'b', 1]);
        assert!(parse("\\x1").is_err());
        assert!(parse("\\9").is_err());
    }
}
