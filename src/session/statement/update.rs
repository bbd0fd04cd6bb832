//! `UPDATE`.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use super::matched_rows::{beside, once};
use super::stored_rows::stored_rows;
use crate::catalog::{Object, Snapshot};
use crate::coordinator::{Lease, ReadTicket, TableChangeKind, TableWrite};
use crate::session::conversation::Statement;
use crate::session::plan_cache::{Bound, Plan};
use crate::session::snapshot::parts;
use crate::session::transaction::BufferedWrite;
use crate::session::{Outcome, Session};
use crate::sql::BoundQuery;
use crate::sql::binder::{BoundUpdate, check_not_null};
use crate::types::{Error, Result, SqlState};

/// How long a block that holds a table waits for another one: whoever it waits
/// for may be waiting for it.
const DEADLOCK_SECONDS: u64 = 10;

impl Session {
    pub(super) async fn run_update(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        self.require_writable("UPDATE")?;
        let plan = self.plan(statement, None)?;
        let Bound::Update(update) = &plan.bound else {
            return Err(Error::internal("an UPDATE has another plan"));
        };
        let updated = self.update(&plan, update, parameters).await?;
        self.changed(updated, update.returning.as_ref(), "UPDATE")
    }

    async fn update(
        &mut self,
        plan: &Plan,
        update: &BoundUpdate,
        parameters: &[ScalarValue],
    ) -> Result<RecordBatch> {
        let table = update.table.clone();
        let (batches, lease) = self.read_to_change(&plan.catalog, &table, &update.query, parameters).await?;
        let batches = once(batches, update.key.as_deref())?;
        let old = stored_rows(&table, &batches, 0)?;
        let new = stored_rows(&table, &batches, table.columns.len())?;
        check_not_null(&table, &new)?;
        let change = TableChangeKind::Update { old, new };
        let write = BufferedWrite { write: TableWrite { table: table.id, change }, table };
        let updated = self.writer().apply(write, lease).await?;
        beside(updated, &batches, update.others)
    }

    /// The rows to be changed, read while nobody else can write to the table.
    /// The lease is for the write; a block that has one already goes on with it.
    pub(super) async fn read_to_change(
        &mut self,
        catalog: &Arc<Snapshot>,
        table: &Arc<Object>,
        query: &BoundQuery,
        parameters: &[ScalarValue],
    ) -> Result<(Vec<RecordBatch>, Option<Lease>)> {
        let (ticket, lease) = self.hold_to_change(catalog, table, &query.relations).await?;
        let (_, rows) = self.read_at(ticket, query, parameters).await?;
        Ok((self.collect(rows).await?, lease))
    }

    /// What is read to change a table, while nobody else can write to it.
    pub(super) async fn hold_to_change(
        &mut self,
        catalog: &Arc<Snapshot>,
        table: &Arc<Object>,
        relations: &[Arc<Object>],
    ) -> Result<(Option<Arc<ReadTicket>>, Option<Lease>)> {
        let mut relations = relations.to_vec();
        if !relations.iter().any(|r| r.id == table.id) {
            relations.push(table.clone());
        }
        self.settle_own_changes(catalog, &relations).await?;
        let (held, began_before) = {
            let transaction = self.transaction.lock();
            (transaction.holds(table.id), transaction.view().cloned())
        };
        let lease = if held { None } else { Some(self.lease(table).await?) };
        let ticket = self.ticket(catalog, &relations).await?;
        if let (Some(view), false) = (began_before, held) {
            self.require_unchanged(table, &view.ticket).await?;
        }
        Ok((ticket, lease))
    }

    async fn lease(&mut self, table: &Object) -> Result<Lease> {
        let holds_others = self.transaction.lock().holds_leases();
        let lease = self.interrupt.race(self.db.handle.lease(table.id));
        let patience = self.settings.duration("lock_timeout");
        let deadlock = std::time::Duration::from_secs(DEADLOCK_SECONDS);
        match (patience, holds_others) {
            (Some(patience), _) => tokio::time::timeout(patience, lease).await.unwrap_or_else(|_| {
                Err(Error::new(SqlState("55P03"), "canceling statement due to lock timeout"))
            }),
            (None, true) => tokio::time::timeout(deadlock, lease).await.unwrap_or_else(|_| {
                let message = format!("gave up waiting for table \"{}\", to avoid a deadlock", table.name);
                Err(Error::new(SqlState("40P01"), message).with_hint("Run the transaction again."))
            }),
            (None, false) => lease.await,
        }
    }

    /// `40001` if somebody has changed the table since the block's first read:
    /// what the block has seen of it would be overwritten.
    async fn require_unchanged(&self, table: &Arc<Object>, then: &ReadTicket) -> Result<()> {
        let now = self.take_ticket(&[table.id]).await?;
        let (Some(before), Some(after)) = (parts(then, table), parts(&now, table)) else {
            return Err(Error::internal(format!("\"{}\" is not part of what is read", table.name)));
        };
        for (before, after) in before.iter().zip(after) {
            if !same_rows(&before.snapshot(then.epoch)?, &after.snapshot(now.epoch)?) {
                let message = "could not serialize access due to concurrent update";
                return Err(Error::new(SqlState::SERIALIZATION_FAILURE, message)
                    .with_detail(format!(
                        "Table \"{}\" has changed since this block's first read.",
                        table.name
                    ))
                    .with_hint("ROLLBACK and run the transaction again."));
            }
        }
        Ok(())
    }
}

/// Are these the very same batches? Batches without a change are shared.
fn same_rows(before: &[RecordBatch], after: &[RecordBatch]) -> bool {
    let same = |(a, b): (&RecordBatch, &RecordBatch)| {
        let columns = a.columns().iter().zip(b.columns());
        a.num_rows() == b.num_rows() && { columns }.all(|(x, y)| x.to_data().ptr_eq(&y.to_data()))
    };
    before.len() == after.len() && before.iter().zip(after).all(same)
}
