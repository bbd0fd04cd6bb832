//! Words that every room shares: ids, epochs, SQLSTATEs and the error type.
//!
//! This room is about meaning, not behaviour: it imports nothing of ours, and
//! whatever it lets out may appear in any signature.

mod epoch;
mod error;
mod id;
pub mod logical;
mod sqlstate;

pub use epoch::Epoch;
pub use error::{Error, Result};
pub use id::ObjectId;
pub use sqlstate::SqlState;
