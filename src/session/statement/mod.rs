//! One handler a file: what each statement does, and what it gives back.

pub(super) mod copy;
mod create;
pub(super) mod cursor;
mod delete;
mod describe;
mod dispatch;
mod drop;
mod explain;
mod explain_running;
mod flush;
mod function;
mod growth;
mod insert;
mod listing;
mod matched_rows;
pub(super) mod prepare;
mod query;
mod set_config;
mod show;
pub(super) mod stored_rows;
mod transaction;
mod truncate;
mod update;
mod upsert;
mod variable;
mod verify;
