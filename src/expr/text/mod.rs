//! Values as PostgreSQL prints them: the text format of the wire, of
//! `COPY … TO STDOUT`, of casts to text and of messages.
//!
//! Invariant: for every type that PostgreSQL has, the text is byte for byte
//! that of PostgreSQL 15 with its default settings (`ISO, MDY`, `postgres`
//! intervals, `hex` bytea). The type is looked at once per column; after that a
//! value costs one indirect call.

mod calendar;
mod interval;
mod moments;
mod nested;
mod number;
mod printer;

pub use printer::TextPrinter;

use arrow::datatypes::i256;

/// Appends `value` / 10^`scale`, with all digits of its scale.
pub fn text_of_decimal(out: &mut String, value: i256, scale: i8) {
    match value.to_i128() {
        Some(narrow) => number::push_decimal(out, narrow, scale),
        None => number::push_scaled(out, &value.to_string(), scale),
    }
}
