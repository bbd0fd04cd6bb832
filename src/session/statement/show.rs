//! `SHOW TABLES` and other lists of what exists.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::describe::column_rows;
use super::listing::{like_first, text_rows, text_schema};
use crate::catalog::{Object, ObjectKind};
use crate::session::conversation::DATABASE;
use crate::session::names::RelationName;
use crate::session::{Outcome, Session};
use crate::sql::{Show, ShowKind};
use crate::types::{Error, Result, SqlState};

/// Schemas that are always there.
const SYSTEM_SCHEMAS: [&str; 4] = ["information_schema", "ms_catalog", "pg_catalog", "rw_catalog"];

/// The columns of each list, named as in the dialect.
pub(super) fn schema(what: ShowKind) -> SchemaRef {
    text_schema(match what {
        ShowKind::Columns => &["Name", "Type", "Is Hidden", "Description"],
        ShowKind::Indexes => &["Name", "On", "Key", "Include", "Distributed By"],
        ShowKind::Create => &["Name", "Create Sql"],
        ShowKind::Jobs => &["Id", "Statement", "Create Type", "Progress"],
        _ => &["Name"],
    })
}

impl Session {
    pub(super) fn run_show(&mut self, show: &Show) -> Result<Outcome> {
        let rows = match show.what {
            ShowKind::Databases => vec![named(DATABASE)],
            ShowKind::Schemas => self.schemas(),
            // Statements that make something return when it is made.
            ShowKind::Jobs => vec![],
            ShowKind::Columns => column_rows(self.shown_object(show)?.as_ref()),
            ShowKind::Indexes => {
                self.shown_object(show)?;
                vec![]
            }
            ShowKind::Create => {
                let object = self.shown_object(show)?;
                vec![vec![Some(format!("{}.{}", object.schema, object.name)), Some(object.sql.clone())]]
            }
            kind => self.objects(show, kind)?,
        };
        let rows = text_rows(&schema(show.what), &rows)?;
        let rows = like_first(rows, show.like.as_deref())?;
        Ok(Outcome::Rows(self.outgoing_batch(rows, "SHOW")))
    }

    fn shown_object(&self, show: &Show) -> Result<Arc<Object>> {
        let missing = || Error::new(SqlState::SYNTAX_ERROR, "SHOW needs FROM and a name here");
        let name = show.from.as_ref().ok_or_else(missing)?;
        RelationName::read(name, DATABASE)?.resolve(&self.catalog())
    }

    fn schemas(&self) -> Vec<Vec<Option<String>>> {
        let catalog = self.catalog();
        let mut names: Vec<&str> = catalog.schemas().map(|(name, _)| name).chain(SYSTEM_SCHEMAS).collect();
        names.sort_unstable();
        names.into_iter().map(named).collect()
    }

    /// The names of all objects of one kind in a schema.
    fn objects(&self, show: &Show, kind: ShowKind) -> Result<Vec<Vec<Option<String>>>> {
        let catalog = self.catalog();
        let schema = match &show.from {
            Some(name) => RelationName::read(name, DATABASE)?.name,
            None => "public".to_string(),
        };
        if !catalog.has_schema(&schema) && !SYSTEM_SCHEMAS.contains(&schema.as_str()) {
            let message = format!("schema \"{schema}\" does not exist");
            return Err(Error::new(SqlState::INVALID_SCHEMA_NAME, message));
        }
        let wanted = catalog.objects().filter(|o| o.schema == schema && is_kind(o, kind));
        let mut names: Vec<String> = wanted.map(|o| o.title()).collect();
        names.sort_unstable();
        Ok(names.iter().map(|name| named(name)).collect())
    }
}

fn named(name: &str) -> Vec<Option<String>> {
    vec![Some(name.to_string())]
}

fn is_kind(object: &Object, kind: ShowKind) -> bool {
    matches!(
        (&object.kind, kind),
        (ObjectKind::Table(_), ShowKind::Tables)
            | (ObjectKind::Source(_), ShowKind::Sources)
            | (ObjectKind::View(_), ShowKind::Views)
            | (ObjectKind::MaterializedView(_), ShowKind::MaterializedViews)
            | (ObjectKind::Sink(_), ShowKind::Sinks)
            | (ObjectKind::Function(_), ShowKind::Functions)
    )
}
