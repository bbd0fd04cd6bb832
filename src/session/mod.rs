//! One client's conversation: settings, transaction, prepared statements.
//!
//! The wire sees of it: [`Session::parse`], [`Session::describe`],
//! [`Session::execute`]. It knows nothing of sockets or protocols.

mod conversation;
pub mod copy;
mod outcome;

pub use conversation::{CancelHandle, Session, Statement};
pub use outcome::{CopyIn, CopyOut, Description, Notice, Outcome, Rows, TransactionStatus};
