//! `VALUES` and `SELECT` without FROM: rows that are known at planning.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::concat;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::logical_expr::LogicalPlan;

use super::expression::ExpressionBuilder;
use crate::types::{Error, Result};

/// The rows of a leaf that reads nothing.
pub fn constant_rows(plan: &LogicalPlan, schema: &SchemaRef) -> Result<RecordBatch> {
    let one_row = |count: usize| {
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options)
    };
    match plan {
        LogicalPlan::EmptyRelation(empty) => {
            let rows = usize::from(empty.produce_one_row);
            let columns = schema.fields().iter().map(|f| new_null_array(f.data_type(), rows)).collect();
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
        }
        LogicalPlan::Values(values) => {
            let mut builder = ExpressionBuilder::default();
            let nothing = one_row(1)?;
            let mut columns: Vec<Vec<ArrayRef>> = vec![vec![]; schema.fields().len()];
            for row in &values.values {
                for (column, expression) in columns.iter_mut().zip(row) {
                    let value = builder.build(expression, &DFSchema::empty())?.evaluate(&nothing)?;
                    column.push(value.into_array(1)?);
                }
            }
            let joined = |parts: &Vec<ArrayRef>| {
                concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>()).map_err(Error::from)
            };
            let columns = columns.iter().map(joined).collect::<Result<Vec<_>>>()?;
            Ok(RecordBatch::try_new(schema.clone(), columns)?)
        }
        other => Err(Error::internal(format!("{} is not constant", other.display()))),
    }
}
