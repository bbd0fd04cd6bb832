//! Incremental plans made to run on Timely workers.

mod connector;

pub use connector::{
    Connector, FormatSpec, OptionSpec, Rejected, Sink, SinkSpec, SinkWriter, Source, SourceBatch, SourcePoll,
    SourceReader, SourceSpec, Wake,
};
