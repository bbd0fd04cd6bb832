//! Making and dropping objects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::collection::{Collection, SourceState};
use super::core::{Coordinator, EpochContent};
use super::definition::{Definition, Running, same_function};
use super::request::{Create, Reply};
use super::table::TableState;
use super::wait::Answer;
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::dataflow::{Change, Command, DataflowMeters, IngestSpec, Install, Sink};
use crate::plan::stream::{StreamNode, StreamOperator};
use crate::state::Arrangement;
use crate::storage::{CatalogChange, CatalogRecord, SchemaRecord};
use crate::types::{Epoch, Error, ObjectId, Result, SqlState};
use crossbeam_channel::Sender;

/// Ids of subscriptions are above those of objects.
const FIRST_SUBSCRIPTION: u32 = 0x8000_0000;

impl Coordinator {
    pub(super) fn create(&mut self, create: Create, reply: Reply<ObjectId>) {
        match self.try_create(create) {
            Err(error) => drop(reply.send(Err(error))),
            Ok((id, is_new)) => self.wait(vec![id], self.clock, Answer::Created(id, is_new, reply)),
        }
    }

    /// The object, and whether it was not there before.
    fn try_create(&mut self, create: Create) -> Result<(ObjectId, bool)> {
        let mut object = create.definition.object;
        let catalog = self.shared.catalog.read().clone();
        if object.function().is_some() {
            if let Some(same) = self.give_way(&catalog, &object, create.or_replace)? {
                return Ok((same, false));
            }
        } else if let Some(existing) = catalog.find(Some(&object.schema), &object.name).cloned() {
            if create.if_not_exists {
                return Ok((existing.id, false));
            }
            let replaces = create.or_replace
                && matches!((&existing.kind, &object.kind), (ObjectKind::View(_), ObjectKind::View(_)));
            if !replaces {
                let message = format!("relation \"{}\" already exists", object.name);
                return Err(Error::new(SqlState::DUPLICATE_TABLE, message));
            }
            self.drop_object(existing.id, false)?;
        }
        let catalog = self.shared.catalog.read().clone();
        if let Some(gone) = object.depends_on.iter().find(|id| catalog.get(**id).is_none()) {
            let message = format!("relation with OID {gone} was dropped meanwhile");
            return Err(Error::new(SqlState::UNDEFINED_TABLE, message));
        }
        object.id = self.store.allocate_id();
        object.created_at = self.next_epoch().as_micros();
        let record = CatalogRecord {
            id: object.id,
            schema: object.schema.clone(),
            sql: object.sql.clone(),
            created_at: object.created_at,
            comment: object.comment.clone(),
        };
        self.store.apply(&[CatalogChange::Put(record)])?;
        let id = object.id;
        let definition = Definition { object, running: create.definition.running };
        if let Err(error) = self.enter(definition) {
            self.store.apply(&[CatalogChange::Remove(id)])?;
            self.change_catalog(|catalog| drop(catalog.remove(id)));
            return Err(error);
        }
        Ok((id, true))
    }

    /// Makes room for a function: one with the same arguments goes away if it may
    /// be replaced. The id of the one that is there if it is the same.
    fn give_way(&mut self, catalog: &Snapshot, new: &Object, replace: bool) -> Result<Option<ObjectId>> {
        let Some(old) = same_function(catalog, new) else { return Ok(None) };
        if !replace {
            let message = format!("function \"{}\" already exists with same argument types", new.name);
            return Err(Error::new(SqlState::DUPLICATE_FUNCTION, message));
        }
        if old.function() == new.function() {
            return Ok(Some(old.id));
        }
        let result = |o: &Object| o.function().map(|f| f.result.clone());
        if result(&old) != result(new) {
            return Err(Error::new(
                SqlState::INVALID_FUNCTION_DEFINITION,
                "cannot change return type of existing function",
            )
            .with_hint(format!("Use DROP FUNCTION {} first.", old.title())));
        }
        if new.depends_on.contains(&old.id) {
            return Err(Error::unsupported(format!("recursion in function {}", new.title())));
        }
        if let Some(user) = catalog.dependents(old.id).first() {
            let what = format!("{} {}", user.kind_name(), user.title());
            return Err(Error::unsupported(format!(
                "replacing function {}, which {what} uses,",
                old.title()
            ))
            .with_hint("Drop what uses it first, or make a function with another name."));
        }
        self.drop_object(old.id, false)?;
        Ok(None)
    }

