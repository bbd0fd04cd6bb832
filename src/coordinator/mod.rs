//! The one decider.

mod boot;
mod collection;
mod conflict;
mod core;
mod ddl;
pub mod definition;
mod graph;
mod handle;
mod hold;
mod journal;
mod log_writer;
mod request;
mod table;
#[cfg(test)]
mod tests;
mod tick;
mod wait;
mod write;

pub use boot::start;

pub use handle::{Handle, Lease, Subscription};
pub use journal::{Journal, SourceEpochEntry};
pub use request::{
    LeaseId, Progress, ReadTicket, Request, TableChangeKind, TableWrite, Transaction, Written,
};
