//! From a name to rows: which function fills which system relation.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;

use super::relation::SystemRelation;
use super::rows::Rows;
use super::{SystemContext, information_schema, pg_catalog, rw_catalog};
use crate::catalog::Snapshot;
use crate::types::{Error, Result};

/// What a filler works from.
pub struct Source<'a> {
    pub relation: &'static SystemRelation,
    pub snapshot: &'a Snapshot,
    pub context: &'a SystemContext,
}

impl<'a> Source<'a> {
    /// Begins the rows of this relation.
    pub fn rows<'i, R>(&self, items: &'i [R]) -> Rows<'i, R> {
        Rows::new(self.relation, items)
    }
}

/// Makes the rows of one relation.
pub type Filler = fn(&Source) -> Result<RecordBatch>;

/// The rows of a system relation as they are in `snapshot`.
pub fn build_table(
    relation: &'static SystemRelation,
    snapshot: &Snapshot,
    context: &SystemContext,
) -> Result<Arc<dyn TableProvider>> {
    let source = Source { relation, snapshot, context };
    let batch = match filler(relation) {
        Some(fill) => fill(&source)?,
        None => source.rows::<()>(&[]).finish()?,
    };
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]])
        .map_err(|e| Error::internal(format!("{}.{}: {e}", relation.schema, relation.name)))?;
    Ok(Arc::new(table))
}

/// The function that fills a relation; `None` for those that are always empty.
pub fn filler(relation: &SystemRelation) -> Option<Filler> {
    match relation.schema {
        "information_schema" => information_schema::filler(relation.name),
        "rw_catalog" => rw_catalog::filler(relation.name),
        _ => pg_catalog::filler(relation.name),
    }
}
