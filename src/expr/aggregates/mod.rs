//! Aggregate functions of ours: what DataFusion lacks, and some in the place of
//! DataFusion's of the same name.

mod casting;
mod exact;
mod interval_total;
mod ordered_set;
mod string_agg;
mod total;

use std::sync::Arc;

use datafusion::functions_aggregate::variance::var_samp_udaf;
use datafusion::logical_expr::AggregateUDF;

pub use interval_total::{IntervalSum, as_intervals};
pub use ordered_set::udafs as ordered_sets;

/// All of them.
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    let variance = Arc::unwrap_or_clone(var_samp_udaf()).with_aliases(["var_sample", "variance"]);
    let mut all = vec![total::sum(), total::avg(), string_agg::udaf(), Arc::new(variance)];
    all.extend(crate::expr::json::aggregate::aggregate_functions());
    all.extend(ordered_sets().into_iter().map(|(function, _)| function));
    all
}