    /// Puts an object that is in the store already into the catalog, and runs it.
    pub(super) fn enter(&mut self, definition: Definition) -> Result<()> {
        let object = Arc::new(definition.object);
        let id = object.id;
        match definition.running {
            Running::Table(rules) => {
                let table = TableState::new(object.clone(), rules)?;
                self.run_table(id, &table);
                self.tables.insert(id, table);
            }
            Running::Source(spec) => {
                let spec = Arc::new(IngestSpec { object: id, ..spec.as_ref().clone() });
                self.shared.sources.write().insert(id, spec.clone());
                self.sources.insert(id, SourceState::new(spec));
            }
            Running::View => {}
            Running::MaterializedView(plan) => {
                self.shared.properties.write().insert(id, plan.properties.clone());
                self.install(id, &object.name, plan, Output::Keep)?;
            }
            Running::Sink(plan, sink) => self.install(id, &object.name, plan, Output::Sink(sink))?,
        }
        self.change_catalog(|catalog| catalog.insert(object));
        Ok(())
    }

    fn change_catalog(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut current = self.shared.catalog.write();
        let mut next = current.as_ref().clone();
        change(&mut next);
        *current = Arc::new(next);
    }

    fn run_table(&mut self, id: ObjectId, table: &TableState) {
        let arrangement = || match Arrangement::new(table.schema().clone()) {
            (writer, arrangement) if table.is_rewritten() => (writer.indexed(), arrangement),
            plain => plain,
        };
        let made: Vec<_> = (0..self.runtime.workers()).map(|_| arrangement()).collect();
        let parts = made.iter().map(|(_, arrangement)| arrangement.clone()).collect();
        let create = |(writer, arrangement)| Command::CreateTable { object: id, writer, arrangement };
        self.runtime.send_each(made.into_iter().map(create).collect());
        self.collections.insert(id, Collection::new(self.runtime.workers(), Epoch::ZERO, parts));
        self.graph.insert(id, []);
        self.issue(EpochContent { touched: vec![id], ..EpochContent::default() });
    }

    fn install(&mut self, id: ObjectId, name: &str, plan: Arc<StreamNode>, output: Output) -> Result<()> {
        let imports = plan.imports();
        for import in &imports {
            self.start_if_source(import)?;
        }
        let workers = self.runtime.workers();
        let (mut arrangements, mut parts) = (vec![], vec![]);
        if matches!(output, Output::Keep) {
            arrangements = (0..workers).map(|_| Some(Arrangement::new(plan.schema.clone()))).collect();
            parts = arrangements.iter().flatten().map(|(_, shared)| shared.clone()).collect();
        }
        let (sink, listener) = match output {
            Output::Keep => (None, None),
            Output::Sink(sink) => (Some(sink), None),
            Output::Tell(listener) => (None, Some(listener)),
        };
        arrangements.resize_with(workers, || None);
        let source_columns: Vec<_> = source_columns(&plan).into_iter().collect();
        let meters = Arc::new(DataflowMeters::new(plan.clone(), workers));
        self.shared.meters.write().insert(id, meters.clone());
        let install = |arrangement| {
            Command::Install(Box::new(Install {
                object: id,
                name: name.to_string(),
                meters: meters.clone(),
                as_of: self.clock,
                source_columns: source_columns.clone(),
                arrangement,
                sink: sink.clone(),
                listener: listener.clone(),
            }))
        };
        self.runtime.send_each(arrangements.into_iter().map(install).collect());
        self.collections.insert(id, Collection::new(workers, self.clock, parts));
        self.graph.insert(id, imports.iter().map(|o| o.id));
        self.clock_in(id, &plan);
        self.issue(EpochContent { touched: vec![id], ..EpochContent::default() });
        Ok(())
    }

    /// A source is read from its beginning when its first reader comes.
    fn start_if_source(&mut self, object: &Arc<Object>) -> Result<()> {
        let Some(source) = self.sources.get_mut(&object.id) else {
            return Ok(());
        };
        if source.running {
            return Ok(());
        }
        source.start();
        let spec = source.spec.clone();
        self.runtime.send(|_| Command::StartSource(spec.clone()));
        let collection = Collection::new(self.runtime.workers(), self.clock, vec![]);
        self.collections.insert(object.id, collection);
        self.graph.insert(object.id, []);
        Ok(())
    }

    /// Sources that nobody reads any more are no longer read.
    fn stop_unread_sources(&mut self) {
        for (id, source) in &mut self.sources {
            if source.running && !self.graph.is_read(*id) {
                source.running = false;
                self.runtime.send(|_| Command::StopSource(*id));
                self.collections.remove(id);
                self.graph.remove(*id);
            }
        }
    }

    pub(super) fn subscribe(&mut self, plan: Arc<StreamNode>, listener: Sender<Change>) -> Result<ObjectId> {
        let id = ObjectId(FIRST_SUBSCRIPTION + self.next_subscription);
        self.next_subscription += 1;
        self.install(id, "subscription", plan, Output::Tell(listener))?;
        Ok(id)
    }

