//! The values of a path over a document.

use std::cmp::Ordering;

use super::tree::{Accessor, Comparison, Node, Path};
use crate::expr::json::Json;
use crate::expr::json::order::{compare, compare_numbers};
use crate::types::{Error, Result, SqlState};

/// The values, in order. An error is one that `silent` functions swallow.
pub fn query(path: &Path, document: &Json, variables: &Json) -> Result<Vec<Json>> {
    let scope = Scope { strict: path.strict, root: document, variables };
    if path.body.is_predicate() {
        let truth = scope.truth(&path.body, document, None)?;
        return Ok(vec![truth.map_or(Json::Null, Json::Bool)]);
    }
    scope.values(&path.body, document, None)
}

struct Scope<'a> {
    strict: bool,
    root: &'a Json,
    variables: &'a Json,
}

fn wrong(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(SqlState(code), message)
}

impl Scope<'_> {
    /// `current` is `@`; `size` is that of the array around, for `last`.
    fn values(&self, node: &Node, current: &Json, size: Option<usize>) -> Result<Vec<Json>> {
        Ok(match node {
            Node::Root => vec![self.root.clone()],
            Node::Current => vec![current.clone()],
            Node::Null => vec![Json::Null],
            Node::Bool(value) => vec![Json::Bool(*value)],
            Node::Number(digits) => vec![Json::Number(digits.clone())],
            Node::String(text) => vec![Json::String(text.clone())],
            Node::Variable(name) => {
                let value = self.variables.get(name);
                let missing = || wrong("42704", format!("could not find jsonpath variable \"{name}\""));
                vec![value.cloned().ok_or_else(missing)?]
            }
            Node::Last => {
                let size = size.ok_or_else(|| wrong("42601", "LAST is allowed only in array subscripts"))?;
                vec![Json::Number((size as i64 - 1).to_string())]
            }
            Node::Step(from, accessor) => {
                let mut out = Vec::new();
                for value in self.values(from, current, size)? {
                    self.access(accessor, &value, &mut out)?;
                }
                out
            }
            Node::Negative(inner) => {
                let values = self.numbers(inner, current, size)?;
                values.into_iter().map(|v| Json::Number(negated(&v))).collect()
            }
            Node::Arithmetic(left, op, right) => {
                let (a, b) = (self.one(left, current, size, *op)?, self.one(right, current, size, *op)?);
                vec![Json::Number(arithmetic(&a, *op, &b)?)]
            }
            predicate => vec![self.truth(predicate, current, size)?.map_or(Json::Null, Json::Bool)],
        })
    }

    fn unwrapped(&self, values: Vec<Json>) -> Vec<Json> {
        if self.strict {
            return values;
        }
        let items = |v: Json| match v {
            Json::Array(items) => items,
            other => vec![other],
        };
        values.into_iter().flat_map(items).collect()
    }

    fn numbers(&self, node: &Node, current: &Json, size: Option<usize>) -> Result<Vec<String>> {
        let values = self.unwrapped(self.values(node, current, size)?);
        let number = |v| match v {
            Json::Number(digits) => Ok(digits),
            _ => Err(wrong("2203B", "operand of unary jsonpath operator - is not a numeric value")),
        };
        values.into_iter().map(number).collect()
    }

    fn one(&self, node: &Node, current: &Json, size: Option<usize>, op: char) -> Result<String> {
        let values = self.unwrapped(self.values(node, current, size)?);
        match <[Json; 1]>::try_from(values) {
            Ok([Json::Number(digits)]) => Ok(digits),
            _ => Err(wrong(
                "22038",
                format!("operand of jsonpath operator {op} is not a single numeric value"),
            )),
        }
    }

    fn access(&self, accessor: &Accessor, value: &Json, out: &mut Vec<Json>) -> Result<()> {
        match accessor {
            Accessor::Key(_) | Accessor::AnyKey => self.members(accessor, value, out)?,
            Accessor::AnyLevel(from, to) => descend(value, 0, *from, to.unwrap_or(usize::MAX), out),
            Accessor::AnyItem => match value {
                Json::Array(items) => out.extend(items.iter().cloned()),
                _ if self.strict => {
                    let message = "jsonpath wildcard array accessor can only be applied to an array";
                    return Err(wrong("22039", message));
                }
                other => out.push(other.clone()),
            },
            Accessor::Items(subscripts) => self.items(subscripts, value, out)?,
            Accessor::Filter(predicate) => {
                let candidates = match value {
                    Json::Array(items) if !self.strict => items.as_slice(),
                    other => std::slice::from_ref(other),
                };
                for candidate in candidates {
                    if self.truth(predicate, candidate, None)? == Some(true) {
                        out.push(candidate.clone());
                    }
                }
            }
            Accessor::Method(name) => {
                let unwraps = !matches!(name.as_str(), "type" | "size") && !self.strict;
                match value {
                    Json::Array(items) if unwraps => {
                        for item in items {
                            out.extend(method(name, item, self.strict)?);
                        }
                    }
                    other => out.extend(method(name, other, self.strict)?),
                }
            }
        }
        Ok(())
    }

    /// A member of an object, or all. An array stands for the objects in it.
    fn members(&self, accessor: &Accessor, value: &Json, out: &mut Vec<Json>) -> Result<()> {
        match (value, accessor) {
            (Json::Object(_), Accessor::Key(key)) => match value.get(key) {
                Some(found) => out.push(found.clone()),
                None if self.strict => {
                    return Err(wrong("2203A", format!("JSON object does not contain key \"{key}\"")));
                }
                None => {}
            },
            (Json::Object(entries), _) => out.extend(entries.iter().map(|(_, v)| v.clone())),
            (Json::Array(items), _) if !self.strict => {
                for item in items.iter().filter(|i| matches!(i, Json::Object(_))) {
                    self.members(accessor, item, out)?;
                }
            }
            (_, Accessor::Key(_)) if self.strict => {
                return Err(wrong("2203A", "jsonpath member accessor can only be applied to an object"));
            }
            _ if self.strict => {
                let message = "jsonpath wildcard member accessor can only be applied to an object";
                return Err(wrong("2203C", message));
            }
            _ => {}
        }
        Ok(())
    }

    fn items(&self, subscripts: &[(Node, Option<Node>)], value: &Json, out: &mut Vec<Json>) -> Result<()> {
        let items = match value {
            Json::Array(items) => items.as_slice(),
            _ if self.strict => {
                return Err(wrong("22039", "jsonpath array accessor can only be applied to an array"));
            }
            other => std::slice::from_ref(other),
        };
        let index = |node: &Node| {
            let values = self.values(node, value, Some(items.len()))?;
            match values.as_slice() {
                [Json::Number(digits)] => {
                    Ok(digits.split('.').next().unwrap_or("0").parse::<i64>().unwrap_or(-1))
                }
                _ => Err(wrong("22033", "jsonpath array subscript is not a single numeric value")),
            }
        };
        for (from, to) in subscripts {
            let from = index(from)?;
            let to = to.as_ref().map_or(Ok(from), index)?;
            if self.strict && (from < 0 || from > to || to >= items.len() as i64) {
                return Err(wrong("22033", "jsonpath array subscript is out of bounds"));
            }
            for at in from.max(0)..=to.min(items.len() as i64 - 1) {
                out.push(items[at as usize].clone());
            }
        }
        Ok(())
    }

    /// True, false or unknown.
    fn truth(&self, node: &Node, current: &Json, size: Option<usize>) -> Result<Option<bool>> {
        Ok(match node {
            Node::And(a, b) => match (self.truth(a, current, size)?, self.truth(b, current, size)?) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Node::Or(a, b) => match (self.truth(a, current, size)?, self.truth(b, current, size)?) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Node::Not(inner) => self.truth(inner, current, size)?.map(|t| !t),
            Node::IsUnknown(inner) => Some(self.truth(inner, current, size)?.is_none()),
            Node::Exists(inner) => match self.values(inner, current, size) {
                Ok(values) => Some(!values.is_empty()),
                Err(_) => None,
            },
            Node::Compare(a, comparison, b) => {
                self.pairs(a, b, current, size, |a, b| compared(a, *comparison, b))
            }
            Node::StartsWith(a, b) => self.pairs(a, b, current, size, |a, b| match (a, b) {
                (Json::String(text), Json::String(prefix)) => Some(text.starts_with(prefix.as_str())),
                _ => None,
            }),
            Node::LikeRegex(a, regex) => self.pairs(a, &Node::Null, current, size, |a, _| match a {
                Json::String(text) => Some(regex.is_match(text)),
                _ => None,
            }),
            other => match self.values(other, current, size)?.as_slice() {
                [Json::Bool(value)] => Some(*value),
                _ => None,
            },
        })
    }

    /// Is the condition true of any pair? An error in a pair makes it unknown.
    fn pairs(
        &self,
        a: &Node,
        b: &Node,
        current: &Json,
        size: Option<usize>,
        holds: impl Fn(&Json, &Json) -> Option<bool>,
    ) -> Option<bool> {
        let values = |node| self.values(node, current, size).map(|v| self.unwrapped(v)).ok();
        let (left, right) = (values(a)?, values(b)?);
        let mut unknown = false;
        for a in &left {
            for b in &right {
                match holds(a, b) {
                    Some(true) if !self.strict => return Some(true),
                    Some(true) => return if unknown { None } else { Some(true) },
                    Some(false) => {}
                    None => unknown = true,
                }
            }
        }
        if unknown { None } else { Some(false) }
    }
}

