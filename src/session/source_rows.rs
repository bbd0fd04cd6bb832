//! A source's rows for an ad-hoc query: read from its connector, from the
//! beginning to its end or to where it has nothing more right now.
//!
//! Connectors are synchronous, so each read has a thread of the blocking pool
//! and a bounded channel. Nothing is decoded that nobody polls for, and a query
//! that is dropped stops the reading.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream;
use parking_lot::Mutex;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::notices::Notices;
use crate::coordinator::Journal;
use crate::dataflow::{
    Backfill, IngestSpec, PartitionIngest, PastPartition, Rejected, SourceBackfill, SourceCut, Turn, Wake,
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
/// be used are left out, as they are from views; a warning says how many.
pub(super) fn source_rows(
    spec: Arc<IngestSpec>,
    name: String,
    columns: Vec<usize>,
    epoch: Epoch,
    notices: Notices,
) -> RowStream {
    let start = async move {
        let (sender, receiver) = mpsc::channel(TURNS_AHEAD);
        let left_out = Arc::new(LeftOut::new(name.clone(), notices));
        let reading = Reading { spec, name, columns: columns.into_iter().collect(), epoch };
        let counted = left_out.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = reading.run(&mut |_, turn| {
                counted.add(&turn.rejected);
                !sender.is_closed()
                    && turn.batches.into_iter().all(|batch| sender.blocking_send(Ok(batch.rows)).is_ok())
            });
            if let Err(error) = outcome {
                let _ = sender.blocking_send(Err(error));
            }
        });
        let rows = Counted { receiver, left_out };
        stream::unfold(rows, |mut rows| async move { rows.receiver.recv().await.map(|batch| (batch, rows)) })
    };
    stream::once(start).flatten().boxed()
}

/// The rows that a reading of the source from its beginning leaves out.
pub(super) async fn rejected_rows(spec: Arc<IngestSpec>, name: String, epoch: Epoch) -> Result<Journal> {
    let (sender, mut parts) = mpsc::channel(TURNS_AHEAD);
    let reading = Reading { columns: (0..spec.schema.fields().len()).collect(), spec, name, epoch };
    tokio::task::spawn_blocking(move || {
        let outcome = reading.run(&mut |partition, turn| match turn.rejected.is_empty() {
            true => !sender.is_closed(),
            false => sender.blocking_send(Ok((partition, turn.rejected))).is_ok(),
        });
        if let Err(error) = outcome {
            let _ = sender.blocking_send(Err(error));
        }
    });
    let mut journal = Journal::default();
    while let Some(part) = parts.recv().await {
        let (partition, rows) = part?;
        journal.add_rejected(epoch, partition, rows);
    }
    Ok(journal)
}

/// Rows on their way to the query. When they have all come, or nobody wants
/// more of them, what was left out is told.
struct Counted {
    receiver: Receiver<Result<RecordBatch>>,
    left_out: Arc<LeftOut>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.left_out.tell();
    }
}

/// The rows of one reading that could not be used.
struct LeftOut {
    source: String,
    notices: Notices,
    count: AtomicU64,
    first: Mutex<Option<Rejected>>,
}

impl LeftOut {
    fn new(source: String, notices: Notices) -> Self {
        LeftOut { source, notices, count: AtomicU64::new(0), first: Mutex::new(None) }
    }

    fn add(&self, rejected: &[Rejected]) {
        if let Some(row) = rejected.first() {
            self.count.fetch_add(rejected.len() as u64, Ordering::AcqRel);
            self.first.lock().get_or_insert_with(|| row.clone());
        }
    }

    fn tell(&self) {
        let (count, first) = (self.count.load(Ordering::Acquire), self.first.lock().take());
        let Some(Rejected { reason, place, .. }) = first else { return };
        let rows = if count == 1 { "1 row".to_string() } else { format!("{count} rows") };
        let message =
            format!("{rows} of source \"{}\" rejected in this read: {reason} ({place})", self.source);
        let name = self.source.replace('\'', "''");
        let hint = format!("SELECT * FROM rejected_rows('{name}')");
        self.notices.add_once("WARNING", Error::new(SqlState("01000"), message).with_hint(hint));
    }
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
    /// Hands each turn on with its partition, as long as `take` wants more.
    fn run(&self, take: &mut dyn FnMut(u32, Turn) -> bool) -> Result<()> {
        for partition in 0..self.spec.source.partitions() {
            if !self.partition(partition as u32, take)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads one partition; false when nobody wants its rows any more.
    fn partition(&self, partition: u32, take: &mut dyn FnMut(u32, Turn) -> bool) -> Result<bool> {
        let wake: Wake = Arc::new(|| {});
        let mut ingest = PartitionIngest::open(&self.spec, partition, &self.columns, wake)?;
        let mut read = 0;
        loop {
            let turn = ingest.turn(self.epoch, TURN_ROWS)?;
            read += turn.batches.iter().map(|batch| batch.count as usize).sum::<usize>();
            let more = turn.more;
            if !take(partition, turn) {
                return Ok(false);
            }
            if !more {
                return Ok(true);
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
