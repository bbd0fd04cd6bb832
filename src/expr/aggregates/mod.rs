//! Aggregates of ours: what DataFusion lacks.

mod ordered_set;

use std::sync::Arc;

use datafusion::logical_expr::AggregateUDF;

/// All of them, each with one line for the manual.
pub fn aggregate_functions() -> Vec<(Arc<AggregateUDF>, &'static str)> {
    ordered_set::udafs()
}
