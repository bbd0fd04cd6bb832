//! Outside systems: the inputs and outputs that `WITH (connector = '…')` names.
//!
//! `source/` and `sink/` hold one system each, `format/` how their bytes become
//! rows. Everything here implements the traits of `dataflow`; only the
//! embedded API hands the implementations on, by [`all`].

mod access;
mod format;
mod registry;
mod settings;
mod shape;
mod sink;
mod source;

pub use registry::all;
