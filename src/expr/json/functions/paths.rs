//! Functions that take a path of the SQL/JSON path language.

use super::arguments::Argument::{Bool, Json as JsonArgument, Text};
use super::arguments::{Argument, Arguments, Output, Value};
use super::function::{Body, JsonFunction};
use crate::expr::json::{Json, path, text};
use crate::types::{Error, Result, SqlState};

const ARGUMENTS: &[Argument] = &[JsonArgument, Text, JsonArgument, Bool];

pub(super) static FUNCTIONS: &[JsonFunction] = &[
    function("jsonb_path_exists", Output::Bool, |a, row| Ok(exists(found(a, row)?))),
    function("jsonb_path_match", Output::Bool, |a, row| matches(found(a, row)?, is_silent(a, row))),
    function("jsonb_path_query", Output::Jsons, |a, row| {
        let values = found(a, row)?.unwrap_or_default();
        Ok(Some(Value::Jsons(values.iter().map(|v| text(v).into_bytes()).collect())))
    }),
    function("jsonb_path_query_array", Output::Jsonb, |a, row| {
        Ok(Some(Json::Array(found(a, row)?.unwrap_or_default()).into()))
    }),
    function("jsonb_path_query_first", Output::Jsonb, |a, row| {
        Ok(found(a, row)?.and_then(|v| v.into_iter().next()).map(Value::from))
    }),
    JsonFunction::new("ms_jsonb_path_exists", &[JsonArgument, Text], Output::Bool, |a, row| {
        Ok(exists(silent(run(a, row))?))
    }),
    JsonFunction::new("ms_jsonb_path_match", &[JsonArgument, Text], Output::Bool, |a, row| {
        matches(silent(run(a, row))?, true)
    }),
];

const fn function(name: &'static str, output: Output, body: Body) -> JsonFunction {
    JsonFunction::new(name, ARGUMENTS, output, body).at_least(2)
}

fn run(a: &Arguments, row: usize) -> Result<Vec<Json>> {
    let path = path::parse(a.text(1, row))?;
    let variables = if a.len() > 2 { a.tree(2, row)? } else { Json::Object(vec![]) };
    if a.len() > 2 && !matches!(variables, Json::Object(_)) {
        let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, "\"vars\" argument is not an object");
        return Err(
            error.with_detail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.")
        );
    }
    path::query(&path, &a.tree(0, row)?, &variables)
}

fn is_silent(a: &Arguments, row: usize) -> bool {
    a.len() > 3 && a.bool(3, row)
}

/// The values; `None` if there was an error and the function is silent.
fn found(a: &Arguments, row: usize) -> Result<Option<Vec<Json>>> {
    let result = run(a, row);
    if is_silent(a, row) { silent(result) } else { result.map(Some) }
}

/// Errors about the document are swallowed, those about the path are not.
fn silent(result: Result<Vec<Json>>) -> Result<Option<Vec<Json>>> {
    match result {
        Ok(values) => Ok(Some(values)),
        Err(error) if error.code() == SqlState::SYNTAX_ERROR => Err(error),
        Err(error) if error.code() == SqlState::UNDEFINED_OBJECT => Err(error),
        Err(_) => Ok(None),
    }
}

fn exists(values: Option<Vec<Json>>) -> Option<Value> {
    values.map(|v| Value::Bool(!v.is_empty()))
}

fn matches(values: Option<Vec<Json>>, silent: bool) -> Result<Option<Value>> {
    match values.as_deref() {
        Some([Json::Bool(value)]) => Ok(Some(Value::Bool(*value))),
        Some([Json::Null]) | None => Ok(None),
        _ if silent => Ok(None),
        _ => Err(Error::new(SqlState("22038"), "single boolean result is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::json::parse;

    fn values(document: &str, given: &str) -> Result<String> {
        let path = path::parse(given)?;
        let found = path::query(&path, &parse(document)?, &parse("{\"x\": 2}")?)?;
        Ok(found.iter().map(text).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn paths_find_what_postgresqls_find() {
        let document = r#"{"a": [1, 2, {"b": 3}, "x"], "c": {"d": "text", "e": null}}"#;
        for (path, expected) in [
            ("$", "{\"a\": [1, 2, {\"b\": 3}, \"x\"], \"c\": {\"d\": \"text\", \"e\": null}}"),
            ("$.a[*]", "1 2 {\"b\": 3} \"x\""),
            ("$.a[0, last]", "1 \"x\""),
            ("$.a[1 to 2].b", "3"),
            ("$.a.b", "3"),
            ("$.a[*] ? (@ > 1)", "2"),
            ("$.a[*] ? (@ == $x)", "2"),
            ("$.c.d ? (@ starts with \"te\")", "\"text\""),
            ("$.c.d ? (@ like_regex \"^T\" flag \"i\")", "\"text\""),
            ("$.c.*", "\"text\" null"),
            ("$.c ? (exists(@.e))", "{\"d\": \"text\", \"e\": null}"),
            ("$.a.size()", "4"),
            ("$.a[0] + 2 * 3", "7"),
            ("$.c.d.type()", "\"string\""),
            ("$.zz", ""),
            ("$.a[0] == 1 && !($.a[1] == 3)", "true"),
            ("$.**.b", "3 3"),
        ] {
            assert_eq!(
                values(document, path).unwrap_or_else(|e| panic!("{path}: {e:?}")),
                expected,
                "{path}"
            );
        }
        assert_eq!(values(document, "strict $.zz").unwrap_err().code().0, "2203A");
        assert_eq!(values(document, "$.").unwrap_err().code(), SqlState::SYNTAX_ERROR);
        assert_eq!(values(document, "$.a[0] / 0").unwrap_err().code(), SqlState::DIVISION_BY_ZERO);
    }
}
