//! Changes of tables on their way: into the transaction, or to the coordinator.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;

use super::notices::Notices;
use super::transaction::{BufferedWrite, SharedTransaction};
use crate::coordinator::{Handle, Lease, TableChangeKind, Transaction, Written};
use crate::types::{Error, Result, SqlState};

/// What makes changes last. Cheap to clone; outlives the call of a statement.
#[derive(Clone)]
pub(super) struct Writer {
    handle: Handle,
    transaction: SharedTransaction,
    notices: Notices,
}

impl Writer {
    pub fn new(handle: Handle, transaction: SharedTransaction, notices: Notices) -> Self {
        Writer { handle, transaction, notices }
    }

    /// Makes a change: at once, or with the transaction's end. Returns the rows
    /// that came of it; in a transaction those that will, if no key conflicts.
    pub async fn apply(&self, write: BufferedWrite, lease: Option<Lease>) -> Result<RecordBatch> {
        let rows = expected(&write.write.change).clone();
        {
            let mut transaction = self.transaction.lock();
            if transaction.is_buffering() {
                lease.into_iter().for_each(|l| transaction.hold(write.write.table, l));
                if rows.num_rows() > 0 {
                    transaction.push(write);
                }
                return Ok(rows);
            }
        }
        if rows.num_rows() == 0 {
            return Ok(rows);
        }
        let mut written = self.commit(vec![write], lease.into_iter().collect()).await?;
        written.rows.pop().ok_or_else(|| Error::internal("a write gave no answer"))
    }

    /// Like [`apply`](Self::apply), for changes of one table that belong
    /// together and are computed under one lease.
    pub async fn apply_all(
        &self,
        writes: Vec<BufferedWrite>,
        lease: Option<Lease>,
    ) -> Result<Vec<RecordBatch>> {
        {
            let mut transaction = self.transaction.lock();
            if transaction.is_buffering() {
                let rows = writes.iter().map(|w| expected(&w.write.change).clone()).collect();
                if let (Some(lease), Some(first)) = (lease, writes.first()) {
                    transaction.hold(first.write.table, lease);
                }
                writes.into_iter().for_each(|write| transaction.push(write));
                return Ok(rows);
            }
        }
        if writes.is_empty() {
            return Ok(vec![]);
        }
        Ok(self.commit(writes, lease.into_iter().collect()).await?.rows)
    }

    /// Makes changes together; the leases are given back after it. Once asked
    /// for, a commit is not interrupted: its end would not be known.
    pub async fn commit(&self, writes: Vec<BufferedWrite>, leases: Vec<Lease>) -> Result<Written> {
        let (tables, writes): (Vec<_>, Vec<_>) = writes.into_iter().map(|w| (w.table, w.write)).unzip();
        let ids = leases.iter().map(Lease::id).collect();
        let written = self.handle.write(Transaction { writes, leases: ids }).await?;
        for (table, late) in tables.iter().zip(&written.late).filter(|(_, late)| **late > 0) {
            let rows = if *late == 1 { "row was" } else { "rows were" };
            let notice = Error::new(
                SqlState("00000"),
                format!("{late} late {rows} left out of table \"{}\"", table.name),
            );
            let hint = format!("See SELECT * FROM late_events('{}').", table.name);
            self.notices.add("NOTICE", notice.with_hint(hint));
        }
        Ok(written)
    }

    /// Which transaction block this is.
    pub fn generation(&self) -> u64 {
        self.transaction.lock().generation()
    }

    /// Fails the block of this generation, if it is still open.
    pub fn fail(&self, generation: u64) {
        self.transaction.lock().fail_generation(generation);
    }

    /// Fails the block unless something happens within `patience`.
    pub fn fail_if_idle(&self, patience: Duration) {
        let activity = self.transaction.lock().activity();
        let (transaction, notices) = (Arc::downgrade(&self.transaction), self.notices.clone());
        tokio::spawn(async move {
            tokio::time::sleep(patience).await;
            let Some(transaction) = transaction.upgrade() else { return };
            let mut transaction = transaction.lock();
            if transaction.activity() == activity && transaction.in_block() && !transaction.has_failed() {
                transaction.give_up();
                let message = "the transaction block was idle for too long and has been rolled back";
                notices.warning(SqlState("25P03"), message);
            }
        });
    }
}

fn expected(change: &TableChangeKind) -> &RecordBatch {
    match change {
        TableChangeKind::Insert { rows, .. } => rows,
        TableChangeKind::Update { new, .. } => new,
        TableChangeKind::Delete { old } => old,
    }
}
