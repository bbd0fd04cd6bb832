//! What the coordinator tells workers.
//!
//! Every worker gets the same commands in the same order; that order is what
//! makes dataflows and epochs agree between workers.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossbeam_channel::Sender;

use super::connector::Sink;
use super::event::Change;
use super::ingest::IngestSpec;
use super::meter::DataflowMeters;
use super::source_cut::SourceCut;
use crate::delta::Delta;
use crate::state::{Arrangement, ArrangementWriter};
use crate::types::{Epoch, ObjectId};

/// One command to one worker.
pub enum Command {
    /// A table: its rows come with [`Step`], this worker's part is kept here.
    CreateTable { object: ObjectId, writer: ArrangementWriter, arrangement: Arc<Arrangement> },
    /// A source begins to be read, each partition from its beginning.
    StartSource(Arc<IngestSpec>),
    /// A source is no longer read.
    StopSource(ObjectId),
    /// A dataflow.
    Install(Box<Install>),
    /// A collection goes away; nothing reads it any more.
    Drop(ObjectId),
    /// One epoch.
    Step(Step),
    /// What a source had delivered up to an epoch that is being read, or where
    /// the watermark of a table stood.
    Cut { object: ObjectId, epoch: Epoch, reply: CutReply },
    /// The thread ends.
    Stop,
}

/// Takes each worker's part of a cut.
pub type CutReply = Arc<dyn Fn(SourceCut) + Send + Sync>;

/// A dataflow to run.
pub struct Install {
    /// What it makes.
    pub object: ObjectId,
    /// For logs.
    pub name: String,
    /// How, and what its operators count into.
    pub meters: Arc<DataflowMeters>,
    /// It is right from this epoch on: the last one that was issued.
    pub as_of: Epoch,
    /// Columns that its imports of sources need, by source, together with those
    /// that others read already.
    pub source_columns: Vec<(ObjectId, BTreeSet<usize>)>,
    /// Keep the rows.
    pub arrangement: Option<(ArrangementWriter, Arc<Arrangement>)>,
    /// Write the changes to an outside system.
    pub sink: Option<Arc<dyn Sink>>,
    /// Tell a subscription.
    pub listener: Option<Sender<Change>>,
}

/// One epoch on one worker.
#[derive(Default)]
pub struct Step {
    /// Which.
    pub epoch: Epoch,
    /// This worker's part of the tables' changes.
    pub tables: Vec<(ObjectId, Delta)>,
    /// Tables' watermarks after this epoch.
    pub watermarks: Vec<(ObjectId, i64)>,
    /// Sources to read from, and about how many rows per partition.
    pub polls: Vec<(ObjectId, usize)>,
    /// Tables and sources that have no row of this epoch but must let it pass.
    pub advance: Vec<ObjectId>,
    /// No read asks for an epoch below this.
    pub since: Epoch,
}
