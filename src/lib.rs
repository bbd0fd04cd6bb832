//! Millstream: a streaming SQL database with incremental views.

pub mod catalog;
pub mod connectors;
pub mod coordinator;
pub mod dataflow;
pub mod delta;
pub mod expr;
pub mod plan;
pub mod query;
pub mod server;
pub mod session;
pub mod sql;
pub mod state;
pub mod storage;
pub mod types;
