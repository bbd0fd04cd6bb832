//! `DELETE`.

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use super::matched_rows::{beside, once};
use super::stored_rows::stored_rows;
use crate::coordinator::{TableChangeKind, TableWrite};
use crate::session::conversation::Statement;
use crate::session::plan_cache::{Bound, Plan};
use crate::session::transaction::BufferedWrite;
use crate::session::{Outcome, Session};
use crate::sql::binder::BoundDelete;
use crate::types::{Error, Result};

impl Session {
    pub(super) async fn run_delete(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        self.require_writable("DELETE")?;
        let plan = self.plan(statement, None)?;
        let Bound::Delete(delete) = &plan.bound else {
            return Err(Error::internal("a DELETE has another plan"));
        };
        let deleted = self.delete(&plan, delete, parameters).await?;
        self.changed(deleted, delete.returning.as_ref(), "DELETE")
    }

    async fn delete(
        &mut self,
        plan: &Plan,
        delete: &BoundDelete,
        parameters: &[ScalarValue],
    ) -> Result<RecordBatch> {
        let table = delete.table.clone();
        let (batches, lease) = self.read_to_change(&plan.catalog, &table, &delete.query, parameters).await?;
        let batches = once(batches, delete.key.as_deref())?;
        let change = TableChangeKind::Delete { old: stored_rows(&table, &batches, 0)? };
        let write = BufferedWrite { write: TableWrite { table: table.id, change }, table };
        let deleted = self.writer().apply(write, lease).await?;
        beside(deleted, &batches, delete.others)
    }
}
