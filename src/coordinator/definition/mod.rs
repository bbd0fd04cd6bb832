//! From a parsed DDL statement to what the coordinator can make.
//!
//! Everything that can be wrong with a statement is found here, before anything
//! is made; the same code makes objects again after a restart, from their SQL.

use std::sync::Arc;

use crate::catalog::Object;
use crate::dataflow::{IngestSpec, Sink};
use crate::plan::stream::StreamNode;

mod relation;
mod sink;
mod view;

pub use relation::{define_relation, define_table_as};
pub use sink::define_sink;
pub use view::define_view;

/// An object, and how to make it run.
#[derive(Clone)]
pub struct Definition {
    /// The object; its id and creation time are given by the coordinator.
    pub object: Object,
    /// How.
    pub running: Running,
}

/// How an object runs.
#[derive(Clone)]
pub enum Running {
    /// A table.
    Table(TableRules),
    /// A source: read when somebody wants its rows.
    Source(Arc<IngestSpec>),
    /// Nothing runs.
    View,
    /// A plan whose result is kept.
    MaterializedView(Arc<StreamNode>),
    /// A plan whose changes are written.
    Sink(Arc<StreamNode>, Arc<dyn Sink>),
}

/// What a table checks when it is written to.
#[derive(Clone, Default)]
pub struct TableRules {
    /// Event time.
    pub watermark: Option<crate::dataflow::WatermarkSpec>,
}
