//! What a query reads: arrangements at the epoch of a read ticket, and sources
//! as they are now.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream;

use super::notices::Notices;
use super::own_changes::{OwnChanges, overlay};
use super::source_rows::{past_rows, source_rows};
use super::statement::stored_rows::stored_schema;
use crate::catalog::{Object, ObjectKind};
use crate::coordinator::{Handle, ReadTicket};
use crate::dataflow::SourceCut;
use crate::query::{RowStream, Snapshots};
use crate::state::Arrangement;
use crate::types::{Epoch, Error, ObjectId, Result};

/// All relations as of one epoch; keeps the epoch for as long as it lives.
pub(super) struct EpochSnapshots {
    /// `None` when nothing that is stored is read.
    ticket: Option<Arc<ReadTicket>>,
    handle: Handle,
    now: DateTime<Utc>,
    own: OwnChanges,
    /// All rows of this table that the query asks for.
    found: Option<(ObjectId, RecordBatch)>,
    /// What sources had delivered at the ticket's epoch.
    cuts: HashMap<ObjectId, Arc<SourceCut>>,
    /// Who hears what was left out of a source.
    notices: Notices,
}

impl EpochSnapshots {
    pub fn new(ticket: Option<Arc<ReadTicket>>, handle: Handle, now: DateTime<Utc>) -> Self {
        let (own, cuts, notices) = (OwnChanges::new(), HashMap::new(), Notices::default());
        EpochSnapshots { ticket, handle, now, own, found: None, cuts, notices }
    }

    /// The same with these changes made.
    pub fn with_changes(mut self, own: OwnChanges) -> Self {
        self.own = own;
        self
    }

    /// The same with these rows for all of a table: others are not asked for.
    pub fn with_found(mut self, table: ObjectId, rows: RecordBatch) -> Self {
        self.found = Some((table, rows));
        self
    }

    /// The same, which says there what it leaves out.
    pub fn with_notices(mut self, notices: Notices) -> Self {
        self.notices = notices;
        self
    }

    /// The same with sources as far as they had been read at some epoch.
    pub fn with_cuts(mut self, cuts: HashMap<ObjectId, Arc<SourceCut>>) -> Self {
        self.cuts = cuts;
        self
    }

    fn stored(&self, object: &Object, projection: Option<&[usize]>) -> Result<RowStream> {
        let missing = || Error::internal(format!("\"{}\" is not part of what is read", object.name));
        let ticket = self.ticket.clone().ok_or_else(missing)?;
        let parts = parts(&ticket, object).ok_or_else(missing)?.to_vec();
        let schema = projected(&object.arrow_schema(), projection)?;
        if let Some((_, rows)) = self.found.as_ref().filter(|(id, _)| *id == object.id) {
            return Ok(stream::iter([project(rows, projection, &schema)]).boxed());
        }
        let columns = projection.map(<[usize]>::to_vec);
        if let Some(changes) = self.own.get(&object.id) {
            let all = parts.iter().map(|part| part.snapshot(ticket.epoch)).collect::<Result<Vec<_>>>()?;
            let rows = overlay(&stored_schema(object), all.concat(), changes)?;
            return Ok(stream::iter([project(&rows, columns.as_deref(), &schema)]).boxed());
        }
        // A part is looked at when the one before it has been read.
        let batches = stream::iter(parts).map(move |part| {
            let batches = part.snapshot(ticket.epoch).map(|all| {
                let (schema, columns) = (schema.clone(), columns.clone());
                all.into_iter().map(move |b| project(&b, columns.as_deref(), &schema)).collect::<Vec<_>>()
            });
            stream::iter(batches.unwrap_or_else(|error| vec![Err(error)]))
        });
        Ok(batches.flatten().boxed())
    }

    fn source(&self, object: &Object, projection: Option<&[usize]>) -> Result<RowStream> {
        let Some(spec) = self.handle.source(object.id) else {
            return Err(Error::internal(format!("source \"{}\" cannot be opened", object.name)));
        };
        let columns = match projection {
            Some(columns) => columns.to_vec(),
            None => (0..object.columns.len()).collect(),
        };
        let epoch = Epoch(u64::try_from(self.now.timestamp_micros()).unwrap_or(0));
        let schema = projected(&object.arrow_schema(), projection)?;
        let name = object.name.clone();
        let rows = match self.cuts.get(&object.id) {
            Some(cut) => past_rows(spec, name, columns.clone(), epoch, cut.clone()),
            None => source_rows(spec, name, columns.clone(), epoch, self.notices.clone()),
        };
        Ok(rows.map(move |batch| project(&batch?, Some(&columns), &schema)).boxed())
    }
}

impl Snapshots for EpochSnapshots {
    fn read(&self, object: &Arc<Object>, projection: Option<&[usize]>) -> RowStream {
        let rows = match object.kind {
            ObjectKind::Source(_) => self.source(object, projection),
            _ => self.stored(object, projection),
        };
        rows.unwrap_or_else(|error| stream::iter([Err(error)]).boxed())
    }
}

/// Where a ticket has the relation's rows.
pub(super) fn parts<'a>(ticket: &'a ReadTicket, object: &Object) -> Option<&'a [Arc<Arrangement>]> {
    ticket.parts.iter().find(|(id, _)| *id == object.id).map(|(_, parts)| parts.as_slice())
}

fn projected(schema: &SchemaRef, projection: Option<&[usize]>) -> Result<SchemaRef> {
    match projection {
        Some(columns) => Ok(Arc::new(schema.project(columns)?)),
        None => Ok(schema.clone()),
    }
}

fn project(batch: &RecordBatch, columns: Option<&[usize]>, schema: &SchemaRef) -> Result<RecordBatch> {
    let picked = match columns {
        Some(columns) => columns.iter().map(|c| batch.column(*c).clone()).collect(),
        None => batch.columns().to_vec(),
    };
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema.clone(), picked, &rows)?)
}
