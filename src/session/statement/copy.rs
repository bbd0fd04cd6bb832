//! `COPY … FROM STDIN` and `COPY … TO STDOUT`.

use std::sync::Arc;

use arrow::array::RecordBatch;
use bytes::Bytes;
use datafusion::sql::sqlparser::ast;
use futures::{StreamExt, stream};

use crate::catalog::Object;
use crate::session::conversation::Statement;
use crate::session::copy::CopyWriter;
use crate::session::copy_input::{CopyInput, RowFiller};
use crate::session::plan_cache::changeable;
use crate::session::{CopyOut, Outcome, Session};
use crate::sql::{Copy, CopyDirection, CopyFormat};
use crate::types::{Error, Result, SqlState};

/// Rows of one chunk of output.
const CHUNK_ROWS: usize = 1_024;

impl Session {
    pub(super) async fn run_copy(&mut self, statement: &Statement, copy: &Copy) -> Result<Outcome> {
        match &copy.direction {
            CopyDirection::In { table, columns } => self.copy_in(table, columns, &copy.format),
            CopyDirection::Out { query } => self.copy_out(statement, query, &copy.format).await,
        }
    }

    fn copy_in(
        &mut self,
        name: &ast::ObjectName,
        columns: &[String],
        format: &CopyFormat,
    ) -> Result<Outcome> {
        self.require_writable("COPY FROM")?;
        let (table, targets) = self.copy_target(name, columns)?;
        let filler = RowFiller::new(self, table.clone(), targets.clone());
        let input = CopyInput::new(table, targets, format.clone(), filler, self.writer());
        Ok(Outcome::CopyIn(Box::new(input)))
    }

    /// The table, and which of its columns come.
    pub(super) fn copy_target(
        &self,
        name: &ast::ObjectName,
        columns: &[String],
    ) -> Result<(Arc<Object>, Vec<usize>)> {
        let table = changeable(&self.catalog(), name, "insert into")?;
        if columns.is_empty() {
            let all = 0..table.columns.len();
            let given = |i: &usize| !table.columns[*i].hidden && table.columns[*i].generated.is_none();
            return Ok((table.clone(), all.filter(given).collect()));
        }
        let mut targets = vec![];
        for name in columns {
            let index = table.columns.iter().position(|c| c.name == *name && !c.hidden).ok_or_else(|| {
                let message = format!("column \"{name}\" of relation \"{}\" does not exist", table.name);
                Error::new(SqlState::UNDEFINED_COLUMN, message)
            })?;
            if targets.contains(&index) {
                let message = format!("column \"{name}\" specified more than once");
                return Err(Error::new(SqlState::DUPLICATE_COLUMN, message));
            }
            if table.columns[index].generated.is_some() {
                let message = format!("column \"{name}\" is a generated column");
                return Err(Error::new(SqlState::INVALID_COLUMN_REFERENCE, message)
                    .with_detail("Generated columns cannot be used in COPY."));
            }
            targets.push(index);
        }
        Ok((table, targets))
    }

    async fn copy_out(
        &mut self,
        statement: &Statement,
        query: &ast::Query,
        format: &CopyFormat,
    ) -> Result<Outcome> {
        let catalog = self.catalog();
        let bound = self.binder(&catalog).with_text(statement.text.clone()).bind_query(query, &[])?;
        let (schema, rows) = self.read(&catalog, &bound, &[]).await?;
        let rows = self.outgoing(&schema, rows, "COPY");
        let columns = rows.schema.fields().len();
        let mut writer = CopyWriter::new(rows.schema.clone(), format.clone());
        let header = writer.header();
        let header = stream::iter((!header.is_empty()).then_some(Ok((header, 0))));
        let pieces = rows.batches.flat_map(|batch| stream::iter(pieces(batch)));
        let lines = pieces.map(move |batch| chunk(&mut writer, batch?));
        Ok(Outcome::CopyOut(CopyOut { columns, chunks: header.chain(lines).boxed() }))
    }
}

fn pieces(batch: Result<RecordBatch>) -> Vec<Result<RecordBatch>> {
    let batch = match batch {
        Ok(batch) => batch,
        Err(error) => return vec![Err(error)],
    };
    let rows = batch.num_rows();
    let piece = |from: usize| Ok(batch.slice(from, CHUNK_ROWS.min(rows - from)));
    (0..rows).step_by(CHUNK_ROWS).map(piece).collect()
}

fn chunk(writer: &mut CopyWriter, batch: RecordBatch) -> Result<(Bytes, usize)> {
    Ok((writer.write(&batch)?, batch.num_rows()))
}
