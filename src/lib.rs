//! Millstream: a streaming SQL database with incremental views.

pub mod catalog;
pub mod dataflow;
pub mod delta;
pub mod expr;
pub mod server;
pub mod session;
pub mod sql;
pub mod types;
