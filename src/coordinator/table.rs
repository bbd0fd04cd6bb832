//! What a table checks and remembers when it is written to.
//!
//! Keys are checked here, before the log: a row that breaks the primary key is
//! refused while its client waits. Late rows are ruled here too, by the same
//! rule as in sources: by the watermark as it stood before the epoch.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{filter_record_batch, max, take_record_batch};
use arrow::datatypes::{Schema, SchemaRef};

use super::conflict::Conflicts;
use super::definition::TableRules;
use super::request::TableChangeKind;
use crate::catalog::{Object, ObjectKind, OnConflict, TableProperties};
use crate::dataflow::{LateRows, Rejected, WatermarkSpec, rule_rows};
use crate::delta::Delta;
use crate::expr::functions::as_micros;
use crate::expr::row_text;
use crate::state::rows::{KeyedRows, NONE};
use crate::types::{Epoch, Error, Result, SqlState};

/// A table as the coordinator knows it.
pub struct TableState {
    /// Its entry in the catalog.
    pub object: Arc<Object>,
    schema: SchemaRef,
    properties: TableProperties,
    /// Its rows, if it has a primary key.
    stored: Option<KeyedRows>,
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

/// Rows that are put back at once after a restart.
const RESTORE_ROWS: usize = 65_536;

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
        let schema = Arc::new(Schema::new(fields));
        let key = Some(properties.primary_key.clone()).filter(|key| !key.is_empty());
        let stored = key.map(|key| KeyedRows::new(schema.clone(), key));
        let time = rules.watermark.map(|spec| TableTime { spec, watermark: None, next: None, position: 0 });
        Ok(TableState { schema, object, properties, stored, time })
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

    /// Are rows of it likely to be updated or deleted?
    pub fn is_rewritten(&self) -> bool {
        self.stored.is_some() && !self.properties.append_only
    }

    /// The stored rows' schema: all columns, nullable.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows that have the keys of `rows`, each once.
    pub fn rows_of_keys(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let Some(stored) = &self.stored else { return Ok(RecordBatch::new_empty(self.schema.clone())) };
        let keys = stored.keys(rows)?;
        let mut ids = stored.find(&keys);
        if let Some(before) = keys.before() {
            ids.iter_mut().zip(before).filter(|(_, before)| *before != NONE).for_each(|(id, _)| *id = NONE);
        }
        ids.retain(|id| *id != NONE);
        stored.gather(&ids)
    }

    /// How much memory is taken to know the rows by key.
    pub fn memory(&self) -> usize {
        self.stored.as_ref().map_or(0, KeyedRows::memory)
    }

    /// A mark to go back to when a later statement of the transaction fails.
    pub fn mark(&self) -> usize {
        self.stored.as_ref().map_or(0, KeyedRows::mark)
    }

    /// Undoes all writes since the mark.
    pub fn rollback_to(&mut self, mark: usize) -> Result<()> {
        self.stored.as_mut().map_or(Ok(()), |stored| stored.rollback_to(mark))
    }

    /// All writes so far stay; their epoch is over. Returns the watermark if it
    /// has moved.
    pub fn commit(&mut self) -> Option<i64> {
        if let Some(stored) = &mut self.stored {
            stored.commit();
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
        let batch = delta.rows();
        if self.stored.is_some() {
            let of = |wanted: fn(i64) -> bool| {
                let rows = (0..batch.num_rows()).filter(|row| wanted(delta.diff(*row)));
                take_record_batch(batch, &UInt32Array::from_iter_values(rows.map(|row| row as u32)))
            };
            let come = match delta.diffs() {
                None => batch.clone(),
                Some(_) => {
                    self.forget(&of(|diff| diff < 0)?)?;
                    of(|diff| diff > 0)?
                }
            };
            self.restore_keys(&come)?;
        }
        if let Some(time) = &mut self.time {
            let values = time.spec.expression.evaluate(batch)?.into_array(batch.num_rows())?;
            time.next = time.next.max(highest(&values)?);
            time.watermark = time.next;
            time.position += batch.num_rows() as u64;
        }
        Ok(())
    }

    fn restore_keys(&mut self, rows: &RecordBatch) -> Result<()> {
        let rows = self.shaped(rows.clone())?;
        let Some(stored) = &mut self.stored else { return Ok(()) };
        stored.commit();
        stored.reserve(rows.num_rows());
        for offset in (0..rows.num_rows()).step_by(RESTORE_ROWS) {
            let part = rows.slice(offset, RESTORE_ROWS.min(rows.num_rows() - offset));
            Conflicts::of(stored, part)?.settle(stored, OnConflict::DoUpdateFull)?;
            stored.commit();
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
                let (added, rows) = self.replace(&old, new)?;
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
        if let Some(stored) = &mut self.stored {
            let ids = stored.find(&stored.keys(old)?);
            stored.remove(&ids);
        }
        Ok(())
    }

    /// New rows for old ones: in their places when no key is another then.
    fn replace(&mut self, old: &RecordBatch, new: RecordBatch) -> Result<(Delta, RecordBatch)> {
        if let Some(stored) = &mut self.stored {
            let keys = stored.keys(&new)?;
            if stored.keys(old)?.are(&keys) && keys.before().is_none() {
                let all: Vec<u32> = (0..keys.len() as u32).collect();
                stored.put(&new, &keys, &stored.find(&keys), &all)?;
                return Ok((Delta::insert(new.clone()), new));
            }
        }
        self.forget(old)?;
        self.insert(new, OnConflict::Error)
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
        let Some(stored) = &mut self.stored else {
            return Ok((Delta::insert(rows.clone()), rows));
        };
        let conflicts = Conflicts::of(stored, rows)?;
        if policy == OnConflict::Error
            && let Some(row) = conflicts.first()
        {
            return Err(duplicate_key(&self.object, stored.key(), conflicts.rows(), row)?);
        }
        conflicts.settle(stored, policy)
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

fn duplicate_key(table: &Object, key: &[usize], rows: &RecordBatch, row: usize) -> Result<Error> {
    let names: Vec<&str> = key.iter().map(|k| table.columns[*k].name.as_str()).collect();
    let values = row_text(&rows.project(key)?, row)?;
    let message = format!("duplicate key value violates unique constraint \"{}_pkey\"", table.name);
    Ok(Error::new(SqlState::UNIQUE_VIOLATION, message)
        .with_detail(format!("Key ({})={values} already exists.", names.join(", "))))
}
