//! Where a query's rows come from.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::stream::BoxStream;

use crate::catalog::Object;
use crate::types::Result;

/// The contents of tables, sources and materialized views at one epoch.
pub trait Snapshots: Send + Sync {
    /// The rows of `object`: the columns `projection` (indices into
    /// [`Object::columns`]; all when `None`) in that order, in any batches. An
    /// empty projection asks for row counts only. Called when the query gets to
    /// the relation, possibly several times; nothing is read that is not polled.
    fn read(
        &self,
        object: &Arc<Object>,
        projection: Option<&[usize]>,
    ) -> BoxStream<'static, Result<RecordBatch>>;
}
