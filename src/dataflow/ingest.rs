//! A source on one worker: its readers polled, its rows made whole.
//!
//! Each partition belongs to one worker. A row passes, in this order: the
//! connector's decoding, NOT NULL, generated columns, `MAX SKEW`; what fails is
//! rejected with its reason. What passes is handed on with its ordinal in the
//! partition, so that a second reading of the past can leave out exactly the
//! rows that were left out the first time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions, new_null_array,
};
use arrow::compute::{filter_record_batch, max};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::physical_expr::PhysicalExpr;

use super::connector::{Rejected, Source, SourcePoll, SourceReader, Wake};
use crate::delta::Delta;
use crate::expr::functions::as_micros;
use crate::expr::{Program, row_text};
use crate::types::{Epoch, ObjectId, Result};

/// Everything about a source that its readers need, on any worker.
#[derive(Clone)]
pub struct IngestSpec {
    /// The catalog's id.
    pub object: ObjectId,
    /// The opened connector.
    pub source: Arc<dyn Source>,
    /// What the connector delivers when nothing is left out.
    pub connector_schema: SchemaRef,
    /// From the connector's columns to all columns of the source.
    pub program: Arc<Program>,
    /// For each column of the source, the connector's columns it is made of.
    pub made_of: Vec<Vec<usize>>,
    /// All columns of the source.
    pub schema: SchemaRef,
    /// Columns of the source that may not be NULL, with their names.
    pub not_null: Vec<usize>,
    /// The event time, if declared.
    pub watermark: Option<WatermarkSpec>,
}

/// A bound watermark clause. Times are microseconds.
#[derive(Clone)]
pub struct WatermarkSpec {
    /// The event-time column, among all columns of the source.
    pub column: usize,
    /// The expression whose highest value is the watermark.
    pub expression: Arc<dyn PhysicalExpr>,
    /// After how long without rows a partition holds nothing back.
    pub idle_after: Option<i64>,
    /// How far ahead of the epoch's time a row may be.
    pub max_skew: Option<i64>,
    /// How far below the watermark a row still counts.
    pub lateness: i64,
}

/// Some rows of one partition, whole.
#[derive(Clone, Debug)]
pub struct IngestBatch {
    /// Whose rows.
    pub partition: u32,
    /// The ordinal of the first row read, whether it passed or not.
    pub first: u64,
    /// How many rows were read from the connector (rejected ones of the
    /// connector are not counted, they have no ordinal).
    pub count: u64,
    /// The ordinals of `rows`, relative to `first`; `None` when all passed.
    pub kept: Option<Vec<u32>>,
    /// The rows that passed, with all columns of the source.
    pub rows: RecordBatch,
    /// The highest value of the watermark expression.
    pub high: Option<i64>,
}

impl IngestBatch {
    /// The ordinal of one of `rows` in its partition.
    pub fn position(&self, row: usize) -> u64 {
        self.first + self.kept.as_ref().map_or(row as u64, |k| u64::from(k[row]))
    }
}

/// One partition being read by its worker.
pub struct PartitionIngest {
    spec: IngestSpec,
    /// Which partition.
    pub partition: u32,
    reader: Box<dyn SourceReader>,
    projection: Vec<usize>,
    program: Program,
    position: u64,
    waiting: Option<SourcePoll>,
    last_rows: Instant,
    /// It holds time back no longer.
    pub idle: bool,
    /// There will be no more rows.
    pub finished: bool,
}

/// What one turn of reading gave.
pub struct Turn {
    /// Whole rows.
    pub batches: Vec<IngestBatch>,
    /// Rows that could not be used.
    pub rejected: Vec<Rejected>,
    /// There is more to read right now.
    pub more: bool,
}

impl PartitionIngest {
    /// Starts reading a partition from its beginning. `columns` are the columns
    /// of the source that somebody reads.
    pub fn open(spec: &IngestSpec, partition: u32, columns: &BTreeSet<usize>, wake: Wake) -> Result<Self> {
        let projection = spec.projection(columns);
        let reader = spec.source.open(partition as usize, None, &projection, wake)?;
        Ok(PartitionIngest {
            program: spec.program.for_worker()?,
            spec: spec.clone(),
            partition,
            reader,
            projection,
            position: 0,
            waiting: None,
            last_rows: Instant::now(),
            idle: false,
            finished: false,
        })
    }

    /// How many rows have been read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Reads on with more columns, from where it stands.
    pub fn widen(&mut self, columns: &BTreeSet<usize>, wake: Wake) -> Result<()> {
        let projection = self.spec.projection(columns);
        if projection == self.projection || self.finished {
            return Ok(());
        }
        if let Some(SourcePoll::Batch(_)) = self.waiting {
            // Rows read ahead with the old columns: read them again with the new.
            return self.reopen_at_position(projection, wake);
        }
        let offset = self.reader.offset();
        self.reader = self.spec.source.open(self.partition as usize, Some(&offset), &projection, wake)?;
        self.projection = projection;
        self.waiting = None;
        Ok(())
    }

