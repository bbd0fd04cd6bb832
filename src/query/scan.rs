//! A snapshot as a DataFusion table.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DataFusionError, Result as PlanResult};
use datafusion::datasource::provider_as_source;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::TryStreamExt;

use super::Snapshots;
use crate::catalog::Object;
use crate::sql::binder::{AsofJoin, Changelog, RelationSource, SessionWindow};
use crate::types::Error;

/// The plan without nodes of ours.
pub fn known_nodes(plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let known = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::Extension(extension) = &node else { return Ok(Transformed::no(node)) };
        match read_extension(extension)? {
            Some(plan) => Ok(Transformed::yes(plan)),
            None => Ok(Transformed::no(node)),
        }
    })?;
    Ok(known.data)
}

/// The plan with every leaf reading from `snapshots`.
pub fn attach(plan: LogicalPlan, snapshots: &Arc<dyn Snapshots>) -> PlanResult<LogicalPlan> {
    let attached = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::TableScan(mut scan) = node else { return Ok(Transformed::no(node)) };
        let Some(source) = scan.source.downcast_ref::<RelationSource>() else {
            return Ok(Transformed::no(LogicalPlan::TableScan(scan)));
        };
        let object = source.object().clone();
        let table = SnapshotTable { schema: object.arrow_schema(), object, snapshots: snapshots.clone() };
        scan.source = provider_as_source(Arc::new(table));
        Ok(Transformed::yes(LogicalPlan::TableScan(scan)))
    })?;
    Ok(attached.data)
}

/// A node of ours as a batch query knows it.
fn read_extension(extension: &Extension) -> PlanResult<Option<LogicalPlan>> {
    if let Some(session) = extension.node.as_any().downcast_ref::<SessionWindow>() {
        return session.as_window_functions().map(Some);
    }
    if let Some(asof) = extension.node.as_any().downcast_ref::<AsofJoin>() {
        return asof.as_window_functions().map(Some);
    }
    if !extension.node.as_any().is::<Changelog>() {
        return Ok(None);
    }
    let error = Error::unsupported("a changelog in an ad-hoc query")
        .with_hint("Changes are there as they happen: make a materialized view or a sink of the query.");
    Err(DataFusionError::External(Box::new(error)))
}

/// One relation of a snapshot.
struct SnapshotTable {
    object: Arc<Object>,
    schema: SchemaRef,
    snapshots: Arc<dyn Snapshots>,
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        let partition: Arc<dyn PartitionStream> = Arc::new(SnapshotPartition {
            object: self.object.clone(),
            schema: schema.clone(),
            projection: projection.cloned(),
            snapshots: self.snapshots.clone(),
        });
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![partition], None, None, false, limit)?))
    }
}

/// The reading of some columns of one relation.
struct SnapshotPartition {
    object: Arc<Object>,
    schema: SchemaRef,
    projection: Option<Vec<usize>>,
    snapshots: Arc<dyn Snapshots>,
}

impl PartitionStream for SnapshotPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.snapshots.read(&self.object, self.projection.as_deref());
        let rows = rows.map_err(|e| DataFusionError::External(Box::new(e)));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows))
    }
}

impl fmt::Debug for SnapshotTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SnapshotTable({})", self.object.name)
    }
}

impl fmt::Debug for SnapshotPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SnapshotPartition({})", self.object.name)
    }
}
