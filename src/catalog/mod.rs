//! What exists and what depends on it.
//!
//! The catalog is a value: the coordinator, its only writer, replaces the
//! current [`Snapshot`] by a new one, and every statement works on the snapshot
//! it began with.

mod object;
mod snapshot;
pub mod system;

pub use object::{
    Column, FunctionProperties, Object, ObjectKind, OnConflict, SinkProperties, SourceProperties,
    TableProperties, ViewProperties, WatermarkClause,
};
pub use snapshot::Snapshot;
