//! Writes to tables: checked, logged together, then issued as one epoch.

use super::core::{Coordinator, EpochContent};
use super::request::{LeaseId, Reply, Transaction, Written};
use super::table::Applied;
use crate::dataflow::{LateRows, Rejected};
use crate::delta::Delta;
use crate::storage::TableChange;
use crate::types::{Epoch, Error, ObjectId, Result, SqlState};
use arrow::array::RecordBatch;

/// A transaction that waits for its turn.
pub struct PendingWrite {
    /// What.
    pub transaction: Transaction,
    /// Who asks.
    pub reply: Reply<Written>,
}

/// Transactions that become durable and visible together.
#[derive(Default)]
pub struct WriteGroup {
    deltas: Vec<(ObjectId, Delta)>,
    answers: Vec<(Vec<RecordBatch>, Vec<usize>, Reply<Written>)>,
    late: Vec<LateRows>,
    rejected: Vec<(ObjectId, Vec<Rejected>)>,
}

/// Rows in a group beyond which the next transactions wait for the next group.
const GROUP_ROWS_MAX: usize = 500_000;

impl Coordinator {
    /// Checks the waiting transactions, in order, and sends those that pass to
    /// the log. One that fails is answered at once and changes nothing.
    pub(super) fn begin_group(&mut self) {
        if self.group.is_some() || self.writes.is_empty() {
            return;
        }
        let epoch = self.next_epoch();
        let mut group = WriteGroup::default();
        let mut kept_waiting = std::collections::VecDeque::new();
        let mut rows = 0;
        while let Some(pending) = self.writes.pop_front() {
            if rows > GROUP_ROWS_MAX || self.is_leased_to_another(&pending.transaction) {
                kept_waiting.push_back(pending);
                continue;
            }
            if let Some(error) = &self.poisoned {
                let _ = pending.reply.send(Err(error.clone()));
                continue;
            }
            match self.check(pending.transaction, epoch, &mut group) {
                Ok((returned, late)) => {
                    rows += returned.iter().map(RecordBatch::num_rows).sum::<usize>();
                    group.answers.push((returned, late, pending.reply));
                }
                Err(error) => drop(pending.reply.send(Err(error))),
            }
        }
        self.writes = kept_waiting;
        if group.answers.is_empty() {
            return;
        }
        let changes: Vec<TableChange> = group
            .deltas
            .iter()
            .filter(|(_, delta)| delta.num_rows() > 0)
            .map(|(table, delta)| TableChange { table: *table, delta: delta.clone() })
            .collect();
        self.group = Some(group);
        if changes.is_empty() {
            return self.logged(Ok(()));
        }
        self.logged = epoch.max(self.logged.next());
        if let Err(error) = self.log.begin(self.logged, changes) {
            self.logged(Err(error));
        }
    }

    /// A lease keeps other writers out of its table.
    fn is_leased_to_another(&self, transaction: &Transaction) -> bool {
        let foreign = |table: ObjectId| {
            self.leases.iter().any(|(lease, t)| *t == table && !transaction.leases.contains(lease))
        };
        transaction.writes.iter().any(|w| foreign(w.table))
    }

    /// Applies a whole transaction or nothing of it.
    fn check(
        &mut self,
        transaction: Transaction,
        epoch: Epoch,
        group: &mut WriteGroup,
    ) -> Result<(Vec<RecordBatch>, Vec<usize>)> {
        let mut marks: Vec<(ObjectId, usize)> = vec![];
        let mut applied: Vec<(ObjectId, Applied)> = vec![];
        for write in transaction.writes {
            let outcome = match self.tables.get_mut(&write.table) {
                None => Err(Error::new(SqlState::UNDEFINED_TABLE, "the table was dropped meanwhile")),
                Some(table) => {
                    marks.push((write.table, table.mark()));
                    table.apply(write.change, epoch)
                }
            };
            match outcome {
                Ok(one) => applied.push((write.table, one)),
                Err(error) => {
                    for (table, mark) in marks.into_iter().rev() {
                        let undone = self.tables.get_mut(&table).map_or(Ok(()), |t| t.rollback_to(mark));
                        if let Err(broken) = undone {
                            tracing::error!(error = %broken, "a table is not what it was before a write");
                            self.poisoned = Some(broken);
                        }
                    }
                    return Err(error);
                }
            }
        }
        let (mut returned, mut late) = (vec![], vec![]);
        for (table, one) in applied {
            late.push(one.late.as_ref().map_or(0, |l| l.positions.len()));
            returned.push(one.rows);
            group.late.extend(one.late);
            if !one.rejected.is_empty() {
                group.rejected.push((table, one.rejected));
            }
            group.deltas.push((table, one.delta));
        }
        Ok((returned, late))
    }

    /// The log has answered for the group under way.
    pub(super) fn logged(&mut self, outcome: Result<()>) {
        self.log.finish();
        let Some(group) = self.group.take() else {
            return;
        };
        if let Err(error) = outcome {
            let error = Error::new(error.code(), format!("the write-ahead log failed: {}", error.message()))
                .with_hint("Nothing is written any more. Mend the disk and restart; everything acknowledged is safe.");
            self.poisoned = Some(error.clone());
            group.answers.into_iter().for_each(|(_, _, reply)| drop(reply.send(Err(error.clone()))));
            return;
        }
        let mut content = EpochContent::default();
        for (table, delta) in group.deltas {
            match content.tables.iter_mut().find(|(id, _)| *id == table) {
                Some((_, all)) => match Delta::concat(&delta.schema(), &[all.clone(), delta]) {
                    Ok(joined) => *all = joined,
                    Err(error) => tracing::error!(%error, "deltas of one table do not join"),
                },
                None => content.tables.push((table, delta)),
            }
        }
        for (id, _) in &content.tables {
            if let Some(watermark) = self.tables.get_mut(id).and_then(|t| t.commit()) {
                content.watermarks.push((*id, watermark));
            }
        }
        let epoch = self.issue(content);
        for mut late in group.late {
            late.epoch = epoch;
            self.journals.entry(late.source).or_default().add_late(late);
        }
        for (table, rejected) in group.rejected {
            self.journals.entry(table).or_default().add_rejected(epoch, 0, rejected);
        }
        for (rows, late, reply) in group.answers {
            let _ = reply.send(Ok(Written { epoch, rows, late }));
        }
    }

    pub(super) fn lease(&mut self, table: ObjectId, reply: Reply<LeaseId>) {
        self.lease_waits.push_back((table, reply));
    }

    pub(super) fn end_lease(&mut self, lease: LeaseId) {
        self.leases.remove(&lease);
    }

    /// A table's lease goes to whoever has waited longest. Writes that are
    /// being logged come first, so that the holder reads their outcome.
    pub(super) fn grant_leases(&mut self) {
        if self.group.is_some() {
            return;
        }
        let mut still_waiting = std::collections::VecDeque::new();
        while let Some((table, reply)) = self.lease_waits.pop_front() {
            if self.leases.values().any(|t| *t == table) || reply.is_closed() {
                if !reply.is_closed() {
                    still_waiting.push_back((table, reply));
                }
                continue;
            }
            self.next_lease += 1;
            let lease = LeaseId(self.next_lease);
            self.leases.insert(lease, table);
            if reply.send(Ok(lease)).is_err() {
                self.leases.remove(&lease);
            }
        }
        self.lease_waits = still_waiting;
    }
}
