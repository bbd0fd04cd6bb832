//! Inputs, one outside system a file or folder.

mod dice;
mod nexmark;
mod pace;
mod shape;

pub use nexmark::Nexmark;
