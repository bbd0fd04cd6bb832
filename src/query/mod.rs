//! Reading: bound queries over snapshots of one epoch.
//!
//! [`Engine`] optimises and runs a bound query with DataFusion. It gets the rows
//! of tables and views from [`Snapshots`], which whoever holds the state
//! implements: all reads through one `Snapshots` are of one epoch.

mod engine;
mod filter_in_turn;
#[cfg(test)]
pub(crate) mod fixture;
mod plan_tree;
mod scan;
mod snapshots;
#[cfg(test)]
mod tests;

pub use engine::{Engine, RowStream};
pub use plan_tree::Shown;
pub use snapshots::Snapshots;
