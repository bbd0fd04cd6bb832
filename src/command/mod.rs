//! What the command line can do: serve, playground, run.

mod changes;
mod playground;
mod run;
mod serve;

pub use playground::playground;
pub use run::run;
pub use serve::{ServeOptions, serve};
