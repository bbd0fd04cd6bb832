//! Cursors: `DECLARE`, `FETCH`, `CLOSE`.
//!
//! A cursor is a query that has begun and whose rows are taken a few at a time;
//! it keeps the epoch that it reads.

use std::collections::{BTreeSet, HashMap};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::sql::sqlparser::ast;
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use parking_lot::Mutex;

use crate::query::RowStream;
use crate::session::conversation::Statement;
use crate::session::interrupt::Interrupt;
use crate::session::{Outcome, Session};
use crate::types::{Error, Result, SqlState};

/// How many cursors one session may have open.
const CURSORS_MAX: usize = 1_000;

/// The open cursors of a session, by name.
#[derive(Default)]
pub(in crate::session) struct Cursors(HashMap<String, Cursor>);

struct Cursor {
    schema: SchemaRef,
    /// Never locked, only owned: it makes the stream sharable.
    rows: Mutex<RowStream>,
    /// What is left of the last batch.
    rest: Option<RecordBatch>,
    /// It outlives its block.
    hold: bool,
}

impl Cursors {
    /// The block that opened them is over.
    pub fn end_block(&mut self) {
        self.0.retain(|_, cursor| cursor.hold);
    }

    /// The names of all.
    pub fn names(&self) -> BTreeSet<String> {
        self.0.keys().cloned().collect()
    }

    /// Closes all but these.
    pub fn keep(&mut self, names: &BTreeSet<String>) {
        self.0.retain(|name, _| names.contains(name));
    }

    /// Closes all.
    pub fn close_all(&mut self) {
        self.0.clear();
    }

    /// The columns of one.
    pub fn schema(&self, name: &str) -> Result<&SchemaRef> {
        self.0.get(name).map(|c| &c.schema).ok_or_else(|| missing(name))
    }

    fn get(&mut self, name: &str) -> Result<&mut Cursor> {
        self.0.get_mut(name).ok_or_else(|| missing(name))
    }
}

impl Cursor {
    /// Up to `count` more rows.
    async fn take(&mut self, count: u64, interrupt: &Interrupt) -> Result<Vec<RecordBatch>> {
        let mut wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let mut taken = vec![];
        while wanted > 0 {
            let next = match self.rest.take() {
                Some(rest) => Some(rest),
                None => interrupt.race(self.rows.get_mut().try_next()).await?,
            };
            let Some(batch) = next else { break };
            let rows = batch.num_rows();
            if rows > wanted {
                taken.push(batch.slice(0, wanted));
                self.rest = Some(batch.slice(wanted, rows - wanted));
                wanted = 0;
            } else if rows > 0 {
                wanted -= rows;
                taken.push(batch);
            }
        }
        Ok(taken)
    }

    /// All rows that are left.
    fn take_all(&mut self) -> RowStream {
        let rest = stream::iter(self.rest.take().map(Ok));
        let rows = std::mem::replace(self.rows.get_mut(), stream::empty().boxed());
        rest.chain(rows).boxed()
    }
}

impl Session {
    pub(super) async fn run_declare(
        &mut self,
        statement: &Statement,
        name: &str,
        query: &ast::Query,
        hold: bool,
    ) -> Result<Outcome> {
        if !hold && !self.transaction.lock().in_block() {
            let message = "DECLARE CURSOR can only be used in transaction blocks";
            return Err(Error::new(SqlState::NO_ACTIVE_SQL_TRANSACTION, message)
                .with_hint("BEGIN first, or declare it WITH HOLD."));
        }
        if self.cursors.0.contains_key(name) {
            let message = format!("cursor \"{name}\" already exists");
            return Err(Error::new(SqlState::DUPLICATE_CURSOR, message));
        }
        if self.cursors.0.len() >= CURSORS_MAX {
            return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, "too many open cursors")
                .with_hint("CLOSE those that are not needed."));
        }
        let catalog = self.catalog();
        let bound = self.binder(&catalog).with_text(statement.text.clone()).bind_query(query, &[])?;
        let (schema, rows) = self.read(&catalog, &bound, &[]).await?;
        self.cursors.0.insert(name.to_string(), Cursor { schema, rows: Mutex::new(rows), rest: None, hold });
        Ok(Outcome::Command("DECLARE CURSOR".to_string()))
    }

    pub(super) async fn run_fetch(&mut self, name: &str, count: Option<u64>) -> Result<Outcome> {
        let interrupt = self.interrupt.clone();
        let cursor = self.cursors.get(name)?;
        let schema = cursor.schema.clone();
        let rows = match count {
            Some(count) => stream::iter(cursor.take(count, &interrupt).await?).map(Ok).boxed(),
            None => cursor.take_all(),
        };
        Ok(Outcome::Rows(self.outgoing(&schema, rows, "FETCH")))
    }

    pub(super) fn run_close(&mut self, name: Option<&str>) -> Result<Outcome> {
        let Some(name) = name else {
            self.cursors.close_all();
            return Ok(Outcome::Command("CLOSE CURSOR ALL".to_string()));
        };
        match self.cursors.0.remove(name) {
            Some(_) => Ok(Outcome::Command("CLOSE CURSOR".to_string())),
            None => Err(missing(name)),
        }
    }
}

fn missing(name: &str) -> Error {
    Error::new(SqlState::INVALID_CURSOR_NAME, format!("cursor \"{name}\" does not exist"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int32Array};
    use arrow::datatypes::{DataType, Field, Int32Type, Schema};

    use super::*;
    use crate::session::interrupt::CancelHandle;

    fn cursor(batches: &[&[i32]]) -> Cursor {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int32, true)]));
        let batch = |values: &&[i32]| {
            let column: ArrayRef = Arc::new(Int32Array::from(values.to_vec()));
            Ok(RecordBatch::try_new(schema.clone(), vec![column]).unwrap())
        };
        let rows = stream::iter(batches.iter().map(batch).collect::<Vec<_>>()).boxed();
        Cursor { schema, rows: Mutex::new(rows), rest: None, hold: false }
    }

    fn values(batches: &[RecordBatch]) -> Vec<i32> {
        batches.iter().flat_map(|b| b.column(0).as_primitive::<Int32Type>().values().to_vec()).collect()
    }

    #[tokio::test]
    async fn rows_come_in_the_portions_asked_for() {
        let interrupt = Interrupt::new(&CancelHandle::new(), None);
        let mut cursor = cursor(&[&[1, 2, 3], &[], &[4], &[5, 6]]);
        assert_eq!(values(&cursor.take(2, &interrupt).await.unwrap()), [1, 2]);
        assert_eq!(values(&cursor.take(0, &interrupt).await.unwrap()), [0; 0]);
        assert_eq!(values(&cursor.take(2, &interrupt).await.unwrap()), [3, 4]);
        let rest: Vec<RecordBatch> = cursor.take_all().try_collect().await.unwrap();
        assert_eq!(values(&rest), [5, 6]);
        assert!(cursor.take(1, &interrupt).await.unwrap().is_empty());
    }
}
