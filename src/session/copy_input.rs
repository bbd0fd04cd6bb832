//! The data of `COPY t FROM STDIN`: text to typed columns, typed columns to
//! whole rows, and all of them into the table at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::logical_expr::{Expr, ScalarUDF};
use futures::FutureExt;
use futures::TryStreamExt;
use futures::future::BoxFuture;

use super::copy::CopyReader;
use super::interrupt::Interrupt;
use super::snapshot::EpochSnapshots;
use super::statement::stored_rows::{stored_rows, stored_schema};
use super::transaction::BufferedWrite;
use super::writer::Writer;
use super::{CopyIn, Session};
use crate::catalog::{Object, Snapshot};
use crate::coordinator::{Handle, TableChangeKind, TableWrite};
use crate::expr::input::read_column;
use crate::query::Engine;
use crate::sql::binder::{Settings as BinderSettings, SystemRelations, check_not_null};
use crate::sql::{self, Binder, CopyFormat, Statement as Syntax};
use crate::types::{Error, Result};

/// Rows that are cast at a time.
const BATCH_ROWS: usize = 8_192;
/// The relation under which the rows that came are bound.
const INPUT: (&str, &str) = ("ms_copy", "input");

/// One COPY at work. Nothing is written before its end.
pub(super) struct CopyInput {
    table: Arc<Object>,
    targets: Vec<usize>,
    reader: CopyReader,
    filler: RowFiller,
    batches: Vec<RecordBatch>,
    fate: Fate,
}

/// Fails the transaction block unless all went well.
struct Fate {
    writer: Writer,
    generation: u64,
    succeeded: bool,
}

impl Drop for Fate {
    fn drop(&mut self) {
        if !self.succeeded {
            self.writer.fail(self.generation);
        }
    }
}

impl CopyInput {
    pub fn new(
        table: Arc<Object>,
        targets: Vec<usize>,
        format: CopyFormat,
        filler: RowFiller,
        writer: Writer,
    ) -> Self {
        let names: Vec<String> = targets.iter().map(|t| table.columns[*t].name.clone()).collect();
        let reader = CopyReader::new(&table.name, &names, format, BATCH_ROWS);
        let generation = writer.generation();
        let fate = Fate { writer, generation, succeeded: false };
        CopyInput { table, targets, reader, filler, batches: vec![], fate }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.reader.push(bytes)?;
        while let Some(texts) = self.reader.next_batch() {
            let typed = self.typed(&texts)?;
            self.batches.push(typed);
        }
        Ok(())
    }

    /// The columns as the table's types; a bad value is told with its place.
    fn typed(&self, texts: &RecordBatch) -> Result<RecordBatch> {
        let mut columns = Vec::with_capacity(self.targets.len());
        for (target, texts) in self.targets.iter().zip(texts.columns()) {
            let column = &self.table.columns[*target];
            let texts = texts.as_string::<i32>();
            columns.push(read_column(texts, &column.data_type, &self.filler.settings.time_zone).map_err(
                |(row, error)| {
                    let error = self.reader.at_row(error, row);
                    let place = error.detail().unwrap_or_default();
                    let value = if texts.is_valid(row) { texts.value(row) } else { "" };
                    let detail = format!("{place}, column {}: \"{value}\"", column.name);
                    error.with_detail(detail)
                },
            )?);
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(texts.num_rows()));
        Ok(RecordBatch::try_new_with_options(self.filler.given.clone(), columns, &rows)?)
    }

    async fn end(mut self) -> Result<String> {
        let last = self.reader.finish()?;
        let last = self.typed(&last)?;
        self.batches.push(last);
        let rows = self.filler.fill(std::mem::take(&mut self.batches)).await?;
        check_not_null(&self.table, &rows)?;
        let count = rows.num_rows();
        let change = TableChangeKind::Insert { rows, on_conflict: None };
        let write =
            BufferedWrite { write: TableWrite { table: self.table.id, change }, table: self.table.clone() };
        self.fate.writer.apply(write, None).await?;
        self.fate.succeeded = true;
        Ok(format!("COPY {count}"))
    }
}

impl CopyIn for CopyInput {
    fn columns(&self) -> usize {
        self.targets.len()
    }

