//! Text to bound statements.

pub mod binder;
mod statement;

pub use statement::{
    ColumnClause, ConflictAction, Copy, CopyDirection, CopyFormat, CreateRelation, CreateSink, CreateView,
    DropKind, Explain, FormatClause, IncludeClause, Show, ShowKind, SinkInput, Statement, WatermarkSyntax,
};
