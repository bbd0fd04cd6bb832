//! What a table checks and remembers when it is written to.
//!
//! Keys are checked here, before the log: a row that breaks the primary key is
//! refused while its client waits. Late rows are ruled here too, by the same
//! rule as in sources: by the watermark as it stood before the epoch.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{filter_record_batch, interleave_record_batch, max, take_record_batch};
use arrow::datatypes::{Schema, SchemaRef};

use super::definition::TableRules;
use super::key_index::{KeyIndex, RowRef};
use super::request::TableChangeKind;
use crate::catalog::{Object, ObjectKind, OnConflict, TableProperties};
use crate::dataflow::{LateRows, Rejected, WatermarkSpec, rule_rows};
use crate::delta::Delta;
use crate::expr::functions::as_micros;
use crate::expr::row_text;
use crate::types::{Epoch, Error, Result, SqlState};

/// A table as the coordinator knows it.
pub struct TableState {
    /// Its entry in the catalog.
    pub object: Arc<Object>,
    schema: SchemaRef,
    properties: TableProperties,
    key: Option<KeyIndex>,
    time: Option<TableTime>,
}

/// A table's event time.
struct TableTime {
    spec: WatermarkSpec,
    watermark: Option<i64>,
    /// The watermark after the epoch that is being put together.
    next: Option<i64>,
    /// The ordinal of the next row.
    position: u64,
}

/// What came of one write.
pub struct Applied {
    /// The table's changes.
    pub delta: Delta,
    /// The rows for RETURNING.
    pub rows: RecordBatch,
    /// Rows ruled late, left out.
    pub late: Option<LateRows>,
    /// Rows too far in the future, left out.
    pub rejected: Vec<Rejected>,
}

impl TableState {
    /// An empty table.
    pub fn new(object: Arc<Object>, rules: TableRules) -> Result<Self> {
        let ObjectKind::Table(properties) = object.kind.clone() else {
            return Err(Error::internal(format!("{} is not a table", object.name)));
        };
        let fields = object
            .arrow_schema()
            .fields()
            .iter()
            .map(|f| f.as_ref().clone().with_nullable(true))
            .collect::<Vec<_>>();
        let key = if properties.primary_key.is_empty() {
            None
        } else {
            let types = properties.primary_key.iter().map(|k| object.columns[*k].data_type.clone()).collect();
            Some(KeyIndex::new(properties.primary_key.clone(), types)?)
        };
        let time = rules.watermark.map(|spec| TableTime { spec, watermark: None, next: None, position: 0 });
        Ok(TableState { schema: Arc::new(Schema::new(fields)), object, properties, key, time })
    }

    /// The columns by whose hash rows are placed on workers: a row and its
    /// retraction must meet.
    pub fn placement(&self) -> Vec<usize> {
        if self.properties.primary_key.is_empty() {
            (0..self.object.columns.len()).collect()
        } else {
            self.properties.primary_key.clone()
        }
    }

    /// The stored rows' schema: all columns, nullable.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows that have the keys of `rows`, each once.
    pub fn rows_of_keys(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let Some(key) = &self.key else { return Ok(RecordBatch::new_empty(self.schema.clone())) };
        let keys = key.keys(rows)?;
        let mut met = HashSet::with_capacity(rows.num_rows());
        let found = keys.iter().filter(|k| met.insert(k.data())).filter_map(|k| key.get(k.data()));
        let found: Vec<RowRef> = found.cloned().collect();
        gather(&self.schema, &found)
    }

    /// A mark to go back to when a later statement of the transaction fails.
    pub fn mark(&self) -> usize {
        self.key.as_ref().map_or(0, KeyIndex::mark)
    }

    /// Undoes all writes since the mark.
    pub fn rollback_to(&mut self, mark: usize) {
        if let Some(key) = &mut self.key {
            key.rollback_to(mark);
        }
    }

    /// All writes so far stay; their epoch is over. Returns the watermark if it
    /// has moved.
    pub fn commit(&mut self) -> Option<i64> {
        if let Some(key) = &mut self.key {
            key.commit();
        }
        let time = self.time.as_mut()?;
        let moved = time.next > time.watermark;
        time.watermark = time.watermark.max(time.next);
        moved.then_some(time.watermark).flatten()
    }

    /// The watermark, if the table has event time and has had rows.
    pub fn watermark(&self) -> Option<i64> {
        self.time.as_ref().and_then(|t| t.watermark)
    }

