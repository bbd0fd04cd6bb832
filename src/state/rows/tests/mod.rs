//! What is stored against what is simple.

mod keyed;
mod store;
