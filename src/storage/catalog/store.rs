//! What the catalog keeps, and the trait of those who keep it.

use serde::{Deserialize, Serialize};

use crate::types::{ObjectId, Result};

/// One object: enough to make it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogRecord {
    /// Its id, never used again after a drop.
    pub id: ObjectId,
    /// The schema it lives in.
    pub schema: String,
    /// The statement that made it.
    pub sql: String,
    /// When: microseconds since 1970.
    pub created_at: i64,
    /// `COMMENT ON`.
    pub comment: Option<String>,
}

/// One schema besides `public`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaRecord {
    /// Its id, from the same numbers as objects.
    pub id: ObjectId,
    /// Its name.
    pub name: String,
}

/// One step of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogChange {
    /// Adds an object, or replaces the one of the same id.
    Put(CatalogRecord),
    /// Takes an object away; it need not exist.
    Remove(ObjectId),
    /// Adds a schema, or replaces the one of the same name.
    PutSchema(SchemaRecord),
    /// Takes the schema of this name away; it need not exist.
    RemoveSchema(String),
}

/// All there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogContents {
    /// By id, so that an object comes after those it depends on.
    pub objects: Vec<CatalogRecord>,
    /// By name.
    pub schemas: Vec<SchemaRecord>,
}

/// Keeps the catalog.
pub trait CatalogStore: Send {
    /// Reads everything.
    fn load(&self) -> Result<CatalogContents>;

    /// Makes all the changes or none; they last when this returns.
    fn apply(&mut self, changes: &[CatalogChange]) -> Result<()>;

    /// An id that was never given to an object that was kept. Giving one out is
    /// not durable by itself: it becomes so with the change that uses it.
    fn allocate_id(&mut self) -> ObjectId;
}

/// The smallest id above all that the changes use, and not below `next`.
pub(super) fn next_after(next: ObjectId, changes: &[CatalogChange]) -> ObjectId {
    let used = changes.iter().filter_map(|change| match change {
        CatalogChange::Put(record) => Some(record.id),
        CatalogChange::PutSchema(schema) => Some(schema.id),
        CatalogChange::Remove(_) | CatalogChange::RemoveSchema(_) => None,
    });
    used.map(|id| ObjectId(id.0 + 1)).fold(next, ObjectId::max)
}
