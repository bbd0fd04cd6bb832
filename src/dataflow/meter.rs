//! What the operators of a running dataflow have done, for `EXPLAIN ANALYZE`
//! and `ms_catalog.ms_operators`.
//!
//! All workers count into the same meters; whoever looks sees each number as it
//! stands, without stopping anybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::delta::Delta;
use crate::plan::stream::StreamNode;

/// The meters of one dataflow, one for each node of its plan.
#[derive(Debug)]
pub struct DataflowMeters {
    plan: Arc<StreamNode>,
    /// In the order in which [`StreamNode::visit`] meets the nodes.
    operators: Vec<Arc<OperatorMeter>>,
}

/// One operator, over all workers.
#[derive(Debug, Default)]
pub struct OperatorMeter {
    rows_in: AtomicU64,
    rows_out: AtomicU64,
    nanoseconds: AtomicU64,
    /// Rows of state on each worker, and about how many bytes they take.
    state_rows: Vec<AtomicU64>,
    state_bytes: Vec<AtomicU64>,
}

/// What a meter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Changed rows that came in.
    pub rows_in: u64,
    /// Changed rows that went out.
    pub rows_out: u64,
    /// Time spent, summed over workers.
    pub busy: Duration,
    /// Rows, groups or entries held now.
    pub state_rows: u64,
    /// About how much memory that takes.
    pub state_bytes: u64,
}

impl DataflowMeters {
    /// Meters at zero for every node of `plan`.
    pub fn new(plan: Arc<StreamNode>, workers: usize) -> Self {
        let mut operators = vec![];
        plan.visit(&mut |_| operators.push(Arc::new(OperatorMeter::new(workers))));
        DataflowMeters { plan, operators }
    }

    /// The plan that runs.
    pub fn plan(&self) -> &Arc<StreamNode> {
        &self.plan
    }

    /// The meter of a node of the plan.
    pub fn of(&self, node: &StreamNode) -> Option<&Arc<OperatorMeter>> {
        let (mut index, mut found) = (0, None);
        self.plan.visit(&mut |other| {
            if std::ptr::eq(node, other) {
                found = Some(index);
            }
            index += 1;
        });
        found.and_then(|index| self.operators.get(index))
    }
}

impl OperatorMeter {
    /// A meter at zero.
    pub fn new(workers: usize) -> Self {
        let zeros = || (0..workers).map(|_| AtomicU64::new(0)).collect();
        OperatorMeter { state_rows: zeros(), state_bytes: zeros(), ..OperatorMeter::default() }
    }

    /// Notes one piece of work that began at `begun`.
    pub fn worked(&self, begun: Instant, rows_in: usize, out: &[Delta]) {
        let rows_out: usize = out.iter().map(Delta::num_rows).sum();
        self.rows_in.fetch_add(rows_in as u64, Ordering::Relaxed);
        self.rows_out.fetch_add(rows_out as u64, Ordering::Relaxed);
        self.nanoseconds.fetch_add(begun.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Notes how much state `worker` holds now.
    pub fn holds(&self, worker: usize, rows: usize) {
        if let Some(held) = self.state_rows.get(worker) {
            held.store(rows as u64, Ordering::Relaxed);
        }
    }

    /// Notes about how many bytes that state takes.
    pub fn takes(&self, worker: usize, bytes: usize) {
        if let Some(taken) = self.state_bytes.get(worker) {
            taken.store(bytes as u64, Ordering::Relaxed);
        }
    }

    /// What it shows now.
    pub fn read(&self) -> Reading {
        Reading {
            rows_in: self.rows_in.load(Ordering::Relaxed),
            rows_out: self.rows_out.load(Ordering::Relaxed),
            busy: Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)),
            state_rows: self.state_rows.iter().map(|rows| rows.load(Ordering::Relaxed)).sum(),
            state_bytes: self.state_bytes.iter().map(|bytes| bytes.load(Ordering::Relaxed)).sum(),
        }
    }
}
