//! What top-n is told: `LIMIT`, `DISTINCT ON`, and filters on a rank.

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;

use super::aggregate::KeyTime;

/// The rows of each partition whose rank is in a range.
#[derive(Clone, Debug)]
pub struct TopNSpec {
    /// The partition; also the exchange key.
    pub partition: Vec<usize>,
    /// The order within a partition. Rows that are equal in it are ordered by
    /// all their columns, so that the answer is one and the same.
    pub order: Vec<(usize, SortOptions)>,
    /// How rows are counted.
    pub rank: RankKind,
    /// Ranks up to this one are left out.
    pub offset: u64,
    /// How many ranks after that are kept; all if `None`.
    pub limit: Option<u64>,
    /// The rank follows the input's columns in the output.
    pub with_rank: bool,
    /// The input is insert-only.
    pub append_only: bool,
    /// Partition columns that follow a watermark (`key` indexes `partition`):
    /// partitions below it are closed.
    pub event_times: Vec<KeyTime>,
    /// Results appear when their partition is closed, not before.
    pub emit_on_window_close: bool,
    /// The input's columns, then the rank if it is asked for.
    pub schema: SchemaRef,
}

impl TopNSpec {
    /// Is one row of each partition enough to know? So it is for
    /// `row_number() = 1` over insert-only input.
    pub fn keeps_one(&self) -> bool {
        let one = self.offset == 0 && self.limit == Some(1);
        one && self.rank == RankKind::RowNumber && self.append_only && !self.with_rank
    }
}

/// How the rows of a partition are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankKind {
    /// 1, 2, 3: every row its own.
    RowNumber,
    /// Equal rows share the rank of the first: 1, 1, 3.
    Rank,
    /// Equal rows share a rank and leave no gap: 1, 1, 2.
    DenseRank,
}
