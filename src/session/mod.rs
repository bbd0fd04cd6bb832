//! One client's conversation: settings, transaction, prepared statements.
//!
//! The wire sees of it: [`Session::parse`], [`Session::describe`],
//! [`Session::execute`]. It knows nothing of sockets or protocols.
//!
//! What a session promises:
//! - A statement on its own reads everything at one epoch that covers every
//!   change acknowledged before it.
//! - In a block (`BEGIN`), all reads are of the epoch of the first one, and all
//!   changes happen together at `COMMIT`. UPDATE and DELETE hold their table
//!   until then, and fail with `40001` if it has changed since the first read:
//!   a block is snapshot-isolated. It sees its own changes of tables; views show
//!   them only after the end, so until then it cannot read these (`0A000`).
//! - DDL takes effect at once, in a block too (a WARNING says so).
//! - Several statements in one message change tables together, at its end.

mod advisory;
mod conversation;
pub mod copy;
mod copy_input;
mod interrupt;
mod localize;
mod names;
mod notices;
mod outcome;
mod own_changes;
mod plan_cache;
mod reading;
mod settings;
mod snapshot;
mod source_rows;
mod statement;
mod system;
#[cfg(test)]
mod tests;
mod transaction;
mod variable;
mod writer;

pub use advisory::AdvisoryLocks;
pub use conversation::{Client, Session, SessionContext, Statement};
pub use outcome::{CopyIn, CopyOut, Description, Notice, Outcome, Rows, TransactionStatus};
