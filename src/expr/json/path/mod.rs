//! The SQL/JSON path language: `$.a[*] ? (@.b > 1)`.
//!
//! [`parse`] gives a tree, [`query`] its values over a document. There are lax
//! paths (the default: arrays are taken apart where a step wants an object, and
//! missing parts are no error) and strict ones.

mod evaluate;
mod lexer;
mod parser;
mod tree;

pub use evaluate::query;
pub use parser::parse;
