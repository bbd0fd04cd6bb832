//! One epoch's changes as the payload of a record.

use arrow::array::Int64Array;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use super::TableChange;
use super::frame;
use crate::delta::Delta;
use crate::types::{Epoch, Error, ObjectId, Result};

/// A record read back.
pub(super) struct Record {
    /// The epoch.
    pub epoch: Epoch,
    /// What changed in it.
    pub changes: Vec<TableChange>,
}

/// A record, framed.
pub(super) fn encode(synced: u64, epoch: Epoch, changes: &[TableChange]) -> Result<Vec<u8>> {
    frame::build(|out| {
        out.extend_from_slice(&synced.to_le_bytes());
        out.extend_from_slice(&epoch.0.to_le_bytes());
        out.extend_from_slice(&(changes.len() as u32).to_le_bytes());
        changes.iter().try_for_each(|change| encode_change(out, change))
    })
}

fn encode_change(out: &mut Vec<u8>, change: &TableChange) -> Result<()> {
    if !change.delta.faults().is_empty() {
        return Err(Error::internal("a table's changes have faults"));
    }
    out.extend_from_slice(&change.table.0.to_le_bytes());
    out.push(u8::from(change.delta.diffs().is_some()));
    let size_at = out.len();
    out.extend_from_slice(&[0; 8]);
    let rows = change.delta.rows();
    let mut writer = StreamWriter::try_new(&mut *out, &rows.schema())?;
    writer.write(rows)?;
    writer.finish()?;
    drop(writer);
    let size = (out.len() - size_at - 8) as u64;
    out[size_at..size_at + 8].copy_from_slice(&size.to_le_bytes());
    for diff in change.delta.diffs().iter().flat_map(|diffs| diffs.values().iter()) {
        out.extend_from_slice(&diff.to_le_bytes());
    }
    Ok(())
}

/// How much of the segment had been synced when this record was written.
pub(super) fn synced(payload: &[u8]) -> Option<u64> {
    Cursor(payload).number().map(u64::from_le_bytes)
}

/// Reads a payload; the error says what is wrong with it.
pub(super) fn decode(payload: &[u8]) -> Result<Record, String> {
    let mut from = Cursor(payload);
    let short = || "a record is shorter than it says".to_string();
    let _synced: [u8; 8] = from.number().ok_or_else(short)?;
    let epoch = Epoch(u64::from_le_bytes(from.number().ok_or_else(short)?));
    let count = u32::from_le_bytes(from.number().ok_or_else(short)?);
    let changes = (0..count).map(|_| decode_change(&mut from)).collect::<Result<_, _>>()?;
    if !from.0.is_empty() {
        return Err("a record is longer than it says".to_string());
    }
    Ok(Record { epoch, changes })
}

fn decode_change(from: &mut Cursor<'_>) -> Result<TableChange, String> {
    let short = || "a record is shorter than it says".to_string();
    let table = ObjectId(u32::from_le_bytes(from.number().ok_or_else(short)?));
    let [counted] = from.number().ok_or_else(short)?;
    let size = u64::from_le_bytes(from.number().ok_or_else(short)?);
    let stream = from.bytes(size as usize).ok_or_else(short)?;
    let rows = StreamReader::try_new(stream, None).and_then(|mut reader| reader.next().transpose());
    let rows = rows.map_err(|error| error.to_string())?.ok_or_else(short)?;
    let diffs = match counted {
        0 => None,
        _ => {
            let bytes = from.bytes(rows.num_rows() * 8).ok_or_else(short)?;
            let diffs = bytes.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().expect("eight bytes")));
            Some(Int64Array::from_iter_values(diffs))
        }
    };
    Ok(TableChange { table, delta: Delta::new(rows, diffs) })
}

/// What has not been read yet.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }
}
