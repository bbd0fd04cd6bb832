//! Text to bound statements.

mod statement;

pub use statement::{
    ColumnClause, ConflictAction, Copy, CopyDirection, CopyFormat, CreateRelation, CreateSink, CreateView,
    DropKind, Explain, FormatClause, IncludeClause, Show, ShowKind, SinkInput, Statement, WatermarkSyntax,
};
