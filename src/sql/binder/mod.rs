//! Names and types: from syntax to a typed logical plan.
//!
//! DataFusion's `SqlToRel` does the bulk of it. What is PostgreSQL's or ours and
//! not DataFusion's happens around it, in this order:
//!
//! 1. [`syntax`] rewrites the syntax tree: names of output columns, types of
//!    number literals, hidden columns; [`rewriting`] makes calls of operators.
//! 2. [`context`] resolves names: relations of the catalog, views expanded in
//!    place, system relations; [`window_table`] plans `TUMBLE` and `HOP`;
//!    [`types`] says which Arrow type an SQL type is.
//! 3. [`literal`] gives quoted literals their types; DataFusion's analyzer inserts the casts.
//! 4. [`output`] gives the result's columns types that can be stored and sent.
//!
//! Invariant: every leaf of a bound plan that is an object of the catalog is a
//! scan of a [`RelationSource`]; other scans are of system relations.

mod assignment;
mod bound;
mod context;
mod delete;
mod error;
mod insert;
mod literal;
mod not_null;
mod output;
mod query;
mod relation;
mod returning;
mod rewriting;
mod syntax;
mod system;
mod types;
mod update;
mod window_table;

pub use bound::{BoundDelete, BoundInsert, BoundQuery, BoundUpdate, ReturningProjection};
pub use not_null::check_not_null;
pub use query::{Binder, Settings};
pub use relation::RelationSource;
pub(crate) use syntax::display_plan;
pub use system::{NoSystemRelations, SystemRelations};
pub use types::data_type;
