//! Scalar functions of ours: what DataFusion lacks, or does not do as
//! PostgreSQL does. One function a file.

pub mod arithmetic;
mod hop;
mod interval;
mod now;
mod proctime;
mod to_char;
mod tumble;
pub mod undefined;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub use hop::{HOP_STARTS, hop_starts};
pub use now::NOW;
pub use proctime::PROCTIME;
pub use tumble::{TUMBLE_START, tumble_start};

/// All of them. Where a name is also DataFusion's, ours replaces it.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    vec![hop::udf(), now::udf(), proctime::udf(), to_char::udf(), tumble::udf()]
}
