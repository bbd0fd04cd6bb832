//! One query, or all, through the rounds.

use std::time::{Duration, Instant};

use millstream::types::{Error, Result};
use millstream::{Database, Options};
use serde::{Deserialize, Serialize};

use crate::generate::TABLES;
use crate::harness::process::{cpu_time, peak_memory};
use crate::harness::rows::apply;
use crate::load::{Refreshes, load};

/// All 22 views in one database.
pub const TOGETHER: &str = "together";

/// What one run took.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measurement {
    pub query: String,
    pub scale: f64,
    /// Loading the tables that it reads, with no view on them.
    pub load: Duration,
    /// From CREATE MATERIALIZED VIEW until it holds its first answer.
    pub create: Duration,
    /// Inserting the orders and lines of a round until the view has them, per round.
    pub inserts: Vec<Duration>,
    /// The same for the deletions.
    pub deletes: Vec<Duration>,
    /// Rows of a round: orders and lines, those that come and those that go.
    pub rows_per_round: usize,
    /// CPU time of all rounds.
    pub cpu: Duration,
    /// Rows of the answer in the end.
    pub rows: usize,
    /// Peak resident memory, bytes.
    pub memory: u64,
}

/// Runs one query.
pub fn measure(query: &str, scale: f64, rounds: u64, workers: usize) -> Result<Measurement> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| Error::internal(e.to_string()))?;
    runtime.block_on(run(query, scale, rounds, workers))
}

async fn run(query: &str, scale: f64, rounds: u64, workers: usize) -> Result<Measurement> {
    let queries = match query {
        TOGETHER => (1..=22).map(|n| text(&format!("q{n}"))).collect(),
        one => vec![text(one)],
    };
    let database = Database::open(Options { workers, ..Options::default() }).await?;
    database.execute(&text("schema")).await?;
    let begun = Instant::now();
    let mut changing: Vec<Refreshes> = vec![];
    for table in TABLES.into_iter().filter(|t| queries.iter().any(|q| mentions(q, t))) {
        let refreshes = load(&database, table, scale, rounds).await?;
        changing.extend((table == "orders" || table == "lineitem").then_some(refreshes));
    }
    database.handle().flush().await?;
    let load = begun.elapsed();
    let begun = Instant::now();
    for (n, text) in queries.iter().enumerate() {
        database.execute(&format!("CREATE MATERIALIZED VIEW v{n} AS {text}")).await?;
    }
    database.handle().flush().await?;
    let create = begun.elapsed();
    let before = cpu_time();
    let (mut inserts, mut deletes, mut rows_per_round) = (vec![], vec![], 0);
    for round in 0..rounds as usize {
        let comes = changing.iter().map(|r| r.target.insertion(r.rounds[round].0.clone())).collect();
        let goes = changing.iter().map(|r| r.target.deletion(r.rounds[round].1.clone())).collect();
        rows_per_round =
            changing.iter().map(|r| r.rounds[round].0.num_rows() + r.rounds[round].1.num_rows()).sum();
        let begun = Instant::now();
        apply(&database, comes).await?;
        inserts.push(begun.elapsed());
        let begun = Instant::now();
        apply(&database, goes).await?;
        deletes.push(begun.elapsed());
    }
    let cpu = cpu_time() - before;
    let answer = database.execute("SELECT * FROM v0").await?;
    let rows = answer.iter().flatten().map(|batch| batch.num_rows()).sum();
    let (query, memory) = (query.to_string(), peak_memory());
    Ok(Measurement { query, scale, load, create, inserts, deletes, rows_per_round, cpu, rows, memory })
}

/// The text of one file of `sql/tpch/`, without the last semicolon.
fn text(name: &str) -> String {
    let path = format!("{}/sql/tpch/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("sql/tpch has it");
    text.trim().trim_end_matches(';').to_string()
}

/// Whether a query reads a table.
fn mentions(query: &str, table: &str) -> bool {
    query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == table)
}
