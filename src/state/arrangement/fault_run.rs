//! The second collection: rows whose expressions failed, kept like the rows.

use arrow::datatypes::SchemaRef;

use crate::delta::{Delta, Fault, consolidate};
use crate::types::{Epoch, Result};

/// Faults of one epoch, or of several merged.
pub(super) struct FaultRun {
    /// When: the newest epoch merged into it.
    pub epoch: Epoch,
    /// One entry per distinct fault, none with a count of zero.
    pub faults: Vec<Fault>,
}

/// The faults of all runs added up.
pub(super) fn add_up<'a>(schema: &SchemaRef, runs: impl Iterator<Item = &'a FaultRun>) -> Result<Vec<Fault>> {
    let all = runs.flat_map(|run| run.faults.iter().cloned()).collect();
    Ok(consolidate(&Delta::of_faults(schema.clone(), all))?.take_faults())
}