    fn push(&mut self, bytes: Bytes) -> BoxFuture<'_, Result<()>> {
        async move { self.take(&bytes) }.boxed()
    }

    fn finish(self: Box<Self>) -> BoxFuture<'static, Result<String>> {
        (*self).end().boxed()
    }
}

/// Adds the columns that do not come: defaults, generated and hidden ones.
pub(super) struct RowFiller {
    table: Arc<Object>,
    targets: Vec<usize>,
    /// The columns that come.
    given: SchemaRef,
    catalog: Arc<Snapshot>,
    settings: BinderSettings,
    engine: Arc<Engine>,
    handle: Handle,
    now: DateTime<Utc>,
    interrupt: Interrupt,
}

impl RowFiller {
    pub fn new(session: &Session, table: Arc<Object>, targets: Vec<usize>) -> Self {
        let column =
            |t: &usize| Field::new(&table.columns[*t].name, table.columns[*t].data_type.clone(), true);
        let given = Arc::new(Schema::new(targets.iter().map(column).collect::<Vec<_>>()));
        RowFiller {
            targets,
            given,
            catalog: session.catalog(),
            settings: session.binder_settings(),
            engine: session.db.engine.clone(),
            handle: session.db.handle.clone(),
            now: session.now,
            interrupt: session.interrupt.clone(),
            table,
        }
    }

    /// All rows, whole.
    async fn fill(&self, batches: Vec<RecordBatch>) -> Result<RecordBatch> {
        let comes = |i: usize| self.targets.contains(&i);
        let all_come = self.table.columns.iter().enumerate().all(|(i, c)| c.hidden || comes(i));
        match all_come {
            true => self.with_hidden(&concat_batches(&self.given, &batches)?),
            false => self.computed(batches).await,
        }
    }

    fn with_hidden(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let column = |i: usize| -> ArrayRef {
            match self.targets.iter().position(|t| *t == i) {
                Some(at) => rows.column(at).clone(),
                None => new_null_array(&self.table.columns[i].data_type, rows.num_rows()),
            }
        };
        let columns = (0..self.table.columns.len()).map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        Ok(RecordBatch::try_new_with_options(stored_schema(&self.table), columns, &options)?)
    }

    /// The binder knows how to fill the rows of an INSERT, so this is one.
    async fn computed(&self, batches: Vec<RecordBatch>) -> Result<RecordBatch> {
        let input = MemTable::try_new(self.given.clone(), vec![batches])?;
        let binder = Binder::new(
            self.catalog.clone(),
            Arc::new(self.settings.clone()),
            Arc::new(Input(Arc::new(input))),
        );
        let parsed = sql::parse(&self.insert_text())?;
        let Some(Syntax::Insert(insert)) = parsed.first().map(|p| &p.statement) else {
            return Err(Error::internal("a made-up INSERT does not parse"));
        };
        let bound = binder.bind_insert(insert, &self.table, &[])?;
        let nothing = Arc::new(EpochSnapshots::new(None, self.handle.clone(), self.now));
        let (_, rows) = self.engine.execute(&bound.source, nothing, &[], self.now).await?;
        let rows: Vec<RecordBatch> = self.interrupt.clone().guard(rows).try_collect().await?;
        stored_rows(&self.table, &rows, 0)
    }

    fn insert_text(&self) -> String {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let columns: Vec<String> = self.given.fields().iter().map(|f| quoted(f.name())).collect();
        let (columns, table) = (columns.join(", "), quoted(&self.table.name));
        let (schema, input) = (quoted(&self.table.schema), INPUT);
        format!("INSERT INTO {schema}.{table} ({columns}) SELECT {columns} FROM {}.{}", input.0, input.1)
    }
}

/// The rows that came, as the only system relation.
struct Input(Arc<MemTable>);

impl SystemRelations for Input {
    fn relation(&self, schema: Option<&str>, name: &str) -> Option<Arc<dyn TableProvider>> {
        (schema == Some(INPUT.0) && name == INPUT.1).then(|| self.0.clone() as Arc<dyn TableProvider>)
    }

    fn function(&self, _name: &str) -> Option<Arc<ScalarUDF>> {
        None
    }

    fn table_function(&self, _name: &str, _arguments: &[Expr]) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(None)
    }
}
