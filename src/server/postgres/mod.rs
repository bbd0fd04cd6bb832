//! The PostgreSQL protocol, version 3, and the only room that knows `pgwire`.
//!
//! `pgwire` gives the messages and their bytes. The order of messages is ours,
//! because it is where the promises are: rows are streamed and never collected,
//! a client that goes away stops its statement, a panic ends one connection and
//! no other, and every queue has a bound.
//!
//! One task serves one connection: [`listener`](serve) accepts, `startup` greets,
//! `connection` takes message after message and hands each to `simple`,
//! `extended` or `copy`, and `wire` reads and writes.

mod attend;
mod cancel;
mod connection;
mod conversation;
mod copy;
mod extended;
mod failure;
mod listener;
mod rows;
mod shape;
mod simple;
mod startup;
pub mod values;
mod wire;

#[cfg(test)]
mod tests;

pub use conversation::{CancelFn, Conversation};
pub use listener::{Limits, SessionFactory, bind, serve};
pub use startup::StartupParameters;
