//! Splitting a delta among workers by the hash of its key.
//!
//! Every row with the same key goes to the same worker, whatever batch it came
//! in and whatever process hashed it: the hash has a fixed seed and reads the
//! row format of the key, not memory addresses.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use timely::communication::Push;
use timely::dataflow::channels::Message;
use timely::dataflow::channels::pushers::exchange::Distributor;

use super::Delta;
use crate::types::Result;

/// One hash per row over the key columns. Equal keys hash equally in every
/// process of a cluster.
pub fn hash_rows(keys: &[ArrayRef], rows: usize) -> Result<Vec<u64>> {
    let mut hashes = vec![0u64; rows];
    if !keys.is_empty() {
        create_hashes(keys, &RandomState::with_seed(0), &mut hashes)?;
    }
    Ok(hashes)
}

/// The parts of `delta` for each of `peers` workers, by the hash of the columns
/// `key`. With no key columns everything goes to worker 0. Faults stay with the
/// first non-empty part.
pub fn partition(delta: &Delta, key: &[usize], peers: usize) -> Result<Vec<Delta>> {
    let columns: Vec<ArrayRef> = key.iter().map(|c| canonical(delta.column(*c))).collect();
    let hashes = hash_rows(&columns, delta.num_rows())?;
    let mut indices: Vec<Vec<u32>> = vec![Vec::with_capacity(delta.num_rows() / peers + 1); peers];
    for (row, hash) in hashes.iter().enumerate() {
        indices[worker_of(*hash, peers)].push(row as u32);
    }
    let mut parts = Vec::with_capacity(peers);
    for rows in indices {
        parts.push(if rows.len() == delta.num_rows() {
            delta.slice(0, delta.num_rows())
        } else {
            delta.take(&UInt32Array::from(rows))?
        });
    }
    if !delta.faults().is_empty() {
        let first = parts.remove(0).with_faults(delta.faults().to_vec());
        parts.insert(0, first);
    }
    Ok(parts)
}

/// Floating-point numbers that are equal as keys, in the same bits: zeros of
/// either sign, and all that are not a number.
fn canonical(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => Arc::new(
            column
                .as_primitive::<Float64Type>()
                .unary::<_, Float64Type>(|v| if v.is_nan() { f64::NAN } else { v + 0.0 }),
        ),
        DataType::Float32 => Arc::new(
            column
                .as_primitive::<Float32Type>()
                .unary::<_, Float32Type>(|v| if v.is_nan() { f32::NAN } else { v + 0.0 }),
        ),
        _ => column.clone(),
    }
}

fn copies(mut delta: Delta, peers: usize) -> Vec<Delta> {
    let faults = delta.take_faults();
    let mut copies = vec![delta; peers];
    if let Some(first) = copies.first_mut().filter(|_| !faults.is_empty()) {
        *first = std::mem::take(first).with_faults(faults);
    }
    copies
}

/// The upper bits choose the worker, so that hash tables inside one worker,
/// which look at the lower ones, still see all of their range.
fn worker_of(hash: u64, peers: usize) -> usize {
    ((u128::from(hash) * peers as u128) >> 64) as usize
}

/// Timely's distributor for deltas: an exchange by key columns, or a broadcast.
pub struct DeltaDistributor {
    /// `None`: every worker gets everything.
    key: Option<Vec<usize>>,
}

impl DeltaDistributor {
    /// Routes rows by the hash of the columns `key`.
    pub fn new(key: Vec<usize>) -> Self {
        DeltaDistributor { key: Some(key) }
    }

    /// Gives all rows to every worker. Faults stay with the first.
    pub fn everywhere() -> Self {
        DeltaDistributor { key: None }
    }
}

impl Distributor<Delta> for DeltaDistributor {
    fn partition<T: Clone, P: Push<Message<T, Delta>>>(
        &mut self,
        container: &mut Delta,
        time: &T,
        pushers: &mut [P],
    ) {
        let delta = std::mem::take(container);
        let parts = match &self.key {
            Some(key) => {
                partition(&delta, key, pushers.len()).expect("a delta can be taken apart by its key")
            }
            None => copies(delta, pushers.len()),
        };
        for (mut part, pusher) in parts.into_iter().zip(pushers) {
            if !part.is_empty() {
                Message::push_at(&mut part, time.clone(), pusher);
            }
        }
    }

    fn flush<T: Clone, P: Push<Message<T, Delta>>>(&mut self, _time: &T, _pushers: &mut [P]) {}
}
