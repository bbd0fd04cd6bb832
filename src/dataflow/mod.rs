//! Incremental plans made to run on Timely workers.

mod connector;
mod options;

pub use connector::{
    Connector, FormatSpec, OptionSpec, Rejected, Sink, SinkSpec, SinkWriter, Source, SourceBatch, SourcePoll,
    SourceReader, SourceSpec, Wake,
};
pub use options::{check_options, nearest};
