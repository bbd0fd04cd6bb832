//! `connector = 'blackhole'`: takes every change, counts it and keeps nothing.
//!
//! It exists so that a query can be run for its own sake: in benchmarks, and to
//! see whether a view keeps up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dataflow::{Connector, OptionSpec, Sink, SinkSpec, SinkWriter};
use crate::delta::Delta;
use crate::types::{Epoch, Result};

/// The connector.
pub struct Blackhole;

impl Connector for Blackhole {
    fn name(&self) -> &'static str {
        "blackhole"
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[]
    }

    fn is_sink(&self) -> bool {
        true
    }

    fn sink(&self, _spec: &SinkSpec) -> Result<Arc<dyn Sink>> {
        Ok(Arc::new(BlackholeSink::default()))
    }
}

/// Counts what all its writers took.
#[derive(Default)]
pub struct BlackholeSink {
    changes: Arc<AtomicU64>,
}

impl Sink for BlackholeSink {
    fn open(&self, _worker: usize, _workers: usize) -> Result<Box<dyn SinkWriter>> {
        Ok(Box::new(BlackholeWriter { changes: self.changes.clone() }))
    }
}

struct BlackholeWriter {
    changes: Arc<AtomicU64>,
}

impl SinkWriter for BlackholeWriter {
    fn write(&mut self, _epoch: Epoch, changes: &[Delta]) -> Result<()> {
        let rows: usize = changes.iter().map(Delta::num_rows).sum();
        self.changes.fetch_add(rows as u64, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, RecordBatch};

    #[test]
    fn counts_the_changes_of_all_writers() {
        let sink = BlackholeSink::default();
        let column = Arc::new(Int64Array::from(vec![1, 2, 3])) as _;
        let delta = Delta::insert(RecordBatch::try_from_iter([("a", column)]).unwrap());
        for worker in 0..2 {
            sink.open(worker, 2).unwrap().write(Epoch(1), &[delta.clone(), delta.negate()]).unwrap();
        }
        assert_eq!(sink.changes.load(Ordering::Relaxed), 12);
    }
}
