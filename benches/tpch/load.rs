//! The data set in the tables, and the rows of each refresh as batches.

use std::fmt::{Display, Write};
use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::csv::ReaderBuilder;
use arrow::datatypes::SchemaRef;
use millstream::Database;
use millstream::coordinator::Transaction;
use millstream::types::{Error, Result};

use crate::generate::{Fate, Generator};
use crate::harness::rows::Target;

/// Rows of one insertion while loading.
const LOAD_ROWS: usize = 100_000;

/// The changes of one table in all rounds.
pub struct Refreshes {
    pub target: Target,
    /// Per round the rows that come, and those that go.
    pub rounds: Vec<(RecordBatch, RecordBatch)>,
}

/// Loads a table. The result has rounds if its rows change.
pub async fn load(database: &Database, table: &str, generator: Generator, rounds: u64) -> Result<Refreshes> {
    let target = Target::new(database, table)?;
    let (sender, mut chunks) = tokio::sync::mpsc::channel(2);
    let schema = target.schema.clone();
    let name = table.to_string();
    let made = tokio::task::spawn_blocking(move || {
        let mut changes: Vec<(Rows, Rows)> =
            (0..rounds).map(|_| (Rows::new(&schema), Rows::new(&schema))).collect();
        let mut loaded = Rows::new(&schema);
        let mut sent = Ok(());
        generator.lines(&name, |key, line| {
            match key.map_or(Fate::Stays, |key| generator.fate(key)) {
                Fate::Comes(round) => return changes[round as usize].0.push(line),
                Fate::Goes(round) => changes[round as usize].1.push(line),
                Fate::Stays => (),
            }
            loaded.push(line);
            if loaded.count == LOAD_ROWS && sent.is_ok() {
                let batch = std::mem::replace(&mut loaded, Rows::new(&schema)).batch();
                sent = batch.map(|b| drop(sender.blocking_send(b)));
            }
        });
        sent?;
        let _ = sender.blocking_send(loaded.batch()?);
        changes
            .into_iter()
            .map(|(comes, goes)| Ok((comes.batch()?, goes.batch()?)))
            .collect::<Result<Vec<_>>>()
    });
    while let Some(batch) = chunks.recv().await {
        let writes = vec![target.insertion(batch)];
        database.handle().write(Transaction { writes, leases: vec![] }).await?;
    }
    let rounds = made.await.map_err(|e| Error::internal(e.to_string()))??;
    Ok(Refreshes { target, rounds })
}

/// Lines on their way to a batch.
struct Rows {
    schema: SchemaRef,
    text: String,
    count: usize,
}

impl Rows {
    fn new(schema: &SchemaRef) -> Self {
        Rows { schema: schema.clone(), text: String::new(), count: 0 }
    }

    fn push(&mut self, line: &dyn Display) {
        writeln!(self.text, "{line}").expect("a String takes it");
        self.count += 1;
    }

    fn batch(self) -> Result<RecordBatch> {
        let reader = ReaderBuilder::new(Arc::clone(&self.schema))
            .with_header(false)
            .with_batch_size(self.count.max(1))
            .build(Cursor::new(self.text))?;
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(concat_batches(&self.schema, &batches)?)
    }
}
