//! The embedded API: a database inside a program, without sockets.

mod database;

pub use database::{Changes, Database, Options};
