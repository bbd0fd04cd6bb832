//! A source's rows for an ad-hoc query: read from its connector, from the
//! beginning to its end or to where it has nothing more right now.
//!
//! Connectors are synchronous, so each read has a thread of the blocking pool
//! and a bounded channel. Nothing is decoded that nobody polls for, and a query
//! that is dropped stops the reading.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc::{self, Sender};

use crate::dataflow::{
    Backfill, IngestSpec, PartitionIngest, PastPartition, SourceBackfill, SourceCut, Wake,
};
use crate::query::RowStream;
use crate::types::{Epoch, Error, Result, SqlState};

/// Rows of one turn of reading.
const TURN_ROWS: usize = 65_536;
/// Turns that may wait for the query.
const TURNS_AHEAD: usize = 2;
/// So many rows from a partition that has no end and never pauses: it is a
/// generator, and the query would never end.
const ENDLESS_ROWS: usize = 10_000_000;

/// All columns of the source, of which `columns` have values. Rows that cannot
/// be used are left out, as they are from views.
pub(super) fn source_rows(
    spec: Arc<IngestSpec>,
    name: String,
    columns: Vec<usize>,
    epoch: Epoch,
) -> RowStream {
    let start = async move {
        let (sender, receiver) = mpsc::channel(TURNS_AHEAD);
        let reading = Reading { spec, name, columns: columns.into_iter().collect(), epoch };
        tokio::task::spawn_blocking(move || {
            if let Err(error) = reading.run(&sender) {
                let _ = sender.blocking_send(Err(error));
            }
        });
        stream::unfold(receiver, |mut rows| async move { rows.recv().await.map(|batch| (batch, rows)) })
    };
    stream::once(start).flatten().boxed()
}

/// The same of what the source had delivered at some epoch, once more.
pub(super) fn past_rows(
    spec: Arc<IngestSpec>,
    name: String,
    columns: Vec<usize>,
    epoch: Epoch,
    cut: Arc<SourceCut>,
) -> RowStream {
    let start = async move {
        let (sender, receiver) = mpsc::channel(TURNS_AHEAD);
        let columns: BTreeSet<usize> = columns.into_iter().collect();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read_past(&spec, &name, &columns, epoch, &cut, &sender) {
                let _ = sender.blocking_send(Err(error));
            }
        });
        stream::unfold(receiver, |mut rows| async move { rows.recv().await.map(|batch| (batch, rows)) })
    };
    stream::once(start).flatten().boxed()
}

fn read_past(
    spec: &Arc<IngestSpec>,
    name: &str,
    columns: &BTreeSet<usize>,
    epoch: Epoch,
    cut: &SourceCut,
    rows: &Sender<Result<RecordBatch>>,
) -> Result<()> {
    let mut partitions = vec![];
    for (partition, past) in cut.partitions.iter().filter(|(_, past)| past.until > 0) {
        let wake: Wake = Arc::new(|| {});
        let ingest = PartitionIngest::open(spec, *partition, columns, wake)?;
        partitions.push(PastPartition { ingest, until: past.until, excluded: past.excluded.clone() });
    }
    let mut past = SourceBackfill::new(partitions, spec.schema.clone(), epoch);
    let mut waited = Duration::ZERO;
    while let Some(part) = past.next()? {
        if part.num_rows() > 0 {
            waited = Duration::ZERO;
            if rows.blocking_send(Ok(part.rows().clone())).is_err() {
                return Ok(());
            }
        } else if rows.is_closed() {
            return Ok(());
        } else if waited >= PATIENCE {
            let message = format!("source \"{name}\" does not deliver again what it delivered before");
            return Err(Error::new(SqlState::IO_ERROR, message)
                .with_hint("Has a file been taken away or shortened since?"));
        } else {
            std::thread::sleep(PAUSE);
            waited += PAUSE;
        }
    }
    Ok(())
}

/// How long a source may pause within what it has delivered before.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(1);

struct Reading {
    spec: Arc<IngestSpec>,
    name: String,
    columns: BTreeSet<usize>,
    epoch: Epoch,
}

impl Reading {
    fn run(&self, rows: &Sender<Result<RecordBatch>>) -> Result<()> {
        for partition in 0..self.spec.source.partitions() {
            if !self.partition(partition as u32, rows)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads one partition; false when nobody wants its rows any more.
    fn partition(&self, partition: u32, rows: &Sender<Result<RecordBatch>>) -> Result<bool> {
        let wake: Wake = Arc::new(|| {});
        let mut ingest = PartitionIngest::open(&self.spec, partition, &self.columns, wake)?;
        let mut read = 0;
        loop {
            let turn = ingest.turn(self.epoch, TURN_ROWS)?;
            for batch in turn.batches {
                read += batch.count as usize;
                if rows.blocking_send(Ok(batch.rows)).is_err() {
                    return Ok(false);
                }
            }
            if !turn.more {
                return Ok(true);
            }
            if rows.is_closed() {
                return Ok(false);
            }
            if read > ENDLESS_ROWS && !self.spec.source.is_finite() {
                return Err(self.endless());
            }
        }
    }

    fn endless(&self) -> Error {
        Error::unsupported(format!("reading source \"{}\", which has no end and never pauses,", self.name))
            .with_hint(
                "Make a materialized view over it, add LIMIT, or give the source an end, for example by \
             nexmark.event.num.",
            )
    }
}