    fn reopen_at_position(&mut self, projection: Vec<usize>, wake: Wake) -> Result<()> {
        let mut reader = self.spec.source.open(self.partition as usize, None, &projection, wake)?;
        let mut skipped = 0;
        while skipped < self.position {
            match reader.poll((self.position - skipped).min(65_536) as usize)? {
                SourcePoll::Batch(batch) => skipped += batch.rows.num_rows() as u64,
                _ => break,
            }
        }
        self.reader = reader;
        self.projection = projection;
        self.waiting = None;
        Ok(())
    }

    /// When this partition should be looked at again: now (`Some(None)`), at an
    /// instant, or not before it wakes us.
    pub fn ready(&mut self, now: Instant) -> Result<Readiness> {
        if self.finished {
            return Ok(Readiness::Never);
        }
        if let Some(SourcePoll::Idle(Some(until))) = &self.waiting
            && *until > now
        {
            return Ok(self.idle_or(Readiness::At(*until), now));
        }
        if !matches!(self.waiting, Some(SourcePoll::Batch(_))) {
            self.waiting = Some(self.reader.poll(READ_AHEAD)?);
        }
        Ok(match &self.waiting {
            Some(SourcePoll::Batch(_) | SourcePoll::Finished) => Readiness::Now,
            Some(SourcePoll::Idle(Some(until))) => self.idle_or(Readiness::At(*until), now),
            _ => self.idle_or(Readiness::WhenWoken, now),
        })
    }

    /// A partition that falls idle wants an epoch in which to say so.
    fn idle_or(&self, otherwise: Readiness, now: Instant) -> Readiness {
        let Some(idle_after) = self.spec.watermark.as_ref().and_then(|w| w.idle_after) else {
            return otherwise;
        };
        if self.idle {
            return otherwise;
        }
        let falls = self.last_rows + Duration::from_micros(idle_after.max(0) as u64);
        if falls <= now {
            return Readiness::Now;
        }
        match otherwise {
            Readiness::At(until) => Readiness::At(until.min(falls)),
            _ => Readiness::At(falls),
        }
    }

    /// Reads up to about `max_rows` rows for `epoch`.
    pub fn turn(&mut self, epoch: Epoch, max_rows: usize) -> Result<Turn> {
        let mut turn = Turn { batches: Vec::new(), rejected: Vec::new(), more: false };
        let mut read = 0;
        while read < max_rows && !self.finished {
            let poll = match self.waiting.take() {
                Some(SourcePoll::Batch(batch)) => SourcePoll::Batch(batch),
                _ => self.reader.poll(max_rows - read)?,
            };
            match poll {
                SourcePoll::Batch(batch) => {
                    read += batch.rows.num_rows() + batch.rejected.len();
                    turn.rejected.extend(batch.rejected);
                    if batch.rows.num_rows() > 0 {
                        let whole = self.complete(batch.rows, epoch, &mut turn.rejected)?;
                        turn.batches.push(whole);
                    }
                }
                SourcePoll::Finished => self.finished = true,
                idle => {
                    self.waiting = Some(idle);
                    break;
                }
            }
        }
        let now = Instant::now();
        if read > 0 {
            self.last_rows = now;
        }
        let patience = self.spec.watermark.as_ref().and_then(|w| w.idle_after);
        self.idle = patience.is_some_and(|p| now - self.last_rows >= Duration::from_micros(p.max(0) as u64));
        turn.more = read >= max_rows && !self.finished;
        Ok(turn)
    }

    /// Turns the connector's rows into rows of the source.
    fn complete(
        &mut self,
        read: RecordBatch,
        epoch: Epoch,
        rejected: &mut Vec<Rejected>,
    ) -> Result<IngestBatch> {
        let (first, count) = (self.position, read.num_rows() as u64);
        self.position += count;
        let wide = widen_columns(&read, &self.projection, &self.spec.connector_schema)?;
        let mut delta = self.program.apply(Delta::insert(with_ordinals(&wide)?), epoch)?;
        for fault in delta.take_faults() {
            let place = format!("partition {}, after row {first}", self.partition);
            rejected.push(Rejected { reason: fault.message, raw: fault.row, place });
        }
        let (rows, ordinals) = split_ordinals(delta.rows())?;
        let mut kept = (rows.num_rows() as u64 != count).then_some(ordinals);
        let mut rows = rows;
        if let Some(mask) = self.null_mask(&rows, first, rejected)? {
            rows = keep(&rows, &mask, &mut kept)?;
        }
        let mut high = None;
        if let Some(watermark) = self.spec.watermark.clone() {
            if let Some(mask) = self.skew_mask(&rows, &watermark, epoch, first, rejected)? {
                rows = keep(&rows, &mask, &mut kept)?;
            }
            let values = watermark.expression.evaluate(&rows)?.into_array(rows.num_rows())?;
            high = max(&as_micros(&values)?);
        }
        Ok(IngestBatch { partition: self.partition, first, count, kept, rows, high })
    }

