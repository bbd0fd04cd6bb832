//! The coordinator as sessions see it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use crossbeam_channel::Sender;
use parking_lot::RwLock;
use tokio::sync::{mpsc, oneshot};

use super::definition::Definition;
use super::journal::Journal;
use super::request::{Create, LeaseId, Progress, ReadTicket, Reply, Request, Transaction, Written};
use crate::catalog::{Object, Snapshot};
use crate::dataflow::{Change, Connector, DataflowMeters, IngestSpec, SourceCut};
use crate::delta::Fault;
use crate::plan::incremental::Collections;
use crate::plan::stream::{Properties, StreamNode};
use crate::telemetry::Histogram;
use crate::types::{Epoch, Error, ObjectId, Result, SqlState};

/// A way to ask the coordinator. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    requests: Sender<Request>,
    shared: Arc<Shared>,
}

/// What everybody may look at without asking.
pub struct Shared {
    /// The catalog as it stands.
    pub catalog: RwLock<Arc<Snapshot>>,
    /// What is known of the rows of materialized views.
    pub properties: RwLock<HashMap<ObjectId, Properties>>,
    /// What the operators of each dataflow have done.
    pub meters: RwLock<HashMap<ObjectId, Arc<DataflowMeters>>>,
    /// How to read each source.
    pub sources: RwLock<HashMap<ObjectId, Arc<IngestSpec>>>,
    /// The outside systems there are.
    pub connectors: Vec<Arc<dyn Connector>>,
    /// How many workers run.
    pub workers: usize,
    /// How long epochs of sources took, from their issue until all readers had
    /// taken them in.
    pub epochs: Histogram,
}

impl Collections for Shared {
    fn properties(&self, object: &Object) -> Properties {
        self.properties.read().get(&object.id).cloned().unwrap_or_default()
    }
}

impl Handle {
    /// A handle on the coordinator that takes from the other end of `requests`.
    pub fn new(requests: Sender<Request>, shared: Arc<Shared>) -> Self {
        Handle { requests, shared }
    }

    /// What may be looked at without asking.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The catalog as it stands.
    pub fn catalog(&self) -> Arc<Snapshot> {
        self.shared.catalog.read().clone()
    }

    /// How the source is read, if it is one.
    pub fn source(&self, id: ObjectId) -> Option<Arc<IngestSpec>> {
        self.shared.sources.read().get(&id).cloned()
    }

    /// Makes an object; returns when it can be read.
    pub async fn create(
        &self,
        definition: Definition,
        if_not_exists: bool,
        or_replace: bool,
    ) -> Result<ObjectId> {
        let create = Box::new(Create { definition, if_not_exists, or_replace });
        self.ask(|reply| Request::Create(create, reply)).await
    }

    /// Makes a schema.
    pub async fn create_schema(&self, name: &str) -> Result<()> {
        self.ask(|reply| Request::CreateSchema(name.to_string(), reply)).await
    }

    /// Drops an object; returns (kind, name) of all that went with it.
    pub async fn drop_object(&self, id: ObjectId, cascade: bool) -> Result<Vec<(String, String)>> {
        self.ask(|reply| Request::Drop { id, cascade, reply }).await
    }

    /// Drops a schema.
    pub async fn drop_schema(&self, name: &str, cascade: bool) -> Result<()> {
        self.ask(|reply| Request::DropSchema { name: name.to_string(), cascade, reply }).await
    }

    /// Changes tables in one epoch; returns when the change lasts.
    pub async fn write(&self, transaction: Transaction) -> Result<Written> {
        self.ask(|reply| Request::Write(transaction, reply)).await
    }

    /// Makes the caller the table's only writer until the lease is dropped.
    pub async fn lease(&self, table: ObjectId) -> Result<Lease> {
        let id = self.ask(|reply| Request::Lease(table, reply)).await?;
        Ok(Lease { id, requests: self.requests.clone() })
    }

    /// The rows of a table that have the keys of `rows`, for who has its lease.
    pub async fn lookup(&self, table: ObjectId, rows: RecordBatch) -> Result<RecordBatch> {
        self.ask(|reply| Request::Lookup { table, rows, reply }).await
    }

    /// A consistent view of these relations, covering every acknowledged write.
    pub async fn read(&self, relations: &[ObjectId]) -> Result<ReadTicket> {
        self.ask(|reply| Request::Read(relations.to_vec(), reply)).await
    }

    /// Returns when every view covers every acknowledged write.
    pub async fn flush(&self) -> Result<()> {
        self.ask(Request::Flush).await
    }

    /// Returns when finite sources are read to their end and taken in.
    pub async fn until_idle(&self) -> Result<()> {
        self.ask(Request::UntilIdle).await
    }

    /// Runs a query whose changes go to `listener`, until the subscription is dropped.
    pub async fn subscribe(&self, plan: Arc<StreamNode>, listener: Sender<Change>) -> Result<Subscription> {
        let id = self.ask(|reply| Request::Subscribe { plan, listener, reply }).await?;
        Ok(Subscription { id, requests: self.requests.clone() })
    }

    /// What was late or rejected.
    pub async fn journal(&self, id: ObjectId) -> Result<Journal> {
        self.ask(|reply| Request::Journal(id, reply)).await
    }

    /// How far everything that runs is.
    pub async fn progress(&self) -> Result<Vec<Progress>> {
        self.ask(Request::Progress).await
    }

    /// The faults of a view.
    pub async fn faults(&self, id: ObjectId) -> Result<Vec<Fault>> {
        self.ask(|reply| Request::Faults(id, reply)).await
    }

    /// What a source had delivered up to `epoch`, which a ticket keeps; of a
    /// table, where its watermark stood.
    pub async fn cut(&self, object: ObjectId, epoch: Epoch) -> Result<SourceCut> {
        let gone = || Error::new(SqlState::ADMIN_SHUTDOWN, "the server is shutting down");
        let (reply, mut parts) = mpsc::unbounded_channel();
        self.requests.send(Request::Cut { object, epoch, reply }).map_err(|_| gone())?;
        let mut whole = SourceCut::default();
        // The channel ends when every worker has said its part.
        while let Some(part) = parts.recv().await {
            whole.partitions.extend(part.partitions);
            whole.watermark = whole.watermark.max(part.watermark);
        }
        Ok(whole)
    }

    /// Stops everything; returns when all that was acknowledged is safe.
    pub async fn shutdown(&self) -> Result<()> {
        self.ask(Request::Shutdown).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T> {
        let gone = || Error::new(SqlState::ADMIN_SHUTDOWN, "the server is shutting down");
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// While it lives, nobody else writes to the table.
pub struct Lease {
    id: LeaseId,
    requests: Sender<Request>,
}

impl Lease {
    /// For [`Transaction::leases`].
    pub fn id(&self) -> LeaseId {
        self.id
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let _ = self.requests.send(Request::EndLease(self.id));
    }
}

/// While it lives, a query's changes keep coming.
pub struct Subscription {
    id: ObjectId,
    requests: Sender<Request>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let _ = self.requests.send(Request::Unsubscribe(self.id));
    }
}