fn descend(value: &Json, level: usize, from: usize, to: usize, out: &mut Vec<Json>) {
    let is_leaf = !value.is_container();
    if (level >= from && level <= to) || (from == usize::MAX && is_leaf) {
        out.push(value.clone());
    }
    if level >= to {
        return;
    }
    match value {
        Json::Array(items) => items.iter().for_each(|i| descend(i, level + 1, from, to, out)),
        Json::Object(entries) => entries.iter().for_each(|(_, v)| descend(v, level + 1, from, to, out)),
        _ => {}
    }
}

fn compared(a: &Json, comparison: Comparison, b: &Json) -> Option<bool> {
    use Comparison::*;
    let order = match (a, b) {
        (Json::Null, Json::Null) | (Json::Bool(_), Json::Bool(_)) => compare(a, b),
        (Json::Number(_), Json::Number(_)) | (Json::String(_), Json::String(_)) => compare(a, b),
        (Json::Null, _) | (_, Json::Null) => return Some(comparison == NotEqual),
        _ => return None,
    };
    Some(match comparison {
        Equal => order == Ordering::Equal,
        NotEqual => order != Ordering::Equal,
        Less => order == Ordering::Less,
        LessEqual => order != Ordering::Greater,
        Greater => order == Ordering::Greater,
        GreaterEqual => order != Ordering::Less,
    })
}

