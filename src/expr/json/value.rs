//! A JSON document as a tree.

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` and `false`
    Bool(bool),
    /// A number, as `numeric` prints it.
    Number(String),
    /// A string, its escapes resolved.
    String(String),
    /// `[…]`
    Array(Vec<Json>),
    /// `{…}`: sorted as `jsonb` sorts, each key once.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object of these entries; of those with the same key the last stays.
    pub fn object(mut entries: Vec<(String, Json)>) -> Json {
        entries.sort_by(|(a, _), (b, _)| (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())));
        entries.reverse();
        entries.dedup_by(|(a, _), (b, _)| a == b);
        entries.reverse();
        Json::Object(entries)
    }

    /// What `jsonb_typeof` says.
    pub fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Is `other` contained in this, as `@>` has it?
    pub fn contains(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Array(items), Json::Array(wanted)) => {
                wanted.iter().all(|w| items.iter().any(|item| item.contains_item(w)))
            }
            // An array may contain a scalar.
            (Json::Array(items), scalar) if !scalar.is_container() => items.iter().any(|i| i.equals(scalar)),
            (Json::Object(_), Json::Object(wanted)) => {
                wanted.iter().all(|(key, w)| self.get(key).is_some_and(|v| v.contains_item(w)))
            }
            _ => self.equals(other),
        }
    }

    fn contains_item(&self, wanted: &Json) -> bool {
        match (self, wanted) {
            (Json::Array(_), Json::Array(_)) | (Json::Object(_), Json::Object(_)) => self.contains(wanted),
            _ => self.equals(wanted),
        }
    }

    /// `[…]` or `{…}`?
    pub fn is_container(&self) -> bool {
        matches!(self, Json::Array(_) | Json::Object(_))
    }

    /// Equal as `jsonb`: numbers by value.
    pub fn equals(&self, other: &Json) -> bool {
        super::order::compare(self, other).is_eq()
    }
}
