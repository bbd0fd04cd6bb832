//! Inputs, one outside system a file or folder.

mod datagen;
mod dice;
mod file;
mod nexmark;
mod pace;
pub(in crate::connectors) mod shape;

pub use datagen::Datagen;
pub use file::{File, file_error};
pub use nexmark::Nexmark;
