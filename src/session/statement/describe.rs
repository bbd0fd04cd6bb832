//! `DESCRIBE t` and `SHOW COLUMNS FROM t`.

use arrow::datatypes::SchemaRef;
use datafusion::sql::sqlparser::ast::ObjectName;

use super::listing::text_rows;
use super::show;
use crate::catalog::{Object, ObjectKind};
use crate::session::conversation::DATABASE;
use crate::session::names::RelationName;
use crate::session::{Outcome, Session};
use crate::sql::{ShowKind, type_name};
use crate::types::Result;

/// The columns of the answer.
pub(super) fn schema() -> SchemaRef {
    show::schema(ShowKind::Columns)
}

impl Session {
    pub(super) fn run_describe(&mut self, name: &ObjectName) -> Result<Outcome> {
        let object = RelationName::read(name, DATABASE)?.resolve(&self.catalog())?;
        let mut rows = column_rows(&object);
        if let ObjectKind::Table(table) = &object.kind {
            let key: Vec<&str> = table.primary_key.iter().map(|k| object.columns[*k].name.as_str()).collect();
            if !key.is_empty() {
                rows.push(line("primary key", key.join(", ")));
            }
        }
        if let Some(watermark) = object.watermark() {
            let column = &object.columns[watermark.column].name;
            rows.push(line("watermark", format!("{column} AS {}", watermark.expression)));
        }
        rows.push(line("table description", object.comment.clone().unwrap_or(object.name.clone())));
        Ok(Outcome::Rows(self.outgoing_batch(text_rows(&schema(), &rows)?, "DESCRIBE")))
    }
}

/// One line a column: name, type, whether it is hidden, what it is made of.
pub(super) fn column_rows(object: &Object) -> Vec<Vec<Option<String>>> {
    let lines = object.columns.iter().map(|column| {
        let made = column.generated.as_ref().map(|e| format!("AS {e}"));
        vec![
            Some(column.name.clone()),
            Some(type_name(&column.data_type)),
            Some(column.hidden.to_string()),
            made.or_else(|| column.default.as_ref().map(|e| format!("DEFAULT {e}"))),
        ]
    });
    lines.collect()
}

/// A line that is about the whole.
fn line(what: &str, value: String) -> Vec<Option<String>> {
    vec![Some(what.to_string()), Some(value), None, None]
}
