//! The catalog of a database that ends with its process.

use std::collections::BTreeMap;

use super::store::next_after;
use super::{CatalogChange, CatalogContents, CatalogRecord, CatalogStore, SchemaRecord};
use crate::types::{ObjectId, Result};

/// Keeps the catalog in memory.
#[derive(Debug)]
pub struct MemoryCatalog {
    objects: BTreeMap<ObjectId, CatalogRecord>,
    schemas: BTreeMap<String, SchemaRecord>,
    next_id: ObjectId,
}

impl Default for MemoryCatalog {
    fn default() -> Self {
        MemoryCatalog { objects: BTreeMap::new(), schemas: BTreeMap::new(), next_id: ObjectId::FIRST_USER }
    }
}

impl CatalogStore for MemoryCatalog {
    fn load(&self) -> Result<CatalogContents> {
        Ok(CatalogContents {
            objects: self.objects.values().cloned().collect(),
            schemas: self.schemas.values().cloned().collect(),
        })
    }

    fn apply(&mut self, changes: &[CatalogChange]) -> Result<()> {
        self.next_id = next_after(self.next_id, changes);
        for change in changes {
            match change {
                CatalogChange::Put(record) => drop(self.objects.insert(record.id, record.clone())),
                CatalogChange::Remove(id) => drop(self.objects.remove(id)),
                CatalogChange::PutSchema(schema) => {
                    drop(self.schemas.insert(schema.name.clone(), schema.clone()));
                }
                CatalogChange::RemoveSchema(name) => drop(self.schemas.remove(name)),
            }
        }
        Ok(())
    }

    fn allocate_id(&mut self) -> ObjectId {
        let id = self.next_id;
        self.next_id = ObjectId(id.0 + 1);
        id
    }
}
