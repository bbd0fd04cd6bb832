//! `INSERT … ON CONFLICT`: rows whose key is there are updated or left alone.
//!
//! The table's rows are read, and the new ones written, while nobody else can
//! write to the table: two statements that count one up make two.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, concat, concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::stored_rows::{stored_rows, stored_schema};
use crate::catalog::{Object, ObjectKind, OnConflict};
use crate::coordinator::{Lease, TableChangeKind, TableWrite};
use crate::session::Session;
use crate::session::plan_cache::Plan;
use crate::session::transaction::BufferedWrite;
use crate::sql::RelationSource;
use crate::sql::binder::{BoundConflict, BoundInsert, UPSERT_FRESH, UPSERT_UPDATED, check_not_null};
use crate::state::rows::{KeyShape, NONE};
use crate::types::{Error, Result, SqlState};

impl Session {
    pub(super) async fn upsert(
        &mut self,
        plan: &Plan,
        insert: &BoundInsert,
        conflict: &BoundConflict,
        parameters: &[ScalarValue],
    ) -> Result<RecordBatch> {
        let table = insert.table.clone();
        let (batches, lease) = self.pairs(plan, insert, conflict, parameters).await?;
        let count = table.columns.len();
        let proposed = stored_rows(&table, &batches, 0)?;
        check_not_null(&table, &proposed)?;
        let fate = Fate::of(&table, &proposed, &actions(&batches, 3 * count)?, conflict.updates)?;
        let fresh = take(&proposed, &fate.fresh)?;
        let old = take(&stored_rows(&table, &batches, count)?, &fate.updated)?;
        let new = take(&stored_rows(&table, &batches, 2 * count)?, &fate.updated)?;
        check_not_null(&table, &new)?;
        let (updates, inserts) = (new.num_rows(), fresh.num_rows());
        let write =
            |change| BufferedWrite { write: TableWrite { table: table.id, change }, table: table.clone() };
        let mut writes = vec![];
        if updates > 0 {
            writes.push(write(TableChangeKind::Update { old, new }));
        }
        if inserts > 0 {
            writes.push(write(TableChangeKind::Insert { rows: fresh, on_conflict: Some(OnConflict::Error) }));
        }
        let written = self.writer().apply_all(writes, lease).await?;
        let rows = concat_batches(&stored_schema(&table), written.iter())?;
        // Late rows are left out of a table; then the order is what it is.
        match rows.num_rows() == updates + inserts {
            true => take(&rows, &fate.places()),
            false => Ok(rows),
        }
    }
}

impl Session {
    /// For each row to insert the row that has its key, and what is to be done.
    async fn pairs(
        &mut self,
        plan: &Plan,
        insert: &BoundInsert,
        conflict: &BoundConflict,
        parameters: &[ScalarValue],
    ) -> Result<(Vec<RecordBatch>, Option<Lease>)> {
        let (table, query) = (&insert.table, &conflict.query);
        let changed = self.transaction.lock().written().contains(&table.id);
        if changed || !can_look_up(insert, conflict)? {
            return self.read_to_change(&plan.catalog, table, query, parameters).await;
        }
        let (ticket, lease) = self.hold_to_change(&plan.catalog, table, &query.relations).await?;
        let (_, rows) = self.read_at(None, &insert.source, parameters).await?;
        let proposed = stored_rows(table, &self.collect(rows).await?, 0)?;
        let found = self.interrupt.race(self.db.handle.lookup(table.id, proposed)).await?;
        let snapshots = self.snapshots(ticket).with_found(table.id, found);
        let rows = self.db.engine.execute(query, Arc::new(snapshots), parameters, self.now);
        let (_, rows) = self.interrupt.race(rows).await?;
        Ok((self.collect(rows).await?, lease))
    }
}

/// Is the table read for the keys of the new rows alone, and are these the same
/// when they are computed again?
fn can_look_up(insert: &BoundInsert, conflict: &BoundConflict) -> Result<bool> {
    let (table, source) = (&insert.table, &insert.source);
    if !source.relations.is_empty() {
        return Ok(false);
    }
    let (mut changing, mut scans) = (false, 0);
    source.plan.apply_with_subqueries(|node| {
        changing |= node.expressions().iter().any(Expr::is_volatile);
        Ok(TreeNodeRecursion::Continue)
    })?;
    conflict.query.plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(read) = scan.source.downcast_ref::<RelationSource>()
        {
            scans += usize::from(read.object().id == table.id);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(!changing && scans == 1)
}

/// Which of the proposed rows are inserted, and which update another.
struct Fate {
    fresh: Vec<u32>,
    updated: Vec<u32>,
}

impl Fate {
    /// `21000` if a row would be changed twice.
    fn of(table: &Object, proposed: &RecordBatch, actions: &[i32], updates: bool) -> Result<Fate> {
        let ObjectKind::Table(properties) = &table.kind else {
            return Err(Error::internal(format!("{} is not a table", table.name)));
        };
        let key = proposed.project(&properties.primary_key)?;
        let types: Vec<DataType> = key.columns().iter().map(|c| c.data_type().clone()).collect();
        let before = KeyShape::new(&types, false).keys(key.columns(), key.num_rows())?.before();
        let before = |row: usize| before.as_ref().map_or(NONE, |before| before[row]);
        let mut touched = vec![false; actions.len()];
        let mut fate = Fate { fresh: vec![], updated: vec![] };
        for (row, action) in actions.iter().enumerate() {
            touched[row] = touched.get(before(row) as usize).is_some_and(|touched| *touched);
            if touched[row] {
                if updates {
                    return Err(twice());
                }
                continue;
            }
            match *action {
                UPSERT_FRESH => fate.fresh.push(row as u32),
                UPSERT_UPDATED => fate.updated.push(row as u32),
                _ => continue,
            }
            touched[row] = true;
        }
        Ok(fate)
    }

    /// Where each row, in the order of the proposed ones, is among the updated
    /// and then the inserted ones.
    fn places(&self) -> Vec<u32> {
        let mut all: Vec<(u32, u32)> = self.updated.iter().chain(&self.fresh).copied().zip(0..).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, place)| place).collect()
    }
}

fn twice() -> Error {
    let message = "ON CONFLICT DO UPDATE command cannot affect row a second time";
    Error::new(SqlState::CARDINALITY_VIOLATION, message).with_hint(
        "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.",
    )
}

fn take(rows: &RecordBatch, indices: &[u32]) -> Result<RecordBatch> {
    Ok(take_record_batch(rows, &UInt32Array::from(indices.to_vec()))?)
}

/// What is to be done with each row.
fn actions(batches: &[RecordBatch], column: usize) -> Result<Vec<i32>> {
    let columns = batches.iter().map(|b| Ok(cast(b.column(column), &DataType::Int32)?));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    if columns.is_empty() {
        return Ok(vec![]);
    }
    let columns: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
    Ok(concat(&columns)?.as_primitive::<Int32Type>().values().to_vec())
}
