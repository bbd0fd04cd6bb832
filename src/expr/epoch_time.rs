//! `proctime()` inside a view or a generated column: the time of the epoch.
//!
//! The expression reads a cell that its [`Program`](super::Program) sets before
//! it evaluates, so that a replay of the same epochs gives the same answer.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;

use crate::types::{Epoch, Result};

/// The epoch's time as an expression of type `timestamptz`.
#[derive(Clone, Debug, Default)]
pub struct EpochTime(Arc<AtomicI64>);

impl EpochTime {
    /// From now on, evaluates to `epoch`.
    pub fn set(&self, epoch: Epoch) {
        self.0.store(epoch.as_micros(), Ordering::Relaxed);
    }

    /// The same expression, reading this cell instead of the one it was built with.
    pub fn rebind(&self, expression: &Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        let rebound = expression.clone().transform_up(|node| {
            let found = node.is::<EpochTime>();
            Ok(if found {
                Transformed::yes(Arc::new(self.clone()) as Arc<dyn PhysicalExpr>)
            } else {
                Transformed::no(node)
            })
        })?;
        Ok(rebound.data)
    }

    /// Its type.
    pub fn type_of() -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
    }
}

impl PartialEq for EpochTime {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for EpochTime {}

impl Hash for EpochTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl fmt::Display for EpochTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("proctime()")
    }
}

impl PhysicalExpr for EpochTime {
    fn data_type(&self, _: &Schema) -> DataFusionResult<DataType> {
        Ok(Self::type_of())
    }

    fn nullable(&self, _: &Schema) -> DataFusionResult<bool> {
        Ok(false)
    }

    fn evaluate(&self, _: &RecordBatch) -> DataFusionResult<ColumnarValue> {
        let now = Some(self.0.load(Ordering::Relaxed));
        Ok(ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(now, Some("UTC".into()))))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn PhysicalExpr>>,
    ) -> DataFusionResult<Arc<dyn PhysicalExpr>> {
        Ok(self)
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
