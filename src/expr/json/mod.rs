//! `jsonb` and `json`.
//!
//! A `jsonb` value is held as its normalised text: keys sorted by length, then by
//! bytes, each once; one space behind `:` and `,`; numbers without exponents. So
//! equal documents have equal bytes as long as their numbers are written with the
//! same digits, and one field is found without reading the others ([`raw`]).
//! A `json` value is its text as it came, known to be valid.

pub mod aggregate;
pub mod functions;
mod of_array;
pub mod operators;
mod order;
mod parse;
pub mod path;
mod print;
mod quote;
mod raw;
mod value;

pub use of_array::Converter;
pub use parse::{check, parse};
pub use print::{compact, pretty, text};
pub use quote::quote_documents;
pub use value::Json;
