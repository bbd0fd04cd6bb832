//! Inputs, one outside system a file or folder.

mod dice;
mod file;
mod nexmark;
mod pace;
pub(in crate::connectors) mod shape;

pub use file::File;
pub use nexmark::Nexmark;
