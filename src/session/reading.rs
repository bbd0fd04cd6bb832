//! Reading for one session: which epoch, which rows, how they leave.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use futures::{StreamExt, TryStreamExt};

use super::localize::{localize, localized_schema};
use super::snapshot::EpochSnapshots;
use super::transaction::ReadView;
use super::{Rows, Session};
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::ReadTicket;
use crate::query::RowStream;
use crate::sql::BoundQuery;
use crate::types::{Error, ObjectId, Result};

impl Session {
    /// The catalog that names are looked up in: in a block, that of its first read.
    pub(super) fn catalog(&self) -> Arc<Snapshot> {
        match self.transaction.lock().view() {
            Some(view) => view.catalog.clone(),
            None => self.db.handle.catalog(),
        }
    }

    /// Starts a query; its rows are neither guarded nor localised.
    pub(super) async fn read(
        &mut self,
        catalog: &Arc<Snapshot>,
        query: &BoundQuery,
        parameters: &[ScalarValue],
    ) -> Result<(SchemaRef, RowStream)> {
        self.settle_own_changes(catalog, &query.relations).await?;
        let ticket = self.ticket(catalog, &query.relations).await?;
        self.read_at(ticket, query, parameters).await
    }

    /// Starts a query on what a ticket shows.
    pub(super) async fn read_at(
        &mut self,
        ticket: Option<Arc<ReadTicket>>,
        query: &BoundQuery,
        parameters: &[ScalarValue],
    ) -> Result<(SchemaRef, RowStream)> {
        let snapshots = Arc::new(self.snapshots(ticket));
        self.interrupt.race(self.db.engine.execute(query, snapshots, parameters, self.now)).await
    }

    /// What a ticket shows, with the block's own changes.
    pub(super) fn snapshots(&self, ticket: Option<Arc<ReadTicket>>) -> EpochSnapshots {
        let own = self.transaction.lock().changes();
        let snapshots = EpochSnapshots::new(ticket, self.db.handle.clone(), self.now);
        snapshots.with_changes(own).with_notices(self.notices.clone())
    }

    /// All rows of a query.
    pub(super) async fn collect(&self, rows: RowStream) -> Result<Vec<RecordBatch>> {
        self.interrupt.clone().guard(rows).try_collect().await
    }

    /// Rows as the client gets them: instants in its time zone, stopped by a
    /// cancel request, and failing the block if they fail.
    pub(super) fn outgoing(&self, schema: &SchemaRef, rows: RowStream, tag: &'static str) -> Rows {
        let schema = localized_schema(schema, self.settings.get("TimeZone"));
        let transaction = self.transaction.clone();
        let generation = transaction.lock().generation();
        let shown = schema.clone();
        let rows = self.interrupt.clone().guard(rows).map(move |batch| {
            let batch = batch.and_then(|b| localize(b, &shown));
            batch.inspect_err(|_| transaction.lock().fail_generation(generation))
        });
        Rows { schema, batches: rows.boxed(), tag }
    }

    /// Rows that are here already.
    pub(super) fn outgoing_batch(&self, batch: RecordBatch, tag: &'static str) -> Rows {
        let schema = batch.schema();
        self.outgoing(&schema, futures::stream::iter([Ok(batch)]).boxed(), tag)
    }

    /// A message commits its changes before it reads them. A block sees its own
    /// changes of tables, as far as they are certain; what follows from them in
    /// views comes with the commit, so it must not read these before.
    pub(super) async fn settle_own_changes(
        &mut self,
        catalog: &Snapshot,
        relations: &[Arc<Object>],
    ) -> Result<()> {
        let (written, mut unknown, in_block) = {
            let transaction = self.transaction.lock();
            (transaction.written(), transaction.uncertain(), transaction.in_block())
        };
        if written.is_empty() {
            return Ok(());
        }
        unknown.extend(written.iter().flat_map(|id| catalog.dependents(*id)).map(|o| o.id));
        if !in_block {
            let changed = |r: &Arc<Object>| written.contains(&r.id) || unknown.contains(&r.id);
            return if relations.iter().any(changed) { self.commit_message().await } else { Ok(()) };
        }
        let Some(read) = relations.iter().find(|r| unknown.contains(&r.id)) else { return Ok(()) };
        let part = format!("reading \"{}\", which this transaction block has changed,", read.name);
        Err(Error::unsupported(part).with_hint("COMMIT first, or read it before it is changed."))
    }

    /// Commits what earlier statements of the same message have changed.
    pub(super) async fn commit_message(&mut self) -> Result<()> {
        let (writes, leases) = {
            let mut transaction = self.transaction.lock();
            if transaction.in_block() {
                return Ok(());
            }
            transaction.take()
        };
        if !writes.is_empty() {
            self.writer().commit(writes, leases).await?;
        }
        Ok(())
    }

    /// The epoch to read at; `None` if nothing that is stored is read.
    pub(super) async fn ticket(
        &mut self,
        catalog: &Arc<Snapshot>,
        relations: &[Arc<Object>],
    ) -> Result<Option<Arc<ReadTicket>>> {
        let wanted: Vec<ObjectId> = relations.iter().filter(|o| is_stored(o)).map(|o| o.id).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        if !self.transaction.lock().in_block() {
            return Ok(Some(Arc::new(self.take_ticket(&wanted).await?)));
        }
        let view = self.transaction.lock().view().cloned();
        let view = match view {
            Some(view) => view,
            None => self.first_read(catalog, &wanted).await?,
        };
        let covered = |id: &ObjectId| view.ticket.parts.iter().any(|(part, _)| part == id);
        match relations.iter().find(|r| wanted.contains(&r.id) && !covered(&r.id)) {
            None => Ok(Some(view.ticket)),
            Some(other) => {
                let part = format!("reading \"{}\" in this transaction block", other.name);
                Err(Error::unsupported(part)
                    .with_hint("It was not ready at the block's first read; begin anew."))
            }
        }
    }

    /// Fixes what the block reads: everything there is, so that whatever it
    /// reads later is of the same epoch. A view that is broken must not keep it
    /// from reading others, then only what is read now is fixed.
    async fn first_read(&mut self, catalog: &Arc<Snapshot>, wanted: &[ObjectId]) -> Result<ReadView> {
        let all: Vec<ObjectId> = catalog.objects().filter(|o| is_stored(o)).map(|o| o.id).collect();
        let ticket = match self.take_ticket(&all).await {
            Ok(ticket) => ticket,
            Err(error) if error.code() == crate::types::SqlState::QUERY_CANCELED => return Err(error),
            Err(_) => self.take_ticket(wanted).await?,
        };
        let view = ReadView { catalog: catalog.clone(), ticket: Arc::new(ticket) };
        self.transaction.lock().set_view(Some(view.clone()));
        Ok(view)
    }

    pub(super) async fn take_ticket(&self, relations: &[ObjectId]) -> Result<ReadTicket> {
        self.interrupt.race(self.db.handle.read(relations)).await
    }
}

/// Are its rows kept?
fn is_stored(object: &Object) -> bool {
    matches!(object.kind, ObjectKind::Table(_) | ObjectKind::MaterializedView(_))
}
