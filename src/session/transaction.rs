//! Where a session stands in a transaction, and what is waiting for its commit.
//!
//! ```text
//!   idle --BEGIN--> block --error--> failed block --COMMIT or ROLLBACK--> idle
//!   failed block --ROLLBACK TO savepoint--> block
//!   idle --first of several statements in one message--> message --last--> idle
//! ```
//!
//! In a block or a message, changes of tables are kept here and become one
//! atomic write at its end. A block reads everything at one epoch, that of its
//! first read, with its own changes laid over; a message reads like statements on their own. A savepoint
//! is how many changes there were: going back to it forgets the later ones. Tables stay held and the epoch
//! stays the same, also in a block that has failed, while there is a savepoint to go back to. This file only
//! keeps the books: it asks nobody and waits for nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::Mutex;

use super::TransactionStatus;
use super::own_changes::{OwnChanges, deltas, is_certain};
use super::settings::SettingsMark;
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
    savepoints: Vec<Savepoint>,
    leases: BTreeMap<ObjectId, Lease>,
    view: Option<ReadView>,
}

/// A place in a block to go back to.
struct Savepoint {
    name: String,
    writes: usize,
    rest: Arc<SavedSession>,
}

/// What of the session a savepoint keeps beside the changes.
pub(super) struct SavedSession {
    pub settings: SettingsMark,
    pub cursors: BTreeSet<String>,
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

    /// The block, if there is one, has failed: what it held is let go at once,
    /// if there is no savepoint to go back to.
    pub fn fail(&mut self) {
        if self.block {
            self.failed = true;
            if self.savepoints.is_empty() {
                self.let_go();
            }
        }
    }

    /// The block, if there is one, has failed, and there is no way back.
    pub fn give_up(&mut self) {
        self.savepoints.clear();
        self.fail();
    }

    /// `SAVEPOINT`. One of the same name is hidden until this one is released.
    pub fn save(&mut self, name: &str, rest: SavedSession) {
        let savepoint = Savepoint { name: name.to_string(), writes: self.writes.len(), rest: Arc::new(rest) };
        self.savepoints.push(savepoint);
    }

    /// `ROLLBACK TO`: later changes and savepoints are forgotten, this one stays.
    pub fn go_back(&mut self, name: &str) -> Option<Arc<SavedSession>> {
        let place = self.savepoint(name)?;
        self.savepoints.truncate(place + 1);
        let savepoint = &self.savepoints[place];
        self.writes.truncate(savepoint.writes);
        self.failed = false;
        Some(savepoint.rest.clone())
    }

    /// `RELEASE`: this savepoint and later ones are forgotten; false if there is none.
    pub fn release(&mut self, name: &str) -> bool {
        let place = self.savepoint(name);
        if let Some(place) = place {
            self.savepoints.truncate(place);
        }
        place.is_some()
    }

    fn savepoint(&self, name: &str) -> Option<usize> {
        self.savepoints.iter().rposition(|savepoint| savepoint.name == name)
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
    pub fn hold(&mut self, table: ObjectId, lease: Lease) {
        self.leases.insert(table, lease);
    }

    /// Is this table held?
    pub fn holds(&self, table: ObjectId) -> bool {
        self.leases.contains_key(&table)
    }

    /// Is anything held already?
    pub fn holds_leases(&self) -> bool {
        !self.leases.is_empty()
    }

    /// The tables with changes that wait.
    pub fn written(&self) -> BTreeSet<ObjectId> {
        self.writes.iter().map(|w| w.write.table).collect()
    }

    /// The tables of which it is not known yet what they will be.
    pub fn uncertain(&self) -> BTreeSet<ObjectId> {
        self.writes.iter().filter(|w| !is_certain(w)).map(|w| w.write.table).collect()
    }

    /// The changes that wait.
    pub fn changes(&self) -> OwnChanges {
        let mut changes = OwnChanges::new();
        for write in &self.writes {
            changes.entry(write.write.table).or_default().extend(deltas(write));
        }
        changes
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
        (std::mem::take(&mut self.writes), std::mem::take(&mut self.leases).into_values().collect())
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
        self.savepoints.clear();
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
