//! From names in a statement to objects of the catalog.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::ObjectName;

use crate::catalog::{Object, Snapshot};
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// A name as written: perhaps with a schema, perhaps with our own database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RelationName {
    pub schema: Option<String>,
    pub name: String,
}

impl RelationName {
    /// Reads a parsed name; another database is `0A000`.
    pub fn read(name: &ObjectName, database: &str) -> Result<Self> {
        let parts: Vec<&str> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.as_str()).collect();
        let (schema, relation) = match parts.as_slice() {
            [relation] => (None, *relation),
            [schema, relation] => (Some(*schema), *relation),
            [own, schema, relation] if *own == database => (Some(*schema), *relation),
            [_, _, _] => return Err(Error::unsupported(format!("cross-database reference \"{name}\""))),
            _ => {
                let message = format!("improper relation name (too many dotted names): {name}");
                return Err(Error::new(SqlState::SYNTAX_ERROR, message));
            }
        };
        Ok(RelationName { schema: schema.map(str::to_string), name: relation.to_string() })
    }

    /// A name within a string, as in `late_events('s.t')`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((schema, name)) => RelationName { schema: Some(schema.to_string()), name: name.to_string() },
            None => RelationName { schema: None, name: text.to_string() },
        }
    }

    /// The object of this name, if there is one.
    pub fn find<'a>(&self, catalog: &'a Snapshot) -> Option<&'a Arc<Object>> {
        catalog.find(self.schema.as_deref(), &self.name)
    }

    /// The object of this name; `42P01` with the nearest name if there is none.
    pub fn resolve(&self, catalog: &Snapshot) -> Result<Arc<Object>> {
        match self.find(catalog) {
            Some(object) => Ok(object.clone()),
            None => Err(self.missing(catalog)),
        }
    }

    fn missing(&self, catalog: &Snapshot) -> Error {
        let error = Error::new(SqlState::UNDEFINED_TABLE, format!("relation \"{self}\" does not exist"));
        match nearest(&self.name, catalog.objects().map(|o| o.name.as_str())) {
            Some(near) => error.with_hint(format!("Perhaps you meant \"{near}\".")),
            None => error,
        }
    }
}

impl std::fmt::Display for RelationName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