    /// Takes rows that were checked before, after a restart.
    pub fn restore(&mut self, delta: &Delta) -> Result<()> {
        let batch = Arc::new(delta.rows().clone());
        if let Some(key) = &mut self.key {
            let keys = key.keys(&batch)?;
            for row in (0..batch.num_rows()).filter(|r| delta.diff(*r) < 0) {
                key.remove(keys.row(row).data());
            }
            for row in (0..batch.num_rows()).filter(|r| delta.diff(*r) > 0) {
                key.put(keys.row(row).data(), RowRef { batch: batch.clone(), row: row as u32 });
            }
            key.commit();
        }
        if let Some(time) = &mut self.time {
            let values = time.spec.expression.evaluate(&batch)?.into_array(batch.num_rows())?;
            time.next = time.next.max(highest(&values)?);
            time.watermark = time.next;
            time.position += batch.num_rows() as u64;
        }
        Ok(())
    }

    /// Checks one write and notes it; nothing is durable yet.
    pub fn apply(&mut self, change: TableChangeKind, epoch: Epoch) -> Result<Applied> {
        match change {
            TableChangeKind::Insert { rows, on_conflict } => {
                let rows = self.shaped(rows)?;
                let (rows, late, rejected) = self.rule(rows, epoch)?;
                let policy = on_conflict.unwrap_or(self.properties.on_conflict);
                let (delta, rows) = self.insert(rows, policy)?;
                Ok(Applied { delta, rows, late, rejected })
            }
            TableChangeKind::Update { old, new } => {
                self.refuse_append_only("UPDATE")?;
                let (old, new) = (self.shaped(old)?, self.shaped(new)?);
                self.forget(&old)?;
                let (added, rows) = self.insert(new, OnConflict::Error)?;
                let delta = Delta::concat(&self.schema, &[Delta::retract(old), added])?;
                Ok(Applied { delta, rows, late: None, rejected: vec![] })
            }
            TableChangeKind::Delete { old } => {
                self.refuse_append_only("DELETE")?;
                let old = self.shaped(old)?;
                self.forget(&old)?;
                Ok(Applied { delta: Delta::retract(old.clone()), rows: old, late: None, rejected: vec![] })
            }
        }
    }

    fn shaped(&self, rows: RecordBatch) -> Result<RecordBatch> {
        Ok(RecordBatch::try_new(self.schema.clone(), rows.columns().to_vec())?)
    }

    fn refuse_append_only(&self, what: &str) -> Result<()> {
        if self.properties.append_only {
            let message = format!("cannot {what} table \"{}\": it is APPEND ONLY", self.object.name);
            return Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message)
                .with_hint("Create the table without APPEND ONLY to change its rows."));
        }
        Ok(())
    }

    fn forget(&mut self, old: &RecordBatch) -> Result<()> {
        if let Some(key) = &mut self.key {
            let keys = key.keys(old)?;
            (0..old.num_rows()).for_each(|row| key.remove(keys.row(row).data()));
        }
        Ok(())
    }

    /// Splits off rows that are late or too far ahead of the clock.
    fn rule(
        &mut self,
        rows: RecordBatch,
        epoch: Epoch,
    ) -> Result<(RecordBatch, Option<LateRows>, Vec<Rejected>)> {
        let Some(time) = &mut self.time else {
            return Ok((rows, None, vec![]));
        };
        let first = time.position;
        time.position += rows.num_rows() as u64;
        let (rows, rejected) = reject_skewed(rows, &time.spec, epoch, &self.object)?;
        let values = time.spec.expression.evaluate(&rows)?.into_array(rows.num_rows())?;
        time.next = time.next.max(highest(&values)?);
        let Some(watermark) = time.watermark else {
            return Ok((rows, None, rejected));
        };
        let ruling = rule_rows(rows.column(time.spec.column), watermark, time.spec.lateness)?;
        if ruling.late.is_empty() {
            return Ok((rows, None, rejected));
        }
        let indices = UInt32Array::from_iter_values(ruling.late.iter().map(|r| *r as u32));
        let late = LateRows {
            source: self.object.id,
            epoch,
            watermark: watermark.saturating_sub(time.spec.lateness),
            partition: 0,
            positions: ruling.late.iter().map(|r| first + *r as u64).collect(),
            rows: take_record_batch(&rows, &indices)?,
            delays: ruling.delays,
        };
        Ok((filter_record_batch(&rows, &ruling.on_time)?, Some(late), rejected))
    }

    /// The changes that inserting `rows` makes, and the rows that got in.
    fn insert(&mut self, rows: RecordBatch, policy: OnConflict) -> Result<(Delta, RecordBatch)> {
        let Some(key) = &mut self.key else {
            return Ok((Delta::insert(rows.clone()), rows));
        };
        let keys = key.keys(&rows)?;
        let batch = Arc::new(rows);
        let (mut added, mut replaced): (Vec<RowRef>, Vec<RowRef>) = (vec![], vec![]);
        for row in 0..batch.num_rows() {
            let key_bytes = keys.row(row).data();
            let mut new = RowRef { batch: batch.clone(), row: row as u32 };
            if let Some(old) = key.get(key_bytes) {
                match policy {
                    OnConflict::Error => {
                        return Err(duplicate_key(&self.object, key.columns(), &batch, row)?);
                    }
                    OnConflict::DoNothing => continue,
                    OnConflict::DoUpdateFull => {}
                    OnConflict::DoUpdateIfNotNull => new = merged(&new, old)?,
                }
                replaced.push(old.clone());
            }
            key.put(key_bytes, new.clone());
            added.push(new);
        }
        let whole = added.len() == batch.num_rows() && policy != OnConflict::DoUpdateIfNotNull;
        let rows = if whole { batch.as_ref().clone() } else { gather(&self.schema, &added)? };
        if replaced.is_empty() {
            return Ok((Delta::insert(rows.clone()), rows));
        }
        let replaced = gather(&self.schema, &replaced)?;
        let delta = Delta::concat(&self.schema, &[Delta::retract(replaced), Delta::insert(rows.clone())])?;
        Ok((crate::delta::consolidate(&delta)?, rows))
    }
}

