//! The log in files.

use std::io::Read;
use std::sync::Arc;

use super::codec;
use super::frame::{self, FRAME_BYTES, Frame};
use super::segment::{FileKind, HEADER_BYTES};
use super::{Log, TableChange, TableRows, snapshot};
use crate::storage::StorageError;
use crate::storage::disk::{Disk, DiskFile};
use crate::types::{Epoch, Error, Result};

/// A segment that has grown over this many bytes is followed by a new one.
const SEGMENT_BYTES: u64 = 64 << 20;

/// The log in a folder of its own.
pub struct FileLog {
    disk: Arc<dyn Disk>,
    segment_bytes: u64,
    /// The segment being written; `None` until the log has been replayed.
    segment: Option<Segment>,
    /// Bytes of the segments before it.
    older_bytes: u64,
    /// The newest epoch appended or replayed.
    last: Epoch,
    /// Why nothing more can be written.
    poisoned: Option<String>,
}

/// The segment being written.
struct Segment {
    number: u32,
    file: Box<dyn DiskFile>,
    length: u64,
    synced: u64,
}

/// What a segment held.
struct Scan {
    /// Whole records reach up to here; 0 when even the header is not whole.
    good: u64,
    /// All there is.
    length: u64,
}

impl FileLog {
    /// A log on this disk. Nothing is read or written yet.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        FileLog {
            disk,
            segment_bytes: SEGMENT_BYTES,
            segment: None,
            older_bytes: 0,
            last: Epoch::ZERO,
            poisoned: None,
        }
    }

    /// Begins a new segment after so many bytes.
    #[cfg(test)]
    pub fn with_segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = bytes;
        self
    }

    fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.disk.place())
    }

    fn segment(&mut self) -> Result<&mut Segment> {
        if let Some(reason) = &self.poisoned {
            return Err(StorageError::Poisoned(reason.clone()).into());
        }
        self.segment.as_mut().ok_or_else(|| Error::internal("the log was written before it was replayed"))
    }

    /// Does something after whose failure the disk's state is unknown.
    fn or_poison<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        work(self).inspect_err(|error| self.poisoned = Some(error.message().to_string()))
    }

    /// Begins segment `number`; it lasts when this returns.
    fn begin(&mut self, number: u32) -> Result<()> {
        let name = FileKind::Segment.name(number);
        let place = self.place(&name);
        let mut file = self.disk.create(&name).map_err(StorageError::io("create", &place))?;
        let written = file.write_all(&FileKind::Segment.header(number)).and_then(|()| file.sync());
        written.and_then(|()| self.disk.sync()).map_err(StorageError::io("write", place))?;
        let length = HEADER_BYTES as u64;
        self.segment = Some(Segment { number, file, length, synced: length });
        Ok(())
    }

    fn rotate(&mut self) -> Result<()> {
        self.sync()?;
        let segment = self.segment()?;
        let (number, length) = (segment.number, segment.length);
        self.or_poison(|log| log.begin(number + 1))?;
        self.older_bytes += length;
        Ok(())
    }

    /// The newest snapshot and the segments that follow it.
    fn survey(&self) -> Result<(Option<u32>, Vec<u32>)> {
        let names = self.disk.names().map_err(StorageError::io("read", self.disk.place()))?;
        let snapshot = names.iter().filter_map(|name| FileKind::Snapshot.number(name)).max();
        let mut segments: Vec<u32> = names.iter().filter_map(|name| FileKind::Segment.number(name)).collect();
        segments.retain(|number| *number >= snapshot.unwrap_or(0));
        segments.sort_unstable();
        let expected = (snapshot.unwrap_or(1)..).zip(&segments).find(|(expected, found)| expected != *found);
        let none = segments.is_empty().then_some(snapshot).flatten();
        if let Some(missing) = expected.map(|(expected, _)| expected).or(none) {
            let place = self.place(&FileKind::Segment.name(missing));
            return Err(
                StorageError::Corrupt { place, offset: 0, reason: "it is missing".to_string() }.into()
            );
        }
        Ok((snapshot, segments))
    }

    /// Removes what snapshot `number` stands for. What cannot be removed now is
    /// superfluous still, and goes at the next start.
    fn remove_before(&self, number: u32) {
        for name in self.disk.names().unwrap_or_default() {
            let kinds = [FileKind::Segment, FileKind::Snapshot];
            let superfluous = kinds.iter().filter_map(|kind| kind.number(&name)).any(|n| n < number);
            if superfluous && let Err(error) = self.disk.remove(&name) {
                tracing::warn!(file = self.place(&name), %error, "could not remove a file of the log");
            }
        }
    }

    /// Replays one segment. The `last` one may have a torn tail.
    fn replay_segment(
        &mut self,
        number: u32,
        last: bool,
        apply: &mut dyn FnMut(Epoch, Vec<TableChange>) -> Result<()>,
    ) -> Result<Scan> {
        let name = FileKind::Segment.name(number);
        let place = self.place(&name);
        let mut bytes = Vec::new();
        let read = self.disk.read(&name).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map_err(StorageError::io("read", &place))?;
        let corrupt = |offset: usize, reason: &str| StorageError::Corrupt {
            place: place.clone(),
            offset: offset as u64,
            reason: reason.to_string(),
        };
        let (mut good, mut broken) = (0, Some("this is not the header of a segment"));
        if FileKind::Segment.check(number, &bytes, &place)? {
            (good, broken) = (HEADER_BYTES, None);
        }
        while broken.is_none() {
            let payload = match frame::read(&mut &bytes[good..]).map_err(StorageError::io("read", &place))? {
                Frame::Payload(payload) => payload,
                Frame::End => break,
                Frame::Broken(reason) => {
                    broken = Some(reason);
                    continue;
                }
            };
            let record = codec::decode(&payload).map_err(|reason| corrupt(good, &reason))?;
            if record.epoch <= self.last {
                return Err(corrupt(good, "epochs do not increase").into());
            }
            apply(record.epoch, record.changes)?;
            self.last = record.epoch;
            good += FRAME_BYTES + payload.len();
        }
        if let Some(reason) = broken
            && (!last || was_synced(&bytes, good))
        {
            return Err(corrupt(good, reason).into());
        }
        Ok(Scan { good: good as u64, length: bytes.len() as u64 })
    }

    /// Goes on where the last segment ends, cutting what is torn.
    fn resume(&mut self, number: u32, scan: &Scan) -> Result<()> {
        let name = FileKind::Segment.name(number);
        let place = self.place(&name);
        if scan.good < scan.length {
            let bytes = scan.length - scan.good;
            tracing::warn!(file = place, bytes, "cut the end of the log, which had not been acknowledged");
        }
        if scan.good == 0 {
            return self.begin(number);
        }
        let mut file = self.disk.resume(&name, scan.good).map_err(StorageError::io("open", &place))?;
        // What an earlier process wrote and did not sync counts from now on.
        let synced = file.sync().and_then(|()| self.disk.sync());
        synced.map_err(StorageError::io("write", place))?;
        self.segment = Some(Segment { number, file, length: scan.good, synced: scan.good });
        Ok(())
    }
}

