//! Fields of an object as text: what a decoder that has no documents needs to
//! pass them on.

use super::{check, print, raw};

/// The object `line` with the fields that `is_document` names as strings that
/// hold the field's JSON text. `None` if the line is no JSON object.
pub fn quote_documents(line: &str, is_document: impl Fn(&str) -> bool) -> Option<String> {
    check(line).ok()?;
    let mut out = String::with_capacity(line.len() + 16);
    out.push('{');
    for (i, (key, value)) in raw::entries(line.as_bytes())?.into_iter().enumerate() {
        let (key, value) = (std::str::from_utf8(key).ok()?, std::str::from_utf8(value).ok()?);
        out.push_str(if i > 0 { "," } else { "" });
        out.push_str(key);
        out.push(':');
        let quoted = value != "null" && raw::string(key.as_bytes()).is_some_and(|k| is_document(&k));
        if quoted {
            print::push_string(&mut out, value);
        } else {
            out.push_str(value);
        }
    }
    out.push('}');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::quote_documents;

    #[test]
    fn only_named_fields_are_quoted() {
        let line = r#" {"a": {"b": ["x\"y", 1]}, "c": "text", "d": null, "e": 1.50} "#;
        let quoted = quote_documents(line, |key| matches!(key, "a" | "c" | "d")).unwrap();
        assert_eq!(quoted, r#"{"a":"{\"b\": [\"x\\\"y\", 1]}","c":"\"text\"","d":null,"e":1.50}"#);
        assert_eq!(quote_documents("[1]", |_| true), None);
        assert_eq!(quote_documents("{\"a\":", |_| true), None);
    }
}
