//! Relations and functions that are not in the catalog, as one statement sees
//! them: PostgreSQL's catalogs, and the engine's own records.
//!
//! `late_events('s')`, `rejected_rows('s')` and `view_errors('mv')` are functions
//! in FROM, `ms_catalog` a schema. What they show is asked of the coordinator
//! when the query gets to it, so a kept plan does not grow old.

mod asked_table;
mod late_events;
mod operators;
mod rejected_rows;
mod sources;
mod tables;
mod view_errors;

pub(super) use tables::FunctionCache;
