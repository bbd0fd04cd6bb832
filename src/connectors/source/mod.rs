//! Inputs, one outside system a file or folder.

mod datagen;
mod dice;
mod file;
mod nexmark;
mod pace;

pub use datagen::Datagen;
pub use file::File;
pub use nexmark::Nexmark;
