//! The data set in the tables, and the rows of each refresh as batches.
//!
//! The lines come from a process of their own, so that the generator's memory
//! and time are not counted. Each begins with its fate: `+N` comes in round N,
//! `-N` goes in round N, `=` stays.

use std::fmt::{Display, Write as _};
use std::io::{BufRead, BufReader, BufWriter, Cursor, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::csv::ReaderBuilder;
use arrow::datatypes::SchemaRef;
use millstream::Database;
use millstream::coordinator::Transaction;
use millstream::types::{Error, Result};
use tokio::sync::mpsc::Sender;

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

/// Prints the lines of a table for [`load`].
pub fn print(table: &str, scale: f64, rounds: u64) -> ExitCode {
    let Some(generator) = Generator::new(scale, rounds) else {
        eprintln!("{rounds} rounds are too many for scale {scale}");
        return ExitCode::FAILURE;
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut print = |fate: String, line: &dyn Display| writeln!(out, "{fate}\t{line}").is_ok();
    let mut is_read = true;
    generator.lines(table, |key, line| {
        let fate = match key.map_or(Fate::Stays, |key| generator.fate(key)) {
            Fate::Comes(round) => format!("+{round}"),
            Fate::Goes(round) => format!("-{round}"),
            Fate::Stays => "=".to_string(),
        };
        is_read = is_read && print(fate, line);
    });
    if is_read && out.flush().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Loads a table. The result has rounds; only orders and lines change in them.
pub async fn load(database: &Database, table: &str, scale: f64, rounds: u64) -> Result<Refreshes> {
    let target = Target::new(database, table)?;
    let (sender, mut chunks) = tokio::sync::mpsc::channel(2);
    let (schema, table) = (target.schema.clone(), table.to_string());
    let read = tokio::task::spawn_blocking(move || read(&table, scale, rounds, &schema, sender));
    while let Some(batch) = chunks.recv().await {
        let writes = vec![target.insertion(batch)];
        database.handle().write(Transaction { writes, leases: vec![] }).await?;
    }
    let rounds = read.await.map_err(|e| Error::internal(e.to_string()))??;
    Ok(Refreshes { target, rounds })
}

/// Sends what is there at first; returns what comes and goes per round.
fn read(
    table: &str,
    scale: f64,
    rounds: u64,
    schema: &SchemaRef,
    sender: Sender<RecordBatch>,
) -> Result<Vec<(RecordBatch, RecordBatch)>> {
    let failed = |e: std::io::Error| Error::internal(format!("the generator: {e}"));
    let words = ["--lines", table, "--scale", &scale.to_string(), "--rounds", &rounds.to_string()];
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    let mut generator = command.args(words).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let out = generator.stdout.take().expect("it was asked for");
    let mut changes: Vec<(Rows, Rows)> =
        (0..rounds).map(|_| (Rows::new(schema), Rows::new(schema))).collect();
    let mut loaded = Rows::new(schema);
    for line in BufReader::new(out).lines() {
        let line = line.map_err(failed)?;
        let (fate, row) = line.split_once('\t').expect("a line has its fate");
        let round = |digits: &str| digits.parse::<usize>().expect("a fate has its round");
        if let Some(digits) = fate.strip_prefix('+') {
            changes[round(digits)].0.push(row);
            continue;
        }
        if let Some(digits) = fate.strip_prefix('-') {
            changes[round(digits)].1.push(row);
        }
        loaded.push(row);
        if loaded.count == LOAD_ROWS {
            let full = std::mem::replace(&mut loaded, Rows::new(schema));
            let _ = sender.blocking_send(full.batch()?);
        }
    }
    let _ = sender.blocking_send(loaded.batch()?);
    let status = generator.wait().map_err(failed)?;
    if !status.success() {
        return Err(Error::internal(format!("the generator ended with {status}")));
    }
    changes.into_iter().map(|(comes, goes)| Ok((comes.batch()?, goes.batch()?))).collect()
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

    fn push(&mut self, line: &str) {
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
