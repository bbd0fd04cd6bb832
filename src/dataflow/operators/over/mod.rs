//! Window functions (`OVER`), recomputed from the change and not from the
//! partition where the frame allows it.
//!
//! [`key`] says how a row becomes a key of one ordered map: partition, order,
//! all other columns. [`rows`] is that map, with the results told for each row.
//! [`reach`] finds the rows whose results can change when one row does,
//! [`running`] evaluates functions that go on from a partial state,
//! [`milestones`] keeps such states at intervals, [`closing`] says what a watermark
//! makes final, and [`operator`] puts the
//! pieces together.

mod closing;
mod key;
mod milestones;
mod operator;
mod output;
mod reach;
mod rows;
mod running;
mod task;
#[cfg(test)]
mod tests;

pub use operator::OverOperator;
