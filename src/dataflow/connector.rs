//! What an outside system must offer to be an input or an output.
//!
//! These traits are declared here, where they are used; `connectors` implements
//! them and only `main.rs` (and tests) hand the implementations on. Everything
//! is synchronous: a worker polls its readers between steps, and a reader with
//! threads of its own wakes the worker through [`Wake`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::delta::Delta;
use crate::types::{Epoch, Error, Result};

/// An outside system, by the name that `WITH (connector = '…')` gives.
pub trait Connector: Send + Sync {
    /// The value of the option `connector`.
    fn name(&self) -> &'static str;

    /// Every `WITH` option it knows, besides `connector`.
    fn options(&self) -> &'static [OptionSpec];

    /// The columns of a source whose statement names none, when the outside
    /// system knows them; `None` when it does not.
    fn columns(&self, _spec: &SourceSpec) -> Result<Option<SchemaRef>> {
        Ok(None)
    }

    /// Opens an input. Fails at once on options that cannot work (a missing
    /// file, a folder without rights), with a hint.
    fn source(&self, _spec: &SourceSpec) -> Result<Arc<dyn Source>> {
        Err(Error::unsupported(format!("connector '{}' as a source", self.name())))
    }

    /// Is it an output? Others are inputs.
    fn is_sink(&self) -> bool {
        false
    }

    /// Opens an output.
    fn sink(&self, _spec: &SinkSpec) -> Result<Arc<dyn Sink>> {
        Err(Error::unsupported(format!("connector '{}' as a sink", self.name())))
    }
}

/// One `WITH` option as data: checked before the connector sees it, shown in
/// error messages and in the docs.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Its name; `*` stands for one or more dotted parts, as in `fields.*.kind`.
    pub name: &'static str,
    /// One line for the docs.
    pub about: &'static str,
}

/// What a source statement says, checked against [`Connector::options`].
#[derive(Clone, Debug)]
pub struct SourceSpec {
    /// The source's name, for messages.
    pub name: String,
    /// `WITH` options without `connector`.
    pub options: BTreeMap<String, String>,
    /// `FORMAT … ENCODE …`, if given.
    pub format: Option<FormatSpec>,
    /// The columns that the outside system must deliver: the declared ones
    /// without generated columns, in order. Empty when none were declared.
    pub schema: SchemaRef,
    /// Columns (of `schema`) that may not be NULL carry `nullable: false`.
    /// A row that breaks this is rejected by the engine, not by the connector.
    /// `INCLUDE …` columns: metadata name to index in `schema`.
    pub include: Vec<(String, usize)>,
}

/// `FORMAT PLAIN ENCODE JSON (option = '…')`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// `PLAIN`, `UPSERT` or `DEBEZIUM`, in upper case.
    pub format: String,
    /// `JSON`, `CSV`, `PARQUET`, …, in upper case.
    pub encode: String,
    /// Options in brackets after `ENCODE`, for example `delimiter`.
    pub options: BTreeMap<String, String>,
}

/// What a sink statement says.
#[derive(Clone, Debug)]
pub struct SinkSpec {
    /// The sink's name.
    pub name: String,
    /// `WITH` options without `connector`.
    pub options: BTreeMap<String, String>,
    /// `FORMAT … ENCODE …`, if given.
    pub format: Option<FormatSpec>,
    /// The columns that will be written.
    pub schema: SchemaRef,
    /// No row is ever retracted.
    pub append_only: bool,
}

/// Wakes the worker that polls a reader.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// An input that has been opened. It is read in `partitions()` independent
/// sequences of rows; each sequence is the same whenever it is read again.
pub trait Source: Send + Sync {
    /// How many partitions; fixed for the source's life.
    fn partitions(&self) -> usize;

    /// The input ends by itself (a generator with a count, files without
    /// `follow`), so that reading it to the end makes sense.
    fn is_finite(&self) -> bool;

    /// May columns be left out without changing which rows are rejected? True
    /// for generators and typed files; false where a row is text that must be
    /// decoded whole to know that it is good.
    fn can_prune(&self) -> bool {
        false
    }

    /// Starts reading one partition: from the beginning, or from what
    /// [`SourceReader::offset`] once returned. Only the columns `projection`
    /// (indices into the spec's schema, ascending) are wanted, and only they
    /// are in the batches, in that order.
    fn open(
        &self,
        partition: usize,
        from: Option<&str>,
        projection: &[usize],
        wake: Wake,
    ) -> Result<Box<dyn SourceReader>>;
}

/// One partition being read.
pub trait SourceReader: Send {
    /// Returns at once with up to `max_rows` more rows (good and rejected ones
    /// together; a reader should come near it when it can), or says when to ask
    /// again. An error here is fatal for the source; bad rows are not errors.
    fn poll(&mut self, max_rows: usize) -> Result<SourcePoll>;

    /// Where this reader stands, after all that `poll` has returned. Opaque to
    /// the engine; stored in checkpoints.
    fn offset(&self) -> String;
}

/// What a reader has to offer.
#[derive(Debug)]
pub enum SourcePoll {
    /// Rows.
    Batch(SourceBatch),
    /// Nothing now. Poll again at this instant (if any), or when woken.
    Idle(Option<Instant>),
    /// There will never be another row.
    Finished,
}

/// Some rows of one partition, in the partition's order.
#[derive(Debug)]
pub struct SourceBatch {
    /// The rows that could be decoded.
    pub rows: RecordBatch,
    /// Those that could not.
    pub rejected: Vec<Rejected>,
}

/// An input row that could not be used. Kept for `rejected_rows('s')`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Why, in the words of an error message.
    pub reason: String,
    /// The raw input, shortened to at most 1 kB.
    pub raw: String,
    /// Where, for example `part-1.ndjson:17` or `offset 1234`.
    pub place: String,
}

/// An output that has been opened; each worker gets its own writer.
pub trait Sink: Send + Sync {
    /// A writer for one of `workers` workers.
    fn open(&self, worker: usize, workers: usize) -> Result<Box<dyn SinkWriter>>;
}

/// One worker's end of a sink.
pub trait SinkWriter {
    /// Takes everything that changed in `epoch`. Called with strictly
    /// increasing epochs, and only when there are changes.
    fn write(&mut self, epoch: Epoch, changes: &[Delta]) -> Result<()>;
}
