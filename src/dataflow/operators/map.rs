//! Filters and projections.

use crate::dataflow::operator::Transform;
use crate::delta::Delta;
use crate::expr::Program;
use crate::types::{Epoch, Result};

/// Runs a program over each delta.
pub struct MapOperator {
    program: Program,
}

impl MapOperator {
    /// For one worker.
    pub fn new(program: &Program) -> Result<Self> {
        Ok(MapOperator { program: program.for_worker()? })
    }
}

impl Transform for MapOperator {
    fn apply(&mut self, delta: Delta, now: Epoch) -> Result<Delta> {
        self.program.apply(delta, now)
    }
}
