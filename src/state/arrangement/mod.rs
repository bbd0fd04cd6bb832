//! The arrangement: a table's or view's rows on one worker, as of any recent epoch.
//!
//! Rows never change their place on arrival. Each gets a number, its **row id**,
//! counted up over the arrangement's life; a batch of arrived rows is a **run**.
//! A retraction is resolved by the writer to the id of one live copy of the row,
//! and the ids that an epoch takes away, its **deaths**, are kept in the run of
//! that epoch. So a run is immutable, and the content at epoch `e` is: the rows
//! of all runs up to `e` whose ids are not among the deaths of these runs.
//!
//! ```text
//!   runs, oldest first      epoch   rows (ids)        deaths
//!   +--------------------+
//!   | merged, full       |    7     0..262144         -
//!   | merged             |    9     262144..270000    17, 90311
//!   | one append         |   10     270000..270002    262150     <- an update of two rows
//!   +--------------------+
//! ```
//!
//! What this buys:
//! - Only the writer needs to find rows by value (the row index), and only once
//!   something was retracted: an insert-only arrangement has no index, and its
//!   batches are read without a copy.
//! - Reading after a small change masks the dead rows out of the chunks they
//!   are in; chunks without dead rows are shared, masked chunks are remembered.
//! - Runs whose epochs nobody asks for any more (`since`) are merged in tiers by
//!   concatenation. Ids move with their rows, so the index need not change.
//!
//! Readers take an `Arc` of the list of runs; the writer publishes a new list.
//! Nothing is held while one of them works. There is one writer, and `snapshot`
//! at an epoch is right once everything up to it was appended: knowing that is
//! the caller's task.

mod fault_run;
mod lookup;
mod mask;
mod merge;
mod reader;
mod row_ids;
mod row_index;
mod run;
mod run_list;
mod tier;
mod writer;

#[cfg(test)]
mod tests;

pub use reader::Arrangement;
pub use writer::ArrangementWriter;
