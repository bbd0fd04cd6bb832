//! Expressions over the rows of one relation that does not exist yet.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::physical_expr::PhysicalExpr;

use crate::catalog::{Column, Object, ObjectKind, Snapshot, TableProperties};
use crate::expr::EpochTime;
use crate::plan::row_expressions;
use crate::sql::binder::{Binder, NoSystemRelations, Settings};
use crate::types::{ObjectId, Result};

/// Binds expressions over a relation's columns. Generated columns cannot be
/// used in them, as in PostgreSQL.
pub struct RowBinder {
    binder: Binder,
    name: String,
}

/// Expressions and their types.
pub struct BoundRow {
    /// Over rows with all columns of the relation.
    pub expressions: Vec<Arc<dyn PhysicalExpr>>,
    /// Of each expression.
    pub types: Vec<DataType>,
    /// What `proctime()` reads.
    pub clock: EpochTime,
    /// The users' functions that they call.
    pub functions: Vec<ObjectId>,
}

impl RowBinder {
    /// Over a relation of this name with these columns.
    /// `functions` is the catalog whose functions they may call.
    pub fn new(name: &str, columns: &[Column], functions: &Snapshot) -> Self {
        let object = Object {
            columns: columns.to_vec(),
            ..super::placeholder(
                "public".into(),
                name.to_string(),
                ObjectKind::Table(TableProperties::default()),
                "",
            )
        };
        let mut catalog = Snapshot::default();
        functions.objects().filter(|o| o.function().is_some()).for_each(|f| catalog.insert(f.clone()));
        catalog.insert(Arc::new(object));
        let binder =
            Binder::new(Arc::new(catalog), Arc::new(Settings::default()), Arc::new(NoSystemRelations));
        RowBinder { binder, name: name.to_string() }
    }

    /// Binds expressions given as text.
    pub fn bind(&self, expressions: &[&str]) -> Result<BoundRow> {
        let name = self.name.replace('"', "\"\"");
        let list: Vec<String> = expressions.iter().enumerate().map(|(i, e)| format!("{e} AS c{i}")).collect();
        let bound = self.binder.bind_text(&format!("SELECT {} FROM \"{name}\"", list.join(", ")))?;
        let types = bound.schema.fields().iter().map(|f| f.data_type().clone()).collect();
        let (expressions, clock) = row_expressions(&bound.plan)?;
        Ok(BoundRow { expressions, types, clock, functions: bound.functions })
    }
}
