//! The delta as Timely's container, and its form on the wire between processes.
//!
//! Wire form: `u64` length of the Arrow IPC stream, the stream (counts as a
//! last column named `__diff` when there are any), `u64` length of the faults,
//! the faults by bincode; padded to eight bytes.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use timely::Accountable;
use timely::bytes::arc::Bytes;
use timely::dataflow::channels::ContainerBytes;

use super::{Delta, Fault};

const DIFF: &str = "__diff";

impl Accountable for Delta {
    /// Rows plus faults, so that an exchange preserves the count.
    fn record_count(&self) -> i64 {
        (self.num_rows() + self.faults().len()) as i64
    }
}

impl ContainerBytes for Delta {
    fn from_bytes(bytes: Bytes) -> Self {
        let (rows, rest) = framed(&bytes);
        let (faults, _) = framed(rest);
        let mut reader = StreamReader::try_new(rows, None).expect("a peer sends Arrow IPC");
        let batch = reader.next().expect("a peer sends one batch").expect("a peer sends whole batches");
        let faults: Vec<Fault> = bincode::deserialize(faults).expect("a peer sends bincode");
        split_diffs(batch).with_faults(faults)
    }

    fn length_in_bytes(&self) -> usize {
        let (rows, faults) = encode(self);
        (16 + rows.len() + faults.len()).next_multiple_of(8)
    }

    fn into_bytes<W: Write>(&self, writer: &mut W) {
        let (rows, faults) = encode(self);
        let length = 16 + rows.len() + faults.len();
        for part in [&rows, &faults] {
            writer
                .write_all(&(part.len() as u64).to_le_bytes())
                .expect("a send buffer takes what it was sized for");
            writer.write_all(part).expect("a send buffer takes what it was sized for");
        }
        let padding = length.next_multiple_of(8) - length;
        writer.write_all(&[0u8; 8][..padding]).expect("a send buffer takes what it was sized for");
    }
}

fn framed(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = bytes.split_at(8);
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
    rest.split_at(length)
}

fn encode(delta: &Delta) -> (Vec<u8>, Vec<u8>) {
    let batch = join_diffs(delta);
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("any schema can be written");
    writer.write(&batch).expect("memory takes any batch");
    let rows = writer.into_inner().expect("memory takes any batch");
    (rows, bincode::serialize(delta.faults()).expect("faults are plain data"))
}

/// The rows with their counts as a last column, when there are any.
fn join_diffs(delta: &Delta) -> RecordBatch {
    let Some(diffs) = delta.diffs() else {
        return delta.rows().clone();
    };
    let mut fields: Vec<_> = delta.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(DIFF, DataType::Int64, false)));
    let mut columns = delta.rows().columns().to_vec();
    columns.push(Arc::new(diffs.clone()));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("one count per row")
}

fn split_diffs(batch: RecordBatch) -> Delta {
    let last = batch.num_columns().wrapping_sub(1);
    if batch.schema().fields().last().is_none_or(|f| f.name() != DIFF) {
        return Delta::insert(batch);
    }
    let diffs = batch.column(last).as_primitive::<Int64Type>().clone();
    let columns: Vec<usize> = (0..last).collect();
    let rows = batch.project(&columns).expect("all but the last column");
    let options = RecordBatchOptions::new().with_row_count(Some(diffs.len()));
    let rows = RecordBatch::try_new_with_options(rows.schema(), rows.columns().to_vec(), &options)
        .expect("the same columns");
    Delta::new(rows, Some(diffs))
}
