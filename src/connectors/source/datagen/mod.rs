//! `connector = 'datagen'`: made-up rows, field by field.
//!
//! Row `i` is a pure function of (options, i): the same in batches of any size,
//! in any number of splits and under any projection. Only random times are
//! relative to something, the source's base time, which travels in the offset.
//!
//! `field` reads what a statement says about each column, `values` makes the
//! columns.

mod connector;
mod duration;
mod field;
mod reader;
mod source;
mod values;

pub use connector::Datagen;