    fn null_mask(
        &self,
        rows: &RecordBatch,
        first: u64,
        rejected: &mut Vec<Rejected>,
    ) -> Result<Option<BooleanArray>> {
        let broken: Vec<usize> =
            self.spec.not_null.iter().copied().filter(|c| rows.column(*c).null_count() > 0).collect();
        if broken.is_empty() {
            return Ok(None);
        }
        let mut mask = vec![true; rows.num_rows()];
        for (row, good) in mask.iter_mut().enumerate() {
            if let Some(column) = broken.iter().find(|c| rows.column(**c).is_null(row)) {
                *good = false;
                let name = self.spec.schema.field(*column).name();
                rejected.push(Rejected {
                    reason: format!("null value in column \"{name}\" violates not-null constraint"),
                    raw: row_text(rows, row)?,
                    place: format!("partition {}, row {}", self.partition, first + row as u64),
                });
            }
        }
        Ok(Some(mask.into()))
    }

    fn skew_mask(
        &self,
        rows: &RecordBatch,
        watermark: &WatermarkSpec,
        epoch: Epoch,
        first: u64,
        rejected: &mut Vec<Rejected>,
    ) -> Result<Option<BooleanArray>> {
        let Some(skew) = watermark.max_skew else {
            return Ok(None);
        };
        let limit = epoch.as_micros().saturating_add(skew);
        let times = as_micros(rows.column(watermark.column))?;
        if max(&times).is_none_or(|highest| highest <= limit) {
            return Ok(None);
        }
        let mut mask = vec![true; rows.num_rows()];
        for (row, good) in mask.iter_mut().enumerate() {
            if times.is_valid(row) && times.value(row) > limit {
                *good = false;
                let name = self.spec.schema.field(watermark.column).name();
                rejected.push(Rejected {
                    reason: format!(
                        "event time in column \"{name}\" is further ahead of the clock than MAX SKEW allows"
                    ),
                    raw: row_text(rows, row)?,
                    place: format!("partition {}, row {}", self.partition, first + row as u64),
                });
            }
        }
        Ok(Some(mask.into()))
    }
}

/// How many rows a reader is asked for when it is only looked at.
const READ_AHEAD: usize = 1024;

/// When to look at a partition again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It has rows, or has ended, or fell idle.
    Now,
    /// At this instant.
    At(Instant),
    /// When its connector wakes the worker.
    WhenWoken,
    /// It has ended, and said so.
    Never,
}

impl IngestSpec {
    /// The connector's columns needed for these columns of the source; also
    /// those that decide whether a row passes.
    fn projection(&self, columns: &BTreeSet<usize>) -> Vec<usize> {
        if !self.source.can_prune() {
            return (0..self.connector_schema.fields().len()).collect();
        }
        let mut wanted = columns.clone();
        wanted.extend(self.not_null.iter().filter(|c| !self.made_of[**c].is_empty()));
        wanted.extend(self.watermark.as_ref().map(|w| w.column));
        let mut projection: Vec<usize> =
            wanted.iter().flat_map(|c| self.made_of[*c].iter().copied()).collect();
        projection.sort_unstable();
        projection.dedup();
        projection
    }
}

/// Columns that were not read are NULL.
fn widen_columns(read: &RecordBatch, projection: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
    let mut columns: Vec<Option<ArrayRef>> = vec![None; schema.fields().len()];
    for (column, index) in read.columns().iter().zip(projection) {
        columns[*index] = Some(column.clone());
    }
    let fields = schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true)).collect::<Vec<_>>();
    let fill = |(column, field): (Option<ArrayRef>, &arrow::datatypes::Field)| {
        column.unwrap_or_else(|| new_null_array(field.data_type(), read.num_rows()))
    };
    let columns = columns.into_iter().zip(&fields).map(fill).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(read.num_rows()));
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// The rows with their ordinals as a last column: the program passes it on.
fn with_ordinals(rows: &RecordBatch) -> Result<RecordBatch> {
    use arrow::datatypes::{Field, Schema};
    let mut fields: Vec<_> = rows.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(ORDINAL, DataType::Int64, false)));
    let mut columns = rows.columns().to_vec();
    columns.push(Arc::new(Int64Array::from_iter_values(0..rows.num_rows() as i64)));
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// The column that an ingest program gets last and passes on last.
pub const ORDINAL: &str = "__ordinal";

fn split_ordinals(rows: &RecordBatch) -> Result<(RecordBatch, Vec<u32>)> {
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;
    let last = rows.num_columns() - 1;
    let ordinals = rows.column(last).as_primitive::<Int64Type>().values().iter().map(|o| *o as u32).collect();
    Ok((rows.project(&(0..last).collect::<Vec<_>>())?, ordinals))
}

fn keep(rows: &RecordBatch, mask: &BooleanArray, kept: &mut Option<Vec<u32>>) -> Result<RecordBatch> {
    let all: Vec<u32> = kept.take().unwrap_or_else(|| (0..rows.num_rows() as u32).collect());
    *kept = Some(all.into_iter().enumerate().filter(|(i, _)| mask.value(*i)).map(|(_, o)| o).collect());
    Ok(filter_record_batch(rows, mask)?)
}
