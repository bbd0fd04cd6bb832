//! What sessions ask of the coordinator.

use std::sync::Arc;

use arrow::array::RecordBatch;
use crossbeam_channel::Sender;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::definition::Definition;
use super::hold::ReadHold;
use super::journal::Journal;
use crate::catalog::OnConflict;
use crate::dataflow::{Change, SourceCut};
use crate::delta::Fault;
use crate::plan::stream::StreamNode;
use crate::state::Arrangement;
use crate::types::{Epoch, Error, ObjectId, Result};

/// Where an answer goes. The asker may have gone away.
pub type Reply<T> = oneshot::Sender<Result<T>>;

/// One request.
pub enum Request {
    /// Make an object; answers when it can be read.
    Create(Box<Create>, Reply<ObjectId>),
    /// Make a schema.
    CreateSchema(String, Reply<()>),
    /// Drop an object and, with `cascade`, what depends on it. Answers with all
    /// that was dropped, as (kind, name).
    Drop { id: ObjectId, cascade: bool, reply: Reply<Vec<(String, String)>> },
    /// Drop an empty schema, or with `cascade` all that is in it.
    DropSchema { name: String, cascade: bool, reply: Reply<()> },
    /// Change tables in one epoch.
    Write(Transaction, Reply<Written>),
    /// Be the only writer of a table for a while.
    Lease(ObjectId, Reply<LeaseId>),
    /// No longer.
    EndLease(LeaseId),
    /// The rows of a table that have the keys of these rows, which have all its
    /// columns. What is being written is among them.
    Lookup { table: ObjectId, rows: RecordBatch, reply: Reply<RecordBatch> },
    /// A consistent view of these relations.
    Read(Vec<ObjectId>, Reply<ReadTicket>),
    /// Answers when every view covers every acknowledged write.
    Flush(Reply<()>),
    /// Answers when every finite source has been read to its end, and every
    /// view has taken it in.
    UntilIdle(Reply<()>),
    /// A query whose changes are wanted as they come.
    Subscribe { plan: Arc<StreamNode>, listener: Sender<Change>, reply: Reply<ObjectId> },
    /// No longer.
    Unsubscribe(ObjectId),
    /// What was late, rejected, or came when.
    Journal(ObjectId, Reply<Journal>),
    /// How far everything that runs is.
    Progress(Reply<Vec<Progress>>),
    /// What a source had delivered up to an epoch that is being read, as each
    /// worker says it.
    Cut { object: ObjectId, epoch: Epoch, reply: UnboundedSender<SourceCut> },
    /// The faults of a view.
    Faults(ObjectId, Reply<Vec<Fault>>),
    /// Stop everything.
    Shutdown(Reply<()>),
}

/// An object to be made.
pub struct Create {
    /// What.
    pub definition: Definition,
    /// The object is there already: fine.
    pub if_not_exists: bool,
    /// The object is there already: replace it (views).
    pub or_replace: bool,
}

/// Changes of tables that happen together or not at all.
#[derive(Default)]
pub struct Transaction {
    /// In the order of the statements.
    pub writes: Vec<TableWrite>,
    /// The lease under which they were computed, if any.
    pub leases: Vec<LeaseId>,
}

/// One statement's changes of one table. Rows have all columns of the table,
/// no NULL where NOT NULL is declared.
pub struct TableWrite {
    /// Which table.
    pub table: ObjectId,
    /// What.
    pub change: TableChangeKind,
}

/// What a statement does to a table.
#[derive(Debug)]
pub enum TableChangeKind {
    /// New rows; a key that exists is handled as `on_conflict` says, or else as
    /// the table says.
    Insert { rows: RecordBatch, on_conflict: Option<OnConflict> },
    /// These rows, read under a lease, become those.
    Update { old: RecordBatch, new: RecordBatch },
    /// These rows, read under a lease, go away.
    Delete { old: RecordBatch },
}

/// How far a running collection is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Which.
    pub object: ObjectId,
    /// Everything below this epoch is out.
    pub frontier: Epoch,
    /// Rows changed so far, counted once per change.
    pub rows: u64,
    /// Rows that are stored now, and the memory that they take.
    pub held_rows: usize,
    pub held_bytes: usize,
    /// Why it is broken, if it is.
    pub failed: Option<Error>,
}

/// A lease on a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeaseId(pub u64);

/// What became of a transaction.
#[derive(Debug)]
pub struct Written {
    /// The epoch from which on it can be seen.
    pub epoch: Epoch,
    /// For each write, the rows that were inserted, updated (new) or deleted.
    pub rows: Vec<RecordBatch>,
    /// For each write, how many of its rows were late: see `late_events`.
    pub late: Vec<usize>,
}

/// A consistent view of some relations at one epoch. The versions it needs are
/// kept until it is dropped.
pub struct ReadTicket {
    /// The epoch.
    pub epoch: Epoch,
    /// For each relation asked for, its parts on all workers; none for sources.
    pub parts: Vec<(ObjectId, Vec<Arc<Arrangement>>)>,
    /// Keeps the epoch.
    pub hold: ReadHold,
}
