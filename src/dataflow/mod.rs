//! Incremental plans made to run on Timely workers.
//!
//! [`Runtime`] holds the threads, each of which runs a `worker`: it takes the
//! coordinator's [`Command`]s, polls sources (`ingest`), has plans become dataflows
//! (`render`) of `operators`, and tells what has happened as [`Event`]s. What a
//! collection tells goes by its `publisher` into its arrangement and its `feed`.
//! Operators know nothing of Timely: `adapter` places them. Late rows are ruled
//! out once for all views (`lateness`), by watermarks that all workers agree on
//! (`watermark`). A dataflow that fails is stopped alone (`quarantine`).

mod adapter;
mod arrangement_past;
mod command;
mod connector;
mod epoch_board;
mod event;
mod feed;
mod followed;
mod ingest;
mod lateness;
mod meter;
mod operator;
mod operators;
mod options;
mod publisher;
mod quarantine;
mod render;
mod runtime;
mod source_cut;
mod source_past;
mod watermark;
mod worker;

pub use adapter::Backfill;
pub use command::{Command, CutReply, Install, Step};
pub use connector::{
    Connector, FormatSpec, OptionSpec, Rejected, Sink, SinkSpec, SinkWriter, Source, SourceBatch, SourcePoll,
    SourceReader, SourceSpec, Wake,
};
pub use event::{Change, Event, LateRows};
pub use ingest::{IngestSpec, ORDINAL, PartitionIngest, Turn, WatermarkSpec};
pub use lateness::rule_rows;
pub use meter::{DataflowMeters, Reading};
pub use operator::{EpochContext, Operator, Transform};
pub use options::check_options;
pub use runtime::Runtime;
pub use source_cut::SourceCut;
pub use source_past::{PastPartition, SourceBackfill};
