//! `INSERT`.

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use super::stored_rows::stored_rows;
use crate::catalog::OnConflict;
use crate::coordinator::{TableChangeKind, TableWrite};
use crate::session::conversation::Statement;
use crate::session::plan_cache::{Bound, Plan};
use crate::session::transaction::BufferedWrite;
use crate::session::{Outcome, Session};
use crate::sql::binder::{BoundInsert, ReturningProjection, check_not_null};
use crate::types::{Error, Result};

impl Session {
    pub(super) async fn run_insert(
        &mut self,
        statement: &Statement,
        parameters: &[ScalarValue],
    ) -> Result<Outcome> {
        self.require_writable("INSERT")?;
        let plan = self.plan(statement, None)?;
        let Bound::Insert(insert) = &plan.bound else {
            return Err(Error::internal("an INSERT has another plan"));
        };
        let inserted = self.insert(&plan, insert, parameters).await?;
        self.changed(inserted, insert.returning.as_ref(), "INSERT 0")
    }

    async fn insert(
        &mut self,
        plan: &Plan,
        insert: &BoundInsert,
        parameters: &[ScalarValue],
    ) -> Result<RecordBatch> {
        let buffering = self.transaction.lock().is_buffering();
        let on_conflict = match &insert.conflict {
            Some(conflict) if conflict.updates || buffering => {
                return self.upsert(plan, insert, conflict, parameters).await;
            }
            Some(_) => Some(OnConflict::DoNothing),
            None => None,
        };
        let (_, rows) = self.read(&plan.catalog, &insert.source, parameters).await?;
        let batches = self.collect(rows).await?;
        let table = insert.table.clone();
        let rows = stored_rows(&table, &batches, 0)?;
        check_not_null(&table, &rows)?;
        let change = TableChangeKind::Insert { rows, on_conflict };
        let write = BufferedWrite { write: TableWrite { table: table.id, change }, table };
        self.writer().apply(write, None).await
    }

    /// The outcome of a change: its rows if they are asked for, else its tag.
    pub(super) fn changed(
        &mut self,
        rows: RecordBatch,
        returning: Option<&ReturningProjection>,
        tag: &'static str,
    ) -> Result<Outcome> {
        match returning {
            Some(returning) => Ok(Outcome::Rows(self.outgoing_batch(returning.project(&rows)?, tag))),
            None => Ok(Outcome::Command(format!("{tag} {}", rows.num_rows()))),
        }
    }
}
