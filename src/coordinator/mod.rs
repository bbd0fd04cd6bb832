//! The one decider.

pub mod definition;
mod handle;
mod hold;
mod journal;
mod request;

pub use handle::{Handle, Lease, Shared, Subscription};
pub use hold::{ReadHold, ReadHolds};
pub use journal::{Journal, RejectedEntry, SourceEpochEntry};
pub use request::{LeaseId, ReadTicket, Request, TableChangeKind, TableWrite, Transaction, Written};
