//! A source's rows for an ad-hoc query: read from its connector, from the
//! beginning to its end or to where it has nothing more right now.
//!
//! Connectors are synchronous, so each read has a thread of the blocking pool
//! and a bounded channel. Nothing is decoded that nobody polls for, and a query
//! that is dropped stops the reading.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc::{self, Sender};

use crate::dataflow::{IngestSpec, PartitionIngest, Wake};
use crate::query::RowStream;
use crate::types::{Epoch, Error, Result};

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
