//! Where a session stands in a transaction, and what is waiting for its commit.
//!
//! ```text
//!   idle --BEGIN--> block --error--> failed block --COMMIT or ROLLBACK--> idle
//!   idle --first of several statements in one message--> message --last--> idle
//! ```
//!
//! In a block or a message, changes of tables are kept here and become one
//! atomic write at its end. A block reads everything at one epoch, that of its
//! first read; a message reads like statements on their own. This file only
//! keeps the books: it asks nobody and waits for nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::Mutex;

use super::TransactionStatus;
use crate::catalog::{Object, Snapshot};
use crate::coordinator::{Lease, ReadTicket, TableWrite};
use crate::types::ObjectId;

/// A session's books, shared with rows and COPY data on their way.
pub(super) type SharedTransaction = Arc<Mutex<TransactionState>>;

/// See the page.
#[derive(Default)]
pub(super) struct TransactionState {
    block: bool,
    message: bool,
    failed: bool,
    /// Counts blocks, so that rows of an earlier one do not fail a later one.
    generation: u64,
    /// Counts statements, so that an idle block can be told.
    activity: u64,
    /// When the block began: `now()` stands still inside it.
    begun: Option<DateTime<Utc>>,
    writes: Vec<BufferedWrite>,
    leases: Vec<Lease>,
    view: Option<ReadView>,
}

/// A change that waits for the commit.
pub(super) struct BufferedWrite {
    pub table: Arc<Object>,
    pub write: TableWrite,
}

/// What a block reads.
#[derive(Clone)]
pub(super) struct ReadView {
    pub catalog: Arc<Snapshot>,
    pub ticket: Arc<ReadTicket>,
}

impl TransactionState {
    /// For `ReadyForQuery`.
    pub fn status(&self) -> TransactionStatus {
        match (self.block, self.failed) {
            (true, true) => TransactionStatus::Failed,
            (true, false) => TransactionStatus::InBlock,
            (false, _) => TransactionStatus::Idle,
        }
    }

    /// `BEGIN`; false if there is a block already. Changes of the same message
    /// become part of the block.
    pub fn begin(&mut self, now: DateTime<Utc>) -> bool {
        if self.block {
            return false;
        }
        self.block = true;
        self.generation += 1;
        self.begun = Some(now);
        true
    }

    /// Several statements come in one message.
    pub fn begin_message(&mut self) {
        self.message = true;
    }

    /// The message is over; true if its changes are to be settled now.
    pub fn end_message(&mut self) -> bool {
        std::mem::take(&mut self.message) && !self.block
    }

    /// Do changes wait for a commit?
    pub fn is_buffering(&self) -> bool {
        self.block || self.message
    }

    /// Is there a block (failed or not)?
    pub fn in_block(&self) -> bool {
        self.block
    }

    /// Must everything but the block's end be refused?
    pub fn has_failed(&self) -> bool {
        self.block && self.failed
    }

    /// The block, if there is one, has failed: what it held is let go at once.
    pub fn fail(&mut self) {
        if self.block {
            self.failed = true;
            self.let_go();
        }
    }

    /// The same, for something that began in the block of this generation.
    pub fn fail_generation(&mut self, generation: u64) {
        if self.generation == generation {
            self.fail();
        }
    }

    /// Which block this is.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Another statement begins.
    pub fn touch(&mut self) {
        self.activity += 1;
    }

    /// How many statements have begun.
    pub fn activity(&self) -> u64 {
        self.activity
    }

    /// When the block began.
    pub fn begun(&self) -> Option<DateTime<Utc>> {
        self.begun
    }

    /// Adds a change.
    pub fn push(&mut self, write: BufferedWrite) {
        self.writes.push(write);
    }

    /// Holds a table until the end.
    pub fn hold(&mut self, lease: Lease) {
        self.leases.push(lease);
    }

    /// Is anything held already?
    pub fn holds_leases(&self) -> bool {
        !self.leases.is_empty()
    }

    /// The tables with changes that wait.
    pub fn written(&self) -> BTreeSet<ObjectId> {
        self.writes.iter().map(|w| w.write.table).collect()
    }

    /// What the block reads, after its first read.
    pub fn view(&self) -> Option<&ReadView> {
        self.view.as_ref()
    }

    /// Sets what the block reads; `None` lets the next read begin anew.
    pub fn set_view(&mut self, view: Option<ReadView>) {
        self.view = view;
    }

    /// Takes what is to be committed.
    pub fn take(&mut self) -> (Vec<BufferedWrite>, Vec<Lease>) {
        (std::mem::take(&mut self.writes), std::mem::take(&mut self.leases))
    }

    /// The end of the block, however it ends.
    pub fn end(&mut self) {
        self.block = false;
        self.failed = false;
        self.begun = None;
        self.let_go();
    }

    fn let_go(&mut self) {
        self.writes.clear();
        self.leases.clear();
        self.view = None;
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::RecordBatch;
    use arrow::datatypes::Schema;

    use super::*;
    use crate::catalog::{ObjectKind, TableProperties};
    use crate::coordinator::TableChangeKind;

    fn change(id: u32) -> BufferedWrite {
        let table = Arc::new(Object {
            id: ObjectId(id),
            schema: "public".to_string(),
            name: format!("t{id}"),
            kind: ObjectKind::Table(TableProperties::default()),
            columns: vec![],
            sql: String::new(),
            depends_on: vec![],
            created_at: 0,
            comment: None,
        });
        let rows = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let change = TableChangeKind::Insert { rows, on_conflict: None };
        BufferedWrite { write: TableWrite { table: table.id, change }, table }
    }

    #[test]
    fn a_block_keeps_changes_until_it_is_committed() {
        let mut state = TransactionState::default();
        assert_eq!(state.status(), TransactionStatus::Idle);
        assert!(!state.is_buffering());
        assert!(state.begin(Utc::now()));
        assert!(!state.begin(Utc::now()), "blocks do not nest");
        state.push(change(1));
        assert_eq!(state.status(), TransactionStatus::InBlock);
        assert_eq!(state.written(), BTreeSet::from([ObjectId(1)]));
        assert_eq!(state.take().0.len(), 1);
        state.end();
        assert_eq!(state.status(), TransactionStatus::Idle);
    }

    #[test]
    fn a_failure_drops_what_was_to_be_written() {
        let mut state = TransactionState::default();
        state.fail();
        assert_eq!(state.status(), TransactionStatus::Idle, "outside a block there is nothing to fail");
        state.begin(Utc::now());
        state.push(change(1));
        state.fail();
        assert_eq!(state.status(), TransactionStatus::Failed);
        assert!(state.take().0.is_empty());
        state.end();
        assert!(!state.has_failed());
    }

    #[test]
    fn rows_of_an_earlier_block_do_not_fail_a_later_one() {
        let mut state = TransactionState::default();
        state.begin(Utc::now());
        let first = state.generation();
        state.end();
        state.begin(Utc::now());
        state.fail_generation(first);
        assert_eq!(state.status(), TransactionStatus::InBlock);
        state.fail_generation(first + 1);
        assert_eq!(state.status(), TransactionStatus::Failed);
    }

    #[test]
    fn a_message_is_settled_at_its_end_unless_it_became_a_block() {
        let mut state = TransactionState::default();
        assert!(!state.end_message(), "there was none");
        state.begin_message();
        assert!(state.is_buffering());
        assert_eq!(state.status(), TransactionStatus::Idle);
        assert!(state.end_message());
        state.begin_message();
        state.push(change(1));
        state.begin(Utc::now());
        assert!(!state.end_message(), "the block goes on");
        assert_eq!(state.written().len(), 1);
    }
}
