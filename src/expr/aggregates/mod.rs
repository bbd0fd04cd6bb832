//! Aggregate functions of ours, in the place of DataFusion's of the same name.

mod casting;
mod exact;
mod total;

use std::sync::Arc;

use datafusion::logical_expr::AggregateUDF;

/// All of them.
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    vec![total::sum(), total::avg()]
}
