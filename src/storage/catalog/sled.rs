//! The catalog in sled.
//!
//! Layout of the default tree, format 1:
//!
//! | key | value |
//! |---|---|
//! | `format` | `1` as four bytes, big-endian |
//! | `next_id` | the smallest id never used, four bytes, big-endian |
//! | `o` + id, four bytes, big-endian | [`CatalogRecord`] as JSON |
//! | `s` + name | [`SchemaRecord`] as JSON |
//!
//! JSON, because a later release may add fields and still read old records.
//! One batch per change: sled recovers a batch as a whole or not at all. sled
//! writes in the background when it likes, so we flush before we answer.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::store::next_after;
use super::{CatalogChange, CatalogContents, CatalogStore};
use crate::storage::StorageError;
use crate::types::{Error, ObjectId, Result};

const FORMAT: &str = "format";
const NEXT_ID: &str = "next_id";
const VERSION: u32 = 1;
/// The catalog is small: sled needs no more memory than this, in bytes.
const CACHE_BYTES: u64 = 4 << 20;

/// Keeps the catalog in a folder of its own.
pub struct SledCatalog {
    db: sled::Db,
    place: String,
    next_id: ObjectId,
}

impl SledCatalog {
    /// Opens the folder, making it if need be.
    pub fn open(path: &Path) -> Result<Self> {
        let place = path.display().to_string();
        let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = config.open().map_err(|error| failure(&place, error))?;
        let mut catalog = SledCatalog { db, place, next_id: ObjectId::FIRST_USER };
        match catalog.number(FORMAT)? {
            Some(VERSION) => {}
            Some(found) => {
                return Err(StorageError::Newer { place: catalog.place, found, known: VERSION }.into());
            }
            None => catalog.begin()?,
        }
        catalog.next_id = ObjectId(catalog.number(NEXT_ID)?.unwrap_or(ObjectId::FIRST_USER.0));
        Ok(catalog)
    }

    fn begin(&self) -> Result<()> {
        let mut batch = sled::Batch::default();
        batch.insert(FORMAT, &VERSION.to_be_bytes());
        batch.insert(NEXT_ID, &ObjectId::FIRST_USER.0.to_be_bytes());
        self.commit(batch)
    }

    fn commit(&self, batch: sled::Batch) -> Result<()> {
        self.db.apply_batch(batch).map_err(|error| failure(&self.place, error))?;
        self.db.flush().map_err(|error| failure(&self.place, error))?;
        Ok(())
    }

    fn number(&self, key: &str) -> Result<Option<u32>> {
        let Some(value) = self.db.get(key).map_err(|error| failure(&self.place, error))? else {
            return Ok(None);
        };
        let bytes = value.as_ref().try_into().map_err(|_| self.damaged(key.as_bytes()))?;
        Ok(Some(u32::from_be_bytes(bytes)))
    }

    fn records<T: DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<T>> {
        let mut records = Vec::new();
        for entry in self.db.scan_prefix(prefix) {
            let (key, value) = entry.map_err(|error| failure(&self.place, error))?;
            records.push(serde_json::from_slice(&value).map_err(|_| self.damaged(&key))?);
        }
        Ok(records)
    }

    fn damaged(&self, key: &[u8]) -> Error {
        let reason = format!("the catalog entry \"{}\" cannot be read", key.escape_ascii());
        StorageError::Corrupt { place: self.place.clone(), offset: 0, reason }.into()
    }
}

impl CatalogStore for SledCatalog {
    fn load(&self) -> Result<CatalogContents> {
        Ok(CatalogContents { objects: self.records(b"o")?, schemas: self.records(b"s")? })
    }

    fn apply(&mut self, changes: &[CatalogChange]) -> Result<()> {
        let next_id = next_after(self.next_id, changes);
        let mut batch = sled::Batch::default();
        batch.insert(NEXT_ID, &next_id.0.to_be_bytes());
        for change in changes {
            match change {
                CatalogChange::Put(record) => batch.insert(object_key(record.id), json(record)?),
                CatalogChange::Remove(id) => batch.remove(object_key(*id)),
                CatalogChange::PutSchema(schema) => batch.insert(schema_key(&schema.name), json(schema)?),
                CatalogChange::RemoveSchema(name) => batch.remove(schema_key(name)),
            }
        }
        self.commit(batch)?;
        self.next_id = next_id;
        Ok(())
    }

    fn allocate_id(&mut self) -> ObjectId {
        let id = self.next_id;
        self.next_id = ObjectId(id.0 + 1);
        id
    }
}

fn object_key(id: ObjectId) -> Vec<u8> {
    [b"o".as_slice(), &id.0.to_be_bytes()].concat()
}

fn schema_key(name: &str) -> Vec<u8> {
    [b"s", name.as_bytes()].concat()
}

fn json(record: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|error| Error::internal(error.to_string()))
}

fn failure(place: &str, error: sled::Error) -> Error {
    match error {
        sled::Error::Io(error) => StorageError::io("use", place)(error).into(),
        sled::Error::Corruption { .. } => {
            let reason = "the catalog's checksum is wrong".to_string();
            StorageError::Corrupt { place: place.to_string(), offset: 0, reason }.into()
        }
        other => Error::internal(format!("the catalog's store failed: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::catalog::MemoryCatalog;
    use crate::storage::{CatalogRecord, SchemaRecord};

    fn table(id: ObjectId, name: &str) -> CatalogChange {
        CatalogChange::Put(CatalogRecord {
            id,
            schema: "public".into(),
            sql: format!("CREATE TABLE {name} (a INT)"),
            created_at: 7,
            comment: None,
        })
    }

    #[test]
    fn what_was_applied_is_there_again_and_equals_the_twin() {
        let dir = tempfile::tempdir().unwrap();
        let mut twin = MemoryCatalog::default();
        for round in 0..3u32 {
            let mut store = SledCatalog::open(dir.path()).unwrap();
            assert_eq!(store.load().unwrap(), twin.load().unwrap());
            let (first, second) = (store.allocate_id(), store.allocate_id());
            assert_eq!((first, second), (twin.allocate_id(), twin.allocate_id()), "no id is given twice");
            let schema = SchemaRecord { id: second, name: format!("s{round}") };
            let changes = [
                table(first, "t"),
                CatalogChange::PutSchema(schema),
                CatalogChange::Remove(ObjectId(first.0 - 2)),
                CatalogChange::RemoveSchema(format!("s{}", round.wrapping_sub(1))),
            ];
            store.apply(&changes).unwrap();
            twin.apply(&changes).unwrap();
            assert_eq!(store.load().unwrap(), twin.load().unwrap());
        }
    }

    #[test]
    fn a_dropped_id_is_not_used_again_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = SledCatalog::open(dir.path()).unwrap();
        let id = store.allocate_id();
        store.apply(&[table(id, "t")]).unwrap();
        store.apply(&[CatalogChange::Remove(id)]).unwrap();
        drop(store);
        assert!(SledCatalog::open(dir.path()).unwrap().allocate_id() > id);
    }

    #[test]
    fn objects_come_in_order_of_their_ids() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = SledCatalog::open(dir.path()).unwrap();
        store
            .apply(&[table(ObjectId(70_000), "b"), table(ObjectId(255), "a"), table(ObjectId(256), "c")])
            .unwrap();
        let ids: Vec<u32> = store.load().unwrap().objects.iter().map(|o| o.id.0).collect();
        assert_eq!(ids, [255, 256, 70_000]);
    }
}
