//! Plans to look at: one operator a line with its inputs below and indented, as
//! JSON, or as a graph in the language of graphviz.
//!
//! A [`PlanTree`] is what all plans become, those that are kept and those that
//! run once; each format is one printer of it.

mod asof;
mod dot;
mod json;
mod operator;
mod stream;
mod text;
mod tree;

pub use dot::dot;
pub use json::json;
pub use operator::{describe_operator, operator_name};
pub use stream::{Root, stream_tree};
pub use text::text;
pub use tree::{Fact, PlanTree, Remarks};
