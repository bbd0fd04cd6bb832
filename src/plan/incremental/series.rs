//! `generate_series` between constants: rows that are known at planning.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNode;
use datafusion::datasource::source_as_provider;
use datafusion::functions_table::generate_series::GenerateSeriesTable;
use datafusion::logical_expr::{LogicalPlan, TableScan};

use super::planner::in_view;
use crate::types::Result;

/// Rows made at a time.
const BATCH_ROWS: usize = 8192;
/// A view keeps these rows; more of them are surely a mistake.
const ROWS_MAX: usize = 10_000_000;

/// Is there a series in it? Two plans with different series can look equal.
pub fn reads_series(plan: &LogicalPlan) -> Result<bool> {
    Ok(plan.exists(|node| {
        let LogicalPlan::TableScan(scan) = node else { return Ok(false) };
        Ok(source_as_provider(&scan.source).is_ok_and(|p| p.downcast_ref::<GenerateSeriesTable>().is_some()))
    })?)
}

/// The rows of a scan, if it is of a series.
pub fn series_rows(scan: &TableScan, schema: &SchemaRef) -> Result<Option<RecordBatch>> {
    let Ok(provider) = source_as_provider(&scan.source) else { return Ok(None) };
    let Some(series) = provider.downcast_ref::<GenerateSeriesTable>() else { return Ok(None) };
    let generator = series.as_generator(BATCH_ROWS)?;
    let mut generator = generator.write();
    let mut batches = vec![];
    let mut rows = 0;
    while let Some(batch) = generator.generate_next_batch()? {
        rows += batch.num_rows();
        if rows > ROWS_MAX {
            return Err(in_view(&format!("a series of more than {ROWS_MAX} rows")));
        }
        let batch = match &scan.projection {
            Some(columns) => batch.project(columns)?,
            None => batch,
        };
        batches.push(RecordBatch::try_new_with_options(
            schema.clone(),
            batch.columns().to_vec(),
            &arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows())),
        )?);
    }
    Ok(Some(concat_batches(schema, &batches)?))
}
