//! Snapshots: all rows of all tables in one file.

use std::io::Read;

use super::codec;
use super::frame::{self, Frame};
use super::segment::{FileKind, HEADER_BYTES};
use super::{TableChange, TableRows};
use crate::delta::Delta;
use crate::storage::StorageError;
use crate::storage::disk::Disk;
use crate::types::{Epoch, Result};

/// A snapshot before it is whole.
const UNFINISHED: &str = "snapshot.new";
/// A record of a snapshot has at most so many rows.
const RECORD_ROWS: usize = 64 * 1024;

/// Writes snapshot `number` as of `epoch`, and returns when it will be found
/// after a crash.
pub(super) fn write(
    disk: &dyn Disk,
    number: u32,
    epoch: Epoch,
    tables: &mut dyn Iterator<Item = Result<TableRows>>,
) -> Result<()> {
    let place = || format!("{}/{UNFINISHED}", disk.place());
    let mut file = disk.create(UNFINISHED).map_err(StorageError::io("create", place()))?;
    let mut write = |bytes: &[u8]| file.write_all(bytes).map_err(StorageError::io("write", place()));
    write(&FileKind::Snapshot.header(number))?;
    for table in tables {
        let TableRows { table, rows } = table?;
        for rows in &rows {
            for start in (0..rows.num_rows()).step_by(RECORD_ROWS) {
                let part = rows.slice(start, RECORD_ROWS.min(rows.num_rows() - start));
                let change = TableChange { table, delta: Delta::insert(part) };
                write(&codec::encode(0, epoch, &[change])?)?;
            }
        }
    }
    write(&codec::encode(0, epoch, &[])?)?;
    let published = file
        .sync()
        .and_then(|()| disk.rename(UNFINISHED, &FileKind::Snapshot.name(number)))
        .and_then(|()| disk.sync());
    Ok(published.map_err(StorageError::io("finish", place()))?)
}

/// Gives `apply` all rows of snapshot `number`, and returns its epoch.
pub(super) fn read(
    disk: &dyn Disk,
    number: u32,
    apply: &mut dyn FnMut(Epoch, Vec<TableChange>) -> Result<()>,
) -> Result<Epoch> {
    let name = FileKind::Snapshot.name(number);
    let place = format!("{}/{name}", disk.place());
    let mut file = disk.read(&name).map_err(StorageError::io("open", &place))?;
    let corrupt = |offset: u64, reason: &str| StorageError::Corrupt {
        place: place.clone(),
        offset,
        reason: reason.to_string(),
    };
    let mut header = Vec::new();
    let read = file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut header);
    read.map_err(StorageError::io("read", &place))?;
    if !FileKind::Snapshot.check(number, &header, &place)? {
        return Err(corrupt(0, "this is not the header of a snapshot").into());
    }
    let mut offset = HEADER_BYTES as u64;
    loop {
        let payload = match frame::read(&mut file).map_err(StorageError::io("read", &place))? {
            Frame::Payload(payload) => payload,
            Frame::End => return Err(corrupt(offset, "the end is missing").into()),
            Frame::Broken(reason) => return Err(corrupt(offset, reason).into()),
        };
        let record = codec::decode(&payload).map_err(|reason| corrupt(offset, &reason))?;
        if record.changes.is_empty() {
            return Ok(record.epoch);
        }
        apply(record.epoch, record.changes)?;
        offset += (frame::FRAME_BYTES + payload.len()) as u64;
    }
}