fn method(name: &str, value: &Json, strict: bool) -> Result<Vec<Json>> {
    let not_numeric =
        || wrong("22036", format!("jsonpath item method .{name}() can only be applied to a numeric value"));
    let whole = |f: fn(f64) -> f64| match value {
        Json::Number(digits) => {
            let number: f64 = digits.parse().map_err(|_| not_numeric())?;
            Ok(Json::Number(plain(f(number))))
        }
        _ => Err(not_numeric()),
    };
    Ok(vec![match name {
        "type" => Json::String(value.type_name().to_string()),
        "size" => match value {
            Json::Array(items) => Json::Number(items.len().to_string()),
            _ if strict => {
                return Err(wrong("22039", "jsonpath item method .size() can only be applied to an array"));
            }
            _ => Json::Number("1".to_string()),
        },
        "ceiling" => whole(f64::ceil)?,
        "floor" => whole(f64::floor)?,
        "abs" => match value {
            Json::Number(digits) => Json::Number(digits.trim_start_matches('-').to_string()),
            _ => return Err(not_numeric()),
        },
        "double" | "number" | "integer" | "bigint" => match value {
            Json::Number(_) => value.clone(),
            Json::String(text) => match crate::expr::json::parse(text.trim()) {
                Ok(number @ Json::Number(_)) => number,
                _ => {
                    let message = format!(
                        "argument \"{text}\" of jsonpath item method .{name}() is invalid for type double precision"
                    );
                    return Err(wrong("22036", message));
                }
            },
            _ => {
                return Err(wrong(
                    "22036",
                    format!(
                        "jsonpath item method .{name}() can only be applied to a string or numeric value"
                    ),
                ));
            }
        },
        "string" => Json::String(match value {
            Json::String(text) => text.clone(),
            other => crate::expr::json::text(other),
        }),
        "boolean" => match value {
            Json::Bool(_) => value.clone(),
            Json::String(text) if matches!(text.as_str(), "true" | "t") => Json::Bool(true),
            Json::String(text) if matches!(text.as_str(), "false" | "f") => Json::Bool(false),
            _ => {
                return Err(wrong(
                    "22036",
                    "jsonpath item method .boolean() can only be applied to a boolean, string, or numeric value",
                ));
            }
        },
        _ => return keyvalue(value),
    }])
}

fn keyvalue(value: &Json) -> Result<Vec<Json>> {
    let Json::Object(entries) = value else {
        return Err(wrong("2203C", "jsonpath item method .keyvalue() can only be applied to an object"));
    };
    let entry = |(key, value): &(String, Json)| {
        Json::object(vec![
            ("id".to_string(), Json::Number("0".to_string())),
            ("key".to_string(), Json::String(key.clone())),
            ("value".to_string(), value.clone()),
        ])
    };
    Ok(entries.iter().map(entry).collect())
}

fn negated(digits: &str) -> String {
    match digits.strip_prefix('-') {
        Some(positive) => positive.to_string(),
        None if compare_numbers(digits, "0").is_eq() => digits.to_string(),
        None => format!("-{digits}"),
    }
}

/// A float that is whole, or whatever it is, without an exponent.
fn plain(value: f64) -> String {
    let text = format!("{value}");
    if text == "-0" { "0".to_string() } else { text }
}

fn arithmetic(a: &str, op: char, b: &str) -> Result<String> {
    use crate::expr::numeric::{Number, add, divide, multiply, remainder};
    let too_large = || wrong("22003", "value overflows numeric format");
    let (x, y) = (Number::parse(a).ok_or_else(too_large)?, Number::parse(b).ok_or_else(too_large)?);
    if matches!(op, '/' | '%') && y.is_zero() {
        return Err(wrong("22012", "division by zero"));
    }
    let result = match op {
        '+' => add(x, y),
        '-' => add(x, y.negated()),
        '*' => multiply(x, y),
        '/' => divide(x, y),
        _ => remainder(x, y),
    };
    Ok(result.ok_or_else(too_large)?.text())
}