/// Does any whole record after `broken` say that these bytes had been synced?
fn was_synced(bytes: &[u8], broken: usize) -> bool {
    frame::salvage(&bytes[broken..]).any(|payload| codec::synced(&payload).is_some_and(|s| s > broken as u64))
}

impl Log for FileLog {
    fn replay(&mut self, apply: &mut dyn FnMut(Epoch, Vec<TableChange>) -> Result<()>) -> Result<Epoch> {
        if self.segment.is_some() {
            return Err(Error::internal("the log was replayed twice"));
        }
        (self.last, self.older_bytes) = (Epoch::ZERO, 0);
        let (snapshot, segments) = self.survey()?;
        if let Some(number) = snapshot {
            self.last = snapshot::read(self.disk.as_ref(), number, apply)?;
        }
        let Some((newest, older)) = segments.split_last() else {
            self.begin(1)?;
            return Ok(self.last);
        };
        for number in older {
            self.older_bytes += self.replay_segment(*number, false, apply)?.length;
        }
        let scan = self.replay_segment(*newest, true, apply)?;
        self.resume(*newest, &scan)?;
        self.remove_before(snapshot.unwrap_or(0));
        Ok(self.last)
    }

    fn append(&mut self, epoch: Epoch, changes: &[TableChange]) -> Result<()> {
        let limit = self.segment_bytes;
        if self.segment()?.length > limit {
            self.rotate()?;
        }
        if epoch <= self.last {
            let last = self.last;
            return Err(Error::internal(format!("epoch {epoch} was logged after {last}")));
        }
        let record = codec::encode(self.segment()?.synced, epoch, changes)?;
        self.or_poison(|log| {
            let place = log.disk.place();
            let segment = log.segment()?;
            segment.file.write_all(&record).map_err(StorageError::io("write", place))?;
            segment.length += record.len() as u64;
            Ok(())
        })?;
        self.last = epoch;
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        self.segment()?;
        self.or_poison(|log| {
            let place = log.disk.place();
            let segment = log.segment()?;
            if segment.synced < segment.length {
                segment.file.sync().map_err(StorageError::io("write", place))?;
                segment.synced = segment.length;
            }
            Ok(())
        })
    }

    fn checkpoint(
        &mut self,
        epoch: Epoch,
        tables: &mut dyn Iterator<Item = Result<TableRows>>,
    ) -> Result<()> {
        if epoch < self.last {
            return Err(Error::internal(format!(
                "a checkpoint of epoch {epoch} after {} was logged",
                self.last
            )));
        }
        if self.segment()?.length > HEADER_BYTES as u64 {
            self.rotate()?;
        }
        let number = self.segment()?.number;
        // Even if it fails it may be found later, and what follows must be later.
        self.last = epoch;
        snapshot::write(self.disk.as_ref(), number, epoch, tables)?;
        self.older_bytes = 0;
        self.remove_before(number);
        Ok(())
    }

    fn bytes(&self) -> u64 {
        self.older_bytes + self.segment.as_ref().map_or(0, |segment| segment.length)
    }
}