fn highest(values: &ArrayRef) -> Result<Option<i64>> {
    let micros: Int64Array = as_micros(values)?;
    Ok(max(&micros))
}

fn reject_skewed(
    rows: RecordBatch,
    spec: &WatermarkSpec,
    epoch: Epoch,
    table: &Object,
) -> Result<(RecordBatch, Vec<Rejected>)> {
    let Some(skew) = spec.max_skew else {
        return Ok((rows, vec![]));
    };
    let limit = epoch.as_micros().saturating_add(skew);
    let times = as_micros(rows.column(spec.column))?;
    let too_far = |row: usize| times.is_valid(row) && times.value(row) > limit;
    let mut rejected = vec![];
    for row in (0..rows.num_rows()).filter(|r| too_far(*r)) {
        let name = &table.columns[spec.column].name;
        rejected.push(Rejected {
            reason: format!(
                "event time in column \"{name}\" is further ahead of the clock than MAX SKEW allows"
            ),
            raw: row_text(&rows, row)?,
            place: format!("row {row} of the statement"),
        });
    }
    if rejected.is_empty() {
        return Ok((rows, rejected));
    }
    let mask: BooleanArray = (0..rows.num_rows()).map(|r| Some(!too_far(r))).collect();
    Ok((filter_record_batch(&rows, &mask)?, rejected))
}

/// The rows referred to, as one batch.
fn gather(schema: &SchemaRef, rows: &[RowRef]) -> Result<RecordBatch> {
    if rows.is_empty() {
        return Ok(RecordBatch::new_empty(schema.clone()));
    }
    let mut batches: Vec<&RecordBatch> = vec![];
    let mut places = hashbrown::HashMap::new();
    let mut indices = Vec::with_capacity(rows.len());
    for row in rows {
        let place = *places.entry(Arc::as_ptr(&row.batch)).or_insert_with(|| {
            batches.push(row.batch.as_ref());
            batches.len() - 1
        });
        indices.push((place, row.row as usize));
    }
    Ok(interleave_record_batch(&batches, &indices)?)
}

/// The new row with the old row's values where the new one has NULL.
fn merged(new: &RowRef, old: &RowRef) -> Result<RowRef> {
    let mut columns = Vec::with_capacity(new.batch.num_columns());
    for (new_column, old_column) in new.batch.columns().iter().zip(old.batch.columns()) {
        let use_new = new_column.is_valid(new.row as usize);
        let (column, row) = if use_new { (new_column, new.row) } else { (old_column, old.row) };
        columns.push(column.slice(row as usize, 1));
    }
    let batch = RecordBatch::try_new(new.batch.schema(), columns)?;
    Ok(RowRef { batch: Arc::new(batch), row: 0 })
}

fn duplicate_key(table: &Object, key: &[usize], rows: &RecordBatch, row: usize) -> Result<Error> {
    let names: Vec<&str> = key.iter().map(|k| table.columns[*k].name.as_str()).collect();
    let values = row_text(&rows.project(key)?, row)?;
    let message = format!("duplicate key value violates unique constraint \"{}_pkey\"", table.name);
    Ok(Error::new(SqlState::UNIQUE_VIOLATION, message)
        .with_detail(format!("Key ({})={values} already exists.", names.join(", "))))
}
