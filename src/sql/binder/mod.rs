//! Names and types: from syntax to a typed logical plan.
//!
//! DataFusion's `SqlToRel` does the bulk of it. What is PostgreSQL's or ours and
//! not DataFusion's happens around it, in this order:
//!
//! 1. [`names`] and [`whole_row`] say what a plain name stands for. [`syntax`]
//!    rewrites the syntax tree: names of output columns, types of number
//!    literals, hidden columns; [`rewriting`] makes calls of operators.
//! 2. [`context`] resolves names: relations of the catalog, views expanded in
//!    place, system relations; [`window_table`] plans `TUMBLE` and the like,
//!    [`table_function`] `generate_series` and `unnest`;
//!    [`types`] says which Arrow type an SQL type is.
//!    Calls of users' functions give way to what these compute ([`inline`]).
//! 3. [`session_frame`] gives a frame that is a session rows with the end of their session,
//!    [`with_ties`] makes such a limit a filter on the rank.
//! 4. [`resolve`](crate::expr::resolve) gives quoted literals their types; [`coercion`] inserts the casts.
//! 5. [`output`] gives the result's columns types that can be stored and sent.
//! 6. [`zeros`] makes zeros of either sign equal.
//! 7. [`ties`] gives an order to rows that are equal in what a query orders by.
//!
//! Invariant: every leaf of a bound plan that is an object of the catalog is a
//! scan of a [`RelationSource`]; other scans are of system relations.

mod array_subquery;
mod as_of_now;
mod asof_condition;
mod asof_join;
mod assignment;
mod bound;
mod changelog;
mod coercion;
mod context;
mod delete;
mod error;
mod frame;
mod from_clause;
mod function_body;
mod grouping;
mod hypothetical;
mod inline;
mod insert;
mod likeness;
mod limit;
mod matched;
mod names;
mod not_null;
mod number_literal;
mod on_conflict;
mod output;
mod parameter;
mod percentiles;
mod plain_names;
mod query;
mod record_set;
mod relation;
mod returning;
mod rewriting;
mod row_comparison;
mod row_in;
mod scope;
mod select_list;
mod session_frame;
mod session_window;
mod spelled;
mod syntax;
mod system;
mod table_function;
mod table_query;
mod ties;
mod typed_value;
mod types;
mod update;
mod user_function;
mod whole_row;
mod window_name;
mod window_table;
mod with_ties;
mod zeros;

pub use as_of_now::AsOfNow;
pub use asof_join::{AsofJoin, Nearest};
pub use bound::{
    BoundConflict, BoundDelete, BoundInsert, BoundQuery, BoundUpdate, ReturningProjection, UPSERT_FRESH,
    UPSERT_UPDATED,
};
pub use changelog::Changelog;
pub use not_null::check_not_null;
pub use query::{Binder, Settings};
pub use relation::RelationSource;
pub use session_window::SessionWindow;
pub(crate) use syntax::display_plan;
pub use system::{NoSystemRelations, SystemRelations};
pub use types::data_type;
