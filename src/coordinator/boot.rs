//! Starting: what was there before comes back.
//!
//! Tables first, with their rows from the log; then sources, views and sinks in
//! the order in which they were made. Views recompute from tables' rows, and
//! sources are read from their beginning.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crossbeam_channel::unbounded;
use parking_lot::RwLock;

use super::core::{Coordinator, EpochContent};
use super::definition::{Definition, Running, define_function, define_relation, define_sink, define_view};
use super::graph::Graph;
use super::handle::{Handle, Shared};
use super::hold::ReadHolds;
use super::log_writer::LogWriter;
use super::tick::Clockwork;
use crate::catalog::Snapshot;
use crate::dataflow::{Connector, Runtime};
use crate::delta::{Delta, consolidate};
use crate::sql::{Statement, parse};
use crate::storage::{CatalogRecord, DataFolder, Log, TableRows};
use crate::telemetry::Histogram;
use crate::types::{Epoch, Error, ObjectId, Result};

/// A log longer than this is replaced by a snapshot at the start.
const LOG_BYTES_MAX: u64 = 16 << 20;
/// Rows per epoch when tables come back.
const RESTORE_ROWS: usize = 65_536;

/// Starts a coordinator on a data folder, with everything in it running again.
pub fn start(folder: &DataFolder, connectors: Vec<Arc<dyn Connector>>, workers: usize) -> Result<Handle> {
    let store = folder.catalog()?;
    let contents = store.load()?;
    let mut log = folder.log()?;
    let (epoch, rows) = replay(log.as_mut())?;
    let known: Vec<ObjectId> = contents.objects.iter().map(|o| o.id).collect();
    shorten(log.as_mut(), epoch, &rows, &known)?;
    let (runtime, events) = Runtime::start(workers)?;
    let mut catalog = Snapshot::default();
    contents.schemas.iter().for_each(|s| catalog.insert_schema(&s.name, s.id));
    let shared = Arc::new(Shared {
        catalog: RwLock::new(Arc::new(catalog)),
        properties: RwLock::default(),
        meters: RwLock::default(),
        sources: RwLock::default(),
        connectors,
        workers,
        epochs: Histogram::default(),
    });
    let (sender, requests) = unbounded();
    let mut coordinator = Coordinator {
        shared: shared.clone(),
        store,
        runtime,
        requests,
        events,
        log: LogWriter::start(log)?,
        clock: epoch,
        logged: epoch,
        graph: Graph::default(),
        clockwork: Clockwork::default(),
        tables: HashMap::new(),
        sources: BTreeMap::new(),
        collections: HashMap::new(),
        journals: HashMap::new(),
        holds: ReadHolds::default(),
        waits: vec![],
        until_idle: vec![],
        writes: VecDeque::new(),
        group: None,
        leases: BTreeMap::new(),
        lease_waits: VecDeque::new(),
        next_lease: 0,
        next_subscription: 0,
        poisoned: None,
        stopping: None,
    };
    coordinator.restore(&contents.objects, rows)?;
    std::thread::Builder::new()
        .name("coordinator".to_string())
        .spawn(move || coordinator.run())
        .map_err(|e| Error::internal(format!("the coordinator does not start: {e}")))?;
    Ok(Handle::new(sender, shared))
}

/// The rows of each table, from the log.
type Restored = BTreeMap<ObjectId, Vec<Delta>>;

fn replay(log: &mut dyn Log) -> Result<(Epoch, Restored)> {
    let mut rows: Restored = BTreeMap::new();
    let epoch = log.replay(&mut |_, changes| {
        for change in changes {
            rows.entry(change.table).or_default().push(change.delta);
        }
        Ok(())
    })?;
    for deltas in rows.values_mut() {
        if let Some(first) = deltas.first() {
            let all = Delta::concat(&first.schema(), deltas)?;
            *deltas = vec![if all.diffs().is_some() { consolidate(&all)? } else { all }];
        }
    }
    Ok((epoch, rows))
}

fn shorten(log: &mut dyn Log, epoch: Epoch, rows: &Restored, known: &[ObjectId]) -> Result<()> {
    if log.bytes() < LOG_BYTES_MAX {
        return Ok(());
    }
    tracing::info!(bytes = log.bytes(), "replacing the write-ahead log by a snapshot of the tables");
    let mut tables = rows.iter().filter(|(id, _)| known.contains(id)).map(|(id, deltas)| {
        let rows = deltas.iter().map(|d| repeated(d).map(|d| d.rows().clone())).collect::<Result<_>>()?;
        Ok(TableRows { table: *id, rows })
    });
    log.checkpoint(epoch, &mut tables)
}

/// Every row as often as its count says.
fn repeated(delta: &Delta) -> Result<Delta> {
    use arrow::array::UInt32Array;
    let copies = (0..delta.num_rows() as u32)
        .flat_map(|r| std::iter::repeat_n(r, delta.diff(r as usize).max(0) as usize));
    let rows = delta.take(&UInt32Array::from_iter_values(copies))?;
    Ok(Delta::insert(rows.rows().clone()))
}

impl Coordinator {
    fn restore(&mut self, records: &[CatalogRecord], mut rows: Restored) -> Result<()> {
        for record in records {
            match self.redefine(record) {
                Ok(definition) => {
                    let table = matches!(definition.running, Running::Table(_));
                    self.enter(definition)?;
                    if table {
                        self.restore_rows(record.id, rows.remove(&record.id).unwrap_or_default())?;
                    }
                }
                // One object that cannot come back (its folder is gone, say) does
                // not keep the others away. It stays in the store.
                Err(error) => {
                    tracing::error!(id = %record.id, sql = record.sql, %error, "an object does not come back")
                }
            }
        }
        Ok(())
    }

    fn redefine(&self, record: &CatalogRecord) -> Result<Definition> {
        let catalog = self.shared.catalog.read().clone();
        let parsed = parse(&record.sql)?.into_iter().next();
        let statement = parsed.ok_or_else(|| Error::internal("an empty statement in the catalog"))?.statement;
        let sql = record.sql.as_str();
        let mut definition = match &statement {
            Statement::CreateRelation(relation) => define_relation(relation, sql, &catalog, &self.shared)?,
            Statement::CreateView(view) => define_view(view, sql, &catalog, &self.shared)?,
            Statement::CreateSink(sink) => define_sink(sink, sql, &catalog, &self.shared)?,
            Statement::CreateFunction(function) => define_function(function, sql, &catalog)?,
            _ => return Err(Error::internal("the catalog holds a statement that makes nothing")),
        };
        definition.object.id = record.id;
        definition.object.created_at = record.created_at;
        definition.object.comment = record.comment.clone();
        Ok(definition)
    }

    fn restore_rows(&mut self, id: ObjectId, deltas: Vec<Delta>) -> Result<()> {
        for delta in deltas {
            let Some(table) = self.tables.get_mut(&id) else {
                return Ok(());
            };
            table.restore(&delta)?;
            let watermark = table.watermark();
            for offset in (0..delta.num_rows()).step_by(RESTORE_ROWS) {
                let chunk = delta.slice(offset, RESTORE_ROWS.min(delta.num_rows() - offset));
                let watermarks = watermark.map(|w| (id, w)).into_iter().collect();
                self.issue(EpochContent { tables: vec![(id, chunk)], watermarks, ..EpochContent::default() });
            }
        }
        Ok(())
    }
}
