//! Text to bound statements: the parser gives [`Statement`]s of syntax trees,
//! [`binder`] gives names and types to what is in them.

pub mod binder;
mod data_type;
mod parser;
mod statement;

pub use binder::{Binder, BoundQuery, Changelog, RelationSource, SessionWindow};
pub use data_type::{arrow_type, sql_type, type_name};
pub use parser::{Parsed, interval_micros, parse, query_text};
pub use statement::{
    ColumnClause, ConflictAction, Copy, CopyDirection, CopyFormat, CreateFunction, CreateRelation,
    CreateSink, CreateView, DropKind, Explain, ExplainFormat, ExplainOptions, FormatClause, FunctionArgument,
    FunctionName, IncludeClause, Show, ShowKind, SinkInput, Statement, WatermarkSyntax,
};