    /// Stops a collection that nothing reads.
    pub(super) fn drop_collection(&mut self, id: ObjectId) {
        self.shared.meters.write().remove(&id);
        if self.collections.remove(&id).is_some() {
            self.runtime.send(|_| Command::Drop(id));
        }
        self.graph.remove(id);
        self.clock_out(id);
        self.stop_unread_sources();
    }

    /// Drops an object and, with `cascade`, all that depends on it.
    pub(super) fn drop_object(&mut self, id: ObjectId, cascade: bool) -> Result<Vec<(String, String)>> {
        let catalog = self.shared.catalog.read().clone();
        let Some(object) = catalog.get(id).cloned() else {
            return Err(Error::new(SqlState::UNDEFINED_TABLE, "the relation was dropped meanwhile"));
        };
        let dependents = catalog.dependents(id);
        if !cascade && !dependents.is_empty() {
            return Err(still_needed(&object, &dependents));
        }
        let mut doomed = dependents.clone();
        doomed.push(object);
        doomed.sort_by_key(|o| std::cmp::Reverse(o.id));
        let changes: Vec<CatalogChange> = doomed.iter().map(|o| CatalogChange::Remove(o.id)).collect();
        self.store.apply(&changes)?;
        self.change_catalog(|catalog| doomed.iter().for_each(|o| drop(catalog.remove(o.id))));
        for object in &doomed {
            self.drop_collection(object.id);
            self.tables.remove(&object.id);
            self.sources.remove(&object.id);
            self.journals.remove(&object.id);
            self.shared.sources.write().remove(&object.id);
            self.shared.properties.write().remove(&object.id);
        }
        Ok(dependents.iter().map(|o| (o.kind_name().to_string(), o.name.clone())).collect())
    }

    pub(super) fn create_schema(&mut self, name: &str) -> Result<()> {
        if self.shared.catalog.read().has_schema(name) {
            let message = format!("schema \"{name}\" already exists");
            return Err(Error::new(SqlState::DUPLICATE_SCHEMA, message));
        }
        let id = self.store.allocate_id();
        self.store.apply(&[CatalogChange::PutSchema(SchemaRecord { id, name: name.to_string() })])?;
        self.change_catalog(|catalog| catalog.insert_schema(name, id));
        Ok(())
    }

    pub(super) fn drop_schema(&mut self, name: &str, cascade: bool) -> Result<()> {
        let catalog = self.shared.catalog.read().clone();
        if !catalog.has_schema(name) {
            let message = format!("schema \"{name}\" does not exist");
            return Err(Error::new(SqlState::INVALID_SCHEMA_NAME, message));
        }
        let inside: Vec<ObjectId> = catalog.objects().filter(|o| o.schema == name).map(|o| o.id).collect();
        if !inside.is_empty() && !cascade {
            let message = format!("cannot drop schema {name} because other objects depend on it");
            return Err(Error::new(SqlState::DEPENDENT_OBJECTS_STILL_EXIST, message)
                .with_hint("Use DROP ... CASCADE to drop the dependent objects too."));
        }
        for id in inside {
            if self.shared.catalog.read().get(id).is_some() {
                self.drop_object(id, true)?;
            }
        }
        self.store.apply(&[CatalogChange::RemoveSchema(name.to_string())])?;
        self.change_catalog(|catalog| catalog.remove_schema(name));
        Ok(())
    }
}

/// Where a dataflow's changes go.
enum Output {
    /// Into an arrangement.
    Keep,
    /// To an outside system.
    Sink(Arc<dyn Sink>),
    /// To a subscription.
    Tell(Sender<Change>),
}

/// The columns that a plan reads of each source.
fn source_columns(plan: &StreamNode) -> BTreeMap<ObjectId, BTreeSet<usize>> {
    let mut found: BTreeMap<ObjectId, BTreeSet<usize>> = BTreeMap::new();
    plan.visit(&mut |node| {
        if let StreamOperator::Import { object, columns } = &node.operator
            && matches!(object.kind, ObjectKind::Source(_))
        {
            found.entry(object.id).or_default().extend(columns);
        }
    });
    found
}

fn still_needed(object: &Object, dependents: &[Arc<Object>]) -> Error {
    let kind = object.kind_name();
    let message = format!("cannot drop {kind} {} because other objects depend on it", object.title());
    let line =
        |o: &Arc<Object>| format!("{} {} depends on {kind} {}", o.kind_name(), o.title(), object.title());
    Error::new(SqlState::DEPENDENT_OBJECTS_STILL_EXIST, message)
        .with_detail(dependents.iter().map(line).collect::<Vec<_>>().join("\n"))
        .with_hint("Use DROP ... CASCADE to drop the dependent objects too.")
}
