//! PostgreSQL's catalogs over Millstream's.
//!
//! Clients learn what exists by querying `pg_catalog` and
//! `information_schema`; tools of the dialect ask `rw_catalog`. Here those
//! relations are made from a [`Snapshot`](super::Snapshot), in three parts:
//!
//! - [`build_table`] gives the rows of one system relation. All relations of
//!   PostgreSQL 15 are there with their columns; those about things that
//!   Millstream does not have are empty.
//! - [`functions`] are the functions that such queries call (`format_type`,
//!   `pg_get_indexdef`, …), over the same snapshot.
//! - [`rewrite_catalog_query`] puts what only such queries say (`::regclass`,
//!   `OPERATOR(pg_catalog.~)`, `tableoid`) into words that can be bound. In all
//!   else they are queries like any other; those that do not touch the catalogs
//!   ([`mentions_catalog`]) are left as they are.
//!
//! OIDs are `UInt32` here and nowhere else in the system, so that the wire can
//! send them as the type `oid`.

mod array_function;
mod builtin;
mod constant;
mod context;
mod entry;
mod function;
mod information_schema;
mod lookup;
mod pg_catalog;
mod regtype;
mod relation;
mod rewrite;
mod rows;
mod rw_catalog;
mod table;
#[cfg(test)]
mod tests;

pub use builtin::{TypeName, postgres_type};
pub use context::SystemContext;
pub use lookup::functions;
pub use relation::{SystemRelation, system_table};
pub use rewrite::{mentions_catalog, rewrite_catalog_query};
pub use table::build_table;
