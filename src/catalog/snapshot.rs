//! The catalog at one moment: an immutable, cheaply shared map.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Object;
use crate::types::{Error, ObjectId, Result, SqlState};

/// Everything that exists, as one statement sees it. Changing it makes a copy.
#[derive(Clone, Debug)]
pub struct Snapshot {
    objects: BTreeMap<ObjectId, Arc<Object>>,
    schemas: BTreeMap<String, ObjectId>,
}

impl Default for Snapshot {
    /// The schema `public` and nothing in it.
    fn default() -> Self {
        Snapshot {
            objects: BTreeMap::new(),
            schemas: BTreeMap::from([("public".to_string(), ObjectId(2200))]),
        }
    }
}

impl Snapshot {
    /// The object with this id.
    pub fn get(&self, id: ObjectId) -> Option<&Arc<Object>> {
        self.objects.get(&id)
    }

    /// The relation or sink of this name: in `schema` if given, else in `public`.
    pub fn find(&self, schema: Option<&str>, name: &str) -> Option<&Arc<Object>> {
        let schema = schema.unwrap_or("public");
        self.objects.values().find(|o| o.name == name && o.schema == schema && o.function().is_none())
    }

    /// Like [`find`](Self::find), but a missing name is `42P01`.
    pub fn resolve(&self, schema: Option<&str>, name: &str) -> Result<&Arc<Object>> {
        self.find(schema, name).ok_or_else(|| {
            let full = schema.map_or(name.to_string(), |s| format!("{s}.{name}"));
            Error::new(SqlState::UNDEFINED_TABLE, format!("relation \"{full}\" does not exist"))
        })
    }

    /// All functions of this name: in `schema` if given, else in `public`.
    pub fn functions(&self, schema: Option<&str>, name: &str) -> Vec<Arc<Object>> {
        let schema = schema.unwrap_or("public");
        let wanted = |o: &&Arc<Object>| o.function().is_some() && o.name == name && o.schema == schema;
        self.objects.values().filter(wanted).cloned().collect()
    }

    /// Is there any function?
    pub fn has_functions(&self) -> bool {
        self.objects.values().any(|o| o.function().is_some())
    }

    /// All objects, oldest first.
    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// Users' schemas with their OIDs.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.schemas.iter().map(|(name, id)| (name.as_str(), *id))
    }

    /// Does the schema exist?
    pub fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains_key(name)
    }

    /// The objects whose queries read `id`, directly or through others,
    /// nearest first.
    pub fn dependents(&self, id: ObjectId) -> Vec<Arc<Object>> {
        let mut found = vec![];
        let mut frontier = vec![id];
        while let Some(id) = frontier.pop() {
            for object in self.objects.values() {
                if object.depends_on.contains(&id) && !found.iter().any(|o: &Arc<Object>| o.id == object.id) {
                    found.push(object.clone());
                    frontier.push(object.id);
                }
            }
        }
        found.sort_by_key(|o| o.id);
        found
    }

    /// Adds or replaces an object.
    pub fn insert(&mut self, object: Arc<Object>) {
        self.objects.insert(object.id, object);
    }

    /// Takes an object away.
    pub fn remove(&mut self, id: ObjectId) -> Option<Arc<Object>> {
        self.objects.remove(&id)
    }

    /// Adds a schema.
    pub fn insert_schema(&mut self, name: &str, id: ObjectId) {
        self.schemas.insert(name.to_string(), id);
    }

    /// Takes a schema away.
    pub fn remove_schema(&mut self, name: &str) {
        self.schemas.remove(name);
    }
}
