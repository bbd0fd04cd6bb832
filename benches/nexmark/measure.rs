//! One query, run to the end of its stream.

use std::time::{Duration, Instant};

use millstream::types::{Error, Result};
use millstream::{Database, Options};
use serde::{Deserialize, Serialize};

use crate::harness::process::{cpu_time, peak_memory};

/// What one run took.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measurement {
    /// The query.
    pub query: String,
    /// Worker threads.
    pub workers: usize,
    /// Events of all kinds that the generator counted through.
    pub events: u64,
    /// From CREATE SINK until the last epoch was taken in.
    pub wall: Duration,
    /// CPU time of all threads in that time.
    pub cpu: Duration,
    /// Changed rows that reached the sink.
    pub rows_out: u64,
    /// Peak resident memory, bytes.
    pub memory: u64,
    /// Median epoch time.
    pub p50: Duration,
    /// 99th percentile of epoch times.
    pub p99: Duration,
}

/// Runs `query` over `events` events.
pub fn measure(query: &str, events: u64, workers: usize) -> Result<Measurement> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| Error::internal(e.to_string()))?;
    runtime.block_on(run(query, events, workers))
}

async fn run(query: &str, events: u64, workers: usize) -> Result<Measurement> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/nexmark");
    let read =
        |name: &str| std::fs::read_to_string(format!("{root}/{name}.sql")).expect("the query is there");
    let database = Database::open(Options { workers, ..Options::default() }).await?;
    let sources =
        read("sources").replace(":events", &events.to_string()).replace(":splits", &workers.to_string());
    database.execute(&sources).await?;
    if query == "q13" {
        database.execute(&read("side_input")).await?;
    }
    let text = read(query);
    let sink =
        format!("CREATE SINK k AS {} WITH (connector = 'blackhole')", text.trim().trim_end_matches(';'));
    let (begun, cpu) = (Instant::now(), cpu_time());
    database.execute(&sink).await?;
    database.until_idle().await?;
    let (wall, cpu) = (begun.elapsed(), cpu_time() - cpu);
    let sink = database.handle().catalog().resolve(None, "k")?.id;
    let progress = database.handle().progress().await?;
    let rows_out = progress.iter().find(|p| p.object == sink).map_or(0, |p| p.rows);
    let epochs = &database.handle().shared().epochs;
    Ok(Measurement {
        query: query.to_string(),
        workers,
        events,
        wall,
        cpu,
        rows_out,
        memory: peak_memory(),
        p50: epochs.quantile(0.5),
        p99: epochs.quantile(0.99),
    })
}
