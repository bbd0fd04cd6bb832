//! Records as bytes: where one begins, how long it is, and whether it is whole.

use std::io::{self, Read};

use crate::storage::StorageError;

const MAGIC: [u8; 4] = *b"MREC";
/// Magic, length, checksum.
pub(super) const FRAME_BYTES: usize = 12;

/// What comes next in a file.
pub(super) enum Frame {
    /// A whole record.
    Payload(Vec<u8>),
    /// The end of the file, just after a record.
    End,
    /// Something else.
    Broken(&'static str),
}

/// A record of what `fill` writes.
pub(super) fn build<E: From<StorageError>>(
    fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut record = vec![0; FRAME_BYTES];
    fill(&mut record)?;
    let payload = (record.len() - FRAME_BYTES) as u64;
    let length = u32::try_from(payload).map_err(|_| StorageError::TooLarge(payload))?.to_le_bytes();
    let crc = checksum(length, &record[FRAME_BYTES..]);
    record[..4].copy_from_slice(&MAGIC);
    record[4..8].copy_from_slice(&length);
    record[8..12].copy_from_slice(&crc.to_le_bytes());
    Ok(record)
}

/// Reads one record.
pub(super) fn read(from: &mut impl Read) -> io::Result<Frame> {
    let mut head = Vec::with_capacity(FRAME_BYTES);
    from.by_ref().take(FRAME_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(Frame::End);
    }
    let Ok(head) = <[u8; FRAME_BYTES]>::try_from(head) else {
        return Ok(Frame::Broken("a record ends in its header"));
    };
    let [magic, length, crc] = [0, 4, 8].map(|at| [head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if magic != MAGIC {
        return Ok(Frame::Broken("no record begins here"));
    }
    let size = u64::from(u32::from_le_bytes(length));
    let mut payload = Vec::new();
    from.by_ref().take(size).read_to_end(&mut payload)?;
    if payload.len() as u64 != size {
        return Ok(Frame::Broken("a record is cut short"));
    }
    if checksum(length, &payload) != u32::from_le_bytes(crc) {
        return Ok(Frame::Broken("a record's checksum is wrong"));
    }
    Ok(Frame::Payload(payload))
}

/// The whole records anywhere in `bytes`, even after broken ones.
pub(super) fn salvage(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let starts = (0..bytes.len().saturating_sub(FRAME_BYTES)).filter(|at| bytes[*at..].starts_with(&MAGIC));
    starts.filter_map(|at| match read(&mut &bytes[at..]) {
        Ok(Frame::Payload(payload)) => Some(payload),
        _ => None,
    })
}

fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}
