//! Incremental plans made to run on Timely workers.

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
pub use ingest::{IngestSpec, ORDINAL, PartitionIngest, WatermarkSpec};
pub use lateness::rule_rows;
pub use meter::{DataflowMeters, Reading};
pub use operator::{EpochContext, Operator, Transform};
pub use options::check_options;
pub use runtime::Runtime;
pub use source_cut::SourceCut;
pub use source_past::{PastPartition, SourceBackfill};
