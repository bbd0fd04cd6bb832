//! One operator over a state of one size.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use millstream::coordinator::Transaction;
use millstream::types::{Error, Result};
use millstream::{Database, Options};
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::harness::process::peak_memory;
use crate::harness::rows::{Target, apply};

/// Rows of one change.
const CHANGED: u64 = 1_000;
/// Of so many changed rows one is of the small side of the join.
const SMALL_SIDE: u64 = 100;
/// Rows of `t` for each row of the small side.
const FANOUT: u64 = 10;
/// Rows of one insertion while loading.
const LOAD_ROWS: u64 = 100_000;
/// Changes that are not counted: in the first ones what was loaded is still being merged.
const WARM_UP: u64 = 100;
/// Event time between two rows of one key, on average: twice the gap of a session.
const SPACING_US: u64 = 120_000_000;

const TABLES: &str = "
    CREATE TABLE t (id BIGINT PRIMARY KEY, k BIGINT, v BIGINT, ts TIMESTAMP) ON CONFLICT DO UPDATE FULL;
    CREATE TABLE d (k BIGINT PRIMARY KEY, w BIGINT) ON CONFLICT DO UPDATE FULL;";

/// What one run took.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measurement {
    pub name: String,
    /// Rows of `t`.
    pub size: u64,
    /// From a write of 1,000 rows until the view has them, per change.
    pub changes: Vec<Duration>,
    /// From CREATE MATERIALIZED VIEW until it holds its first answer.
    pub create: Duration,
    /// Peak resident memory, bytes.
    pub memory: u64,
}

/// Runs one case.
pub fn measure(case: &Case, size: u64, rounds: u64, workers: usize) -> Result<Measurement> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| Error::internal(e.to_string()))?;
    runtime.block_on(run(case, size, rounds, workers))
}

async fn run(case: &Case, size: u64, rounds: u64, workers: usize) -> Result<Measurement> {
    let database = Database::open(Options { workers, ..Options::default() }).await?;
    database.execute(TABLES).await?;
    let (big, small) = (Target::new(&database, "t")?, Target::new(&database, "d")?);
    let keys = case.rows_per_key.map_or(1, |rows| (size / rows).max(1));
    for begin in (0..size).step_by(LOAD_ROWS as usize) {
        let ids: Vec<u64> = (begin..size.min(begin + LOAD_ROWS)).collect();
        let writes = vec![big.insertion(rows(&big, &ids, keys, size, 0)?)];
        database.handle().write(Transaction { writes, leases: vec![] }).await?;
    }
    let ids: Vec<u64> = (0..(size / FANOUT).max(1)).collect();
    apply(&database, vec![small.insertion(small_rows(&small, &ids, 0)?)]).await?;
    let begun = Instant::now();
    if let Some(query) = case.query {
        database.execute(&format!("CREATE MATERIALIZED VIEW answer AS {query}")).await?;
        database.handle().flush().await?;
    }
    let create = begun.elapsed();
    let mut changes = vec![];
    for round in 1..=WARM_UP + rounds {
        let ids = some(round, size, CHANGED - CHANGED / SMALL_SIDE);
        let mut writes = vec![big.insertion(rows(&big, &ids, keys, size, round)?)];
        let ids = some(round, (size / FANOUT).max(1), CHANGED / SMALL_SIDE);
        writes.push(small.insertion(small_rows(&small, &ids, round)?));
        let begun = Instant::now();
        apply(&database, writes).await?;
        if round > WARM_UP {
            changes.push(begun.elapsed());
        }
    }
    Ok(Measurement { name: case.name.to_string(), size, changes, create, memory: peak_memory() })
}

/// Different ids below `size`, or all if there are not so many.
fn some(round: u64, size: u64, count: u64) -> Vec<u64> {
    let mut ids: Vec<u64> = (0..count).map(|n| mixed(round, n, 1) % size).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Rows of `t` as they are after `round`.
fn rows(target: &Target, ids: &[u64], keys: u64, size: u64, round: u64) -> Result<RecordBatch> {
    let of = |value: &dyn Fn(u64) -> u64| {
        Arc::new(Int64Array::from_iter_values(ids.iter().map(|id| value(*id) as i64))) as ArrayRef
    };
    let span = SPACING_US * (size / keys).max(1);
    let times = ids.iter().map(|id| (mixed(*id, round, 4) % span) as i64);
    let columns = vec![
        of(&|id| id),
        of(&|id| mixed(id, round, 2) % keys),
        of(&|id| mixed(id, round, 3) % size),
        Arc::new(TimestampMicrosecondArray::from_iter_values(times)),
    ];
    Ok(RecordBatch::try_new(target.schema.clone(), columns)?)
}

/// Rows of `d` as they are after `round`.
fn small_rows(target: &Target, ids: &[u64], round: u64) -> Result<RecordBatch> {
    let keys = Int64Array::from_iter_values(ids.iter().map(|id| *id as i64));
    let values = Int64Array::from_iter_values(ids.iter().map(|id| mixed(*id, round, 5) as i64 >> 32));
    Ok(RecordBatch::try_new(target.schema.clone(), vec![Arc::new(keys), Arc::new(values)])?)
}

/// A number that looks random and is always the same for the same three.
fn mixed(a: u64, b: u64, c: u64) -> u64 {
    let mut z = a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.rotate_left(32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    z = (z ^ c.wrapping_mul(0xA076_1D64_78BD_642F)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
