//! Are two rows equal, column by column, without converting them?
//!
//! Equality is that of Arrow's total order, the same as that of its row format:
//! NULL equals NULL, NaN equals NaN of the same bits. Rows that are equal here
//! have equal [`hash_rows`](super::hash_rows).

use arrow::array::{DynComparator, RecordBatch, make_comparator};
use arrow::compute::SortOptions;

use crate::types::Result;

/// Compares rows of one batch (`left`) with rows of another or the same (`right`).
pub struct RowEquality {
    columns: Vec<DynComparator>,
}

impl RowEquality {
    /// Both batches must have the same column types. Fails on types that have
    /// no order.
    pub fn new(left: &RecordBatch, right: &RecordBatch) -> Result<Self> {
        let pairs = left.columns().iter().zip(right.columns());
        let columns = pairs.map(|(l, r)| make_comparator(l.as_ref(), r.as_ref(), SortOptions::default()));
        Ok(RowEquality { columns: columns.collect::<std::result::Result<_, _>>()? })
    }

    /// Is row `l` of the left batch equal to row `r` of the right one?
    #[inline]
    pub fn same(&self, l: usize, r: usize) -> bool {
        self.columns.iter().all(|compare| compare(l, r).is_eq())
    }
}
