//! The arrangement as readers on other threads see it.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parking_lot::RwLock;

use super::run_list::RunList;
use super::{ArrangementWriter, fault_run};
use crate::delta::Fault;
use crate::types::{Epoch, Error, Result};

/// The rows of a table or view on one worker. Readers never wait for the writer
/// beyond the swap of one pointer, nor the writer for them.
pub struct Arrangement {
    schema: SchemaRef,
    current: RwLock<Arc<RunList>>,
}

impl Arrangement {
    /// An empty arrangement, and the one who may write it.
    #[expect(clippy::new_ret_no_self, reason = "an arrangement is made together with its only writer")]
    pub fn new(schema: SchemaRef) -> (ArrangementWriter, Arc<Arrangement>) {
        let arrangement = Arc::new(Arrangement { schema, current: RwLock::default() });
        (ArrangementWriter::new(arrangement.clone()), arrangement)
    }

    /// The rows' schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// All rows as of `at`, each as often as it is there, in no certain order.
    ///
    /// Everything up to `at` must have been appended, and `at` must not be
    /// before what the writer was told to forget. A row whose counts add up to
    /// less than nothing is an internal error.
    pub fn snapshot(&self, at: Epoch) -> Result<Vec<RecordBatch>> {
        let list = self.list();
        if at < list.compacted {
            return Err(Error::internal(format!(
                "epoch {at} was asked for, but history before {} is forgotten",
                list.compacted
            )));
        }
        Ok(list.content(list.visible(at))?.to_vec())
    }

    /// The rows whose expressions failed, as of `at`; one entry per distinct
    /// fault. History is forgotten as for rows: an epoch from before gives the
    /// oldest state that is known.
    pub fn faults(&self, at: Epoch) -> Vec<Fault> {
        let list = self.list();
        let at = at.max(list.compacted);
        let visible = list.faults.partition_point(|run| run.epoch <= at);
        match &list.faults[..visible] {
            [] => Vec::new(),
            [one] => one.faults.clone(),
            several => fault_run::add_up(&self.schema, several.iter().map(AsRef::as_ref))
                .expect("a delta without rows can be consolidated"),
        }
    }

    /// How many rows there are, as of the newest epoch.
    pub fn rows(&self) -> usize {
        let list = self.list();
        let arrived: usize = list.runs.iter().map(|run| run.rows.batch.num_rows()).sum();
        let died: usize = list.runs.iter().map(|run| run.deaths.len()).sum();
        arrived - died
    }

    /// Memory that the rows take, in bytes, without the writer's index.
    pub fn bytes(&self) -> usize {
        self.list().runs.iter().map(|run| run.bytes()).sum()
    }

    /// How many runs the rows are in.
    pub fn runs(&self) -> usize {
        self.list().runs.len()
    }

    pub(super) fn list(&self) -> Arc<RunList> {
        self.current.read().clone()
    }

    pub(super) fn publish(&self, list: Arc<RunList>) {
        let old = std::mem::replace(&mut *self.current.write(), list);
        drop(old);
    }
}
