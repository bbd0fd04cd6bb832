//! Millstream: a streaming SQL database with incremental views.
//!
//! # The life of a statement
//!
//! 1. [`server`] reads a message off the wire and hands its text to
//! 2. the [`session`], which has [`sql`] parse it and names and types bound
//!    against a snapshot of the [`catalog`].
//! 3. A query goes to [`query`]: the [`coordinator`] gives a ticket for one epoch,
//!    DataFusion runs over the snapshots of that epoch, rows stream back.
//! 4. DDL becomes a definition: [`plan`] turns a view's query into an incremental
//!    plan, and the coordinator has every worker install it.
//!
//! # The life of a change
//!
//! 1. An INSERT is checked by the coordinator, made durable by [`storage`], and
//!    issued as an epoch; rows of a source are read by the [`connectors`] on the
//!    worker that owns the partition, when the coordinator opens an epoch.
//! 2. In [`dataflow`] the [`delta`] flows through operators, partitioned by key
//!    where rows must meet, with the expressions of [`expr`].
//! 3. When the epoch is complete, the view's changes go into its arrangement in
//!    [`state`], to the views on top of it, and to sinks.
//! 4. The view's frontier reaches the coordinator; reads of that epoch are answered.
//!
//! # Embedding
//!
//! ```no_run
//! # async fn example() -> millstream::types::Result<()> {
//! let db = millstream::Database::open(millstream::Options::default()).await?;
//! db.execute("CREATE TABLE t (k TEXT, v INT)").await?;
//! db.execute("CREATE MATERIALIZED VIEW mv AS SELECT k, sum(v) FROM t GROUP BY k").await?;
//! let mut changes = db.subscribe("SELECT * FROM mv").await?;
//! db.execute("INSERT INTO t VALUES ('a', 1)").await?;
//! while let Some(change) = changes.next().await {
//!     println!("{:?}", change.deltas);
//! }
//! # Ok(())
//! # }
//! ```

pub mod catalog;
pub mod command;
pub mod connectors;
pub mod coordinator;
pub mod dataflow;
pub mod delta;
pub mod embedded;
pub mod expr;
pub mod plan;
pub mod query;
pub mod server;
pub mod session;
pub mod sql;
pub mod state;
pub mod storage;
pub mod telemetry;
pub mod types;

pub use embedded::{Changes, Database, Options};
