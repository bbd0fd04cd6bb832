//! Record literals, `(a,"b c",)`, taken apart.

use crate::types::{Error, Result, SqlState};

/// The fields, still as text; `None` for NULL, which is nothing at all between
/// two commas.
pub(super) fn fields(literal: &str) -> Result<Vec<Option<String>>> {
    let malformed = |detail: &str| {
        let message = format!("malformed record literal: \"{literal}\"");
        Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message).with_detail(detail)
    };
    let text = literal.trim();
    let body = text.strip_prefix('(').ok_or_else(|| malformed("Missing left parenthesis."))?;
    let mut chars = body.chars().peekable();
    let mut fields = Vec::new();
    loop {
        let mut field: Option<String> = None;
        let mut quoted = false;
        let end = loop {
            let Some(c) = chars.next() else { return Err(malformed("Unexpected end of input.")) };
            match c {
                ',' | ')' if !quoted => break c,
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    field.get_or_insert_default().push('"');
                }
                '"' => {
                    quoted = !quoted;
                    field.get_or_insert_default();
                }
                '\\' => {
                    let next = chars.next().ok_or_else(|| malformed("Unexpected end of input."))?;
                    field.get_or_insert_default().push(next);
                }
                c => field.get_or_insert_default().push(c),
            }
        };
        fields.push(field);
        if end == ')' {
            break;
        }
    }
    if chars.any(|c| !c.is_whitespace()) {
        return Err(malformed("Junk after right parenthesis."));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn records_are_taken_apart() {
        let some = |text: &str| Some(text.to_owned());
        let read = |text| fields(text).map_err(|e| e.message().to_owned());
        assert_eq!(read(r#"(1,"a ""b"" \\ ,",)"#), Ok(vec![some("1"), some(r#"a "b" \ ,"#), None]));
        assert_eq!(read(r#"("",x y)"#), Ok(vec![some(""), some("x y")]));
        for wrong in ["1,2)", "(1,2", "(1)x"] {
            assert_eq!(read(wrong), Err(format!("malformed record literal: \"{wrong}\"")));
        }
    }
}
