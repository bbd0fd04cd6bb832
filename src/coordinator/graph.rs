//! Who reads whom, among collections that run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::types::ObjectId;

/// The running collections and their inputs.
#[derive(Default)]
pub struct Graph {
    inputs: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    cache: HashMap<Vec<ObjectId>, Arc<Affected>>,
}

/// What an epoch in which some tables or sources change concerns.
#[derive(Debug, PartialEq, Eq)]
pub struct Affected {
    /// Tables and sources whose frontier must pass the epoch.
    pub bases: Vec<ObjectId>,
    /// Everything whose frontier will pass the epoch, `bases` included.
    pub all: Vec<ObjectId>,
}

impl Graph {
    /// Adds a collection that reads these.
    pub fn insert(&mut self, id: ObjectId, inputs: impl IntoIterator<Item = ObjectId>) {
        self.inputs.insert(id, inputs.into_iter().collect());
        self.cache.clear();
    }

    /// Takes a collection away.
    pub fn remove(&mut self, id: ObjectId) {
        self.inputs.remove(&id);
        self.cache.clear();
    }

    /// The collections that read `id`, directly or not.
    pub fn readers(&self, id: ObjectId) -> BTreeSet<ObjectId> {
        self.closure([id], |found, (_, inputs)| !inputs.is_disjoint(found))
    }

    /// Is `id` read by anything?
    pub fn is_read(&self, id: ObjectId) -> bool {
        self.inputs.values().any(|inputs| inputs.contains(&id))
    }

    /// What changes of `changed` concern: all that reads them, and all that
    /// those also read, since a reader can only move when all its inputs do.
    pub fn affected(&mut self, mut changed: Vec<ObjectId>) -> Arc<Affected> {
        changed.sort_unstable();
        changed.dedup();
        if let Some(known) = self.cache.get(&changed) {
            return known.clone();
        }
        let down = self.closure(changed.iter().copied(), |found, (_, inputs)| !inputs.is_disjoint(found));
        let mut all = down;
        loop {
            let more: BTreeSet<ObjectId> =
                all.iter().filter_map(|id| self.inputs.get(id)).flatten().copied().collect();
            if more.is_subset(&all) {
                break;
            }
            all.extend(more);
        }
        let base = |id: &ObjectId| self.inputs.get(id).is_some_and(BTreeSet::is_empty);
        let bases = all.iter().copied().filter(base).collect();
        let affected = Arc::new(Affected { bases, all: all.into_iter().collect() });
        self.cache.insert(changed, affected.clone());
        affected
    }

    fn closure(
        &self,
        start: impl IntoIterator<Item = ObjectId>,
        joins: impl Fn(&BTreeSet<ObjectId>, (&ObjectId, &BTreeSet<ObjectId>)) -> bool,
    ) -> BTreeSet<ObjectId> {
        let mut found: BTreeSet<ObjectId> = start.into_iter().collect();
        // Inputs have lower ids than their readers, so one pass in order is enough.
        for (id, inputs) in &self.inputs {
            if joins(&found, (id, inputs)) {
                found.insert(*id);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[u32]) -> Vec<ObjectId> {
        ids.iter().map(|id| ObjectId(*id)).collect()
    }

    #[test]
    fn a_change_concerns_readers_and_what_they_also_read() {
        let mut graph = Graph::default();
        for base in [1, 2, 3] {
            graph.insert(ObjectId(base), []);
        }
        graph.insert(ObjectId(4), ids(&[1]));
        graph.insert(ObjectId(5), ids(&[4, 2]));
        graph.insert(ObjectId(6), ids(&[3]));
        let affected = graph.affected(ids(&[1]));
        assert_eq!(affected.bases, ids(&[1, 2]));
        assert_eq!(affected.all, ids(&[1, 2, 4, 5]));
        assert_eq!(graph.affected(ids(&[3])).all, ids(&[3, 6]), "other views are left alone");
        assert!(graph.is_read(ObjectId(3)));
        assert!(!graph.is_read(ObjectId(6)));
    }
}
